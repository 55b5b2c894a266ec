"""What was billed, paid, refunded and credited, so that every line and the totals add up.

On an invoice and in the totals: open = billed - paid + refunded - credited - corrected. `corrected` is memo credit
that only mirrors money already counted. All amounts are texts in the minor unit of their currency. An invoice that
bills other orders too shows the items of this one alone, with their shares of its money; a discount is a line of its
own that takes no share, so single lines are not balanced.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter

from hub.money import money_text, rounded
from pipelines.orders.allocation.allocate import Allocation
from pipelines.orders.chunk import Chunk
from pipelines.orders.document.contract import UNCLASSIFIED
from pipelines.orders.document.entry import Entry, known
from pipelines.orders.reckoning import Reckoned
from pipelines.orders.rows import InvoiceRow, ItemRow, PaymentApplicationRow
from pipelines.orders.shares import gross, shares_of

Sums = dict[str, Decimal]
PARTS = ("billed", "paid", "refunded", "credited", "corrected")
NOTHING = Decimal(0)
NEVER_OWED = frozenset({"Draft", "Canceled", "Error"})  # a reversed one was owed, and has its credit memo


def own_invoices(chunk: Chunk, versions: Collection[str]) -> list[InvoiceRow]:
    """The invoices that bill any of the versions, oldest first."""
    named = {invoice for version in versions for invoice in chunk.billed.get(version, ())}
    own = (chunk.money.invoices[invoice] for invoice in named if invoice in chunk.money.invoices)
    return sorted(own, key=lambda row: (row.invoice_date, row.invoice_number or "", row.lake_id))


def invoice_entry(
    chunk: Chunk, row: InvoiceRow, versions: Collection[str], reckoned: Reckoned
) -> tuple[Entry, Sums]:
    """One invoice as a document shows it, and what it adds to the totals."""
    standing, items = reckoned.standings[row.lake_id], chunk.items.get(row.lake_id, [])
    shares = shares_of(standing, items)
    own = [item for item in items if item.subscription_id in versions]
    lines = [(item, _sums(item, row, shares[item.lake_id])) for item in own]
    sums = _added(sums for _, sums in lines)
    entry = known(
        {
            "id": row.lake_id,
            "number": row.invoice_number,
            "date": row.invoice_date,
            "due": row.due_date,
            "status": row.status,
            "currency": row.currency,
            "amount": _money(row.amount, row.currency),
            "balance": _money(row.balance, row.currency),
            "shared": len(own) < len(items),
            **_texts(sums, row.currency),
            "open": money_text(_open(sums), row.currency),
            "items": [
                _item(chunk, item, parts, row.currency) for item, parts in sorted(lines, key=_item_order)
            ],
        }
    )
    return entry, sums


def gap_between_lines_and_invoice(chunk: Chunk, row: InvoiceRow) -> Decimal:
    """How much more an invoice says than its lines add up to: where lines are missing, their sum is."""
    lines = sum((gross(item, row.currency) for item in chunk.items.get(row.lake_id, ())), NOTHING)
    return rounded(Decimal(row.amount), row.currency) - lines


def _item_order(line: tuple[ItemRow, Sums]) -> tuple[str, str]:
    return line[0].service_start_date or "", line[0].lake_id


def is_owed(row: InvoiceRow) -> bool:
    """Whether the customer ever had to pay an invoice: a draft, a cancelled or a failed one bills nothing."""
    return row.status not in NEVER_OWED


def _sums(item: ItemRow, row: InvoiceRow, share: Sums) -> Sums:
    return {
        "billed": gross(item, row.currency) if is_owed(row) else NOTHING,
        "paid": share["paid"],
        "refunded": share["refunded"],
        "credited": share["credited"],
        "corrected": share["mirrored"],
    }


def _open(sums: Sums) -> Decimal:
    """What is left to be paid."""
    return sums["billed"] - sums["paid"] + sums["refunded"] - sums["credited"] - sums["corrected"]


def _item(chunk: Chunk, item: ItemRow, parts: Sums, currency: str) -> Entry:
    classes = chunk.item_classes.get(f"{chunk.tenant}:{item.lake_id}")
    return known(
        {
            "id": item.lake_id,
            "name": item.charge_name,
            "sku": item.sku,
            "category": (classes and classes.charge_category) or UNCLASSIFIED,
            "credit": bool(classes and classes.credit == "true"),
            "from": item.service_start_date,
            "to": item.service_end_date,
            "tax": _money(item.tax_amount, currency),
            **_texts(parts, currency),
        }
    )


def payments(chunk: Chunk, invoices: Collection[str]) -> list[Entry]:
    """The payments that were applied to these invoices, with all that they were applied to here."""
    applied: dict[str, Sums] = {}
    for invoice in invoices:
        for row in chunk.links.applied.get(invoice, ()):
            if row.payment_id in chunk.money.payments:
                parts = applied.setdefault(row.payment_id, {})
                parts[invoice] = parts.get(invoice, NOTHING) + _signed(row)
    return sorted((_payment(chunk, payment, parts) for payment, parts in applied.items()), key=_by_date)


def _signed(row: PaymentApplicationRow) -> Decimal:
    """Un-applying turns the sign; some tenants write it positive and say so in the status."""
    amount = Decimal(row.apply_amount)
    return -abs(amount) if row.application_status == "Unapplied" else amount


def _payment(chunk: Chunk, payment: str, parts: Sums) -> Entry:
    row = chunk.money.payments[payment]
    return known(
        {
            "id": row.lake_id,
            "number": row.payment_number,
            "date": row.effective_date,
            "amount": _money(row.amount, row.currency),
            "currency": row.currency,
            "status": row.status,
            "type": row.type,
            "applied": _parts(parts.items(), row.currency),
        }
    )


def refunds(chunk: Chunk, invoices: Collection[str], reckoned: Reckoned) -> list[Entry]:
    """The refunds that concern these invoices: those allocated to them, and those linked with them in vain."""
    found = _concerned(invoices, chunk.links.refunds(invoices), reckoned, "refund")
    return sorted((_refund(chunk, one) for one in found if one.id in chunk.money.refunds), key=_by_date)


def _refund(chunk: Chunk, one: Allocation) -> Entry:
    row = chunk.money.refunds[one.id]
    currency = one.currency or row.currency
    return known(
        {
            "id": row.lake_id,
            "number": row.refund_number,
            "date": row.refund_date,
            "amount": _money(row.amount, currency),
            "status": row.status,
            "reason_code": row.reason_code,
            "cash": one.cash,
            **_outcome(one, currency),
        }
    )


def credit_notes(chunk: Chunk, invoices: Collection[str], reckoned: Reckoned) -> list[Entry]:
    """The credit memos that concern these invoices."""
    found = _concerned(invoices, chunk.links.memos(invoices), reckoned, "credit_memo")
    return sorted((_credit_note(chunk, one) for one in found if one.id in chunk.money.memos), key=_by_date)


def _credit_note(chunk: Chunk, one: Allocation) -> Entry:
    row = chunk.money.memos[one.id]
    return known(
        {
            "id": row.lake_id,
            "number": row.memo_number,
            "date": row.memo_date,
            "amount": _money(row.total_amount, row.currency),
            "status": row.status,
            "reason_code": row.reason_code,
            "corrections": _parts(one.mirrored, row.currency),
            **_outcome(one, row.currency),
        }
    )


def _outcome(one: Allocation, currency: str | None) -> Entry:
    return {
        "currency": currency,
        "kind": one.kind,
        "outcome": one.outcome,
        "flags": list(one.flags),
        "allocations": _parts(one.amounts, currency),
        "unallocated": money_text(one.unallocated, currency),
    }


def _concerned(
    invoices: Collection[str], linked: set[str], reckoned: Reckoned, source: str
) -> list[Allocation]:
    """The allocations of one kind that these invoices have a part in, and those of what is linked with them."""
    found = {
        one.id: one
        for invoice in invoices
        for one in reckoned.by_invoice.get(invoice, ())
        if one.source == source
    }
    named = (reckoned.by_source.get((source, each)) for each in linked - found.keys())
    return [*found.values(), *(one for one in named if one)]


def totals(sums: Iterable[tuple[str, Sums]]) -> Entry:
    """By currency, what all invoices of the order add up to; `net` is what stays with the seller."""
    by_currency: dict[str, list[Sums]] = {}
    for currency, parts in sums:
        by_currency.setdefault(currency, []).append(parts)
    return {currency: _total(_added(parts), currency) for currency, parts in sorted(by_currency.items())}


def _total(sums: Sums, currency: str) -> Entry:
    return {
        **_texts(sums, currency),
        "open": money_text(_open(sums), currency),
        "net_paid": money_text(sums["paid"] - sums["refunded"], currency),
    }


def _added(sums: Iterable[Sums]) -> Sums:
    whole = dict.fromkeys(PARTS, NOTHING)
    for parts in sums:
        for name in PARTS:
            whole[name] += parts[name]
    return whole


def _texts(sums: Sums, currency: str) -> Entry:
    return {name: money_text(amount, currency) for name, amount in sums.items()}


def _parts(parts: Iterable[tuple[str, Decimal]], currency: str | None) -> list[Entry]:
    return [
        {"id": invoice, "amount": money_text(amount, currency)}
        for invoice, amount in sorted(parts, key=itemgetter(0))
        if amount
    ]


def _by_date(entry: Entry) -> tuple[str, str]:
    return entry["date"] or "", entry["id"]


@lru_cache(maxsize=1 << 16)
def _money(text: str, currency: str | None) -> str:
    return money_text(Decimal(text), currency)
