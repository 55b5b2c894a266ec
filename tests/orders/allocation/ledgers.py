"""Rows of a ledger, with as few words as a test needs. Amounts are text; application rows get ids of their content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.orders.allocation.allocate import Allocation, reckon
from pipelines.orders.allocation.balance import Standing
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

PLACES = {
    Invoice: "invoices",
    Payment: "payments",
    PaymentApplication: "payment_applications",
    CreditMemo: "credit_memos",
    CreditMemoApplication: "credit_memo_applications",
    Refund: "refunds",
    RefundApplication: "refund_applications",
    CreditBalanceAdjustment: "credit_balance_adjustments",
}


def ledger(*rows: Any) -> Ledger:
    """A ledger of these rows, in this order; lists of rows are laid flat."""
    sorted_in: dict[str, list[Any]] = {}
    for row in flat(rows):
        sorted_in.setdefault(PLACES[type(row)], []).append(row)
    return Ledger(**{name: tuple(found) for name, found in sorted_in.items()})


def flat(rows: Iterable[Any]) -> Iterable[Any]:
    for row in rows:
        yield from flat(row) if isinstance(row, list | tuple) else [row]


def invoice(id: str, amount: str, on: str = "2025-01-05", **more: Any) -> Invoice:
    row = {"number": f"INV-{id}", "account_id": "A", "currency": "EUR", **more}
    return Invoice(id=id, amount=Decimal(amount), date=date.fromisoformat(on), **row)


def payment(id: str, amount: str, on: str = "2025-01-05", **more: Any) -> Payment:
    row = {"account_id": "A", "currency": "EUR", "status": "Processed", **more}
    return Payment(id=id, amount=Decimal(amount), date=date.fromisoformat(on), **row)


def applied(payment: str, invoice: str | None, amount: str, step: int = 1, **more: Any) -> PaymentApplication:
    id = f"{payment}>{invoice}:{amount}#{step}"
    return PaymentApplication(id=id, payment_id=payment, invoice_id=invoice, amount=Decimal(amount), **more)


def memo(id: str, total: str, on: str = "2025-04-01", **more: Any) -> CreditMemo:
    row = {"number": id, "account_id": "A", "currency": "EUR", "status": "Posted", **more}
    return CreditMemo(id=id, total=Decimal(total), date=date.fromisoformat(on), **row)


def credited(memo: str, invoice: str, amount: str, on: str = "2025-04-01") -> CreditMemoApplication:
    return CreditMemoApplication(
        id=f"{memo}>{invoice}:{amount}@{on}",
        credit_memo_id=memo,
        invoice_id=invoice,
        amount=Decimal(amount),
        date=date.fromisoformat(on),
    )


def refund(id: str, amount: str, on: str | None = "2025-03-01", **more: Any) -> Refund:
    row = {
        "account_id": "A",
        "currency": "EUR",
        "status": "Processed",
        "type": "Electronic",
        "source_type": "Payment",
        "reason_code": "Standard Refund",
        **more,
    }
    return Refund(id=id, amount=Decimal(amount), date=date.fromisoformat(on) if on else None, **row)


def drawn(refund: str, amount: str, **of: str) -> RefundApplication:
    """What a refund was taken from: payment=, invoice=, memo=, application=."""
    names = {
        "payment": "payment_id",
        "invoice": "invoice_id",
        "memo": "credit_memo_id",
        "application": "payment_application_id",
    }
    id = f"{refund}<{sorted(of.items())}:{amount}"
    return RefundApplication(
        id=id, refund_id=refund, amount=Decimal(amount), **{names[what]: who for what, who in of.items()}
    )


def bought(number: int, amount: str, on: str = "2025-01-05", **more: Any) -> list[Any]:
    """Invoice I<n>, paid in full by payment P<n> on its day."""
    one, two = f"I{number}", f"P{number}"
    return [invoice(one, amount, on, **more), payment(two, amount, on, **more), applied(two, one, amount)]


def told(allocation: Allocation) -> tuple[str, str, dict[str, str], str]:
    """Outcome, kind, amounts and what is unallocated."""
    amounts = {id: str(amount) for id, amount in allocation.amounts}
    return allocation.outcome, allocation.kind, amounts, str(allocation.unallocated)


def outcome_of(id: str, *rows: Any) -> tuple[str, str, dict[str, str], str]:
    """What became of the refund or memo with this id, in a ledger of these rows."""
    (found,) = (one for one in reckon(ledger(*rows)).allocations if one.id == id)
    return told(found)


def allocation_of(id: str, *rows: Any) -> Allocation:
    (found,) = (one for one in reckon(ledger(*rows)).allocations if one.id == id)
    return found


def standing_of(id: str, *rows: Any) -> Standing:
    (found,) = (one for one in reckon(ledger(*rows)).standings if one.invoice_id == id)
    return found
