"""How each invoice stands, and whether the platform's own figures of an invoice agree with each other. Pure.

An invoice's balance should be its amount less payments, plus refunds, less credit memos, give or take adjustments.
Platforms break that: adjustments of single lines appear in no exported column. So a broken identity is an anomaly to
show, never a reason to set a row aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from hub.money import major, minor
from pipelines.orders.allocation.books import Books
from pipelines.orders.allocation.ledger import Invoice
from pipelines.orders.allocation.mirrors import Split
from pipelines.orders.allocation.receipts import Receipts
from pipelines.orders.allocation.vocabulary import Stage, stage

BROKEN = "balance_identity_broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One invoice after all its money; amounts in its currency.

    `refunded` is cash that went out; `credited` is memo credit that counts; `mirrored` is memo credit that stands
    against refunded cash. `net_paid` = paid - refunded; `open` is what the customer owes by these rows.
    """

    invoice_id: str
    currency: str
    amount: Decimal
    paid: Decimal
    refunded: Decimal
    credited: Decimal
    mirrored: Decimal
    net_paid: Decimal
    open: Decimal
    balance: Decimal | None = None  # as the platform says

    @property
    def gap(self) -> Decimal:
        """How much more the platform says is open than its rows do; 0 where it says nothing."""
        return self.balance - self.open if self.balance is not None else Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """A balance that does not follow from its parts; `difference` = stated less computed."""

    code: str
    invoice_id: str
    currency: str
    difference: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The money columns of one invoice row. Adjustments may be reported with either sign."""

    id: str
    currency: str
    amount: Decimal
    balance: Decimal
    payments: Decimal
    refunds: Decimal
    credit_memos: Decimal
    adjustments: Decimal = Decimal(0)
    credit_balance_adjustments: Decimal = Decimal(0)


def check(header: Header) -> Anomaly | None:
    """The anomaly of an invoice row whose own columns do not add up to its balance.

    >>> row = Header(id="I1", currency="GBP", amount=Decimal(8), balance=Decimal(0),
    ...              payments=Decimal(8), refunds=Decimal(4), credit_memos=Decimal(0))
    >>> check(row).difference
    Decimal('-4.00')
    """
    units = [
        minor(part, header.currency)
        for part in (header.balance, header.amount, header.payments, header.refunds, header.credit_memos)
    ]
    balance, amount, payments, refunds, memos = units
    gap = balance - (amount - payments + refunds - memos)
    one, two = (
        minor(part, header.currency) for part in (header.adjustments, header.credit_balance_adjustments)
    )
    gap = min((gap - sign * one - other * two for sign in (1, -1) for other in (1, -1)), key=_size)
    return _anomaly(header.id, header.currency, major(gap, header.currency))


def check_standing(standing: Standing) -> Anomaly | None:
    """The anomaly of an invoice whose stated balance differs from what its payments, refunds and memos leave."""
    return _anomaly(standing.invoice_id, standing.currency, standing.gap)


def _anomaly(invoice: str, currency: str, gap: Decimal) -> Anomaly | None:
    return Anomaly(code=BROKEN, invoice_id=invoice, currency=currency, difference=gap) if gap else None


def _size(gap: int) -> tuple[int, bool]:
    return abs(gap), gap < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What refunds and memos did, by invoice in minor units.

    `memo_cash`: refunded through memos, so matched by memo credit; `balance_cash`: from the credit balance.
    """

    splits: tuple[Split, ...] = ()
    memo_cash: Mapping[str, int]
    balance_cash: Mapping[str, int]


def standings(books: Books, receipts: Receipts, used: Used) -> tuple[Standing, ...]:
    """Every invoice of a ledger, oldest first."""
    transferred = _transferred(books)
    invoices = [books.invoices[id] for id in books.by_age(books.invoices)]
    return tuple(_standing(row, receipts, used, transferred.get(row.id, 0)) for row in invoices)


def _standing(invoice: Invoice, receipts: Receipts, used: Used, transferred: int) -> Standing:
    id, currency = invoice.id, invoice.currency
    amount, paid = minor(invoice.amount, currency), receipts.paid.get(id, 0)
    from_balance = used.balance_cash.get(id, 0)
    refunded = receipts.refunded.get(id, 0)
    credited = sum(split.credited.get(id, 0) for split in used.splits)
    mirrored = used.memo_cash.get(id, 0) + sum(split.mirrored.get(id, 0) for split in used.splits)
    stated = invoice.balance
    moved = transferred if transferred < 0 else max(transferred, from_balance)
    owed = amount - paid + refunded - credited - mirrored + moved
    return Standing(
        invoice_id=id,
        currency=currency,
        amount=major(amount, currency),
        paid=major(paid, currency),
        refunded=major(refunded + from_balance, currency),
        credited=major(credited, currency),
        mirrored=major(mirrored, currency),
        net_paid=major(paid - refunded - from_balance, currency),
        open=major(owed, currency),
        balance=None if stated is None else major(minor(stated, currency), currency),
    )


def _transferred(books: Books) -> dict[str, int]:
    """By invoice, what moved between it and the account's credit balance: up for Increase, down for Decrease."""
    moved: dict[str, int] = {}
    for row in books.adjustments:
        invoice = books.invoices.get(row.invoice_id or "")
        if invoice and stage(row.status) is Stage.COUNTS:
            sign = -1 if row.type.casefold() == "decrease" else 1
            moved[invoice.id] = moved.get(invoice.id, 0) + sign * minor(row.amount, invoice.currency)
    return moved
