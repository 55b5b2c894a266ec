"""When a refund or a memo counts, and what is said of it otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.orders.allocation.vocabulary import FLAGS
from tests.orders.allocation.ledgers import (
    allocation_of,
    applied,
    bought,
    credited,
    drawn,
    invoice,
    memo,
    outcome_of,
    payment,
    refund,
)

LINK = drawn("R1", "29.90", payment="P1", invoice="I1")


@pytest.mark.parametrize(
    ("status", "outcome", "flag"),
    [
        ("Processing", "pending", "not_final"),
        ("Draft", "pending", "not_final"),
        ("something new", "pending", "not_final"),
        ("Error", "ignored", "refund_error"),
        ("Failed", "ignored", "refund_error"),
        ("Canceled", "reversed", "previously_allocated"),
        ("cancelled", "reversed", "previously_allocated"),
        ("Voided", "reversed", "previously_allocated"),
        ("Reversed", "reversed", "previously_allocated"),
    ],
)
def test_only_a_processed_refund_counts(status: str, outcome: str, flag: str) -> None:
    found = allocation_of("R1", *bought(1, "29.90"), refund("R1", "29.90", status=status), LINK)
    assert (found.outcome, found.amounts, str(found.unallocated), found.flags) == (
        outcome,
        (),
        "0.00",
        (flag,),
    )


@pytest.mark.parametrize(
    ("status", "outcome", "flag"),
    [
        ("Draft", "pending", "not_final"),
        ("PendingForTax", "pending", "not_final"),
        ("Error", "ignored", "memo_error"),
        ("Canceled", "reversed", "memo_canceled"),
    ],
)
def test_only_a_posted_memo_counts(status: str, outcome: str, flag: str) -> None:
    rows = [invoice("I1", "30.00"), memo("CM1", "10.00", status=status, reason_code="Goodwill")]
    found = allocation_of("CM1", *rows, credited("CM1", "I1", "10.00"))
    assert (found.outcome, found.amounts, str(found.unallocated), found.flags) == (
        outcome,
        (),
        "0.00",
        (flag,),
    )


@pytest.mark.parametrize(
    "links",
    [[drawn("R1", "29.90", payment="P9")], [drawn("R1", "29.90", payment="P9", invoice="I1")], [],
     [drawn("R1", "20.00", payment="P1"), drawn("R1", "9.90", payment="P9")],
     [drawn("R1", "29.90", application="gone")]],
    ids=["payment", "with-invoice", "no-link", "one-of-two", "application"],
)  # fmt: skip
def test_without_its_payment_a_refund_waits_and_no_invoice_is_guessed(links: list[Any]) -> None:
    found = allocation_of("R1", *bought(1, "29.90"), refund("R1", "29.90"), *links)
    assert (found.outcome, found.amounts, str(found.unallocated), found.flags) == (
        "pending", (), "29.90", ("payment_missing",),
    )  # fmt: skip


def test_a_refund_of_a_memo_that_is_not_there_waits() -> None:
    rows = [
        *bought(1, "29.90"),
        refund("R1", "10.00", source_type="CreditMemo"),
        drawn("R1", "10.00", memo="CM9"),
    ]
    assert (outcome_of("R1", *rows)[0], allocation_of("R1", *rows).flags) == ("pending", ("memo_missing",))


@pytest.mark.parametrize(
    "link", [{"payment": "P1"}, {"payment": "P1", "invoice": "I1"}], ids=["payment", "invoice"]
)
def test_a_refund_of_an_invoice_that_is_not_there_waits(link: dict[str, str]) -> None:
    rows = [
        payment("P1", "30.00"),
        applied("P1", "I1", "30.00"),
        refund("R1", "9.00"),
        drawn("R1", "9.00", **link),
    ]
    assert (outcome_of("R1", *rows)[0], allocation_of("R1", *rows).flags) == ("pending", ("invoice_missing",))


def test_a_memo_on_an_invoice_that_is_not_there_waits_with_its_credit() -> None:
    found = outcome_of("CM1", memo("CM1", "10.00"), credited("CM1", "I1", "10.00"))
    assert found == ("pending", "credit", {}, "10.00")


def test_a_refund_of_a_payment_that_may_still_fail_waits() -> None:
    rows = [invoice("I1", "29.90"), payment("P1", "29.90", status="Processing"), applied("P1", "I1", "29.90")]
    found = allocation_of("R1", *rows, refund("R1", "29.90"), LINK)
    assert (found.outcome, str(found.unallocated), found.flags) == ("pending", "29.90", ("not_final",))


@pytest.mark.parametrize(
    "rows",
    [
        [bought(1, "29.90"), refund("R1", "9.00", currency="GBP"), drawn("R1", "9.00", payment="P1", invoice="I1")],
        [bought(1, "29.90"), bought(2, "9.00", currency="GBP"), refund("R1", "18.00"),
         drawn("R1", "9.00", payment="P1"), drawn("R1", "9.00", payment="P2")],
        [bought(1, "29.90"), invoice("I2", "9.00", currency="GBP"), applied("P1", "I2", "9.00"),
         refund("R1", "9.00"), drawn("R1", "9.00", payment="P1")],
        [bought(1, "29.90"), memo("CM1", "9.00", currency="GBP"), refund("R1", "9.00"),
         drawn("R1", "9.00", memo="CM1")],
        [bought(1, "29.90", currency="GBP"), memo("CM1", "9.00", invoice_id="I1"), refund("R1", "9.00"),
         drawn("R1", "9.00", memo="CM1")],
        [bought(1, "29.90"), bought(2, "9.00", currency="GBP"), refund("R1", "18.00", currency=None),
         drawn("R1", "9.00", payment="P1"), drawn("R1", "9.00", payment="P2")],
    ],
    ids=["payment", "two-payments", "applied-across", "memo", "memo-refers-across", "refund-says-nothing"],
)  # fmt: skip
def test_two_currencies_in_one_refund_need_a_person(rows: list[Any]) -> None:
    found = allocation_of("R1", *rows)
    assert (found.outcome, found.amounts, str(found.unallocated), found.flags) == (
        "quarantine", (), "0.00", ("currency_mismatch",),
    )  # fmt: skip


def test_a_memo_applied_across_currencies_needs_a_person() -> None:
    rows = [invoice("I1", "30.00", currency="GBP"), memo("CM1", "10.00"), credited("CM1", "I1", "10.00")]
    assert outcome_of("CM1", *rows) == ("quarantine", "credit", {}, "0.00")


def test_a_refund_that_names_no_currency_has_that_of_its_payment() -> None:
    rows = [
        *bought(1, "300", currency="JPY"),
        refund("R1", "100", currency=None),
        drawn("R1", "100", payment="P1"),
    ]
    assert outcome_of("R1", *rows)[2] == {"I1": "100"}


@pytest.mark.parametrize(
    ("amount", "outcome"), [("0.00", "ignored"), ("0.004", "ignored"), ("-5.00", "quarantine")]
)
def test_a_refund_of_nothing_or_less(amount: str, outcome: str) -> None:
    found = outcome_of("R1", *bought(1, "29.90"), refund("R1", amount), drawn("R1", amount, payment="P1"))
    assert found == (outcome, "refund", {}, "0.00")


@pytest.mark.parametrize(("total", "outcome"), [("0.00", "ignored"), ("-5.00", "quarantine")])
def test_a_memo_of_nothing_or_less(total: str, outcome: str) -> None:
    assert outcome_of("CM1", memo("CM1", total)) == (outcome, "credit", {}, "0.00")


def test_a_refund_dated_before_its_payment_is_placed_and_flagged() -> None:
    found = allocation_of("R1", *bought(1, "29.90", "2025-01-05"), refund("R1", "29.90", "2025-01-04"), LINK)
    assert (found.outcome, found.flags) == ("allocated", ("refund_before_payment",))


def test_a_refund_on_the_day_of_its_payment_is_nothing_odd() -> None:
    found = allocation_of("R1", *bought(1, "29.90", "2025-01-05"), refund("R1", "29.90", "2025-01-05"), LINK)
    assert found.flags == ()


@pytest.mark.parametrize(("day", "flagged"), [("2025-03-01", True), ("2025-02-28", False)])
def test_a_payment_undoes_a_refund_from_its_day_on(day: str, flagged: bool) -> None:
    undone = payment("P2", "29.90", day, type="External")
    found = allocation_of("R1", *bought(1, "29.90"), undone, refund("R1", "29.90", "2025-03-01"), LINK)
    assert ("compensated_by_payment" in found.flags) == flagged


def test_rows_of_a_refund_that_cancel_out_link_it_to_nothing() -> None:
    rows = [drawn("R1", amount, payment="P1", invoice="I1") for amount in ("29.90", "-29.90")]
    found = allocation_of("R1", *bought(1, "29.90"), refund("R1", "29.90"), *rows)
    assert (found.outcome, found.amounts, found.flags) == ("pending", (), ("payment_missing",))


@pytest.mark.parametrize(
    ("more", "flagged"),
    [
        ({}, True),
        ({"type": "Electronic"}, False),
        ({"status": "Error"}, False),
        ({"currency": "GBP"}, False),
        ({"account_id": "B"}, False),
    ],
)
@pytest.mark.parametrize(("status", "outcome"), [("Processed", "allocated"), ("Error", "ignored")])
def test_a_failed_refund_that_a_new_payment_undoes_is_flagged(
    more: dict[str, str], flagged: bool, status: str, outcome: str
) -> None:
    undone = payment("P2", "29.90", "2025-03-05", **{"type": "External", **more})
    found = allocation_of("R1", *bought(1, "29.90"), undone, refund("R1", "29.90", status=status), LINK)
    assert (found.outcome, "compensated_by_payment" in found.flags) == (outcome, flagged)


def test_a_refund_that_a_new_payment_on_its_invoice_undoes_leaves_money_there() -> None:
    undone = [payment("P2", "29.90", "2025-03-05", type="External"), applied("P2", "I1", "29.90")]
    found = outcome_of("R1", *bought(1, "29.90"), undone, refund("R1", "29.90"), LINK)
    assert found == ("allocated", "partial_refund", {"I1": "29.90"}, "0.00")


def test_an_amount_with_more_decimals_is_rounded_and_flagged() -> None:
    rows = [*bought(1, "29.90"), refund("R1", "10.005"), drawn("R1", "10.005", payment="P1", invoice="I1")]
    assert (outcome_of("R1", *rows)[2:], allocation_of("R1", *rows).flags) == (
        ({"I1": "10.01"}, "0.00"),
        ("rounded",),
    )


def test_every_flag_is_explained() -> None:
    assert [flag for flag, meaning in FLAGS.items() if not meaning] == []
