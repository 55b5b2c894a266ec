"""Where the money of one refund came from, invoice by invoice. Pure; amounts in minor units.

Links with an invoice are taken as they are. A payment's refund without one takes what lies on no invoice first, then
a share of each invoice the payment was applied to. A credit memo's refund takes what is free of the memo first, for
the invoice the memo refers to, else for the account's invoices; then it follows the memo's applications. Whatever
the way, an invoice never gives back more than is left of what was paid on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from hub.money import minor
from pipelines.orders.allocation.books import Books
from pipelines.orders.allocation.credits import Credit, memos_behind
from pipelines.orders.allocation.ledger import Refund
from pipelines.orders.allocation.links import Link, Linked
from pipelines.orders.allocation.receipts import Receipts
from pipelines.orders.allocation.shares import spread
from pipelines.orders.allocation.vocabulary import Stage, stage


@dataclass(slots=True, kw_only=True)
class Placed:
    """What of a refund's amount has found an invoice so far, and what is known to belong to none."""

    left: int
    amounts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    from_memos: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # of `amounts`
    from_balance: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # the same
    unallocated: int = 0
    flags: set[str] = field(default_factory=set)

    @property
    def from_payments(self) -> dict[str, int]:
        """What of `amounts` opened invoices again."""
        return {
            id: amount - self.from_memos.get(id, 0) - self.from_balance.get(id, 0)
            for id, amount in self.amounts.items()
        }

    def put(self, invoice: str, amount: int, *, memo: bool = False) -> None:
        if amount:
            self.amounts[invoice] += amount
            self.left -= amount
            if memo:
                self.from_memos[invoice] += amount

    def put_nowhere(self, amount: int, flag: str | None = None) -> None:
        if amount:
            self.unallocated += amount
            self.left -= amount
            if flag:
                self.flags.add(flag)


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """Where refunds are paid out: what is left of payments and memos, and what stands on the credit balance."""

    books: Books
    receipts: Receipts
    credits: dict[str, Credit]
    balances: dict[str, int]  # by invoice: what it gave to the credit balance and is not refunded

    def pay_out(self, refund: Refund, linked: Linked, amount: int) -> Placed:
        """Place a refund's amount; what no rule could place is unallocated too."""
        placed = Placed(left=amount)
        for link in linked.links:
            self._follow(link, refund, placed, min(link.amount, placed.left))
        if linked.links:
            if sum(link.amount for link in linked.links) != amount:
                placed.flags.add("sum_mismatch")
            placed.put_nowhere(placed.left)
        elif refund.source_type == "CreditBalance":
            self._from_balance(refund, linked.currency, placed)
        else:
            for memo, part in memos_behind(refund, amount, linked.currency, self.credits):
                self._from_memo(self.credits[memo], None, refund, placed, part)
            self._from_account(placed, placed.left, refund.account_id, linked.currency, refund.date)
        return placed

    def _follow(self, link: Link, refund: Refund, placed: Placed, amount: int) -> None:
        if link.memo:
            self._from_memo(self.credits[link.memo], link.invoice, refund, placed, amount)
        elif link.invoice:
            if link.payment:
                self.receipts.give_back(link.payment, link.invoice, amount)
            self._cash(link.invoice, placed, amount, payment=link.payment)
        elif link.payment:
            self._from_payment(link.payment, placed, amount)

    def _cash(self, invoice: str, placed: Placed, amount: int, *, payment: str | None = None) -> None:
        taken = self.receipts.take(invoice, amount, payment=payment)
        placed.put(invoice, taken)
        placed.put_nowhere(amount - taken, "over_refund")

    def _from_payment(self, payment: str, placed: Placed, amount: int) -> None:
        freed = self.receipts.take_freed(payment, amount)
        for invoice, part in freed.items():
            placed.put(invoice, part)
        amount -= sum(freed.values())
        loose = self.receipts.take_unapplied(payment, amount)
        placed.put_nowhere(loose, "overpayment")
        amount -= loose
        over = self._share(placed, amount, self.receipts.left_of(payment), payment=payment)
        placed.put_nowhere(over, "over_refund")

    def _from_memo(
        self, credit: Credit, invoice: str | None, refund: Refund, placed: Placed, amount: int
    ) -> None:
        """The memo's free part goes by its reference; what was applied already follows the applications."""
        placed.flags.add("via_credit_memo")
        free = credit.pay_out_free(amount)
        applied = credit.pay_out_applied(amount - free, self.books)
        placed.put_nowhere(amount - free - sum(applied.values()), "over_refund")  # more than the memo holds
        if invoice:
            self._memo_cash(invoice, placed, free + sum(applied.values()))
            return
        for id, part in applied.items():
            self._memo_cash(id, placed, part)
        if credit.memo.invoice_id:
            self._memo_cash(credit.memo.invoice_id, placed, free)
        elif free:
            paid = {id: part for id in credit.applied if (part := self.receipts.net_paid(id))}
            weights = {id: min(part, credit.applied[id]) for id, part in paid.items() if credit.applied[id]}
            rest = self._share(placed, min(free, sum(weights.values())), weights, memo=True)
            rest += free - min(free, sum(weights.values()))
            account, day = refund.account_id or credit.memo.account_id, refund.date or credit.memo.date
            self._from_account(placed, rest, account, credit.memo.currency, day)

    def _memo_cash(self, invoice: str, placed: Placed, amount: int) -> None:
        taken = self.receipts.take(invoice, amount)
        placed.put(invoice, taken, memo=True)
        placed.put_nowhere(amount - taken, "over_refund")

    def _from_account(
        self, placed: Placed, amount: int, account: str, currency: str, day: date | None
    ) -> None:
        """No link at all: over the account's paid invoices of the twelve months before, by what is left of each."""
        if not amount:
            return
        placed.flags.add("account_level")
        mine = [
            row
            for row in self.books.invoices.values()
            if row.currency == currency and account in ("", row.account_id)
        ]
        last = day or max((row.date for row in mine), default=date.max)
        first = a_year_before(last)
        weights = {row.id: self.receipts.net_paid(row.id) for row in mine if first <= row.date <= last}
        placed.put_nowhere(self._share(placed, amount, weights, memo=True), "over_refund")

    def _from_balance(self, refund: Refund, currency: str, placed: Placed) -> None:
        """The negative invoices that fed the account's credit balance; what no invoice fed belongs to none."""
        fed = {
            id: part
            for id, part in self.balances.items()
            if part
            and (row := self.books.invoices.get(id))
            and row.currency == currency
            and refund.account_id in ("", row.account_id)
        }
        amount = min(placed.left, sum(fed.values()))
        if amount:
            invoices = self.books.by_age(fed)
            if len(invoices) > 1 and amount < sum(fed.values()):
                placed.flags.add("prorated")
            for id, share in zip(invoices, spread(amount, [fed[id] for id in invoices]), strict=True):
                self.balances[id] -= share
                placed.put(id, share)
                placed.from_balance[id] += share
        placed.put_nowhere(placed.left)

    def _share(
        self,
        placed: Placed,
        amount: int,
        weights: Mapping[str, int],
        *,
        payment: str | None = None,
        memo: bool = False,
    ) -> int:
        """Take `amount` from invoices by weight, never more than the weights; returns what was too much."""
        invoices = self.books.by_age(id for id, weight in weights.items() if weight)
        able = min(amount, sum(weights.values()))
        if able:
            if len(invoices) > 1:
                placed.flags.add("prorated")
            for id, share in zip(invoices, spread(able, [weights[id] for id in invoices]), strict=True):
                placed.put(id, self.receipts.take(id, share, payment=payment), memo=memo)
        return amount - able


def a_year_before(day: date) -> date:
    """The same day one year earlier; the 28th for a 29th of February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def credit_balances(books: Books) -> dict[str, int]:
    """By invoice, what it gave to its account's credit balance; without such rows what negative invoices hold."""
    fed: dict[str, int] = {}
    for row in books.adjustments:
        invoice = books.invoices.get(row.invoice_id or "")
        if invoice and row.type.casefold() == "increase" and stage(row.status) is Stage.COUNTS:
            fed[invoice.id] = fed.get(invoice.id, 0) + minor(row.amount, invoice.currency)
    if books.adjustments:
        return fed
    return {row.id: -minor(row.amount, row.currency) for row in books.invoices.values() if row.amount < 0}
