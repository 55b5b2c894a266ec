"""Order documents and their rows, as small as a test needs them; each fits the published schema."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from audit.locked import audited_writing
from hub.canonical import canonical_json, checksum_of
from pipelines.engine.rows import ImportedRow
from pipelines.orders.models import AllocatedPart, Allocation, Order
from pipelines.orders.schema import problem_with

NAME, MAIL = "Ada Marker", "ada@marker.example"
CUSTOMER = {
    "account": {"id": "acc1", "number": "A00000001", "name": NAME, "status": "Active"},
    "bill_to": {"id": "con1", "first_name": "Ada", "last_name": "Marker", "email": MAIL, "city": "Delft"},
    "payment_method": {"id": "pm1", "type": "CreditCard", "brand": "Visa", "shown": "************4242"},
}
NUMBERS = ("billed", "paid", "refunded", "credited", "corrected", "open")


def sums(*amounts: str) -> dict[str, str]:
    return dict(zip(NUMBERS, amounts, strict=True))


def without_open(line: dict[str, str]) -> dict[str, str]:
    """What an item says of these."""
    return {name: units for name, units in line.items() if name != "open"}


def invoice(own: str, *amounts: str, currency: str = "EUR", **changed: Any) -> dict[str, Any]:
    """One invoice of one item."""
    item = {"id": f"{own}-item", "name": "Monthly", "category": "recurring", "credit": False, "tax": "0"}
    return {
        "id": own, "number": f"INV{own}", "date": "2025-12-01", "due": "2025-12-15", "status": "Posted",
        "currency": currency, "amount": amounts[0], "balance": amounts[-1], "shared": False,
        "items": [item | without_open(sums(*amounts))], **sums(*amounts),
    } | changed  # fmt: skip


def refund(own: str, amount: str, *parts: tuple[str, str], **changed: Any) -> dict[str, Any]:
    return {
        "id": own, "number": f"R-{own}", "date": "2025-12-23", "amount": amount, "currency": "EUR",
        "status": "Processed", "kind": "partial_refund", "outcome": "allocated", "flags": [], "cash": True,
        "allocations": [{"id": to, "amount": part} for to, part in parts], "unallocated": "0.00",
    } | changed  # fmt: skip


def note(own: str, amount: str, *parts: tuple[str, str], **changed: Any) -> dict[str, Any]:
    """A credit note; without parts none of it was used."""
    found = refund(own, amount, *parts, number=f"CM{own}", kind="credit", corrections=[]) | changed
    return {name: value for name, value in found.items() if name != "cash"}


def document(root: str = "s1", **changed: Any) -> dict[str, Any]:
    """An order of one version without money; `changed` replaces sections."""
    found = {
        "schema": "order/1", "key": f"polder:{root}", "tenant": "polder", "number": f"A-S{root}",
        "customer": CUSTOMER, "currency": "EUR", "funnel_step": "front_end", "subscription_class": "standard",
        "state": {"value": "active", "reason": "renews", "since": "2025-01-01"},
        "term": {"auto_renew": True, "type": "TERMED", "starts_on": "2025-01-01", "ends_on": "2026-01-01"},
        "versions": [{"id": root, "version": 1, "status": "Active", "created_on": "2025-01-01"}],
        "events": [{"id": f"{root}:created", "kind": "created", "on": "2025-01-01"}],
        "links": {}, "plans": [], "invoices": [], "payments": [], "refunds": [], "credit_notes": [],
        "totals": {}, "remarks": {}, "anomalies": [],
    } | changed  # fmt: skip
    assert problem_with(found) == ""
    return found


def tombstone(root: str, reason: str) -> dict[str, Any]:
    return {
        "schema": "order/1", "key": f"polder:{root}", "tenant": "polder", "number": f"A-S{root}",
        "withdrawn": {"reason": reason},
    }  # fmt: skip


def order(body: dict[str, Any] | None = None, **changed: Any) -> Order:
    """A stored order; what stands beside the document follows from it where it is not given."""
    body = body or document()
    text = canonical_json(body)
    tomb = "withdrawn" in body
    fields: dict[str, Any] = {
        "key": body["key"],
        "tenant": body["tenant"],
        "number": body["number"],
        "account_id": "acc1",
        "status": "withdrawn" if tomb else "live",
        "why": body["withdrawn"]["reason"] if tomb else "",
        "state": "" if tomb else body["state"]["value"],
        "subscription_class": "" if tomb else body["subscription_class"],
        "funnel_step": "" if tomb else body["funnel_step"],
        "refunds": 0 if tomb else len(body["refunds"]) + len(body["credit_notes"]),
        "anomalies": 0 if tomb else len(body["anomalies"]),
        "version": 1,
        "body": text.decode(),
        "fingerprint": checksum_of(text),
        "checksum": checksum_of(text),
        "batches": ["7001"],
        "business_date": date(2025, 6, 1),
        "assembled_at": datetime(2025, 6, 1, 4, tzinfo=UTC),
        "run_id": 1000,
    }
    with audited_writing():
        return Order.unscoped.create(**(fields | changed))


def allocation(own: str, *parts: tuple[str, str], source: str = "refund", **changed: Any) -> Allocation:
    key = f"polder:{source}:{own}"
    fields: dict[str, Any] = {
        "key": key, "tenant": "polder", "source": source, "source_id": own, "outcome": "allocated",
        "kind": "partial_refund", "cash": source == "refund", "currency": "EUR", "unallocated": 0, "flags": [],
        "mirrored": {}, "checksum": b"\0" * 16, "run_id": 1000,
    }  # fmt: skip
    with audited_writing():
        for invoice_id, amount in parts:
            AllocatedPart.unscoped.create(
                key=f"{key}:{invoice_id}",
                tenant="polder",
                allocation=key,
                invoice_id=invoice_id,
                amount=amount,
            )
        return Allocation.unscoped.create(**(fields | changed))


def row(model: type[ImportedRow], own: str, **columns: Any) -> Any:
    """An imported row of the brand, with what a page asks of it."""
    fields: dict[str, Any] = {
        "key": f"polder:{own}", "lake_id": own, "tenant": "polder", "batch_id": 7001, "checksum": b"\0" * 16,
        "raw_checksum": b"\0" * 16, "lake_position": 1,
    }  # fmt: skip
    with audited_writing():
        return model.unscoped.create(**(fields | columns))
