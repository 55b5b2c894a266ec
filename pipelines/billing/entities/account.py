"""A billing customer: every document starts here, and one person may own several."""

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
    Whole,
)
from pipelines.engine.spec import SubjectRule


class Account(BillingRow):
    """A billing customer: every document starts here, and one person may own several."""

    entity = "account"
    number_field = "account_number"
    subject = SubjectRule(kind="account")

    account_number = Text("A[0-9]{8}(_[0-9a-z]+)?", required=True, strength=STRONG, db_index=True)
    name = FreeText(required=True, personal=True)
    notes = FreeText(personal=True)
    status = Choice("Draft", "Active", "Canceled", required=True)
    batch = Text("Batch([1-9]|[1-4][0-9]|50)", required=True, strength=STRONG)
    bill_cycle_day = Whole(required=True, minimum=0, maximum=31)
    auto_pay = Flag(required=True)
    currency = CurrencyCode(required=True)
    balance = Amount(required=True)
    credit_balance = Amount(required=True)
    total_invoice_balance = Amount(required=True)
    mrr = Amount()
    crm_id = Text(personal=True)
    payment_term = Text()
    bill_to_contact_id = Ref("contact", db_index=True)
    sold_to_contact_id = Ref("contact", db_index=True)
    default_payment_method_id = Ref("payment_method", db_index=True)
    parent_account_id = Ref("account")
    vat_id = Text(personal=True)
    test_account_c = Flag(values=("1", "0", "yes", "no", "ja", "nein"), lake_name="test_account__c")
    processing_advice_c = Choice("DoNotProcess", lake_name="processing_advice__c")
    last_invoice_date = Day()
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
