"""Cards, debit mandates and wallets, masked as an export masks them."""

from __future__ import annotations

from pipelines.sample.cast.persona import Persona
from pipelines.sample.customer import Customer
from pipelines.sample.layout import Row
from pipelines.sample.mail import email_of

CARDS = (("Visa", "4", "411773"), ("MasterCard", "5", "520082"))


def payment_method(
    customer: Customer, account_id: str, person: tuple[str, str], stamp: str, persona: Persona | None
) -> Row:
    draw = customer.draw
    way = draw.random()
    row = _bare_method(customer, account_id, stamp)
    given = persona.card if persona else None
    holder = (persona.holder if persona else None) or " ".join(person).strip()
    if given or way < 0.4:
        brand, first, number = draw.pick(CARDS)
        last = f"{draw.below(10_000):04d}"
        if given:
            brand, first = ("MasterCard", "5") if given[0][0] == "5" else ("Visa", "4")
            number, last = given
        row |= {
            "name": f"{brand} {last}",
            "type": "CreditCardReferenceTransaction" if draw.chance(0.7) else "CreditCard",
            "credit_card_type": brand,
            "credit_card_mask_number": f"{first}***********{last}",
            "credit_card_expiration_month": str(1 + draw.below(12)),
            "credit_card_expiration_year": str(2026 + draw.below(5)),
            "bank_identification_number": number,
            "credit_card_holder_name": holder,
        }
    elif way < 0.85 and customer.country.digits == 2:
        row |= {
            "name": customer.brand.debit_name,
            "type": "BankTransfer",
            "bank_transfer_type": "SEPA",
            "iban_mask": f"{customer.country.code}{'*' * 14}{draw.below(10_000):04d}",
            "mandate_id": f"M{customer.index + 1:08d}",
        }
    else:
        row |= {"name": "PayPal", "type": "PayPal", "paypal_email": email_of(customer, person)}
    return customer.add("payment_method", row)


def _bare_method(customer: Customer, account_id: str, stamp: str) -> Row:
    return {
        "id": customer.new_id("payment_method"),
        "account_id": account_id,
        "name": None,
        "type": None,
        "payment_method_status": "Active",
        "active": "true",
        "is_system": "false",
        "credit_card_type": None,
        "credit_card_mask_number": None,
        "credit_card_expiration_month": None,
        "credit_card_expiration_year": None,
        "bank_identification_number": None,
        "bank_transfer_type": None,
        "iban_mask": None,
        "mandate_id": None,
        "paypal_email": None,
        "credit_card_holder_name": None,
        "last_transaction_status": "Approved" if customer.draw.chance(0.9) else "None",
        "last_transaction_date_time": None,
        "num_consecutive_failures": "0",
        "created_date": stamp,
        "updated_date": stamp,
        "is_deleted": "false",
    }
