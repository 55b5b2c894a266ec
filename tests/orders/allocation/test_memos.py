"""What credit memos credit, what refunds pay out of them, and what only mirrors money that was counted."""

from __future__ import annotations

from typing import Any

import pytest

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
    standing_of,
)

GESTURE = {"reason_code": "Goodwill"}
CASH = {"source_type": "CreditMemo", "reason_code": "Goodwill"}


def test_a_gesture_on_open_invoices_is_credit_without_cash() -> None:
    rows = [invoice("I1", "29.90"), invoice("I2", "29.90"), memo("CM1", "25.00", **GESTURE)]
    rows += [credited("CM1", "I1", "12.50"), credited("CM1", "I2", "12.50")]
    found = allocation_of("CM1", *rows)
    assert (outcome_of("CM1", *rows), found.cash, found.flags) == (
        ("allocated", "goodwill", {"I1": "12.50", "I2": "12.50"}, "0.00"),
        False,
        ("no_cash",),
    )


def test_a_gesture_paid_out_is_counted_as_the_refund_and_not_as_the_memo() -> None:
    rows = [
        *bought(1, "29.90"),
        memo("CM1", "8.34", invoice_id="I1", **GESTURE),
        refund("R1", "8.34", **CASH),
    ]
    rows += [drawn("R1", "8.34", memo="CM1")]
    assert [outcome_of(id, *rows) for id in ("R1", "CM1")] == [
        ("allocated", "goodwill", {"I1": "8.34"}, "0.00"),
        ("ignored", "goodwill", {}, "0.00"),
    ]


def test_a_memo_is_partly_applied_partly_paid_out_and_partly_unused() -> None:
    rows = [*bought(1, "29.90"), invoice("I2", "29.90"), memo("CM1", "30.00", invoice_id="I1", **GESTURE)]
    rows += [credited("CM1", "I2", "12.00"), refund("R1", "10.00", **CASH), drawn("R1", "10.00", memo="CM1")]
    assert [outcome_of(id, *rows)[2:] for id in ("R1", "CM1")] == [
        ({"I1": "10.00"}, "0.00"),
        ({"I2": "12.00"}, "8.00"),
    ]


@pytest.mark.parametrize("link", [[], [drawn("R1", "10.00", memo="CM1")]], ids=["no-link", "memo"])
def test_without_any_invoice_a_gesture_is_shared_by_what_was_paid_in_twelve_months(link: list[Any]) -> None:
    rows = [
        bought(1, "90.00", "2024-04-01"),  # a day too old
        bought(2, "30.00", "2024-04-02"),
        bought(3, "10.00", "2025-01-05"),
        bought(4, "50.00", "2025-04-03"),  # after the refund
        invoice("I5", "70.00", "2025-02-05"),  # never paid
        bought(6, "60.00", "2025-02-05", account_id="B")[0],
        bought(7, "60.00", "2025-02-05", currency="GBP"),
        memo("CM1", "10.00", **GESTURE),
        refund("R1", "10.00", "2025-04-02", **CASH),
        link,
    ]
    assert outcome_of("R1", *rows) == ("allocated", "goodwill", {"I2": "7.50", "I3": "2.50"}, "0.00")


def test_a_year_before_the_29th_of_february_is_the_28th() -> None:
    rows = [bought(1, "30.00", "2023-02-28"), bought(2, "30.00", "2023-02-27")]
    found = outcome_of("R1", *rows, refund("R1", "10.00", "2024-02-29", **CASH))
    assert found[2] == {"I1": "10.00"}


def test_what_the_account_did_not_pay_is_not_given_back() -> None:
    found = allocation_of("R1", *bought(1, "30.00"), refund("R1", "40.00", "2025-02-01", **CASH))
    assert (str(found.unallocated), found.flags) == ("10.00", ("account_level", "over_refund"))


@pytest.mark.parametrize(
    ("memos", "unused"),
    [
        (
            [memo("CM1", "25.00", **GESTURE), memo("CM2", "10.00", **GESTURE)],
            ["25.00", "0.00"],
        ),  # the very amount
        (
            [memo("CM1", "6.00", **GESTURE), memo("CM2", "9.00", **GESTURE)],
            ["0.00", "5.00"],
        ),  # else the oldest
    ],
)
def test_a_refund_that_names_no_memo_uses_up_the_accounts_memos(memos: list[Any], unused: list[str]) -> None:
    rows = [*bought(1, "30.00"), *memos, refund("R1", "10.00", **CASH)]
    assert [outcome_of(id, *rows)[3] for id in ("CM1", "CM2")] == unused


