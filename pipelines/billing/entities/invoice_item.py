"""A line of an invoice; discounts are lines of their own with a negative amount."""

from pipelines.billing.row import BillingRow
from pipelines.engine.columns import Amount, Choice, CurrencyCode, Day, Flag, FreeText, Moment, Ref, Text


class InvoiceItem(BillingRow):
    """A line of an invoice; discounts are lines of their own with a negative amount."""

    entity = "invoice_item"

    invoice_id = Ref("invoice", required=True, db_index=True)
    subscription_id = Ref("subscription", db_index=True)
    rate_plan_charge_id = Ref("rate_plan_charge", db_index=True)
    rate_plan_id = Ref("rate_plan")
    product_id = Ref("product")
    account_id = Ref("account")
    charge_name = FreeText(required=True)
    description = FreeText()
    sku = Text("[A-Z0-9][A-Z0-9_./-]{1,99}")
    processing_type = Choice("0", "1", "2", "3", required=True)
    quantity = Amount()
    unit_price = Amount()
    charge_amount = Amount(required=True)
    tax_amount = Amount(required=True)
    tax_mode = Choice("TaxInclusive", "TaxExclusive")
    tax_code = Text()
    balance = Amount()
    applied_to_invoice_item_id = Ref("invoice_item")
    service_start_date = Day()
    service_end_date = Day()
    charge_date = Moment()
    source_item_type = Choice(
        "SubscriptionComponent", "ProductRatePlanCharge", "InvoiceDetail", "OrderLineItem", "Rounding"
    )
    currency = CurrencyCode()
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
