"""How much of a credit memo went to which invoice; un-applying writes a negative row."""

from pipelines.billing.row import BillingRow
from pipelines.engine.columns import Amount, Day, Flag, Moment, Ref


class CreditMemoApplication(BillingRow):
    """How much of a credit memo went to which invoice; un-applying writes a negative row."""

    entity = "credit_memo_application"

    credit_memo_id = Ref("credit_memo", required=True, db_index=True)
    invoice_id = Ref("invoice", db_index=True)
    debit_memo_id = Ref("debit_memo")
    account_id = Ref("account")
    amount = Amount(required=True)
    effective_date = Day(required=True)
    application_group_id = Ref()
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
