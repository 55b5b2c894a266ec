"""Accounts and their contacts."""

from __future__ import annotations

from pipelines.sample.chance import Draw
from pipelines.sample.customer import Customer
from pipelines.sample.dates import instant
from pipelines.sample.layout import Row
from pipelines.sample.mail import email_of
from pipelines.sample.money import ZERO
from pipelines.sample.payment_methods import payment_method
from pipelines.sample.rates import PEOPLE as RATE


def open_account(customer: Customer, day: int) -> Row:
    """The account with its contacts and payment method, opened on a day (an ordinal)."""
    draw = customer.draw
    stamp = instant(day, 18_000 + draw.below(7_000), draw.below(1_000_000))
    test = draw.chance(RATE.test_account)
    person = _person(customer, test)
    account_id = f"{customer.prefix}a0000000"
    bill_to = _contact(customer, account_id, person, stamp, test)
    sold_to = bill_to
    if draw.chance(RATE.other_recipient):
        sold_to = _contact(customer, account_id, _person(customer, False), stamp, False)
    method = payment_method(customer, account_id, person, stamp, test)
    return customer.add(
        "account", _account(customer, account_id, person, stamp, test, bill_to, sold_to, method)
    )


def _account(
    customer: Customer, account_id: str, person: tuple[str, str], stamp: str, test: bool, *linked: Row
) -> Row:
    draw = customer.draw
    bill_to, sold_to, method = linked
    return {
        "id": account_id,
        "account_number": f"A{customer.index + 1:08d}",
        "name": f"{person[0]} {person[1]}" if draw.chance(0.9) else f"{person[1]} {person[0]}",
        "notes": _note(customer),
        "status": "Active",
        "batch": "Batch50" if test and draw.chance(0.5) else f"Batch{1 + customer.index % 10}",
        "bill_cycle_day": str(customer.bill_day),
        "auto_pay": "true" if draw.chance(0.85) else "false",
        "currency": customer.country.currency,
        "balance": ZERO,
        "credit_balance": ZERO,
        "total_invoice_balance": ZERO,
        "mrr": ZERO,
        "crm_id": f"003{customer.prefix[:12].upper()}" if draw.chance(0.6) else None,
        "payment_term": draw.pick(("Due Upon Receipt", "Net 14", "Net 30")),
        "bill_to_contact_id": bill_to["id"],
        "sold_to_contact_id": sold_to["id"],
        "default_payment_method_id": method["id"],
        "parent_account_id": _nobody(draw) if draw.chance(RATE.orphaned_parent) else None,
        "vat_id": f"{customer.country.code}{draw.below(10**9):09d}" if draw.chance(0.02) else None,
        "test_account__c": "true" if test and draw.chance(0.7) else None if draw.chance(0.9) else "false",
        "processing_advice__c": "DoNotProcess" if draw.chance(0.003) else None,
        "last_invoice_date": None,
        "created_date": stamp,
        "updated_date": stamp,
        "is_deleted": "false",
    }


def _contact(customer: Customer, account_id: str, person: tuple[str, str], stamp: str, test: bool) -> Row:
    draw, country = customer.draw, customer.country
    postcode, city, region = draw.pick(country.cities)
    first, last = person
    mail = email_of(customer, person, test)
    return customer.add(
        "contact",
        {
            "id": customer.new_id("contact"),
            "account_id": account_id,
            "first_name": first,
            "last_name": last,
            "work_email": mail if draw.chance(0.92) else None,
            "personal_email": email_of(customer, person, test) if draw.chance(0.12) else None,
            "work_phone": f"{country.phone}{draw.below(1000):03d}" if draw.chance(0.4) else None,
            "mobile_phone": f"{country.phone}{draw.below(1000):03d}" if draw.chance(0.25) else None,
            "address_1": street_of(customer),
            "address_2": draw.pick(("c/o Becker", "2. OG", "App. 14")) if draw.chance(0.07) else None,
            "city": city,
            "county": None,
            "state": region or None,
            "postal_code": postcode,
            "country": country.name,
            "tax_region": country.code if draw.chance(0.2) else None,
            "nick_name": first[:4] if draw.chance(0.05) else None,
            "description": draw.pick(customer.brand.language.descriptions) if draw.chance(0.12) else None,
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )


def street_of(customer: Customer) -> str:
    draw, language = customer.draw, customer.brand.language
    number = f"{1 + draw.below(140)}{'a' if draw.chance(0.06) else ''}"
    return language.street_form.format(street=draw.pick(language.streets), number=number)


def _person(customer: Customer, test: bool) -> tuple[str, str]:
    draw, language = customer.draw, customer.brand.language
    if test and draw.chance(0.5):
        return language.placeholder
    return draw.pick(language.first_names), draw.pick(language.last_names)


def _note(customer: Customer) -> str | None:
    draw, language = customer.draw, customer.brand.language
    if draw.chance(0.7):
        return None
    if language.rich_notes and draw.chance(0.4):
        return draw.pick(language.rich_notes)
    return draw.pick(language.notes)


def _nobody(draw: Draw) -> str:
    """An id that no row has."""
    return f"{draw.getrandbits(96):024x}ff{draw.getrandbits(24):06x}"
