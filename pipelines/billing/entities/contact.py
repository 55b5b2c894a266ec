"""A person with an address at one account; bill-to and sold-to may be two of them."""

from pipelines.billing.row import BillingRow
from pipelines.engine.columns import Email, Flag, FreeText, Moment, Ref, Text
from pipelines.engine.spec import SubjectRule


class Contact(BillingRow):
    """A person with an address at one account; bill-to and sold-to may be two of them."""

    entity = "contact"
    subject = SubjectRule(kind="contact")

    class Meta(BillingRow.Meta):
        # Held here for all entities: Django hangs a permission on a model.
        permissions = (("view_personal", "Can see personal columns of billing rows"),)

    account_id = Ref("account", required=True, db_index=True)
    first_name = FreeText(personal=True)
    last_name = FreeText(personal=True)
    work_email = Email(personal=True)
    personal_email = Email(personal=True)
    work_phone = Text(personal=True)
    mobile_phone = Text(personal=True)
    address_1 = FreeText(personal=True)
    address_2 = FreeText(personal=True)
    city = FreeText(personal=True)
    county = Text(personal=True)
    state = Text(personal=True)
    postal_code = Text(personal=True)
    country = Text()
    tax_region = Text()
    nick_name = Text(personal=True)
    description = FreeText(personal=True)
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
