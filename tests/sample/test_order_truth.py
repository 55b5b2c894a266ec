"""The truth about orders: what it says agrees with the rows, follows the days, and admits what damage leaves open."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.sample.brands import BRANDS
from pipelines.sample.customer import Bill, Sold
from pipelines.sample.damage.table import EITHER, QUARANTINE
from pipelines.sample.facts import certain_facts, order_facts
from pipelines.sample.layout import Row
from pipelines.sample.states import timeline
from pipelines.sample.truth import keys_upstream, true_rows
from tests.sample.conftest import FIRST, LAST, all_rows, write_lake

SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
TODAY = FIRST.toordinal()
Facts = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three clean loads."""
    return write_lake(tmp_path_factory.mktemp("orders") / "lake", subscriptions=2000, days=3, damage=False)


def of_case(lake: Path, day: date, case: str) -> list[dict[str, Any]]:
    facts = (fact for brand in BRANDS for fact in order_facts(lake, brand, day).values())
    return [fact for fact in facts if fact["case"] == case]


def newest(lake: Path, brand: str, table: str, until: date) -> dict[str, Row]:
    rows: dict[str, Any] = {}
    for true in true_rows(lake, brand, table, until):
        if true.key not in rows or rows[true.key].rank <= true.rank:
            rows[true.key] = true
    return {key: true.row for key, true in rows.items()}


@pytest.mark.parametrize("brand", list(BRANDS))
def test_every_chain_of_a_load_has_a_fact_whose_current_version_is_a_row(days: Path, brand: str) -> None:
    rows = newest(days, brand, "subscription", FIRST)
    facts = order_facts(days, brand, FIRST)
    assert {row["original_id"] for row in rows.values() if row["original_id"]} <= set(facts)
    assert {fact["current"] for fact in facts.values()} <= set(rows) | {None}
    assert sum(fact["versions"] for fact in facts.values()) == len(rows)


@pytest.mark.parametrize("day", [FIRST, SECOND, THIRD], ids=["first", "second", "third"])
@pytest.mark.parametrize(
    ("table", "column", "told"),
    [("invoice_payment", "apply_amount", "paid"), ("credit_memo_application", "amount", "credited")],
)
def test_bills_are_paid_and_credited_by_what_the_rows_apply(
    days: Path, day: date, table: str, column: str, told: str
) -> None:
    for brand in BRANDS:
        sums: dict[str | None, Decimal] = defaultdict(Decimal)
        for row in newest(days, brand, table, day).values():
            sums[row["invoice_id"]] += Decimal(row[column] or "")
        for fact in certain_facts(days, brand, day).values():
            for key, bill in fact["invoices"].items():
                assert Decimal(bill[told]) == sums[key], (fact["case"], key)


def test_all_refunds_and_memos_of_the_rows_are_told(days: Path) -> None:
    for brand in BRANDS:
        facts = certain_facts(days, brand, THIRD)
        customers = {order[:24] for order in facts}
        for table, name in (("refund", "refunds"), ("credit_memo", "credit_memos")):
            rows = newest(days, brand, table, THIRD)
            told = {key for fact in facts.values() for key in fact[name]}
            assert told == {key for key in rows if key[:24] in customers}


@pytest.mark.parametrize(
    ("case", "source", "before", "after"),
    [
        ("payment_missing", "refunds", ("pending", 0), ("allocated", 1)),
        ("processing", "refunds", ("pending", 0), ("allocated", 1)),
        ("reversed", "refunds", ("allocated", 1), ("reversed", 0)),
        ("memo_canceled", "credit_memos", ("allocated", 1), ("reversed", 0)),
    ],
)
def test_the_second_load_changes_what_becomes_of_a_refund(
    days: Path, case: str, source: str, before: tuple[str, int], after: tuple[str, int]
) -> None:
    for day, expected in ((FIRST, before), (SECOND, after), (THIRD, after)):
        found = [told for fact in of_case(days, day, case) for told in fact[source].values()]
        assert {(told["outcome"], len(told["allocations"])) for told in found} == {expected}


def test_a_payment_that_is_missing_is_in_no_file_before_its_day(days: Path) -> None:
    for fact in of_case(days, SECOND, "payment_missing"):
        whose, brand = (
            fact["order"][:24],
            next(b for b in BRANDS if fact["order"] in order_facts(days, b, FIRST)),
        )
        loads = sorted(true.load for true in true_rows(days, brand, "payment") if true.key.startswith(whose))
        assert len(loads) >= 3
        assert SECOND in loads


def test_an_order_ends_on_its_day_without_a_row_that_says_so(days: Path) -> None:
    for day, state in ((FIRST, "cancelling"), (SECOND, "cancelling"), (THIRD, "cancelled")):
        assert {fact["state"] for fact in of_case(days, day, "ends_in_days")} == {state}
    assert {fact["next_due"] for fact in of_case(days, SECOND, "ends_in_days")} == {str(THIRD)}
    assert {fact["next_due"] for fact in of_case(days, THIRD, "ends_in_days")} == {None}


