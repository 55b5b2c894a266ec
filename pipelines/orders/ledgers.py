"""From the rows of a chunk to ledgers: one for each group of accounts that money links with each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pipelines.orders.allocation import ledger as books
from pipelines.orders.allocation.ledger import Ledger
from pipelines.orders.chunk import Money
from pipelines.orders.rows import (
    InvoiceRow,
    MemoApplicationRow,
    MemoRow,
    PaymentApplicationRow,
    PaymentRow,
    RefundApplicationRow,
    RefundRow,
)
from pipelines.orders.versions import day

Node = tuple[str, str]  # what it is, and its id


class Groups:
    """Nodes that belong together, found by joining two at a time."""

    def __init__(self) -> None:
        self._parents: dict[Node, Node] = {}

    def of(self, node: Node) -> Node:
        """The node that stands for the group."""
        root = node
        while (parent := self._parents.get(root, root)) != root:
            root = parent
        while node != root:  # the next walk is short
            self._parents[node], node = root, self._parents[node]
        return root

    def join(self, one: Node, other: Node) -> None:
        self._parents[self.of(one)] = self.of(other)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Where rows of one kind go: what they are called in a ledger, what they name, and how a ledger has them."""

    name: str
    names: Mapping[str, str]  # what a column names
    entry: Callable[[Any], Any]


def ledgers_of(money: Money) -> Iterator[Ledger]:
    """The ledgers, in no order; each row is in one."""
    groups = Groups()
    rows = [(shelf, row) for shelf in SHELVES for row in getattr(money, shelf.name).values()]
    for shelf, row in rows:
        for named in _named(shelf, row):
            groups.join((shelf.name, row.lake_id), named)
    parts: dict[Node, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for shelf, row in rows:
        parts[groups.of((shelf.name, row.lake_id))][IN_LEDGERS.get(shelf.name, shelf.name)].append(
            shelf.entry(row)
        )
    for found in parts.values():
        yield Ledger(**{name: tuple(entries) for name, entries in found.items()})


def _named(shelf: Shelf, row: Any) -> Iterable[Node]:
    return ((kind, value) for column, kind in shelf.names.items() if (value := getattr(row, column)))


def _invoice(row: InvoiceRow) -> books.Invoice:
    return books.Invoice(
        id=row.lake_id,
        number=row.invoice_number or "",
        account_id=row.account_id,
        date=_day(row.invoice_date),
        amount=Decimal(row.amount),
        currency=row.currency,
        status=row.status or "",
        balance=Decimal(row.balance),
    )


def _payment(row: PaymentRow) -> books.Payment:
    return books.Payment(
        id=row.lake_id,
        account_id=row.account_id,
        date=_day(row.effective_date),
        amount=Decimal(row.amount),
        currency=row.currency,
        status=row.status or "",
        type=row.type or "",
        gateway_state=row.gateway_state,
    )


def _applied(row: PaymentApplicationRow) -> books.PaymentApplication:
    return books.PaymentApplication(
        id=row.lake_id,
        payment_id=row.payment_id,
        invoice_id=row.invoice_id,
        amount=Decimal(row.apply_amount),
        status=row.application_status,
    )


def _memo(row: MemoRow) -> books.CreditMemo:
    return books.CreditMemo(
        id=row.lake_id,
        number=row.memo_number or "",
        account_id=row.account_id,
        date=_day(row.memo_date),
        total=Decimal(row.total_amount),
        currency=row.currency,
        status=row.status or "",
        invoice_id=row.invoice_id,
        reason_code=row.reason_code,
    )


def _credited(row: MemoApplicationRow) -> books.CreditMemoApplication:
    return books.CreditMemoApplication(
        id=row.lake_id,
        credit_memo_id=row.credit_memo_id,
        invoice_id=row.invoice_id,
        amount=Decimal(row.amount),
        date=day(row.effective_date),
    )


def _refund(row: RefundRow) -> books.Refund:
    return books.Refund(
        id=row.lake_id,
        account_id=row.account_id or "",
        amount=Decimal(row.amount),
        currency=row.currency,
        status=row.status or "",
        type=row.type or "",
        source_type=row.source_type or "",
        date=day(row.refund_date),
        reason_code=row.reason_code,
        cancelled_at=datetime.fromisoformat(row.cancelled_on) if row.cancelled_on else None,
    )


def _refunded(row: RefundApplicationRow) -> books.RefundApplication:
    return books.RefundApplication(
        id=row.lake_id,
        refund_id=row.refund_id,
        amount=Decimal(row.apply_amount),
        payment_id=row.payment_id,
        payment_application_id=row.payment_application_id,
        invoice_id=row.invoice_id,
        credit_memo_id=row.credit_memo_id,
    )


def _day(text: str) -> Any:
    return day(text)


_ACCOUNT = {"account_id": "accounts"}
_INVOICE = {"invoice_id": "invoices"}
SHELVES = (
    Shelf(name="invoices", names=_ACCOUNT, entry=_invoice),
    Shelf(name="payments", names=_ACCOUNT, entry=_payment),
    Shelf(name="payment_applications", names=_INVOICE | {"payment_id": "payments"}, entry=_applied),
    Shelf(name="memos", names=_INVOICE | _ACCOUNT, entry=_memo),
    Shelf(name="memo_applications", names=_INVOICE | {"credit_memo_id": "memos"}, entry=_credited),
    Shelf(name="refunds", names=_ACCOUNT, entry=_refund),
    Shelf(
        name="refund_applications",
        names=_INVOICE
        | {
            "refund_id": "refunds",
            "payment_id": "payments",
            "payment_application_id": "payment_applications",
            "credit_memo_id": "memos",
        },
        entry=_refunded,
    ),
)
IN_LEDGERS = {"memos": "credit_memos", "memo_applications": "credit_memo_applications"}
