"""Refunds and credit notes in sentences: what somebody from customer service reads out."""

from typing import Any

import pytest

from pipelines.orders.admin.sentences import credit_told, refund_told, remarks
from tests.orders.admin.making import note, refund

NAMES = {"1": "INV1", "2": "INV2"}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            refund("9", "20.22", ("1", "10.11"), ("2", "10.11"), kind="chargeback"),
            "20.22 EUR went back on 23 Dec 2025 (chargeback): 10.11 to INV1, 10.11 to INV2.",
        ),
        (
            refund("9", "1234.50", ("1", "1234.50"), kind="refund"),
            "1,234.50 EUR went back on 23 Dec 2025 (full refund): 1,234.50 to INV1.",
        ),
        (
            refund("9", "763", ("1", "763"), currency="JPY"),
            "763 JPY went back on 23 Dec 2025 (partial refund): 763 to INV1.",
        ),
        (
            refund("9", "12.00", ("1", "10.00"), unallocated="2.00"),
            "12.00 EUR went back on 23 Dec 2025 (partial refund): 10.00 to INV1; 2.00 of it belongs to no invoice.",
        ),
        (
            refund("9", "5.00", kind="credit_balance_refund", unallocated="5.00"),
            "5.00 EUR went back on 23 Dec 2025 (paid out of the credit balance). It belongs to no invoice.",
        ),
        (
            refund("9", "5.00", ("7", "5.00"), date=None),
            "5.00 EUR went back (partial refund): 5.00 to an invoice that is not there.",
        ),
        (
            refund("9", "5.00", outcome="pending", flags=["payment_missing"]),
            "Refund R-9 of 5.00 EUR on 23 Dec 2025 does not count yet: the payment is not there yet.",
        ),
        (
            refund("9", "5.00", outcome="ignored", flags=["refund_error"], number=None),
            "Refund 9 of 5.00 EUR on 23 Dec 2025 has no effect of its own: failed at the gateway.",
        ),
        (
            refund("9", "5.00", outcome="reversed", flags=["previously_allocated"]),
            "Refund R-9 of 5.00 EUR on 23 Dec 2025 was taken back: may have been allocated before it was reversed.",
        ),
        (
            refund("9", "5.00", outcome="quarantine", flags=["currency_mismatch"], currency=""),
            "Refund R-9 of 5.00 on 23 Dec 2025 contradicts itself, so nothing of it counts until somebody has looked "
            "at it: two currencies in what belongs together.",
        ),
        (
            refund("9", "5.00", outcome="pending", flags=["a_new_flag"]),
            "Refund R-9 of 5.00 EUR on 23 Dec 2025 does not count yet: a new flag.",
        ),
    ],
)  # fmt: skip
def test_a_refund_is_told(entry: dict[str, Any], told: str) -> None:
    assert refund_told(entry, NAMES) == told


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            note("8", "10.11", kind="write_off", outcome="ignored", corrections=[{"id": "1", "amount": "10.11"}]),
            "The write-off memo CM8 of 10.11 EUR on 23 Dec 2025 only corrects the balance of INV1: it gives the "
            "customer nothing more.",
        ),
        (
            note("8", "5.00", ("1", "5.00"), kind="goodwill"),
            "The goodwill memo CM8 of 5.00 EUR on 23 Dec 2025 was credited: 5.00 to INV1.",
        ),
        (
            note("8", "15.00", ("1", "5.00"), corrections=[{"id": "2", "amount": "10.00"}]),
            "The credit memo CM8 of 15.00 EUR on 23 Dec 2025 was credited: 5.00 to INV1; 10.00 of it only corrects "
            "the balance of INV2.",
        ),
        (
            note("8", "15.00", ("1", "5.00"), unallocated="10.00"),
            "The credit memo CM8 of 15.00 EUR on 23 Dec 2025 was credited: 5.00 to INV1; 10.00 of it is not used.",
        ),
        (
            note("8", "4.90", outcome="ignored", flags=["via_credit_memo"]),
            "The credit memo CM8 of 4.90 EUR on 23 Dec 2025 has no effect of its own: money that went out through a "
            "credit memo.",
        ),
        (
            note("8", "4.90", unallocated="4.90", flags=["memo_balance_open"]),
            "The credit memo CM8 of 4.90 EUR on 23 Dec 2025 was placed on no invoice: part of the credit memo is "
            "unused; 4.90 of it is not used.",
        ),
    ],
)  # fmt: skip
def test_a_credit_note_is_told(entry: dict[str, Any], told: str) -> None:
    assert credit_told(entry, NAMES) == told


def test_flags_of_a_placed_refund_are_remarks() -> None:
    assert remarks(refund("9", "5.00", ("1", "5.00"), flags=["prorated"])) == [
        "Split by weights because no link said how."
    ]


def test_flags_that_the_sentence_tells_are_not_told_twice() -> None:
    assert remarks(refund("9", "5.00", outcome="pending", flags=["not_final"])) == []


def test_a_refund_that_went_to_no_invoice_says_why() -> None:
    told = remarks(refund("9", "5.00", unallocated="5.00", flags=["overpayment"]))
    assert told == ["Part came from the unapplied rest of a payment."]


def test_a_memo_without_parts_tells_its_flags_once() -> None:
    assert remarks(note("8", "4.90", unallocated="4.90", flags=["memo_balance_open"])) == []
