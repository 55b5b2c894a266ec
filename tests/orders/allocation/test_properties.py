"""What must hold for every ledger, however odd: nothing over-allocated, sums exact, the set of rows decides."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hub.money import decimals, major, minor
from pipelines.orders.allocation.allocate import Allocation, Reckoning, allocate, reckon
from pipelines.orders.allocation.balance import Used, standings
from pipelines.orders.allocation.books import open_books
from pipelines.orders.allocation.ledger import (
    CreditMemo,
    Invoice,
    Ledger,
    Payment,
    PaymentApplication,
    Refund,
    RefundApplication,
)
from pipelines.orders.allocation.only_payments import paid_invoices
from pipelines.orders.allocation.receipts import Receipts
from tests.orders.allocation.generated import ANY_ROWS, CURRENCIES, LEDGER_ROWS
from tests.orders.allocation.ledgers import ledger


def refunds_of(found: Reckoning) -> list[Allocation]:
    return [one for one in found.allocations if one.source == "refund"]


def check_all(rows: Ledger) -> Reckoning:
    found = reckon(rows)
    check_each(found)
    check_refunds(rows, found)
    check_invoices(rows, found)
    check_memos(rows, found)
    return found


def check_each(found: Reckoning) -> None:
    for one in found.allocations:
        assert all(amount > 0 for _, amount in one.amounts)
        assert one.unallocated >= 0
        assert (one.outcome == "allocated") or not one.amounts


def check_refunds(rows: Ledger, found: Reckoning) -> None:
    amounts = {row.id: row.amount for row in rows.refunds}
    for one in refunds_of(found):
        if one.outcome == "allocated":
            assert sum(part for _, part in one.amounts) + one.unallocated == amounts[one.id]


def check_invoices(rows: Ledger, found: Reckoning) -> None:
    """Cash from an invoice is within what was ever applied to it, or its amount where links alone tell of it."""
    applied: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows.payment_applications:
        applied[row.invoice_id or ""] += max(Decimal(0), row.amount)
    amounts = {row.id: row.amount for row in rows.invoices}
    cash: dict[str, Decimal] = defaultdict(Decimal)
    for one in refunds_of(found):
        if one.kind != "credit_balance_refund":
            for id, part in one.amounts:
                cash[id] += part
    for id, part in cash.items():
        assert part <= max(applied[id], amounts[id])
    for standing in found.standings:
        assert cash[standing.invoice_id] <= standing.paid
        assert standing.net_paid == standing.paid - standing.refunded
    received = sum((row.amount for row in rows.payments), Decimal(0))
    assert sum(cash.values()) <= max(received, sum(applied.values(), Decimal(0)))


def check_memos(rows: Ledger, found: Reckoning) -> None:
    totals = {row.id: row.total for row in rows.credit_memos}
    for one in found.allocations:
        if one.source == "credit_memo":
            used = sum((part for _, part in (*one.amounts, *one.mirrored)), one.unallocated)
            assert used <= max(Decimal(0), totals[one.id])


@given(LEDGER_ROWS)
def test_nothing_is_over_allocated_and_sums_are_exact(rows: list[Any]) -> None:
    check_all(ledger(*rows))


@given(LEDGER_ROWS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_rows_change_nothing(rows: list[Any], chance: Random) -> None:
    turned = rows + chance.sample(rows, len(rows) // 2)
    chance.shuffle(turned)
    assert reckon(ledger(*turned)) == reckon(ledger(*rows))


@given(ANY_ROWS, st.randoms(use_true_random=False))
def test_of_two_states_of_a_row_the_same_counts_in_any_order(rows: list[Any], chance: Random) -> None:
    turned = chance.sample(rows, len(rows))
    assert reckon(ledger(*turned)) == reckon(ledger(*rows))


@given(LEDGER_ROWS)
def test_the_allocations_alone_are_the_same(rows: list[Any]) -> None:
    assert allocate(ledger(*rows)) == reckon(ledger(*rows)).allocations


@given(LEDGER_ROWS)
def test_the_short_way_and_the_long_one_lead_to_the_same(rows: list[Any]) -> None:
    paid = ledger(*(row for row in rows if isinstance(row, Invoice | Payment | PaymentApplication)))
    books, short = open_books(paid), paid_invoices(paid)
    long = standings(books, Receipts(books), Used(memo_cash={}, balance_cash={}))
    assert short in (None, long)


def doubled(row: Any) -> Any:
    name = next(name for name in ("total", "amount") if hasattr(row, name))
    return replace(row, **{name: getattr(row, name) * 2})


@st.composite
def one_refund(draw: st.DrawFn, payments: int = 1) -> tuple[str, list[Any]]:
    """One payment over invoices and a refund without a link to any of them."""
    currency = draw(st.sampled_from(CURRENCIES))
    parts = draw(st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
    unapplied = draw(st.integers(0, 10**5))
    back = draw(st.integers(1, sum(parts) + unapplied))
    day = st.dates(min_value=date(2024, 1, 1), max_value=date(2024, 1, 9))
    rows: list[Any] = []
    for number, part in enumerate(parts):
        id = f"I{number}"
        rows.append(
            Invoice(
                id=id,
                number=draw(st.sampled_from(["N1", "N2"])),
                account_id="A",
                date=draw(day),
                amount=major(part, currency),
                currency=currency,
            )
        )
        rows.append(
            PaymentApplication(id=f"a{number}", payment_id="P1", invoice_id=id, amount=major(part, currency))
        )
    whole = major(sum(parts) + unapplied, currency)
    rows += [
        Payment(id="P1", account_id="A", date=draw(day), amount=whole, currency=currency, status="Processed"),
        Refund(
            id="R1",
            account_id="A",
            amount=major(back, currency),
            currency=currency,
            status="Processed",
            type="Electronic",
            source_type="Payment",
        ),
        RefundApplication(id="r1", refund_id="R1", payment_id="P1", amount=major(back, currency)),
    ]
    return currency, rows


def largest_remainder(rows: list[Any], total: int, currency: str) -> dict[str, int]:
    """An independent reckoning with fractions: unit by unit to the invoice to which the most is missing."""
    invoices = sorted(
        (row for row in rows if isinstance(row, Invoice)), key=lambda row: (row.date, row.number, row.id)
    )
    weights = {row.id: Fraction(row.amount) for row in invoices}
    quotas = {id: Fraction(total) * weight / sum(weights.values()) for id, weight in weights.items()}
    shares = {id: int(quota) for id, quota in quotas.items()}
    while sum(shares.values()) < total:
        poorest = max(quotas, key=lambda id: quotas[id] - shares[id])  # the first of equals
        shares[poorest] += 1
    return {id: share for id, share in shares.items() if share}


@given(one_refund())
def test_a_share_is_what_fractions_say(made: tuple[str, list[Any]]) -> None:
    currency, rows = made
    (found,) = allocate(ledger(*rows))
    payment = next(row for row in rows if isinstance(row, Payment))
    paid = sum(row.amount for row in rows if isinstance(row, Invoice))
    refund = next(row for row in rows if isinstance(row, Refund))
    total = minor(max(Decimal(0), refund.amount - (payment.amount - paid)), currency)
    assert {id: minor(amount, currency) for id, amount in found.amounts} == largest_remainder(
        rows, total, currency
    )


@given(one_refund())
def test_doubling_all_amounts_doubles_everything_up_to_one_minor_unit(made: tuple[str, list[Any]]) -> None:
    currency, rows = made
    (once,), (twice,) = (allocate(ledger(*some)) for some in (rows, map(doubled, rows)))
    unit, none = Decimal(1).scaleb(-decimals(currency)), Decimal(0)
    amounts, doubles = dict(once.amounts), dict(twice.amounts)
    assert twice.unallocated == 2 * once.unallocated
    assert all(abs(doubles.get(id, none) - 2 * amounts.get(id, none)) <= unit for id in {*amounts, *doubles})


@given(LEDGER_ROWS)
def test_doubling_all_amounts_changes_no_outcome(rows: list[Any]) -> None:
    once, twice = (reckon(ledger(*some)).allocations for some in (rows, map(doubled, rows)))
    assert [(one.id, one.outcome) for one in once] == [(one.id, one.outcome) for one in twice]


@given(LEDGER_ROWS)
def test_what_is_not_final_moves_no_money(rows: list[Any]) -> None:
    """Refunds that failed or were cancelled, and drafts of memos, leave every other allocation as it is."""
    gone = [
        row
        for row in rows
        if (isinstance(row, Refund) and row.status in ("Error", "Canceled"))
        or (isinstance(row, CreditMemo) and row.status == "Draft" and not links_to(row.id, rows))
    ]
    kept = [row for row in rows if row not in gone]
    ids = {row.id for row in gone}
    before = [one for one in reckon(ledger(*rows)).allocations if one.id not in ids]
    assert tuple(before) == reckon(ledger(*kept)).allocations


def links_to(memo: str, rows: list[Any]) -> bool:
    return any(isinstance(row, RefundApplication) and row.credit_memo_id == memo for row in rows)


class RowsArrive(RuleBasedStateMachine):
    """A ledger is fed row by row in any order, some twice, and reckoned in between."""

    @initialize(rows=LEDGER_ROWS, chance=st.randoms(use_true_random=False))
    def begin(self, rows: list[Any], chance: Random) -> None:
        self.expected = reckon(ledger(*rows))
        self.waiting = chance.sample(rows, len(rows))
        self.there: list[Any] = []

    @rule(count=st.integers(1, 6))
    def deliver(self, count: int) -> None:
        self.there += self.waiting[:count]
        self.waiting = self.waiting[count:]

    @rule(place=st.integers(0, 30))
    def deliver_again(self, place: int) -> None:
        self.there += self.there[place : place + 1]

    @invariant()
    def holds_so_far(self) -> None:
        if hasattr(self, "there"):
            check_all(ledger(*self.there))

    def teardown(self) -> None:
        if hasattr(self, "there"):
            assert reckon(ledger(*self.there, *self.waiting)) == self.expected


TestRowsArrive = RowsArrive.TestCase
