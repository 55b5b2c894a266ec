"""The short way for most customers: nothing refunded, nothing credited, every row plain. Pure.

Gives what `balance.standings` gives, or None where anything needs the long way; a test holds the two together.
"""

from __future__ import annotations

from operator import attrgetter

from hub.money import major, minor
from pipelines.orders.allocation.balance import Standing
from pipelines.orders.allocation.ledger import Invoice, Ledger
from pipelines.orders.allocation.receipts import settled

BY_AGE = attrgetter("date", "number", "id")
PLAIN = (None, "Applied")


def paid_invoices(ledger: Ledger) -> tuple[Standing, ...] | None:
    """Every invoice of a ledger, oldest first; None where rows repeat, cancel out, do not join or mix currencies."""
    if ledger.refunds or ledger.credit_memos or ledger.credit_balance_adjustments:
        return None
    invoices = {row.id: row for row in ledger.invoices}
    payments = {row.id: row for row in ledger.payments}
    once = len(invoices) == len(ledger.invoices) and len(payments) == len(ledger.payments)
    if not once or len({row.id for row in ledger.payment_applications}) < len(ledger.payment_applications):
        return None
    paid = dict.fromkeys(invoices, 0)
    for row in ledger.payment_applications:
        payment, invoice = payments.get(row.payment_id), invoices.get(row.invoice_id or "")
        if payment is None or invoice is None or payment.currency != invoice.currency:
            return None
        if row.amount < 0 or row.status not in PLAIN:
            return None
        if settled(payment):
            paid[invoice.id] += minor(row.amount, invoice.currency)
    if len(invoices) == 1:
        return (_paid(ledger.invoices[0], paid[ledger.invoices[0].id]),)
    return tuple(_paid(row, paid[row.id]) for row in sorted(ledger.invoices, key=BY_AGE))


def _paid(invoice: Invoice, paid: int) -> Standing:
    currency, nothing = invoice.currency, major(0, invoice.currency)
    amount, received, stated = minor(invoice.amount, currency), major(paid, currency), invoice.balance
    return Standing(
        invoice_id=invoice.id,
        currency=currency,
        amount=major(amount, currency),
        paid=received,
        refunded=nothing,
        credited=nothing,
        mirrored=nothing,
        net_paid=received,
        open=nothing if amount == paid else major(amount - paid, currency),
        balance=None if stated is None else major(minor(stated, currency), currency),
    )
