"""What a refund was taken from, as its application rows say. Pure; amounts in minor units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.money import minor
from pipelines.orders.allocation.books import UNDATED, Books
from pipelines.orders.allocation.ledger import Invoice, Payment, Refund, RefundApplication
from pipelines.orders.allocation.vocabulary import Stage, stage

Key = tuple[str | None, str | None, str | None]  # payment, invoice, memo


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One thing a refund was taken from: a payment or a memo, with the invoice or without, or an invoice alone."""

    payment: str | None
    invoice: str | None
    memo: str | None
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A refund's links, explicit ones (with an invoice) first; its currency; what forbids to place it."""

    links: tuple[Link, ...]
    currency: str
    mismatch: bool
    missing: tuple[str, ...]  # flags


def follow(refund: Refund, books: Books) -> Linked:
    """Rows of one payment, invoice and memo net out; rows that name nothing are no links."""
    sums: dict[Key, Decimal] = defaultdict(Decimal)
    missing = set()
    for row in books.refund_applications.get(refund.id, ()):
        payment, invoice = _through_application(row, books)
        if row.payment_application_id and not payment and not invoice:
            missing.add("payment_missing")
        elif payment or invoice or row.credit_memo_id:
            sums[payment, invoice, row.credit_memo_id] += row.amount
    currencies = _currencies(sums, books)
    currency = refund.currency or (min(currencies) if currencies else _only_currency(refund, books))
    links = [
        Link(payment=payment, invoice=invoice, memo=memo, amount=units)
        for (payment, invoice, memo), amount in sums.items()
        if (units := minor(amount, currency)) > 0
    ]
    links.sort(
        key=lambda link: (link.invoice is None, books.age(link.invoice or ""), _payment_age(link, books))
    )
    return Linked(
        links=tuple(links),
        currency=currency,
        mismatch=bool(currencies - {currency}),
        missing=tuple(sorted(missing | _missing(links, books))),
    )


def not_final(links: Sequence[Link], books: Books) -> bool:
    """Whether a payment that a refund was taken from may still fail."""
    payments = (books.payments.get(link.payment) for link in links if link.payment)
    return any(payment and stage(payment.status) is Stage.OPEN for payment in payments)


def _through_application(row: RefundApplication, books: Books) -> tuple[str | None, str | None]:
    """Tenants without invoice settlement name the application of the payment, which names both."""
    through = books.payment_applications.get(row.payment_application_id or "")
    if through is None:
        return row.payment_id, row.invoice_id
    return row.payment_id or through.payment_id, row.invoice_id or through.invoice_id


def _currencies(keys: Iterable[Key], books: Books) -> set[str]:
    """Every currency that a refund would touch by these links."""
    found: set[str] = set()
    for payment, invoice, memo in keys:
        if source := books.payments.get(payment or ""):
            found.add(source.currency)
        if credit := books.memos.get(memo or ""):
            found.add(credit.currency)
        found |= books.currencies(_reached(payment, invoice, memo, books))
    return found


def _reached(payment: str | None, invoice: str | None, memo: str | None, books: Books) -> set[str]:
    """The invoices that a link may lead to: the one it names, else those of its payment and memo."""
    if invoice:
        return {invoice}
    return books.reached_by_payment(payment or "") | books.reached_by_memo(memo or "")


def _only_currency(refund: Refund, books: Books) -> str:
    """The currency of the account, where it has one only; else nothing."""
    rows: tuple[Payment | Invoice, ...] = (*books.payments.values(), *books.invoices.values())
    found = {row.currency for row in rows if refund.account_id in ("", row.account_id)}
    return found.pop() if len(found) == 1 else ""


def _payment_age(link: Link, books: Books) -> tuple[object, str, str]:
    known = books.payments.get(link.payment or "")
    return (known.date if known else UNDATED, link.payment or "", link.memo or "")


def _missing(links: Sequence[Link], books: Books) -> set[str]:
    found = set()
    for link in links:
        if link.payment and link.payment not in books.payments:
            found.add("payment_missing")
        if link.memo and link.memo not in books.memos:
            found.add("memo_missing")
        if books.unknown(_reached(link.payment, link.invoice, link.memo, books)):
            found.add("invoice_missing")
    return found
