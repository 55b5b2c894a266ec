"""How invoices stand, and whether the platform's figures agree with each other."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from pipelines.orders.allocation.balance import Header, Standing, check, check_standing
from tests.orders.allocation.ledgers import (
    applied,
    bought,
    credited,
    drawn,
    invoice,
    memo,
    payment,
    refund,
    standing_of,
)

INVOICES: Path = settings.BASE_DIR.parent / "shared" / "data" / "billing_platform" / "invoice.csv"


def header(**money: str) -> Header:
    parts = {
        "amount": "10.00",
        "balance": "0.00",
        "payments": "10.00",
        "refunds": "0",
        "credit_memos": "0",
        **money,
    }
    return Header(id="I1", currency="EUR", **{name: Decimal(text) for name, text in parts.items()})


@pytest.mark.parametrize(
    "money",
    [
        {},
        {"amount": "1000", "payments": "800", "refunds": "300", "balance": "500"},
        {"refunds": "4", "credit_memos": "4"},
        {"amount": "-12", "payments": "0", "balance": "0", "credit_balance_adjustments": "12"},
        {
            "amount": "-12",
            "payments": "0",
            "balance": "0",
            "credit_balance_adjustments": "-12",
        },  # either sign
        {"balance": "3", "adjustments": "-3"},
        {"balance": "3", "adjustments": "5", "credit_balance_adjustments": "-2"},
        {"balance": "3", "adjustments": "5", "credit_balance_adjustments": "2"},  # each with its own
        {"balance": "0.004"},  # less than a cent
    ],
)
def test_a_balance_that_follows_from_its_parts_is_no_anomaly(money: dict[str, str]) -> None:
    assert check(header(**money)) is None


@pytest.mark.parametrize(
    ("money", "difference"),
    [
        ({"refunds": "4"}, "-4.00"),  # settled by adjustments that are not exported
        ({"balance": "3"}, "3.00"),
        ({"balance": "3", "adjustments": "1"}, "2.00"),
    ],
)
def test_a_balance_that_does_not_is_named_with_its_difference(money: dict[str, str], difference: str) -> None:
    found = check(header(**money))
    assert found is not None
    assert (found.code, str(found.difference)) == ("balance_identity_broken", difference)


def told(standing: Standing) -> dict[str, str]:
    names = ("paid", "refunded", "credited", "mirrored", "net_paid", "open")
    return {name: str(getattr(standing, name)) for name in names}


def test_how_an_invoice_stands_after_a_cancellation() -> None:
    rows = [*bought(1, "100.00"), refund("R1", "74.20"), drawn("R1", "74.20", payment="P1")]
    rows += [memo("CM1", "74.20", invoice_id="I1"), credited("CM1", "I1", "74.20")]
    assert told(standing_of("I1", *rows)) == {
        "paid": "100.00", "refunded": "74.20", "credited": "0.00", "mirrored": "74.20",
        "net_paid": "25.80", "open": "0.00",
    }  # fmt: skip


def test_how_an_invoice_stands_after_a_refund_alone() -> None:
    rows = [*bought(1, "100.00"), refund("R1", "74.20"), drawn("R1", "74.20", payment="P1")]
    assert told(standing_of("I1", *rows)) == {
        "paid": "100.00", "refunded": "74.20", "credited": "0.00", "mirrored": "0.00",
        "net_paid": "25.80", "open": "74.20",
    }  # fmt: skip


def test_credit_without_cash_leaves_less_open() -> None:
    rows = [invoice("I1", "29.90"), memo("CM1", "10.00"), credited("CM1", "I1", "10.00")]
    assert (told(standing_of("I1", *rows))["credited"], told(standing_of("I1", *rows))["open"]) == (
        "10.00",
        "19.90",
    )


@pytest.mark.parametrize(("balance", "difference"), [("0.00", None), (None, None), ("5.00", "5.00")])
def test_what_the_platform_says_is_open_is_compared_with_the_rows(
    balance: str | None, difference: str | None
) -> None:
    stated = None if balance is None else Decimal(balance)
    rows = [invoice("I1", "10.00", balance=stated), payment("P1", "10.00"), applied("P1", "I1", "10.00")]
    found = check_standing(standing_of("I1", *rows))
    assert (str(found.difference) if found else None) == difference


@pytest.mark.skipif(not INVOICES.exists(), reason="the third-party files are not on this machine")
def test_of_a_publishers_invoices_all_add_up_but_those_settled_by_what_is_not_exported() -> None:
    """Twelve of 190: four negative ones and eight refunded ones show 0 and say nothing of what closed them."""
    found = []
    with INVOICES.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            names = ("balance", "amount", "paymentAmount", "refundAmount", "creditMemoAmount")
            balance, amount, payments, refunds, memos = (Decimal(row[name]) for name in names)
            anomaly = check(
                Header(
                    id=row["id"],
                    currency=row["currency"],
                    amount=amount,
                    balance=balance,
                    payments=payments,
                    refunds=refunds,
                    credit_memos=memos,
                    adjustments=Decimal(row["adjustmentAmount"]),
                    credit_balance_adjustments=Decimal(row["creditBalanceAdjustmentAmount"]),
                )
            )
            adds_up = balance == amount - payments + refunds - memos  # nothing was adjusted in these
            assert (anomaly is None) == adds_up
            shape = "fits" if anomaly is None else "refunded" if refunds else "negative"
            assert shape != "negative" or amount < 0
            found.append((row["currency"], shape))
    assert Counter(found) == {
        ("GBP", "fits"): 174, ("GBP", "negative"): 4, ("GBP", "refunded"): 7,
        ("AUD", "fits"): 4, ("AUD", "refunded"): 1,
    }  # fmt: skip
