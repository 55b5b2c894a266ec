"""What each refund and memo belongs to, stored beside the documents that show it.

Allocations of a refund are replaced as a whole, in the transaction of the documents. No row is locked for it: the
chunk's snapshot holds whole imports only, the brand's lease keeps other assemblies away, and a refund that an
import changes meanwhile comes through the change feed (docs/adr/0018-allocations-commit-with-documents.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
import pyarrow as pa

from audit.locked import audited_writing
from audit.record import Change, record_many
from hub import bulk
from hub.canonical import typed_checksum
from hub.money import money_text
from pipelines.billing.entities import InvoiceItem
from pipelines.engine.lookup import parts_of, texts_by
from pipelines.engine.store import amount_values
from pipelines.orders.allocation.allocate import Allocation
from pipelines.orders.chunk import Chunk, Links
from pipelines.orders.lookup import Reader
from pipelines.orders.models import PART_KEY_LENGTH
from pipelines.orders.models import AllocatedPart as Part
from pipelines.orders.models import Allocation as Row
from pipelines.orders.store import Occasion
from pipelines.orders.versions import roots_of

MODEL = "orders.allocation"
PLAIN_NAMES = ("source", "outcome", "kind")
NAMES = ("key", "cash", "unallocated", "mirrored", "flags", "currency", *PLAIN_NAMES)
Document = dict[str, Any]


class Moved(NamedTuple):
    """How many allocations were stored anew, and the invoices whose documents show one of them."""

    allocations: int
    invoices: set[str]


def store_allocations(found: Sequence[Allocation], links: Links, occasion: Occasion) -> Moved:
    """Replace what changed."""
    wanted = {_key(occasion.tenant, one): _document(one) for one in found}
    checksums = {key: typed_checksum(document) for key, document in wanted.items()}
    stored = _stored(wanted)
    changed = sorted(key for key in wanted if stored.get(key) != checksums[key])
    if not changed:
        return Moved(0, set())
    before = _documents([key for key in changed if key in stored])
    with audited_writing():
        _write(occasion, {key: wanted[key] for key in changed}, checksums)
        _write_parts(occasion, {key: wanted[key] for key in changed})
    record_many(
        [
            Change(
                tenant=occasion.tenant,
                model=MODEL,
                key=key,
                action="updated" if key in before else "created",
                before=before.get(key),
                after=wanted[key] if key in before else None,
                checksum_before=stored.get(key),
                checksum_after=checksums[key],
            )
            for key in changed
        ]
    )
    shown = [*(wanted[key] for key in changed), *before.values()]
    touched = {
        invoice for document in shown for part in ("amounts", "mirrored") for invoice in document[part]
    }
    return Moved(len(changed), touched | linked_with(changed, links))


def linked_with(keys: Iterable[str], links: Links) -> set[str]:
    """The invoices that refunds and memos with these keys name: they show them, allocated there or not."""
    named = [key.split(":", 2)[1:] for key in keys]
    return {invoice for source, lake_id in named for invoice in links.invoices(source, lake_id)}


def chains_elsewhere(reader: Reader, chunk: Chunk, invoices: Iterable[str]) -> set[str]:
    """The chains that these invoices bill and the chunk does not hold."""
    if not invoices:
        return set()
    rows = texts_by(InvoiceItem, "invoice_id", invoices, ["subscription_id"], tenant=reader.tenant)
    others = {version for (version,) in rows if version and version not in chunk.versions}
    return roots_of(reader, others) if others else set()


def _key(tenant: str, one: Allocation) -> str:
    return f"{tenant}:{one.source}:{one.id}"


def _document(one: Allocation) -> Document:
    return {
        "source": one.source,
        "outcome": one.outcome,
        "kind": one.kind,
        "currency": one.currency,
        "cash": "true" if one.cash else "false",
        "amounts": {invoice: str(amount) for invoice, amount in one.amounts},
        "unallocated": str(one.unallocated),
        "mirrored": {invoice: str(amount) for invoice, amount in one.mirrored},
        "flags": list(one.flags),
    }


def _stored(keys: Iterable[str]) -> dict[str, bytes]:
    return {
        key: bytes(checksum)
        for part in parts_of(keys)
        for key, checksum in Row.unscoped.filter(key__in=part).values_list("key", "checksum")
    }


def _documents(keys: Iterable[str]) -> dict[str, Document]:
    """The stored allocations as they were recorded."""
    found: dict[str, Document] = {}
    for key, cash, unallocated, mirrored, flags, currency, *texts in texts_by(Row, "key", keys, NAMES):
        found[str(key)] = {
            **dict(zip(PLAIN_NAMES, texts, strict=True)),
            "currency": currency,
            "cash": cash,
            "amounts": {},
            "unallocated": money_text(Decimal(unallocated or 0), currency),
            "mirrored": orjson.loads(mirrored or "{}"),
            "flags": orjson.loads(flags or "[]"),
        }
    for key, invoice, amount in texts_by(Part, "allocation", found, ("allocation", "invoice_id", "amount")):
        document = found[str(key)]
        document["amounts"][invoice] = money_text(Decimal(amount or 0), document["currency"])
    return found


def _write(occasion: Occasion, changed: Mapping[str, Document], checksums: Mapping[str, bytes]) -> None:
    documents = list(changed.values())
    bulk.upsert(
        Row._meta.db_table,
        {
            "key": _texts(changed),
            "tenant": occasion.tenant,
            "source_id": _texts(key.rpartition(":")[2] for key in changed),
            **{name: _texts(document[name] for document in documents) for name in (*PLAIN_NAMES, "currency")},
            "cash": pa.array([int(document["cash"] == "true") for document in documents], pa.int8()),
            "unallocated": amount_values(Decimal(document["unallocated"]) for document in documents),
            "mirrored": _texts(orjson.dumps(document["mirrored"]).decode() for document in documents),
            "flags": _texts(orjson.dumps(document["flags"]).decode() for document in documents),
            "checksum": pa.array([checksums[key] for key in changed], pa.binary()),
            "run_id": occasion.run_id,
        },
    )


def _write_parts(occasion: Occasion, changed: Mapping[str, Document]) -> None:
    """Replace the parts of the changed allocations.

    Parts that are there are read, then deleted by their own keys: to delete by allocation would lock the gaps in
    which another brand's assembly inserts.
    """
    there = [str(key) for (key,) in texts_by(Part, "allocation", changed, ["key"])]
    for part in parts_of(there, length=PART_KEY_LENGTH):
        Part.unscoped.filter(key__in=part).delete()
    parts = sorted(
        (key, invoice, Decimal(amount))
        for key, document in changed.items()
        for invoice, amount in document["amounts"].items()
    )
    if parts:
        bulk.insert(
            Part._meta.db_table,
            {
                "key": _texts(f"{key}:{invoice}" for key, invoice, _ in parts),
                "tenant": occasion.tenant,
                "allocation": _texts(key for key, _, _ in parts),
                "invoice_id": _texts(invoice for _, invoice, _ in parts),
                "amount": amount_values(amount for _, _, amount in parts),
            },
        )


def _texts(values: Iterable[str]) -> pa.Array:
    return pa.array(values, pa.string())
