"""Which imported rows a document shows, for the batches that stand beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pipelines.billing.chains import Chain
from pipelines.orders.chunk import Chunk
from pipelines.orders.document.entry import Entry


def batches(chunk: Chunk, chain: Chain, invoices: Collection[str], body: Entry) -> tuple[str, ...]:
    """The batches of all rows that a document with these invoices shows."""
    rows = (*_contract(chunk, chain), *_people(chunk, body["customer"]), *_money(chunk, invoices, body))
    return tuple(sorted({row.batch_id for row in rows}))


def batches_of_versions(chunk: Chunk, chain: Chain) -> tuple[str, ...]:
    """The batches of a chain of which nothing is shown."""
    return tuple(sorted({chunk.versions[version.id].batch_id for version in chain.versions}))


def _contract(chunk: Chunk, chain: Chain) -> Iterator[Any]:
    yield from (chunk.versions[version.id] for version in chain.versions)
    for plan in chunk.plans.get(chunk.in_force[chain.root], ()):
        yield plan
        yield from chunk.charges.get(plan.lake_id, ())
        if offered := chunk.catalogue_plans.get(plan.product_rate_plan_id or ""):
            yield offered
        if product := chunk.products.get(plan.product_id or (offered and offered.product_id) or ""):
            yield product


def _people(chunk: Chunk, customer: Entry) -> Iterator[Any]:
    tables: Mapping[str, Mapping[str, Any]] = {
        "account": chunk.accounts,
        "bill_to": chunk.contacts,
        "sold_to": chunk.contacts,
        "payment_method": chunk.methods,
    }
    for name, rows in tables.items():
        if row := rows.get(customer.get(name, {}).get("id")):
            yield row


def _money(chunk: Chunk, invoices: Collection[str], body: Entry) -> Iterator[Any]:
    money = chunk.money
    for invoice in invoices:
        yield money.invoices[invoice]
        yield from chunk.items.get(invoice, ())
    yield from chunk.links.applications(invoices)
    tables: Mapping[str, Mapping[str, Any]] = {
        "payments": money.payments,
        "refunds": money.refunds,
        "credit_notes": money.memos,
    }
    for name, rows in tables.items():
        yield from (rows[entry["id"]] for entry in body[name])
