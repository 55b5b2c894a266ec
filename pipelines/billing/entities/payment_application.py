"""How much of a payment went to which invoice."""

from pipelines.billing.row import BillingRow
from pipelines.engine.columns import Amount, Choice, CurrencyCode, Day, Flag, Moment, Ref


class PaymentApplication(BillingRow):
    """How much of a payment went to which invoice."""

    entity = "payment_application"
    lake_table = "invoice_payment"

    payment_id = Ref("payment", required=True, db_index=True)
    invoice_id = Ref("invoice", db_index=True)
    debit_memo_id = Ref("debit_memo")
    account_id = Ref("account")
    apply_amount = Amount(required=True)
    refund_amount = Amount()
    effective_date = Day()
    application_status = Choice("Applied", "Unapplied")
    currency = CurrencyCode()
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
