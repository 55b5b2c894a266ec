"""What a refund was taken from: a payment, its application to an invoice, or a credit memo."""

from pipelines.billing.row import BillingRow
from pipelines.engine.columns import Amount, Day, Flag, Moment, Ref


class RefundApplication(BillingRow):
    """What a refund was taken from: a payment, its application to an invoice, or a credit memo."""

    entity = "refund_application"
    lake_table = "refund_invoice_payment"

    refund_id = Ref("refund", required=True, db_index=True)
    payment_id = Ref("payment", db_index=True)
    payment_application_id = Ref("payment_application", db_index=True)
    invoice_id = Ref("invoice", db_index=True)
    credit_memo_id = Ref("credit_memo", db_index=True)
    apply_amount = Amount(required=True)
    effective_date = Day()
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
