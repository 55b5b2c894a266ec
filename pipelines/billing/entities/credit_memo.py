"""A credit note: goodwill, a correction, a cancellation or a write-off."""

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


class CreditMemo(BillingRow):
    """A credit note: goodwill, a correction, a cancellation or a write-off."""

    entity = "credit_memo"
    number_field = "memo_number"
    subject = SubjectRule(kind="account", column="account_id")

    memo_number = Text(r"CM\d{8}", required=True, strength=STRONG, db_index=True)
    account_id = Ref("account", required=True, db_index=True)
    invoice_id = Ref("invoice", db_index=True)
    status = Choice("Draft", "Posted", "Canceled", "Error", "PendingForTax", required=True)
    memo_date = Day(required=True)
    total_amount = Amount(required=True)
    total_amount_without_tax = Amount()
    tax_amount = Amount()
    applied_amount = Amount(required=True)
    refund_amount = Amount(required=True)
    balance = Amount(required=True)
    currency = CurrencyCode(required=True)
    reason_code = Text()
    source = Choice(
        "BillRun", "API", "ApiSubscribe", "ApiAmend", "AdhocFromPrpc", "AdhocFromInvoice", required=True
    )
    source_type = Choice(
        "Subscription", "Standalone", "Invoice", "Order", "Consolidation", "CreditMemo", "DebitMemo"
    )
    reversed = Flag()
    comments = FreeText(personal=True)
    posted_on = Moment()
    cancelled_on = Moment()
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
