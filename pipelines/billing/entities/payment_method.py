"""A masked card, debit mandate or wallet: shown in documents, and evidence of test cards."""

from pipelines.billing.row import BillingRow
from pipelines.engine.columns import MEDIUM, Choice, Email, Flag, FreeText, Moment, Ref, Text, Whole
from pipelines.engine.spec import SubjectRule


class PaymentMethod(BillingRow):
    """A masked card, debit mandate or wallet: shown in documents, and evidence of test cards."""

    entity = "payment_method"
    subject = SubjectRule(kind="account", column="account_id")

    account_id = Ref("account", db_index=True)
    name = Text(personal=True)  # "Visa 7000": the kind and the last digits
    type = Choice(
        "ACH",
        "ApplePay",
        "BankTransfer",
        "Cash",
        "Check",
        "CreditCard",
        "CreditCardReferenceTransaction",
        "DebitCard",
        "GooglePay",
        "Other",
        "PayPal",
        "WireTransfer",
        required=True,
    )
    payment_method_status = Choice("Active", "Closed", "Scrubbed")
    active = Flag()
    is_system = Flag()
    credit_card_type = Text()
    credit_card_mask_number = Text("[*xX0-9]{8,19}", strength=MEDIUM, personal=True)
    credit_card_expiration_month = Whole(minimum=1, maximum=12)
    credit_card_expiration_year = Whole()
    bank_identification_number = Text(r"\d{6,8}", strength=MEDIUM, personal=True)
    bank_transfer_type = Text()
    iban_mask = Text(personal=True)
    mandate_id = Text(personal=True)
    paypal_email = Email(personal=True)
    credit_card_holder_name = FreeText(personal=True)
    last_transaction_status = Choice("Approved", "Error", "Declined", "Void", "None")
    last_transaction_date_time = Moment()
    num_consecutive_failures = Whole(minimum=0)
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
