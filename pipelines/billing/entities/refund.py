"""Money that went out."""

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


class Refund(BillingRow):
    """Money that went out."""

    entity = "refund"
    number_field = "refund_number"
    subject = SubjectRule(kind="account", column="account_id")

    refund_number = Text(r"R-\d{8}", strength=STRONG, db_index=True)
    account_id = Ref("account", db_index=True)
    amount = Amount(required=True)
    currency = CurrencyCode()
    status = Choice("Processing", "Processed", "Error", "Canceled", required=True)
    type = Choice("External", "Electronic", required=True)
    source_type = Choice("Payment", "CreditBalance", "CreditMemo", required=True)
    method_type = Choice(
        "ACH",
        "BankTransfer",
        "Cash",
        "Check",
        "CreditCard",
        "CreditCardReferenceTransaction",
        "DebitCard",
        "Other",
        "PayPal",
        "WireTransfer",
    )
    payment_method_id = Ref("payment_method")
    refund_date = Day()
    refund_transaction_time = Moment()
    cancelled_on = Moment()
    reason_code = Text()
    comment = FreeText(personal=True)
    reference_id = Text()
    gateway_state = Text()
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