def test_a_resumed_order_was_suspended_before(days: Path) -> None:
    assert {fact["state"] for fact in of_case(days, FIRST, "resumes")} == {"suspended"}
    assert "suspended" not in {fact["state"] for fact in of_case(days, SECOND, "resumes")}


def test_without_damage_only_deletions_leave_orders_open(days: Path) -> None:
    opened = [fact for brand in BRANDS for fact in order_facts(days, brand, THIRD).values() if fact["open"]]
    assert {fact["why"] for fact in opened} <= {"deleted"}
    assert len(opened) < 30


@pytest.mark.parametrize("brand", list(BRANDS))
def test_an_order_is_open_where_a_row_of_its_customer_may_be_missing(lake: Path, brand: str) -> None:
    doubtful = {
        true.key[:24] for _, _, true in all_rows(lake) if true.row and true.expect in (EITHER, QUARANTINE)
    }
    facts = order_facts(lake, brand, LAST)
    assert not [order for order in certain_facts(lake, brand, LAST) if order[:24] in doubtful]
    reasons = {fact["why"] for order, fact in facts.items() if fact["open"] and order[:24] not in doubtful}
    assert reasons <= {"late", "deleted"}
    assert len(certain_facts(lake, brand, LAST)) > 0.6 * len(facts)


def test_a_late_row_leaves_its_order_open_for_a_day_only(lake: Path) -> None:
    late = {
        order: brand
        for brand in BRANDS
        for order, fact in order_facts(lake, brand, FIRST).items()
        if fact["why"] == "late"
    }
    again = [order_facts(lake, brand, SECOND)[order]["why"] for order, brand in late.items()]
    assert len(again) > 10
    assert again.count("late") < len(again) / 4  # another row of theirs was late on the next day


def test_an_order_that_vanished_upstream_is_open(days: Path) -> None:
    gone = [
        fact
        for brand in BRANDS
        for order, fact in order_facts(days, brand, THIRD).items()
        if order not in keys_upstream(days, brand, "subscription", THIRD)
    ]
    assert [fact["why"] for fact in gone] == ["deleted"] * len(gone)


def test_days_that_were_written_later_change_no_earlier_fact(tmp_path: Path) -> None:
    short = write_lake(tmp_path / "a", subscriptions=100, days=2)
    long = write_lake(tmp_path / "b", subscriptions=100, days=4)
    for brand in BRANDS:
        assert order_facts(short, brand, SECOND) == order_facts(long, brand, SECOND)


def subscription(**cells: str | None) -> Sold:
    row: Row = {
        "id": "v1", "status": "Active", "is_deleted": "false", "auto_renew": "true", "cancelled_date": None,
        "term_end_date": None,
    } | cells  # fmt: skip
    return Sold("A-S1", TODAY - 100, 0, 1, None, [row], [])


def bill(due: date, open_: int) -> Bill:
    return Bill({"id": "i1", "due_date": str(due)}, [], 1000, 0, "A-S1", paid=1000 - open_)


@pytest.mark.parametrize(
    ("sold", "bills", "states"),
    [
        (subscription(), [], [(0, "active")]),
        (subscription(), [bill(FIRST, 100)], [(0, "active"), (1, "past_due")]),
        (subscription(), [bill(FIRST - timedelta(days=1), 100)], [(0, "past_due")]),
        (subscription(), [bill(FIRST - timedelta(days=9), 0)], [(0, "active")]),
        (subscription(status="Draft"), [bill(FIRST, 100)], [(0, "draft")]),
        (subscription(status="Pending Acceptance"), [], [(0, "pending")]),
        (subscription(status="Suspended"), [bill(FIRST, 100)], [(0, "suspended")]),
        (subscription(status="Expired"), [], [(0, "expired")]),
        (subscription(is_deleted="true"), [], [(0, "deleted")]),
        (subscription(status="Cancelled", cancelled_date=str(FIRST)), [], [(0, "cancelled")]),
        (
            subscription(status="Cancelled", cancelled_date=str(SECOND)),
            [bill(FIRST, 100)],
            [(0, "cancelling"), (1, "cancelled")],
        ),
        (subscription(auto_renew="false", term_end_date=str(FIRST)), [], [(0, "expired")]),
        (
            subscription(auto_renew="false", term_end_date=str(THIRD)),
            [bill(FIRST, 100)],
            [(0, "active"), (1, "past_due"), (2, "expired")],
        ),
        (subscription(term_end_date=str(SECOND)), [], [(0, "active")]),
    ],
)
def test_states_follow_from_the_version_in_force_and_open_bills(
    sold: Sold, bills: list[Bill], states: list[tuple[int, str]]
) -> None:
    assert [(day - TODAY, state) for day, state in timeline(sold, bills, TODAY)] == states
