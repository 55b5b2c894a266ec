"""Which credit of a memo counts, and which only mirrors money that was counted already. Pure; in minor units.

When an order is cancelled with an automatic refund, the platform pays out money, which opens the invoice again, and
closes it with a memo of the same amount: one gesture, two documents. The same after a chargeback, with a memo that
writes the invoice off. The cash is what counts; the memo is the correction of the balance.

So on an invoice a memo credits what the customer owes apart from refunds; what exceeds that can only stand against
money refunded from payments, and mirrors it. A write-off is the other way round: it mirrors first, also what a
payment that came to nothing had paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.money import minor
from pipelines.orders.allocation.books import Books
from pipelines.orders.allocation.credits import Credit
from pipelines.orders.allocation.receipts import Receipts
from pipelines.orders.allocation.vocabulary import is_goodwill, is_write_off


@dataclass(slots=True, kw_only=True)
class Split:
    """What of one memo is credited and mirrored, by invoice, and what of it is unused."""

    credited: dict[str, int] = field(default_factory=dict)
    mirrored: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unused: int = 0


class Mirrors:
    """What memos can mirror on each invoice, and what its customer owes apart from refunds."""

    def __init__(self, books: Books, receipts: Receipts, cash: Mapping[str, int]) -> None:
        self.books = books
        self.cash = dict(cash)
        self.lost = dict(receipts.lost)
        self.owed = {
            id: max(0, minor(row.amount, row.currency) - receipts.paid.get(id, 0))
            for id, row in books.invoices.items()
        }

    def weigh(self, credit: Credit) -> Split:
        """How a memo that counts divides; what it mirrors and credits is used up for the memos after it."""
        found = Split()
        write_off = is_write_off(credit.memo.reason_code)
        for id in self.books.by_age(credit.applied):
            applied = credit.applied[id]
            mirrored = (
                self._written_off(id, applied) if write_off else self._mirror(id, applied - self.owed[id])
            )
            if mirrored:
                found.mirrored[id] += mirrored
            if credited := applied - mirrored:
                found.credited[id] = credited
                self.owed[id] = max(0, self.owed[id] - credited)
        found.unused = max(0, credit.free - credit.reserved)
        if found.unused and not is_goodwill(credit.memo.reason_code):
            self._unapplied(credit, found, write_off=write_off)
        return found

    def _unapplied(self, credit: Credit, found: Split, *, write_off: bool) -> None:
        """A correction that was not applied belongs to the invoice it refers to; a write-off to its account's."""
        referred = [credit.memo.invoice_id] if credit.memo.invoice_id else []
        if write_off and not referred:
            referred = self.books.by_age(
                id
                for id, row in self.books.invoices.items()
                if row.account_id == credit.memo.account_id and row.currency == credit.memo.currency
            )
        for id in referred:
            part = self._written_off(id, found.unused) if write_off else self._mirror(id, found.unused)
            if part:
                found.mirrored[id] += part
                found.unused -= part

    def _mirror(self, invoice: str, amount: int) -> int:
        part = max(0, min(amount, self.cash.get(invoice, 0)))
        if part:
            self.cash[invoice] -= part
        return part

    def _written_off(self, invoice: str, amount: int) -> int:
        mirrored = self._mirror(invoice, amount)
        lost = max(0, min(amount - mirrored, self.lost.get(invoice, 0)))
        if lost:
            self.lost[invoice] -= lost
        return mirrored + lost