@pytest.mark.parametrize(
    ("code", "source", "kind"),
    [
        ("Goodwill", "CreditMemo", "goodwill"),
        ("Customer Satisfaction", "CreditMemo", "goodwill"),
        ("customer-satisfaction", "CreditMemo", "goodwill"),
        ("Standard Refund", "CreditMemo", "partial_refund"),
        (None, "CreditMemo", "partial_refund"),
        ("Goodwill", "Payment", "partial_refund"),  # only where the money goes through a memo
    ],
)
def test_what_makes_a_goodwill(code: str | None, source: str, kind: str) -> None:
    through = {"memo": "CM1"} if source == "CreditMemo" else {"payment": "P1"}
    rows = [*bought(1, "30.00"), memo("CM1", "10.00", invoice_id="I1")]
    rows += [refund("R1", "10.00", source_type=source, reason_code=code), drawn("R1", "10.00", **through)]
    assert outcome_of("R1", *rows)[1] == kind


def test_the_memos_reason_makes_a_goodwill_too() -> None:
    rows = [*bought(1, "30.00"), memo("CM1", "10.00", invoice_id="I1", **GESTURE)]
    rows += [refund("R1", "10.00", source_type="CreditMemo"), drawn("R1", "10.00", memo="CM1")]
    assert outcome_of("R1", *rows)[1] == "goodwill"


def test_a_refund_of_a_memo_that_is_applied_already_follows_its_applications() -> None:
    rows = [*bought(1, "100.00"), memo("CM1", "30.00", **GESTURE), credited("CM1", "I1", "30.00")]
    rows += [refund("R1", "30.00", **CASH), drawn("R1", "30.00", memo="CM1")]
    assert [outcome_of(id, *rows)[2] for id in ("R1", "CM1")] == [{"I1": "30.00"}, {}]


def test_the_free_rest_of_an_applied_memo_goes_where_the_memo_lies_and_money_was_paid() -> None:
    rows = [*bought(1, "30.00"), *bought(2, "30.00"), invoice("I3", "30.00")]
    rows += [memo("CM1", "30.00", **GESTURE), credited("CM1", "I2", "10.00"), credited("CM1", "I3", "10.00")]
    rows += [refund("R1", "10.00", **CASH), drawn("R1", "10.00", memo="CM1")]
    assert outcome_of("R1", *rows)[2] == {"I2": "10.00"}


def test_a_link_with_memo_and_invoice_is_taken_as_it_is() -> None:
    rows = [*bought(1, "30.00"), *bought(2, "30.00"), memo("CM1", "10.00", invoice_id="I1", **GESTURE)]
    rows += [refund("R1", "10.00", **CASH), drawn("R1", "10.00", memo="CM1", invoice="I2")]
    assert outcome_of("R1", *rows)[2] == {"I2": "10.00"}


def test_no_more_is_paid_out_of_a_memo_than_it_holds() -> None:
    rows = [*bought(1, "30.00"), memo("CM1", "10.00", invoice_id="I1", **GESTURE)]
    rows += [refund("R1", "15.00", **CASH), drawn("R1", "15.00", memo="CM1")]
    assert outcome_of("R1", *rows)[2:] == ({"I1": "10.00"}, "5.00")


def test_a_gesture_gives_no_more_back_than_was_paid() -> None:
    rows = [*bought(1, "6.00"), memo("CM1", "10.00", invoice_id="I1", **GESTURE)]
    rows += [refund("R1", "10.00", **CASH), drawn("R1", "10.00", memo="CM1")]
    assert outcome_of("R1", *rows)[2:] == ({"I1": "6.00"}, "4.00")


def test_a_memo_credits_no_more_than_its_total_earliest_first() -> None:
    rows = [invoice("I1", "30.00"), invoice("I2", "30.00"), memo("CM1", "10.00", **GESTURE)]
    rows += [credited("CM1", "I1", "8.00", "2025-04-02"), credited("CM1", "I2", "8.00", "2025-04-01")]
    assert outcome_of("CM1", *rows)[2:] == ({"I1": "2.00", "I2": "8.00"}, "0.00")


