"""What a person from customer service reads off the totals of a document."""

from decimal import Decimal

import pytest

from pipelines.billing import entities
from tests.orders.conftest import Shop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "billed", "left"),
    [
        ("Posted", "20.00", "10.00"),
        ("Draft", "10.00", "0.00"),
        ("Canceled", "10.00", "0.00"),
        ("Error", "10.00", "0.00"),
    ],
)
def test_only_what_a_customer_owes_is_billed(shop: Shop, status: str, billed: str, left: str) -> None:
    shop.sells("ada")
    shop.bills("ada", "more", account="account-ada", amount="10", paid=False)
    shop.put(entities.Invoice, "invoice-more", status=status)
    shop.assembles()
    totals = shop.document("ada")["totals"]["EUR"]
    assert (totals["billed"], totals["open"]) == (billed, left)


def test_a_reversed_invoice_was_billed_and_credited(shop: Shop) -> None:
    shop.sells("ada", invoices=0)
    shop.bills("ada", "gone", account="account-ada", amount="10", paid=False)
    shop.put(entities.Invoice, "invoice-gone", status="Reversed", balance=Decimal(0))
    shop.put(entities.CreditMemo, "memo", account_id="account-ada", total_amount=Decimal(10))
    shop.put(
        entities.CreditMemoApplication,
        "credited",
        credit_memo_id="memo",
        invoice_id="invoice-gone",
        amount=Decimal(10),
    )
    shop.assembles()
    totals = shop.document("ada")["totals"]["EUR"]
    assert (totals["billed"], totals["credited"], totals["open"]) == ("10.00", "10.00", "0.00")


def test_a_cancelled_invoice_that_shows_no_balance_is_not_odd(shop: Shop) -> None:
    shop.sells("ada", invoices=0)
    shop.bills("ada", "gone", account="account-ada", amount="10", paid=False)
    shop.put(entities.Invoice, "invoice-gone", status="Canceled", balance=Decimal(0))
    shop.assembles()
    assert shop.document("ada")["anomalies"] == []


def test_money_in_two_currencies_is_never_added(shop: Shop) -> None:
    shop.sells("ada")
    shop.bills("ada", "yen", account="account-ada", amount="1000")
    for model, lake_id in ((entities.Invoice, "invoice-yen"), (entities.Payment, "payment-yen")):
        shop.put(model, lake_id, currency="JPY")
    shop.assembles()
    totals = shop.document("ada")["totals"]
    assert {code: total["paid"] for code, total in totals.items()} == {"EUR": "10.00", "JPY": "1000"}


def test_control_characters_and_scripts_of_names_come_through(shop: Shop) -> None:
    shop.sells("ada")
    name = "Zoë\u0001\u2028\n\t𝒜 \u202eada"
    shop.put(entities.Contact, "contact-account-ada", last_name=name)
    shop.assembles()
    assert shop.document("ada")["customer"]["bill_to"]["last_name"] == name


def test_ids_that_two_brands_share_stay_apart(shop: Shop) -> None:
    other = Shop(tenant="polder")
    shop.sells("ada", amount="10")
    other.sells("ada", amount="25")
    shop.assembles()
    other.assembles()
    paid = [each.document("ada")["totals"]["EUR"]["paid"] for each in (shop, other)]
    assert paid == ["10.00", "25.00"]


@pytest.mark.parametrize(("year", "expires"), [(2027, "2027-04"), (20277, None), (-1, None)])
def test_a_card_that_cannot_expire_so_keeps_no_order_from_its_receivers(
    shop: Shop, year: int, expires: str | None
) -> None:
    shop.sells("ada")
    card = {"credit_card_expiration_month": 4, "credit_card_expiration_year": year}
    shop.put(entities.PaymentMethod, "card", account_id="account-ada", **card)
    shop.put(entities.Account, "account-ada", default_payment_method_id="card")
    shop.assembles()
    assert shop.document("ada")["customer"]["payment_method"].get("expires") == expires
