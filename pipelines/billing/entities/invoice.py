"""A bill; amounts in the transaction's currency, tax included in `amount`."""

from pipelines.billing.row import BillingRow
from pipelines.engine.columns import (
    STRONG,
    Amount,
    Choice,
    CurrencyCode,
    Day,
    Flag,
    FreeText,
    Moment,
    Ref,
    Text,
)
from pipelines.engine.spec import SubjectRule


class Invoice(BillingRow):
    """A bill; amounts in the transaction's currency, tax included in `amount`."""

    entity = "invoice"
    number_field = "invoice_number"
    subject = SubjectRule(kind="account", column="account_id")

    invoice_number = Text(r"INV\d{8,}", required=True, strength=STRONG, db_index=True)
    account_id = Ref("account", required=True, db_index=True)
    status = Choice("Draft", "Posted", "Canceled", "Reversed", "Error", required=True)
    invoice_date = Day(required=True)
    due_date = Day()
    target_date = Day()
    amount = Amount(required=True)
    amount_without_tax = Amount(required=True)
    tax_amount = Amount(required=True)
    balance = Amount(required=True)
    payment_amount = Amount(required=True)
    refund_amount = Amount(required=True)
    credit_memo_amount = Amount(required=True)
    credit_balance_adjustment_amount = Amount(required=True)
    adjustment_amount = Amount(required=True)
    currency = CurrencyCode(required=True)
    source = Choice(
        "BillRun",
        "API",
        "ApiSubscribe",
        "ApiAmend",
        "AdhocFromPrpc",
        "Revision",
        "Consolidation",
        required=True,
    )
    source_id = Text()
    source_type = Choice("Subscription", "Standalone", "Order", "Consolidation")
    auto_pay = Flag()
    reversed = Flag()
    posted_date = Moment()
    comments = FreeText(personal=True)
    bill_to_contact_id = Ref("contact")
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
