"""Refunds and credit memos to invoices, to the cent. Pure.

The steps: every row once (`books`), what was paid (`receipts`), each refund in the order of its date and id
(`links`, `refunds`), then the memos with what refunds and mirrors have left of them (`credits`, `mirrors`).
The answer depends on the set of rows alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal

from hub.money import is_whole, major, minor
from pipelines.orders.allocation import vocabulary as words
from pipelines.orders.allocation.balance import Standing, Used, standings
from pipelines.orders.allocation.books import Books, open_books
from pipelines.orders.allocation.credits import Credit, credits_of
from pipelines.orders.allocation.ledger import CreditMemo, Ledger
from pipelines.orders.allocation.mirrors import Mirrors, Split
from pipelines.orders.allocation.only_payments import paid_invoices
from pipelines.orders.allocation.receipts import Receipts
from pipelines.orders.allocation.refunds import Till, credit_balances
from pipelines.orders.allocation.remarks import remarks_on
from pipelines.orders.allocation.verdicts import Seen, look_at
from pipelines.orders.allocation.vocabulary import Stage, stage

UNFINISHED_MEMO = {
    Stage.FAILED: (words.IGNORED, "memo_error"),
    Stage.REVERSED: (words.REVERSED, "memo_canceled"),
    Stage.OPEN: (words.PENDING, "not_final"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """What became of one refund (source "refund") or of one credit memo's credit (source "credit_memo").

    `amounts` by invoice id, none of them zero or negative; `unallocated` is what no invoice got. `cash` is
    whether money went out. `mirrored` by invoice id: what of a memo only corrects a balance and does not count.
    Words: `vocabulary`.
    """

    source: str
    id: str
    outcome: str
    kind: str
    currency: str
    amounts: tuple[tuple[str, Decimal], ...]
    unallocated: Decimal
    cash: bool
    flags: tuple[str, ...]
    mirrored: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """The allocations of a ledger, refunds before memos, and how each of its invoices stands after them."""

    allocations: tuple[Allocation, ...]
    standings: tuple[Standing, ...]


def allocate(ledger: Ledger) -> tuple[Allocation, ...]:
    """The allocations of every refund and memo of a ledger, whatever order its rows are in."""
    if not ledger.refunds and not ledger.credit_memos:
        return ()
    return reckon(ledger).allocations


def reckon(ledger: Ledger) -> Reckoning:
    """The allocations of a ledger and how its invoices stand after them."""
    if (plain := paid_invoices(ledger)) is not None:
        return Reckoning(allocations=(), standings=plain)
    books = open_books(ledger)
    seen = [look_at(refund, books) for refund in books.refunds]
    till = _till(books, seen)
    counted = [one for one in seen if one.outcome == words.ALLOCATED]
    for one in counted:
        one.placed = till.pay_out(one.refund, one.linked, one.amount)
    mirrors = Mirrors(books, till.receipts, _summed(one.placed.from_payments for one in counted))
    _expect(seen, till, mirrors)
    splits = {id: mirrors.weigh(credit) for id, credit in till.credits.items() if credit.counts}
    used = Used(
        splits=tuple(splits.values()),
        memo_cash=_summed(one.placed.from_memos for one in counted),
        balance_cash=_summed(one.placed.from_balance for one in counted),
    )
    return Reckoning(
        allocations=(
            *(_of_refund(one, till) for one in seen),
            *(_of_memo(credit, splits.get(id)) for id, credit in till.credits.items()),
        ),
        standings=standings(books, till.receipts, used),
    )


def _till(books: Books, seen: Sequence[Seen]) -> Till:
    """What refunds take from. A payment that a bank took back was there: what is taken back shows it."""
    charged_back = frozenset(
        link.payment
        for one in seen
        if one.outcome == words.ALLOCATED and one.charged_back(books)
        for link in one.linked.links
        if link.payment
    )
    return Till(
        books=books,
        receipts=Receipts(books, charged_back),
        credits=credits_of(books),
        balances=credit_balances(books),
    )


def _expect(seen: Sequence[Seen], till: Till, mirrors: Mirrors) -> None:
    """What refunds on their way will take: memos stand against that as well, and are held for it."""
    coming = [one for one in seen if one.expected]
    if not coming:
        return
    trial = deepcopy(till, {id(till.books): till.books})
    for one in coming:
        amount = minor(one.refund.amount, one.linked.currency)
        placed = trial.pay_out(one.refund, one.linked, amount)
        for invoice, part in placed.from_payments.items():
            mirrors.cash[invoice] = mirrors.cash.get(invoice, 0) + part
    for id_, credit in till.credits.items():
        credit.reserved = trial.credits[id_].paid_out - credit.paid_out


def _of_refund(seen: Seen, till: Till) -> Allocation:
    books, placed, currency = till.books, seen.placed, seen.linked.currency
    flags = seen.flags | placed.flags
    if seen.outcome == words.ALLOCATED or "refund_error" in flags:
        flags.update(remarks_on(seen, books, till.receipts))
    return Allocation(
        source="refund",
        id=seen.refund.id,
        outcome=seen.outcome,
        kind=_kind(seen, till),
        currency=currency,
        amounts=_amounts(placed.amounts, currency),
        unallocated=major(placed.unallocated, currency),
        cash=seen.outcome == words.ALLOCATED,
        flags=tuple(sorted(flags)),
    )


def _kind(seen: Seen, till: Till) -> str:
    refund, books = seen.refund, till.books
    memos = [books.memos[link.memo] for link in seen.linked.links if link.memo in books.memos]
    if refund.source_type == "CreditBalance":
        return words.CREDIT_BALANCE_REFUND
    if seen.charged_back(books):
        return words.CHARGEBACK
    reasons = (refund.reason_code, *(memo.reason_code for memo in memos))
    if (memos or refund.source_type == "CreditMemo") and any(map(words.is_goodwill, reasons)):
        return words.GOODWILL
    emptied = all(till.receipts.net_paid(id) == 0 for id in seen.placed.amounts)
    return words.REFUND if emptied else words.PARTIAL_REFUND


def _of_memo(credit: Credit, split: Split | None) -> Allocation:
    memo, split = credit.memo, split or Split()
    outcome, flags = _memo_outcome(credit, split)
    waits = outcome == words.PENDING and "invoice_missing" in flags
    return Allocation(
        source="credit_memo",
        id=memo.id,
        outcome=outcome,
        kind=_memo_kind(memo),
        currency=memo.currency,
        amounts=_amounts(split.credited, memo.currency),
        unallocated=major(credit.total - credit.paid_out if waits else split.unused, memo.currency),
        cash=False,
        flags=tuple(sorted(flags)),
        mirrored=_amounts(split.mirrored, memo.currency),
    )


def _memo_outcome(credit: Credit, split: Split) -> tuple[str, set[str]]:
    step = stage(credit.memo.status)
    if step is not Stage.COUNTS:
        outcome, flag = UNFINISHED_MEMO[step]
        return outcome, {flag}
    if credit.total <= 0:
        return (words.QUARANTINE, {"negative_amount"}) if credit.total else (words.IGNORED, {"zero_amount"})
    if credit.mixed:
        return words.QUARANTINE, {"currency_mismatch"}
    if credit.unknown:
        return words.PENDING, {"invoice_missing"}
    flags = set(_memo_flags(credit, split))
    if split.credited:
        return words.ALLOCATED, flags
    return words.PENDING if split.unused else words.IGNORED, flags


def _memo_flags(credit: Credit, split: Split) -> Iterator[str]:
    told = {
        "no_cash": bool(split.credited),
        "netted": credit.netted,
        "memo_balance_open": bool(split.unused),
        "memo_over_total": credit.over_total,
        "via_credit_memo": bool(credit.paid_out),
        "write_off" if words.is_write_off(credit.memo.reason_code) else "mirror": bool(split.mirrored),
        "rounded": not is_whole(credit.memo.total, credit.memo.currency),
    }
    return (flag for flag, holds in told.items() if holds)


def _memo_kind(memo: CreditMemo) -> str:
    if words.is_goodwill(memo.reason_code):
        return words.GOODWILL
    return words.WRITE_OFF if words.is_write_off(memo.reason_code) else words.CREDIT


def _amounts(units: Mapping[str, int], currency: str) -> tuple[tuple[str, Decimal], ...]:
    return tuple((id, major(amount, currency)) for id, amount in sorted(units.items()) if amount)


def _summed(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    whole: dict[str, int] = {}
    for part in parts:
        for id, amount in part.items():
            whole[id] = whole.get(id, 0) + amount
    return whole
