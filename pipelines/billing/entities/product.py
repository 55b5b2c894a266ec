"""What the catalogue sells, by name and SKU."""

from pipelines.billing.row import BillingRow
from pipelines.engine.columns import STRONG, Day, Flag, FreeText, Moment, Text


class Product(BillingRow):
    """What the catalogue sells, by name and SKU."""

    entity = "product"
    number_field = "product_number"

    name = FreeText(required=True)
    sku = Text("[A-Z0-9][A-Z0-9_./-]{1,99}", required=True)
    product_number = Text(r"PC-\d{8}", strength=STRONG, db_index=True)
    category = Text()
    description = FreeText()
    effective_start_date = Day(required=True)
    effective_end_date = Day(required=True)
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