def test_a_memo_unapplied_and_applied_elsewhere_credits_where_it_lies() -> None:
    rows = [invoice("I1", "29.90"), invoice("I2", "29.90"), memo("CM1", "10.00", **GESTURE)]
    rows += [credited("CM1", "I1", "10.00"), credited("CM1", "I1", "-10.00"), credited("CM1", "I2", "10.00")]
    assert (outcome_of("CM1", *rows)[2], allocation_of("CM1", *rows).flags) == (
        {"I2": "10.00"},
        ("netted", "no_cash"),
    )


def test_an_unused_gesture_is_pending_with_all_of_its_credit() -> None:
    found = outcome_of("CM1", *bought(1, "30.00"), memo("CM1", "10.00", invoice_id="I1", **GESTURE))
    assert found == ("pending", "goodwill", {}, "10.00")


def test_a_refund_on_its_way_holds_the_credit_it_will_take() -> None:
    rows = [*bought(1, "30.00"), memo("CM1", "10.00", invoice_id="I1", **GESTURE)]
    rows += [refund("R1", "10.00", status="Processing", **CASH), drawn("R1", "10.00", memo="CM1")]
    assert outcome_of("CM1", *rows) == ("ignored", "goodwill", {}, "0.00")


CANCELLED = [*bought(1, "100.00"), refund("R1", "74.20"), drawn("R1", "74.20", payment="P1", invoice="I1")]


@pytest.mark.parametrize("code", [None, "Cancellation", "Correcting invoice error", "Goodwill"])
def test_a_memo_that_closes_what_a_refund_opened_is_not_counted_again(code: str | None) -> None:
    rows = [
        *CANCELLED,
        memo("CM1", "74.20", invoice_id="I1", reason_code=code),
        credited("CM1", "I1", "74.20"),
    ]
    assert (outcome_of("CM1", *rows)[0], outcome_of("CM1", *rows)[2:]) == ("ignored", ({}, "0.00"))


def test_a_correction_that_is_not_applied_yet_mirrors_the_invoice_it_refers_to() -> None:
    rows = [*CANCELLED, memo("CM1", "74.20", invoice_id="I1", reason_code="Cancellation")]
    assert outcome_of("CM1", *rows) == ("ignored", "credit", {}, "0.00")


def test_an_unused_gesture_stays_open_beside_a_refund() -> None:
    rows = [*CANCELLED, memo("CM1", "10.00", invoice_id="I1", **GESTURE)]
    assert outcome_of("CM1", *rows)[3] == "10.00"


def test_what_a_memo_credits_beyond_the_refund_counts() -> None:
    rows = [
        invoice("I1", "100.00"),
        payment("P1", "50.00"),
        applied("P1", "I1", "50.00"),
        refund("R1", "24.20"),
    ]
    rows += [
        drawn("R1", "24.20", payment="P1", invoice="I1"),
        memo("CM1", "74.20"),
        credited("CM1", "I1", "74.20"),
    ]
    assert outcome_of("CM1", *rows)[2] == {"I1": "50.00"}  # was owed; 24.20 closes what the refund opened


def test_a_memo_credits_what_is_owed_before_it_mirrors() -> None:
    rows = [
        invoice("I1", "100.00"),
        payment("P1", "60.00"),
        applied("P1", "I1", "60.00"),
        refund("R1", "10.00"),
    ]
    rows += [
        drawn("R1", "10.00", payment="P1", invoice="I1"),
        memo("CM1", "40.00"),
        credited("CM1", "I1", "40.00"),
    ]
    assert outcome_of("CM1", *rows)[2] == {"I1": "40.00"}


def test_two_memos_do_not_mirror_the_same_money() -> None:
    rows = [*CANCELLED, memo("CM1", "74.20", "2025-03-02"), memo("CM2", "20.00", "2025-03-03")]
    rows += [credited("CM1", "I1", "74.20"), credited("CM2", "I1", "20.00")]
    assert [outcome_of(id, *rows)[2] for id in ("CM1", "CM2")] == [{}, {"I1": "20.00"}]


def test_a_memo_mirrors_a_refund_that_is_on_its_way() -> None:
    rows = [*bought(1, "100.00"), refund("R1", "74.20", status="Processing")]
    rows += [drawn("R1", "74.20", payment="P1"), memo("CM1", "74.20", invoice_id="I1")]
    assert outcome_of("CM1", *rows, credited("CM1", "I1", "74.20")) == ("ignored", "credit", {}, "0.00")


