"""Whose order it is: the current owner, the people behind it and how they pay. Personal throughout."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipelines.orders.document.entry import Entry, known
from pipelines.orders.rows import AccountRow, ContactRow, MethodRow, SubscriptionRow

YEAR = re.compile("[0-9]{1,4}")  # the platform takes any whole number for one


def customer(
    account: AccountRow | None,
    current: SubscriptionRow,
    contacts: Mapping[str, ContactRow],
    methods: Mapping[str, MethodRow],
) -> Entry:
    """The subscription's own contacts count before those of its account."""
    if account is None:
        return {"account": known({"id": current.account_id})}
    method = methods.get(account.default_payment_method_id or "")
    bill_to = current.bill_to_contact_id or account.bill_to_contact_id
    sold_to = current.sold_to_contact_id or account.sold_to_contact_id or bill_to
    return known(
        {
            "account": known(
                {
                    "id": account.lake_id,
                    "number": account.account_number,
                    "name": account.name,
                    "status": account.status,
                    "currency": account.currency,
                    "payment_term": account.payment_term,
                    "crm_id": account.crm_id,
                    "vat_id": account.vat_id,
                }
            ),
            "bill_to": _contact(contacts.get(bill_to or "")),
            "sold_to": _contact(contacts.get(sold_to or "")),
            "payment_method": _method(method),
        }
    )


def _contact(contact: ContactRow | None) -> Entry | None:
    if contact is None:
        return None
    return known(
        {
            "id": contact.lake_id,
            "first_name": contact.first_name,
            "last_name": contact.last_name,
            "email": contact.work_email or contact.personal_email,
            "phone": contact.mobile_phone or contact.work_phone,
            "address_1": contact.address_1,
            "address_2": contact.address_2,
            "postal_code": contact.postal_code,
            "city": contact.city,
            "state": contact.state,
            "country": contact.country,
        }
    )


def _method(method: MethodRow | None) -> Entry | None:
    """What a person recognises it by; never more of a number than its last digits."""
    if method is None:
        return None
    year, month, expires = method.credit_card_expiration_year, method.credit_card_expiration_month, None
    if year and month and YEAR.fullmatch(year):
        expires = f"{year}-{month:0>2}"
    shown = method.credit_card_mask_number or method.iban_mask or method.paypal_email
    return known(
        {
            "id": method.lake_id,
            "type": method.type,
            "brand": method.credit_card_type or method.bank_transfer_type,
            "shown": shown,
            "expires": expires,
        }
    )
