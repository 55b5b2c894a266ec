"""Money that came in."""

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


class Payment(BillingRow):
    """Money that came in."""

    entity = "payment"
    number_field = "payment_number"
    subject = SubjectRule(kind="account", column="account_id")

    payment_number = Text(r"P-\d{8}", required=True, strength=STRONG, db_index=True)
    account_id = Ref("account", required=True, db_index=True)
    payment_method_id = Ref("payment_method")
    status = Choice(
        "Draft", "Processing", "Processed", "Error", "Canceled", "Posted", "Voided", required=True
    )
    type = Choice("External", "Electronic", required=True)
    amount = Amount(required=True)
    applied_amount = Amount(required=True)
    applied_credit_balance_amount = Amount()
    unapplied_amount = Amount(required=True)
    refund_amount = Amount(required=True)
    currency = CurrencyCode(required=True)
    effective_date = Day(required=True)
    submitted_on = Moment()
    settled_on = Moment()
    cancelled_on = Moment()
    gateway = Text()
    gateway_state = Choice("MarkedForSubmission", "Submitted", "Settled", "NotSubmitted", "FailedToSettle")
    gateway_response_code = Text()
    gateway_response = FreeText(personal=True)  # gateways put names and card numbers into it
    reference_id = Text()
    comment = FreeText(personal=True)
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
