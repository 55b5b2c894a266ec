"""A plan of a product as offered; its name carries most of what classification reads."""

from pipelines.billing.row import BillingRow
from pipelines.engine.columns import STRONG, Choice, Day, Flag, FreeText, Moment, Ref, Text


class ProductRatePlan(BillingRow):
    """A plan of a product as offered; its name carries most of what classification reads."""

    entity = "product_rate_plan"
    number_field = "product_rate_plan_number"

    product_id = Ref("product", required=True, db_index=True)
    name = FreeText(required=True)
    product_rate_plan_number = Text(r"PRP-\d{8}", strength=STRONG, db_index=True)
    description = FreeText()
    effective_start_date = Day(required=True)
    effective_end_date = Day(required=True)
    state = Choice("Active", "Expired")
    promotion_code_c = Text(lake_name="promotion_code__c")
    rate_plan_type_c = Text(lake_name="rate_plan_type__c")
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
