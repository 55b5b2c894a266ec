"""The rows of a ledger, each once, found by their ids. Pure.

The same row may be delivered twice, and a reader may hold two states of it: what counts is the set of rows. Of two
states under one id the later stage of life wins (reversed over processed over failed over open), then the greater
by value, so that no order of arrival matters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from pipelines.orders.allocation.ledger import (
    CreditBalanceAdjustment,
    CreditMemo,
    CreditMemoApplication,
    Invoice,
    Ledger,
    Payment,
    PaymentApplication,
    Refund,
    RefundApplication,
)
from pipelines.orders.allocation.vocabulary import stage

UNDATED = date.max  # sorts behind every date

RowT = TypeVar("RowT")
AgeKey = tuple[date, str, str]


@dataclass(slots=True, kw_only=True)
class Books:
    """A ledger's rows by id, and its applications by what they take from."""

    invoices: dict[str, Invoice]
    payments: dict[str, Payment]
    payment_applications: dict[str, PaymentApplication]
    applied: dict[str, list[PaymentApplication]]  # by payment
    memos: dict[str, CreditMemo]
    memo_applications: dict[str, list[CreditMemoApplication]]
    refunds: list[Refund]
    refund_applications: dict[str, list[RefundApplication]]
    adjustments: list[CreditBalanceAdjustment]

    def age(self, invoice: str) -> AgeKey:
        """What decides ties: the oldest invoice date, then the number."""
        known = self.invoices.get(invoice)
        return (known.date, known.number, invoice) if known else (UNDATED, "", invoice)

    def by_age(self, invoices: Iterable[str]) -> list[str]:
        return sorted(invoices, key=self.age)

    def reached_by_payment(self, payment: str) -> set[str]:
        """The invoices that a payment was ever applied to."""
        return {row.invoice_id for row in self.applied.get(payment, ()) if row.invoice_id}

    def reached_by_memo(self, memo: str) -> set[str]:
        """The invoices that a memo was ever applied to, and the one it refers to."""
        reached = {row.invoice_id for row in self.memo_applications.get(memo, ()) if row.invoice_id}
        known = self.memos.get(memo)
        return reached | {known.invoice_id} if known and known.invoice_id else reached

    def currencies(self, invoices: Iterable[str]) -> set[str]:
        return {self.invoices[id].currency for id in invoices if id in self.invoices}

    def unknown(self, invoices: Iterable[str]) -> bool:
        """Whether any of these invoices is not there."""
        return any(id not in self.invoices for id in invoices)


def open_books(ledger: Ledger) -> Books:
    applications = _each_once(ledger.payment_applications)
    return Books(
        invoices=_each_once(ledger.invoices),
        payments=_each_once(ledger.payments),
        payment_applications=applications,
        applied=_grouped(applications.values(), lambda row: row.payment_id),
        memos=_each_once(ledger.credit_memos),
        memo_applications=_grouped(
            _each_once(ledger.credit_memo_applications).values(), lambda row: row.credit_memo_id
        ),
        refunds=sorted(_each_once(ledger.refunds).values(), key=lambda row: (row.date or UNDATED, row.id)),
        refund_applications=_grouped(
            _each_once(ledger.refund_applications).values(), lambda row: row.refund_id
        ),
        adjustments=list(_each_once(ledger.credit_balance_adjustments, "number").values()),
    )


def _each_once(rows: Iterable[RowT], key: str = "id") -> dict[str, RowT]:
    found: dict[str, RowT] = {}
    for row in rows:
        name = getattr(row, key)
        other = found.setdefault(name, row)
        if other is not row and other != row:
            found[name] = max(other, row, key=_seniority)
    return found


def _seniority(row: Any) -> tuple[int, tuple[str, ...]]:
    status = getattr(row, "status", None)
    return stage(status).value if status else 0, tuple(_values(row))


def _values(row: Any) -> Iterator[str]:
    for field in fields(row):
        value = getattr(row, field.name)
        yield str(value.normalize() if isinstance(value, Decimal) else value)


def _grouped(rows: Iterable[RowT], key: Callable[[RowT], str]) -> dict[str, list[RowT]]:
    groups: dict[str, list[RowT]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
