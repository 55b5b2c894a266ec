"""What credit memos hold, and what of it refunds and invoices have used. Pure; amounts in minor units.

A memo is used twice at most in appearance, never in fact: what a refund pays out of it is not credited to an invoice
as well, and what only corrects the balance that a refund opened again (its mirror) is not counted a second time.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.money import minor
from pipelines.orders.allocation.books import UNDATED, Books
from pipelines.orders.allocation.ledger import CreditMemo, CreditMemoApplication, Refund
from pipelines.orders.allocation.shares import spread
from pipelines.orders.allocation.vocabulary import Stage, stage


@dataclass(slots=True, kw_only=True)
class Credit:
    """One memo: its total, the net of its applications by invoice, and what went out through it."""

    memo: CreditMemo
    total: int
    applied: dict[str, int]
    netted: bool
    over_total: bool
    mixed: bool  # it touches an invoice of another currency
    unknown: bool  # it touches an invoice that is not there
    paid_out: int = 0
    reserved: int = 0  # asked for by refunds that are not final

    @property
    def counts(self) -> bool:
        """Whether its credit counts, posted as it is and without a contradiction."""
        return (
            stage(self.memo.status) is Stage.COUNTS and self.total > 0 and not self.mixed and not self.unknown
        )

    @property
    def free(self) -> int:
        """What is neither applied nor paid out."""
        return self.total - self.paid_out - sum(self.applied.values())

    def pay_out_free(self, amount: int) -> int:
        part = max(0, min(amount, self.free))
        self.paid_out += part
        return part

    def pay_out_applied(self, amount: int, books: Books) -> dict[str, int]:
        """Pay out what is recorded as applied: the refund follows the applications, which then credit nothing."""
        invoices = books.by_age(id for id, part in self.applied.items() if part)
        amount = min(amount, sum(self.applied.values()))
        if not amount:
            return {}
        shares = spread(amount, [self.applied[id] for id in invoices])
        for id, share in zip(invoices, shares, strict=True):
            self.applied[id] -= share
        self.paid_out += amount
        return {id: share for id, share in zip(invoices, shares, strict=True) if share}


def credits_of(books: Books) -> dict[str, Credit]:
    """Every memo of a ledger in its order: date, number, id."""
    memos = sorted(books.memos.values(), key=lambda memo: (memo.date, memo.number, memo.id))
    return {memo.id: _credit(memo, books) for memo in memos}


def _credit(memo: CreditMemo, books: Books) -> Credit:
    """Signed rows net out by invoice; what goes over the total is cut, latest rows first."""
    rows = books.memo_applications.get(memo.id, ())
    net: dict[str, int] = {}
    latest: dict[str, CreditMemoApplication] = {}
    for row in rows:
        if row.invoice_id is not None:
            net[row.invoice_id] = net.get(row.invoice_id, 0) + minor(row.amount, memo.currency)
            other = latest.get(row.invoice_id, row)
            latest[row.invoice_id] = max(other, row, key=lambda one: one.date or UNDATED)
    total = minor(memo.total, memo.currency)
    left, applied = max(0, total), {}
    for invoice in sorted(net, key=lambda id: (latest[id].date or UNDATED, books.age(id))):
        part = min(max(0, net[invoice]), left)
        left -= part
        if part:
            applied[invoice] = part
    return Credit(
        memo=memo,
        total=total,
        applied=applied,
        netted=any(row.amount < 0 for row in rows),
        over_total=sum(max(0, part) for part in net.values()) > total,
        mixed=bool(books.currencies(books.reached_by_memo(memo.id)) - {memo.currency}),
        unknown=books.unknown(books.reached_by_memo(memo.id)),
    )


def memos_behind(
    refund: Refund, amount: int, currency: str, credits: dict[str, Credit]
) -> list[tuple[str, int]]:
    """The memos that a refund without a link was paid from, and how much of each.

    Posted memos of its account and currency with something free: one that holds exactly the amount, else the oldest
    first.
    """
    able = [
        credit
        for credit in credits.values()
        if credit.counts
        and credit.free > 0
        and credit.memo.currency == currency
        and refund.account_id in ("", credit.memo.account_id)
    ]
    drawn = []
    for credit in sorted(able, key=lambda credit: credit.free != amount):
        part = min(amount, credit.free)
        amount -= part
        if part:
            drawn.append((credit.memo.id, part))
    return drawn
