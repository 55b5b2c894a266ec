"""What customers have paid on each invoice, and what of it is left to be refunded. Pure; amounts in minor units.

Two kinds of tenant report a refund differently. Without invoice settlement the application of a payment stays as it
was. With settlement a payment is un-applied first and refunded then, so that its applications show only what is
left, as a shrunken row or as a further row with the sign turned. Money that was un-applied to be refunded counts as
paid on its invoice until the refund takes it (`give_back`).
"""

from __future__ import annotations

from collections import defaultdict

from hub.money import minor
from pipelines.orders.allocation.books import Books
from pipelines.orders.allocation.ledger import Payment, PaymentApplication
from pipelines.orders.allocation.shares import spread
from pipelines.orders.allocation.vocabulary import Stage, stage

FAILED_TO_SETTLE = "failedtosettle"


class Receipts:
    """Money paid, by payment and invoice; refunds take from it. `charged_back`: ids of payments a bank took back."""

    def __init__(self, books: Books, charged_back: frozenset[str] = frozenset()) -> None:
        self.books = books
        self.paid: dict[str, int] = {}
        self.refunded: dict[str, int] = defaultdict(int)
        self.lost: dict[str, int] = defaultdict(
            int
        )  # by invoice: what payments that came to nothing had paid
        self._left: dict[str, dict[str, int]] = {}  # by payment, by invoice
        self._freed: dict[str, dict[str, int]] = {}  # the same: un-applied, and not refunded yet
        self._unapplied: dict[str, int] = {}  # by payment
        self._payers: dict[str, list[str]] = defaultdict(list)  # payments by invoice
        for payment in books.payments.values():
            self._receive(payment, counts=settled(payment) or payment.id in charged_back)
        for payers in self._payers.values():
            if len(payers) > 1:
                payers.sort(key=lambda id: (books.payments[id].date, id))

    def _receive(self, payment: Payment, *, counts: bool) -> None:
        plus: dict[str, int] = {}
        minus: dict[str, int] = {}
        elsewhere = 0
        for row in self.books.applied.get(payment.id, ()):
            amount = _signed(row, payment.currency)
            invoice = self.books.invoices.get(row.invoice_id or "")
            if row.invoice_id is None or (invoice and invoice.currency != payment.currency):
                elsewhere += amount
            elif amount > 0:
                plus[row.invoice_id] = plus.get(row.invoice_id, 0) + amount
            else:
                minus[row.invoice_id] = minus.get(row.invoice_id, 0) - amount
        left = plus
        if minus:
            left = {id: amount - minus.get(id, 0) for id, amount in plus.items() if amount > minus.get(id, 0)}
        if not counts:
            if stage(payment.status) is not Stage.OPEN:
                for id, amount in left.items():
                    self.lost[id] += amount
            return
        self._left[payment.id] = left
        self._freed[payment.id] = {id: min(amount, plus.get(id, 0)) for id, amount in minus.items()}
        unapplied = minor(payment.amount, payment.currency) - sum(left.values()) - elsewhere
        self._unapplied[payment.id] = max(0, unapplied)
        for id, amount in left.items():
            self.paid[id] = self.paid.get(id, 0) + amount
            self._payers[id].append(payment.id)

    def net_paid(self, invoice: str) -> int:
        """What is left of the money paid on an invoice, after the refunds so far; never below zero."""
        return self.paid.get(invoice, 0) - self.refunded.get(invoice, 0)

    def left_of(self, payment: str) -> dict[str, int]:
        """By invoice, what of a payment is still applied there and not refunded."""
        return {id: amount for id, amount in self._left.get(payment, {}).items() if amount}

    def take(self, invoice: str, amount: int, *, payment: str | None = None) -> int:
        """Refund up to `amount` of what was paid on an invoice, from this payment first; how much it was."""
        payers = self._payers.get(invoice, [])
        first = [payment] if payment in payers else []
        taken = 0
        for payer in (*first, *(id for id in payers if id != payment)):
            left = self._left[payer]
            part = min(amount - taken, left[invoice])
            left[invoice] -= part
            taken += part
        if taken:
            self.refunded[invoice] += taken
        return taken

    def take_unapplied(self, payment: str, amount: int) -> int:
        """Refund up to `amount` of a payment's money that lies on no invoice; how much it was."""
        taken = min(amount, self._unapplied.get(payment, 0))
        if taken:
            self._unapplied[payment] -= taken
        return taken

    def take_freed(self, payment: str, amount: int) -> dict[str, int]:
        """Refund up to `amount` of a payment's money that was un-applied from invoices and stayed so."""
        freed = {id: part for id, part in self._freed.get(payment, {}).items() if part}
        amount = min(amount, self._unapplied.get(payment, 0), sum(freed.values()))
        if not amount:
            return {}
        invoices = self.books.by_age(freed)
        shares = spread(amount, [freed[id] for id in invoices])
        for id, share in zip(invoices, shares, strict=True):
            self._restore(payment, id, share)
            self.take(id, share, payment=payment)
        return {id: share for id, share in zip(invoices, shares, strict=True) if share}

    def give_back(self, payment: str, invoice: str, amount: int) -> None:
        """Before a refund that names payment and invoice: count as paid what was un-applied for it.

        The rows of the history tell, else it shows in what is left: as much of the payment lies on no invoice, and
        the invoice has room for it (or less is applied than was refunded).
        """
        loose = self._unapplied.get(payment, 0)
        back = min(amount, self._freed.get(payment, {}).get(invoice, 0), loose)
        rest, known = amount - back, self.books.invoices.get(invoice)
        if rest and known:
            room = minor(known.amount, known.currency) - self.paid.get(invoice, 0) - back
            hidden = max(0, min(rest, loose - back, room))
            if hidden == rest or rest > self._left.get(payment, {}).get(invoice, 0):
                back += hidden
        if back:
            self._restore(payment, invoice, back)

    def _restore(self, payment: str, invoice: str, amount: int) -> None:
        freed, left = self._freed[payment], self._left[payment]
        freed[invoice] = max(0, freed.get(invoice, 0) - amount)
        self._unapplied[payment] -= amount
        left[invoice] = left.get(invoice, 0) + amount
        self.paid[invoice] = self.paid.get(invoice, 0) + amount
        if payment not in self._payers[invoice]:
            self._payers[invoice].append(payment)
            self._payers[invoice].sort(key=lambda id: (self.books.payments[id].date, id))


def settled(payment: Payment) -> bool:
    """Whether a payment's money is there: processed, and not refused by the bank afterwards."""
    return stage(payment.status) is Stage.COUNTS and not failed_to_settle(payment)


def failed_to_settle(payment: Payment) -> bool:
    state = payment.gateway_state
    return state is not None and state.replace(" ", "").casefold() == FAILED_TO_SETTLE


def _signed(row: PaymentApplication, currency: str) -> int:
    """Un-applying is a row with the sign turned; some tenants write it positive and say so in the status."""
    amount = minor(row.amount, currency)
    return -abs(amount) if (row.status or "").casefold() == "unapplied" else amount
