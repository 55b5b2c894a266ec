"""A plan as sold, written again under a new id for each version of its subscription."""

from pipelines.billing.row import BillingRow
from pipelines.engine.columns import STRONG, Choice, Flag, FreeText, Moment, Ref, Text


class RatePlan(BillingRow):
    """A plan as sold, written again under a new id for each version of its subscription."""

    entity = "rate_plan"
    number_field = "subscription_rate_plan_number"

    subscription_id = Ref("subscription", required=True, db_index=True)
    product_rate_plan_id = Ref("product_rate_plan", db_index=True)
    product_id = Ref("product", db_index=True)
    name = FreeText(required=True)
    original_rate_plan_id = Ref("rate_plan")
    subscription_rate_plan_number = Text(r"SRP-\d{8}", strength=STRONG, db_index=True)
    amendment_type = Choice("NewProduct", "UpdateProduct", "RemoveProduct", "ChangePlan")
    amendment_id = Ref("amendment")
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
