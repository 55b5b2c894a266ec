"""Whose order it is: dots, or in clear for whoever asks for it and may read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from audit.blocks import Block, Fact, facts, record_link
from audit.words import MASK

Entry = Mapping[str, Any]
HIDDEN = "personal: to read it takes the permission orders.view_order_body"


def masked(document: Entry) -> Block:
    """Which of these are known shows; what they are does not."""
    own = [Fact(label=label, value=MASK, note=HIDDEN) for label, value in _values(document) if value]
    return facts("Customer", *own or [Fact(label="Customer", value="nothing is known of the account")])


def in_clear(document: Entry) -> Block:
    own = [Fact(label=label, value=value) for label, value in _values(document) if value]
    return facts("Customer", *own)


def people(document: Entry, tenant: str) -> list[Fact]:
    """Links to the rows: ids say nothing of a person to whoever may not open them."""
    customer = document.get("customer", {})
    found = []
    for name, label, model in (
        ("account", "Account", "billing.account"),
        ("bill_to", "Bill-to contact", "billing.contact"),
        ("sold_to", "Sold-to contact", "billing.contact"),
        ("payment_method", "Payment method", "billing.paymentmethod"),
    ):
        if own := (customer.get(name) or {}).get("id"):
            found.append(Fact(label=label, value=record_link(model, f"{tenant}:{own}", own)))
    return found


def _values(document: Entry) -> Iterator[tuple[str, str]]:
    customer = document.get("customer", {})
    account = customer.get("account") or {}
    yield "Account", _joined(account, "name", "number", "status", sep=", ")
    yield "VAT id", account.get("vat_id", "")
    yield "CRM id", account.get("crm_id", "")
    bill_to, sold_to = customer.get("bill_to") or {}, customer.get("sold_to") or {}
    yield from _contact("", bill_to)
    if sold_to and sold_to.get("id") != bill_to.get("id"):
        yield from _contact(" of the recipient", sold_to)
    yield "Pays by", _method(customer.get("payment_method") or {})
    yield "Reason given", (document.get("remarks") or {}).get("cancel_reason", "")


def _contact(whose: str, contact: Entry) -> Iterator[tuple[str, str]]:
    yield f"Name{whose}", _joined(contact, "first_name", "last_name")
    yield f"E-mail{whose}", contact.get("email", "")
    yield f"Phone{whose}", contact.get("phone", "")
    town = _joined(contact, "postal_code", "city")
    parts = [
        contact.get("address_1"),
        contact.get("address_2"),
        town,
        contact.get("state"),
        contact.get("country"),
    ]
    yield f"Address{whose}", ", ".join(filter(None, parts))


def _method(method: Entry) -> str:
    told = _joined(method, "type", "brand", "shown")
    return f"{told}, until {method['expires']}" if method.get("expires") else told


def _joined(entry: Entry, *names: str, sep: str = " ") -> str:
    return sep.join(filter(None, (entry.get(name) for name in names)))