def test_after_a_refund_that_failed_the_memo_is_credit() -> None:
    rows = [*bought(1, "100.00"), refund("R1", "74.20", status="Error")]
    rows += [drawn("R1", "74.20", payment="P1"), memo("CM1", "74.20", invoice_id="I1")]
    assert outcome_of("CM1", *rows, credited("CM1", "I1", "74.20"))[2] == {"I1": "74.20"}


def test_a_gesture_paid_out_does_not_open_the_invoice_for_a_mirror() -> None:
    rows = [
        *bought(1, "30.00"),
        memo("CM1", "10.00", invoice_id="I1", **GESTURE),
        refund("R1", "10.00", **CASH),
    ]
    rows += [drawn("R1", "10.00", memo="CM1"), memo("CM2", "10.00"), credited("CM2", "I1", "10.00")]
    assert outcome_of("CM2", *rows)[2] == {"I1": "10.00"}


WRITE_OFF = [memo("CM1", "50.00", invoice_id="I1", reason_code="Write-off"), credited("CM1", "I1", "50.00")]
HALF_PAID = [invoice("I1", "100.00"), payment("P1", "50.00"), applied("P1", "I1", "50.00")]


def test_a_write_off_after_a_chargeback_is_not_counted_again_though_more_was_owed() -> None:
    rows = [*HALF_PAID, refund("R1", "50.00", type="External", reason_code="Chargeback")]
    rows += [drawn("R1", "50.00", payment="P1", invoice="I1"), *WRITE_OFF]
    assert outcome_of("CM1", *rows) == ("ignored", "write_off", {}, "0.00")


def test_a_write_off_that_names_no_invoice_mirrors_what_the_account_took_back() -> None:
    rows = [*bought(1, "30.00"), refund("R1", "30.00", type="External", reason_code="Chargeback")]
    rows += [drawn("R1", "30.00", payment="P1"), memo("CM1", "30.00", reason_code="written off")]
    assert outcome_of("CM1", *rows) == ("ignored", "write_off", {}, "0.00")


def test_a_memo_that_waits_for_its_invoice_holds_what_no_refund_took() -> None:
    rows = [
        *bought(1, "29.90"),
        memo("CM1", "10.00", invoice_id="I9", **GESTURE),
        refund("R1", "3.00", **CASH),
    ]
    rows += [drawn("R1", "3.00", memo="CM1", invoice="I1")]
    assert [outcome_of(id, *rows)[::3] for id in ("R1", "CM1")] == [
        ("allocated", "0.00"),
        ("pending", "7.00"),
    ]


def test_a_write_off_that_names_no_invoice_mirrors_nothing_in_another_currency() -> None:
    rows = [
        *bought(1, "29.90", currency="USD"),
        refund("R1", "29.90", currency="USD"),
        memo("CM1", "29.90", reason_code="Write-off"),
    ]
    rows += [drawn("R1", "29.90", payment="P1", invoice="I1")]
    assert outcome_of("CM1", *rows) == ("pending", "write_off", {}, "29.90")


def test_a_write_off_after_a_reversed_payment_only_closes_the_invoice() -> None:
    rows = [invoice("I1", "50.00"), payment("P1", "50.00", status="Canceled"), applied("P1", "I1", "50.00")]
    assert outcome_of("CM1", *rows, *WRITE_OFF) == ("ignored", "write_off", {}, "0.00")


def test_a_write_off_of_what_was_never_paid_is_credit() -> None:
    assert outcome_of("CM1", invoice("I1", "50.00"), *WRITE_OFF) == (
        "allocated",
        "write_off",
        {"I1": "50.00"},
        "0.00",
    )


@pytest.mark.parametrize("id", ["I1", "I2"])
def test_an_invoice_is_closed_after_a_cancellation_or_a_gesture(id: str) -> None:
    rows = [
        *CANCELLED,
        memo("CM1", "74.20", invoice_id="I1"),
        credited("CM1", "I1", "74.20"),
        *bought(2, "30.00"),
    ]
    rows += [memo("CM2", "5.00", invoice_id="I2", **GESTURE), refund("R2", "5.00", **CASH)]
    assert str(standing_of(id, *rows, drawn("R2", "5.00", memo="CM2")).open) == "0.00"
