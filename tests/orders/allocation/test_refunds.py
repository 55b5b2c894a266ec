"""Which invoices a refund's money is taken from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipelines.orders.allocation.allocate import reckon
from pipelines.orders.allocation.ledger import CreditBalanceAdjustment
from tests.orders.allocation.ledgers import (
    allocation_of,
    applied,
    bought,
    drawn,
    invoice,
    ledger,
    memo,
    outcome_of,
    payment,
    refund,
    standing_of,
)


def paid_together(*parts: str, total: str | None = None, currency: str = "EUR") -> list[Any]:
    """Invoices I1, I2, ... a month apart, all paid by P1."""
    months = [f"2025-{month:02}-05" for month in range(1, 13)]
    rows: list[Any] = [payment("P1", total or str(sum(map(float, parts))), "2025-02-06", currency=currency)]
    for number, (part, day) in enumerate(zip(parts, months, strict=False), 1):
        rows += [invoice(f"I{number}", part, day, currency=currency), applied("P1", f"I{number}", part)]
    return rows


def test_a_refund_without_a_link_is_shared_by_what_each_invoice_was_paid() -> None:
    rows = paid_together("29.90", "9.95", "60.15", total="100.00")
    found = outcome_of("R1", *rows, refund("R1", "33.33"), drawn("R1", "33.33", payment="P1"))
    # quotas 9.96567, 3.316335, 20.047995: the cent that is missing goes to the second
    assert found == ("allocated", "partial_refund", {"I1": "9.96", "I2": "3.32", "I3": "20.05"}, "0.00")


def test_of_equal_remainders_the_oldest_invoice_gets_the_cent_whatever_its_id() -> None:
    rows = [
        payment("P1", "20.00"),
        invoice("I1", "10.00", "2025-02-05"),
        invoice("I2", "10.00", "2025-01-05"),
        applied("P1", "I1", "10.00"),
        applied("P1", "I2", "10.00"),
    ]
    found = allocation_of("R1", *rows, refund("R1", "0.01"), drawn("R1", "0.01", payment="P1"))
    assert [id for id, _ in found.amounts] == ["I2"]


def test_of_equally_old_invoices_the_smaller_number_gets_the_cent() -> None:
    rows = [
        payment("P1", "20.00"),
        invoice("I1", "10.00", number="INV2"),
        invoice("I2", "10.00", number="INV1"),
        applied("P1", "I1", "10.00"),
        applied("P1", "I2", "10.00"),
    ]
    found = allocation_of("R1", *rows, refund("R1", "0.01"), drawn("R1", "0.01", payment="P1"))
    assert [id for id, _ in found.amounts] == ["I2"]


def test_a_later_refund_is_shared_by_what_is_left() -> None:
    rows = [
        *paid_together("40.00", "60.00", total="100.00"),
        refund("R1", "30.00", "2025-03-01"),
        drawn("R1", "30.00", payment="P1", invoice="I1"),
        refund("R2", "35.00", "2025-03-02"),
        drawn("R2", "35.00", payment="P1"),
    ]
    assert outcome_of("R2", *rows)[2] == {"I1": "5.00", "I2": "30.00"}  # 10 and 60 were left


def test_refunds_count_in_the_order_of_their_dates_not_of_their_ids() -> None:
    rows = [
        *bought(1, "30.00"),
        refund("R1", "20.00", "2025-03-02"),
        drawn("R1", "20.00", payment="P1", invoice="I1"),
        refund("R2", "20.00", "2025-03-01"),
        drawn("R2", "20.00", payment="P1", invoice="I1"),
    ]
    assert [outcome_of(id, *rows)[2:] for id in ("R2", "R1")] == [
        ({"I1": "20.00"}, "0.00"),
        ({"I1": "10.00"}, "10.00"),
    ]


def test_a_refund_without_a_date_counts_last() -> None:
    rows = [
        *bought(1, "30.00"),
        refund("R1", "20.00", None),
        drawn("R1", "20.00", payment="P1", invoice="I1"),
        refund("R2", "20.00", "2025-03-01"),
        drawn("R2", "20.00", payment="P1", invoice="I1"),
    ]
    assert outcome_of("R1", *rows)[3] == "10.00"


def test_money_on_no_invoice_goes_first_and_once() -> None:
    rows = [
        *paid_together("30.00", total="50.00"),
        refund("R1", "15.00", "2025-03-01"),
        drawn("R1", "15.00", payment="P1"),
        refund("R2", "15.00", "2025-03-02"),
        drawn("R2", "15.00", payment="P1"),
    ]
    assert [outcome_of(id, *rows)[2:] for id in ("R1", "R2")] == [({}, "15.00"), ({"I1": "10.00"}, "5.00")]


def test_a_payment_that_lies_on_no_invoice_is_given_back_from_none() -> None:
    rows = [invoice("I1", "30.00"), payment("P1", "30.00"), refund("R1", "30.00")]
    found = outcome_of("R1", *rows, drawn("R1", "30.00", payment="P1"))
    assert found == ("allocated", "refund", {}, "30.00")


def test_explicit_rows_are_taken_before_shares_of_the_same_refund() -> None:
    rows = [*paid_together("30.00", "30.00", total="60.00"), refund("R1", "40.00")]
    links = [drawn("R1", "30.00", payment="P1", invoice="I2"), drawn("R1", "10.00", payment="P1")]
    assert outcome_of("R1", *rows, *links)[2] == {"I1": "10.00", "I2": "30.00"}


@pytest.mark.parametrize(
    ("first", "second", "amounts", "unallocated"),
    [
        ("12.00", "7.99", {"I1": "12.00", "I2": "7.99"}, "0.01"),  # never invented on an invoice
        ("12.00", "9.00", {"I1": "12.00", "I2": "8.00"}, "0.00"),  # never more than the refund
    ],
)
def test_rows_that_do_not_add_up_are_taken_as_they_are_up_to_the_refund(
    first: str, second: str, amounts: dict[str, str], unallocated: str
) -> None:
    rows = [*paid_together("30.00", "30.00", total="60.00"), refund("R1", "20.00")]
    links = [
        drawn("R1", first, payment="P1", invoice="I1"),
        drawn("R1", second, payment="P1", invoice="I2"),
    ]
    found = allocation_of("R1", *rows, *links)
    assert ({id: str(part) for id, part in found.amounts}, str(found.unallocated), found.flags) == (
        amounts,
        unallocated,
        ("sum_mismatch",),
    )


def test_an_invoice_gives_back_what_was_paid_even_above_its_amount() -> None:
    rows = [
        *bought(1, "5.00"),
        payment("P2", "5.00"),
        applied("P2", "I1", "5.00"),
        refund("R1", "10.00"),
        drawn("R1", "5.00", payment="P1", invoice="I1"),
        drawn("R1", "5.00", payment="P2", invoice="I1"),
    ]
    found = allocation_of("R1", *rows)
    assert (str(found.amounts[0][1]), found.flags) == ("10.00", ("refund_exceeds_invoice_amount",))


def test_what_one_payment_did_not_pay_another_on_the_same_invoice_may_have() -> None:
    rows = [
        invoice("I1", "35.00"),
        payment("P1", "20.00"),
        payment("P2", "15.00"),
        applied("P1", "I1", "20.00"),
        applied("P2", "I1", "15.00"),
        refund("R1", "35.00"),
    ]
    assert outcome_of("R1", *rows, drawn("R1", "35.00", payment="P1", invoice="I1"))[2] == {"I1": "35.00"}


def test_a_link_to_an_invoice_alone_is_enough() -> None:
    found = outcome_of("R1", *bought(1, "30.00"), refund("R1", "10.00"), drawn("R1", "10.00", invoice="I1"))
    assert found[2] == {"I1": "10.00"}


def test_the_application_of_a_payment_names_payment_and_invoice() -> None:
    rows = [*paid_together("30.00", "30.00", total="60.00"), refund("R1", "10.00")]
    found = outcome_of("R1", *rows, drawn("R1", "10.00", application="P1>I2:30.00#1"))
    assert found[2] == {"I2": "10.00"}


def test_a_reapplied_payment_gives_back_from_where_it_lies() -> None:
    rows = [
        invoice("I1", "30.00"),
        invoice("I2", "30.00"),
        payment("P1", "30.00"),
        applied("P1", "I1", "30.00"),
        applied("P1", "I1", "-30.00"),
        applied("P1", "I2", "30.00"),
        refund("R1", "10.00"),
        drawn("R1", "10.00", payment="P1"),
    ]
    assert outcome_of("R1", *rows)[2] == {"I2": "10.00"}


@pytest.mark.parametrize(
    "link", [{"payment": "P1"}, {"payment": "P1", "invoice": "I1"}], ids=["payment", "invoice"]
)
@pytest.mark.parametrize(
    "unapplied",
    [[applied("P1", "I1", "-74.20")], [applied("P1", "I1", "74.20", status="Unapplied")]],
    ids=["negative", "status"],
)
def test_what_was_unapplied_to_be_refunded_comes_from_its_invoice(
    link: dict[str, str], unapplied: list[Any]
) -> None:
    rows = [*bought(1, "100.00"), unapplied, refund("R1", "74.20"), drawn("R1", "74.20", **link)]
    assert outcome_of("R1", *rows) == ("allocated", "partial_refund", {"I1": "74.20"}, "0.00")


@pytest.mark.parametrize(("left", "net"), [("25.80", "25.80"), ("80.00", "80.00"), ("0.00", "0.00")])
def test_where_only_the_rest_of_an_application_is_shown_the_link_tells_the_invoice(
    left: str, net: str
) -> None:
    back = str(100 - float(left))
    rows = [invoice("I1", "100.00"), payment("P1", "100.00"), applied("P1", "I1", left), refund("R1", back)]
    link = drawn("R1", back, payment="P1", invoice="I1")
    assert str(standing_of("I1", *rows, link).net_paid) == net


@pytest.mark.parametrize(
    "step",
    [applied("P1", "I1", "-10.00"), applied("P1", "I1", "10.00", status="Unapplied")],
    ids=["negative", "status"],
)
def test_what_was_unapplied_and_not_refunded_is_not_paid(step: Any) -> None:
    assert str(standing_of("I1", *bought(1, "30.00"), step).paid) == "20.00"


def test_what_was_unapplied_for_a_refund_leaves_what_another_payment_paid() -> None:
    rows = [
        *bought(1, "30.00"),
        applied("P1", "I1", "-30.00"),
        payment("P2", "30.00"),
        applied("P2", "I1", "30.00"),
    ]
    rows += [refund("R1", "30.00"), drawn("R1", "30.00", payment="P1", invoice="I1")]
    assert str(standing_of("I1", *rows).net_paid) == "30.00"


def test_money_of_an_overpayment_is_not_given_back_from_an_invoice_that_is_paid() -> None:
    rows = [*paid_together("29.90", total="50.00"), refund("R1", "35.00")]
    found = outcome_of("R1", *rows, drawn("R1", "35.00", payment="P1", invoice="I1"))
    assert found == ("allocated", "refund", {"I1": "29.90"}, "5.10")


def test_a_payment_on_a_debit_memo_is_not_unapplied_money() -> None:
    rows = [
        *paid_together("30.00", total="50.00"),
        applied("P1", None, "20.00"),
        refund("R1", "10.00"),
        drawn("R1", "10.00", payment="P1"),
    ]
    assert outcome_of("R1", *rows)[2] == {"I1": "10.00"}


@pytest.mark.parametrize("status", ["Error", "Canceled", "Voided", "Reversed"])
def test_a_payment_that_came_to_nothing_gives_nothing_back(status: str) -> None:
    rows = [
        invoice("I1", "30.00"),
        payment("P1", "30.00", status=status),
        applied("P1", "I1", "30.00"),
        refund("R1", "30.00"),
        drawn("R1", "30.00", payment="P1", invoice="I1"),
    ]
    assert outcome_of("R1", *rows) == ("allocated", "refund", {}, "30.00")


@pytest.mark.parametrize(
    ("reason", "more"),
    [
        ("Chargeback", {}),
        ("Payment Reversal", {}),
        ("payment rejection", {}),
        (
            "Standard Refund",
            {"gateway_state": "FailedToSettle", "status": "Processed"},
        ),  # the reason is inactive
    ],
)
def test_what_a_bank_took_back_had_been_paid(reason: str, more: dict[str, str]) -> None:
    rows = [
        invoice("I1", "30.00"),
        payment("P1", "30.00", **{"status": "Canceled", **more}),
        applied("P1", "I1", "30.00"),
        refund("R1", "30.00", type="External", reason_code=reason),
        drawn("R1", "30.00", payment="P1", invoice="I1"),
    ]
    assert outcome_of("R1", *rows) == ("allocated", "chargeback", {"I1": "30.00"}, "0.00")


def test_a_chargeback_that_was_cancelled_does_not_make_a_voided_payment_count() -> None:
    rows = [invoice("I1", "30.00"), payment("P1", "30.00", status="Voided"), applied("P1", "I1", "30.00")]
    rows += [refund("R1", "30.00", type="External", reason_code="Chargeback", status="Canceled")]
    assert str(standing_of("I1", *rows, drawn("R1", "30.00", payment="P1")).paid) == "0.00"


def test_two_refunds_that_empty_an_invoice_are_both_refunds_in_full() -> None:
    rows = [
        *bought(1, "29.90"),
        refund("R1", "10.00", "2025-03-01"),
        drawn("R1", "10.00", payment="P1", invoice="I1"),
        refund("R2", "19.90", "2025-03-02"),
        drawn("R2", "19.90", payment="P1", invoice="I1"),
    ]
    assert [outcome_of(id, *rows)[1] for id in ("R1", "R2")] == ["refund", "refund"]


def adjustment(
    number: str, type: str, amount: str, invoice: str | None, **more: Any
) -> CreditBalanceAdjustment:
    row = {"status": "Processed", **more}
    return CreditBalanceAdjustment(
        number=number, type=type, amount=Decimal(amount), invoice_id=invoice, **row
    )


NEGATIVE = [
    *bought(1, "29.90"),
    invoice("I2", "-12.00", "2025-02-05"),
    invoice("I3", "-8.00", "2025-03-05"),
]
FED = [
    adjustment("CBA1", "Increase", "12.00", "I2"),
    adjustment("CBA2", "Increase", "8.00", "I3"),
    adjustment("CBA3", "Increase", "50.00", "I1", status="Canceled"),
    adjustment("CBA4", "Decrease", "20.00", None, reason_code="Refund"),
]


@pytest.mark.parametrize(
    ("adjustments", "amount", "amounts", "unallocated"),
    [
        (FED, "20.00", {"I2": "12.00", "I3": "8.00"}, "0.00"),
        (FED, "10.00", {"I2": "6.00", "I3": "4.00"}, "0.00"),
        (FED, "25.00", {"I2": "12.00", "I3": "8.00"}, "5.00"),
        (FED[:1], "20.00", {"I2": "12.00"}, "8.00"),  # the rest was fed by no invoice
        ([], "20.00", {"I2": "12.00", "I3": "8.00"}, "0.00"),  # adjustments are optional
    ],
)
def test_a_credit_balance_is_given_back_from_the_negative_invoices_that_fed_it(
    adjustments: list[Any], amount: str, amounts: dict[str, str], unallocated: str
) -> None:
    found = outcome_of("R1", *NEGATIVE, *adjustments, refund("R1", amount, source_type="CreditBalance"))
    assert found == ("allocated", "credit_balance_refund", amounts, unallocated)


@pytest.mark.parametrize(("amount", "split"), [("10.00", True), ("20.00", False), ("25.00", False)])
def test_a_credit_balance_that_is_given_back_whole_is_not_split(amount: str, split: bool) -> None:
    found = allocation_of("R1", *NEGATIVE, *FED, refund("R1", amount, source_type="CreditBalance"))
    assert ("prorated" in found.flags) == split


def test_a_credit_balance_is_given_back_once() -> None:
    rows = [
        *NEGATIVE,
        *FED,
        refund("R1", "15.00", "2025-03-01", source_type="CreditBalance"),
        refund("R2", "15.00", "2025-03-02", source_type="CreditBalance"),
    ]
    assert [outcome_of(id, *rows)[3] for id in ("R1", "R2")] == ["0.00", "10.00"]


def test_a_credit_balance_is_its_accounts_own() -> None:
    rows = [invoice("I1", "-12.00", account_id="B"), refund("R1", "12.00", source_type="CreditBalance")]
    assert outcome_of("R1", *rows)[2:] == ({}, "12.00")


@pytest.mark.parametrize("adjustments", [FED, []], ids=["adjusted", "not-told"])
def test_a_credit_balance_refund_opens_no_invoice(adjustments: list[Any]) -> None:
    rows = [*NEGATIVE, *adjustments, refund("R1", "20.00", source_type="CreditBalance")]
    assert [str(standing_of(id, *rows).open) for id in ("I1", "I2", "I3")] == ["0.00", "0.00", "0.00"]


def test_currencies_of_one_account_stay_apart() -> None:
    rows = [
        *bought(1, "30.00"),
        *bought(2, "30", currency="JPY"),
        refund("R1", "10.00"),
        drawn("R1", "10.00", payment="P1"),
        refund("R2", "10", currency="JPY"),
        drawn("R2", "10", payment="P2"),
        memo("CM1", "5", currency="JPY", reason_code="Goodwill"),
        refund("R3", "5", currency="JPY", source_type="CreditMemo"),
        drawn("R3", "5", memo="CM1"),
    ]
    found = {one.id: (one.currency, dict(one.amounts)) for one in reckon(ledger(*rows)).allocations}
    assert {
        id: (currency, {i: str(a) for i, a in amounts.items()}) for id, (currency, amounts) in found.items()
    } == {
        "R1": ("EUR", {"I1": "10.00"}),
        "R2": ("JPY", {"I2": "10"}),
        "R3": ("JPY", {"I2": "5"}),
        "CM1": ("JPY", {}),
    }
