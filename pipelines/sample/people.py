"""Accounts and their contacts."""

from __future__ import annotations

from pipelines.sample.cast.persona import Persona
from pipelines.sample.chance import Draw
from pipelines.sample.customer import Customer
from pipelines.sample.dates import instant
from pipelines.sample.layout import Row
from pipelines.sample.mail import email_of, own_host
from pipelines.sample.money import ZERO
from pipelines.sample.payment_methods import payment_method
from pipelines.sample.rates import PEOPLE as RATE


def open_account(customer: Customer, day: int) -> Row:
    """The account with its contacts and payment method, opened on a day (an ordinal)."""
    draw = customer.draw
    stamp = instant(day, 18_000 + draw.below(7_000), draw.below(1_000_000))
    persona = customer.role.persona if customer.role else None
    person = persona.names if persona and persona.names else _person(customer)
    account_id = f"{customer.prefix}a0000000"
    bill_to = _contact(customer, account_id, person, stamp, persona)
    sold_to = bill_to
    if draw.chance(RATE.other_recipient) and persona is None:
        sold_to = _contact(customer, account_id, _person(customer), stamp, None)
    method = payment_method(customer, account_id, person, stamp, persona)
    row = _account(customer, account_id, person, stamp, bill_to, sold_to, method)
    if persona is not None:
        row |= {
            "name": persona.account.format(number=customer.index) if persona.account else row["name"],
            "batch": persona.batch or row["batch"],
            "auto_pay": "true" if persona.gateway else row["auto_pay"],
            "test_account__c": "true" if persona.flagged else None,
            "processing_advice__c": persona.advice,
        }
    return customer.add("account", row)


def _account(customer: Customer, account_id: str, person: tuple[str, str], stamp: str, *linked: Row) -> Row:
    draw = customer.draw
    bill_to, sold_to, method = linked
    return {
        "id": account_id,
        "account_number": f"A{customer.index + 1:08d}",
        "name": " ".join(person if draw.chance(0.9) else person[::-1]).strip(),
        "notes": _note(customer),
        "status": "Active",
        "batch": f"Batch{1 + customer.index % 10}",
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
        "test_account__c": None if draw.chance(0.9) else "false",
        "processing_advice__c": "DoNotProcess" if draw.chance(0.003) else None,
        "last_invoice_date": None,
        "created_date": stamp,
        "updated_date": stamp,
        "is_deleted": "false",
    }


def _contact(
    customer: Customer, account_id: str, person: tuple[str, str], stamp: str, persona: Persona | None
) -> Row:
    draw, country = customer.draw, customer.country
    postcode, city, region = draw.pick(country.cities)
    first, last = person
    mail, other = email_of(customer, person), email_of(customer, person)
    row: Row = {
        "id": customer.new_id("contact"),
        "account_id": account_id,
        "first_name": first or None,
        "last_name": last,
        "work_email": mail if draw.chance(0.92) else None,
        "personal_email": other if draw.chance(0.12) else None,
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
        "nick_name": first[:4] or None if draw.chance(0.05) else None,
        "description": draw.pick(customer.brand.language.descriptions) if draw.chance(0.12) else None,
        "created_date": stamp,
        "updated_date": stamp,
        "is_deleted": "false",
    }
    if persona is not None:
        given = persona.mail and persona.mail.format(
            number=customer.index, tag=customer.prefix[:6], own=own_host(customer)
        )
        row |= {"work_email": given or mail, "personal_email": None, "nick_name": None}
        row |= {"postal_code": persona.postcode or postcode, "address_1": persona.address or row["address_1"]}
    return customer.add("contact", row)


def street_of(customer: Customer) -> str:
    draw, language = customer.draw, customer.brand.language
    number = f"{1 + draw.below(140)}{'a' if draw.chance(0.06) else ''}"
    return language.street_form.format(street=draw.pick(language.streets), number=number)


def _person(customer: Customer) -> tuple[str, str]:
    draw, language = customer.draw, customer.brand.language
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
