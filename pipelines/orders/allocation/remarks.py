"""What is worth knowing about a refund beside where its money went: flags that decide nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from hub.money import minor
from pipelines.orders.allocation.books import Books
from pipelines.orders.allocation.ledger import Payment, Refund
from pipelines.orders.allocation.receipts import Receipts, settled
from pipelines.orders.allocation.verdicts import Seen


def remarks_on(seen: Seen, books: Books, receipts: Receipts) -> Iterator[str]:
    refund = seen.refund
    payments = [books.payments[link.payment] for link in seen.linked.links if link.payment in books.payments]
    if refund.date and any(refund.date < payment.date for payment in payments):
        yield "refund_before_payment"
    if any(_undoes(payment, refund, books) for payment in books.payments.values()):
        yield "compensated_by_payment"
    for id in seen.placed.amounts:
        invoice = books.invoices[id]
        if invoice.amount < 0:
            yield "negative_invoice"
        elif receipts.refunded.get(id, 0) > minor(invoice.amount, invoice.currency):
            yield "refund_exceeds_invoice_amount"


def _undoes(payment: Payment, refund: Refund, books: Books) -> bool:
    """Some platforms keep an electronic refund that failed and undo it with an external payment of its amount.

    On the same day or later, and on no other invoice than the refund's.
    """
    return (
        refund.type == "Electronic"
        and payment.type == "External"
        and settled(payment)
        and payment.amount == refund.amount
        and refund.currency in (None, payment.currency)
        and refund.account_id in ("", payment.account_id)
        and (refund.date is None or payment.date >= refund.date)
        and not any(row.payment_id == payment.id for row in books.refund_applications.get(refund.id, ()))
    )
