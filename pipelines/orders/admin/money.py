"""The money table of a document: one statement a currency, whose lines, items and totals are checked again. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.orders.admin import words

Entry = Mapping[str, Any]
Address = Callable[[str, str], str]  # where the page of a row is, by its model and id; "" where there is none
COLUMNS = (  # a member of the document, its heading, and its sign in the sum that each line is
    ("billed", "Billed", ""),
    ("paid", "Paid", "−"),  # noqa: RUF001  a minus sign, which stands for what it is
    ("refunded", "Refunded", "+"),
    ("credited", "Credited", "−"),  # noqa: RUF001  the same
    ("corrected", "Corrected", "−"),  # noqa: RUF001  the same
    ("open", "Open", "="),
)
NAMES = tuple(name for name, _, _ in COLUMNS)
OF_ITEMS = NAMES[
    :-1
]  # what is open is told of whole invoices: a discount is an item of its own that nobody pays


@dataclass(frozen=True, kw_only=True)
class Cell:
    """An amount; nought is shown in grey."""

    text: str
    zero: bool


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line of an invoice: what for, what sort, which days."""

    href: str
    name: str
    note: str
    cells: Sequence[Cell]


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """An invoice's line. `status` only where it is not simply posted; `whole` says what the platform has of it."""

    href: str
    number: str
    day: str
    status: str
    shared: bool
    whole: str
    cells: Sequence[Cell]
    items: Sequence[Item]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The invoices of one currency, their sum, and whether everything adds up."""

    currency: str
    invoices: Sequence[Invoice]
    total: Sequence[Cell]
    kept: str
    adds_up: bool


def statements(document: Entry, address: Address) -> list[Statement]:
    """In the order of the currencies' codes; none for an order without invoices."""
    by_currency: dict[str, list[Entry]] = {}
    for invoice in document["invoices"]:
        by_currency.setdefault(invoice["currency"], []).append(invoice)
    return [
        _statement(currency, invoices, document["totals"].get(currency), address)
        for currency, invoices in sorted(by_currency.items())
    ]


def _statement(currency: str, invoices: Sequence[Entry], total: Entry | None, address: Address) -> Statement:
    found = total or {name: str(_summed(invoices, name)) for name in NAMES}
    kept = found.get("net_paid") or str(Decimal(found["paid"]) - Decimal(found["refunded"]))
    return Statement(
        currency=currency,
        invoices=[_invoice(each, address) for each in invoices],
        total=_cells(found),
        kept=words.amount(kept, currency),
        adds_up=total is not None
        and _adds_up(total, invoices, NAMES)
        and all(_adds_up(each, each["items"], OF_ITEMS) for each in invoices),
    )


def _invoice(entry: Entry, address: Address) -> Invoice:
    number, balance = entry.get("number") or entry["id"], entry["balance"]
    whole = f"{words.amount(entry['amount'], entry['currency'])}, of which {words.number(balance)} is open"
    due = f"; due {words.day(entry['due'])}" if entry.get("due") else ""
    return Invoice(
        href=address("invoice", entry["id"]),
        number=number,
        day=words.day(entry["date"]),
        status="" if entry["status"] == "Posted" else entry["status"],
        shared=entry["shared"],
        whole=f"{whole}{due}",
        cells=_cells(entry),
        items=[_item(each, address) for each in entry["items"]],
    )


def _item(entry: Entry, address: Address) -> Item:
    parts = [words.plain(entry["category"]) if entry["category"] != "unclassified" else ""]
    parts.append("credit" if entry["credit"] else "")
    parts.append(period(entry.get("from"), entry.get("to")))
    parts.append(f"tax {words.number(entry['tax'])}" if Decimal(entry["tax"]) else "")
    return Item(
        href=address("invoiceitem", entry["id"]),
        name=entry.get("name") or entry.get("sku") or "without a name",
        note=", ".join(filter(None, parts)),
        cells=_cells(entry, OF_ITEMS),
    )


def period(start: str | None, end: str | None) -> str:
    """`1 Dec 2025 to 31 Dec 2025`, `from 1 Dec 2025`; '' where neither is known."""
    if start and end:
        return words.day(start) if start == end else f"{words.day(start)} to {words.day(end)}"
    if start:
        return f"from {words.day(start)}"
    return f"until {words.day(end)}" if end else ""


def _cells(entry: Entry, names: Sequence[str] = NAMES) -> list[Cell]:
    return [Cell(text=words.number(entry[name]), zero=not Decimal(entry[name])) for name in names]


def _adds_up(whole: Entry, parts: Sequence[Entry], names: Sequence[str]) -> bool:
    """Whether a line is the sum of those below it, column by column, and its own columns are one sum."""
    billed, paid, refunded, credited, corrected, left = (Decimal(whole[name]) for name in NAMES)
    balanced = left == billed - paid + refunded - credited - corrected
    return balanced and all(Decimal(whole[name]) == _summed(parts, name) for name in names)


def _summed(lines: Sequence[Entry], name: str) -> Decimal:
    return sum((Decimal(line[name]) for line in lines), Decimal(0))


def applied_told(payment: Entry, names: Mapping[str, str]) -> str:
    """What a payment was used for, and what of it was not used here."""
    parts = [
        f"{words.number(part['amount'])} to {names.get(part['id'], part['id'])}"
        for part in payment["applied"]
    ]
    left = Decimal(payment["amount"]) - sum(
        (Decimal(part["amount"]) for part in payment["applied"]), Decimal(0)
    )
    if left:
        parts.append(f"{words.number(left)} elsewhere or not used")
    return ", ".join(parts) or "nothing of this order"
