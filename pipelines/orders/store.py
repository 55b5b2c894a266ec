"""The tables of orders and allocations, read and written set-wise, each change with its mutation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
import pyarrow as pa
from django.db import connection

from audit.keys import SubjectRef
from audit.locked import audited_writing
from audit.protect import masked
from audit.record import Change, record_many
from hub import bulk, clock
from hub.canonical import checksum_of, sorted_json
from pipelines.engine.lookup import parts_of
from pipelines.orders.draft import HELD, INVALID, LIVE, PERSONAL, WITHDRAWN, Stored, Write
from pipelines.orders.models import Order

MODEL = "orders.order"
REPLACING = frozenset({"changed", "withdrawn", "held"})  # steps that may find a document there
STATUS_AFTER = {"created": LIVE, "changed": LIVE, "withdrawn": WITHDRAWN, "held": HELD, "invalid": INVALID}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """When and in which run orders are written."""

    tenant: str
    on: date
    run_id: int


def stored_states(keys: Iterable[str]) -> dict[str, Stored]:
    """The comparable part of the stored orders by key."""
    names = ("key", "status", "version", "fingerprint", "next_due_on", "problem")
    return {
        key: Stored(
            status=status, version=version, fingerprint=bytes(fingerprint), next_due_on=due, problem=problem
        )
        for part in parts_of(keys)
        for key, status, version, fingerprint, due, problem in Order.unscoped.filter(
            key__in=part
        ).values_list(*names)
    }


def owners_of_orders(keys: Iterable[str]) -> list[tuple[str, str, str | None]]:
    """Key, number and account of the stored ones."""
    return [
        row
        for part in parts_of(keys)
        for row in Order.unscoped.filter(key__in=part).values_list("key", "number", "account_id")
    ]


def write_orders(writes: Sequence[Write], occasion: Occasion) -> None:
    """Insert or replace orders with their mutations; in the caller's transaction, sorted by key."""
    if not writes:
        return
    before = _bodies(write.draft.key for write in writes if write.step in REPLACING)
    checksums = [_masked_checksum(write.draft.body) for write in writes]
    with audited_writing():
        bulk.upsert(Order._meta.db_table, _columns(writes, checksums, occasion))
    record_many(
        [
            _change(write, masked, before.get(write.draft.key), occasion.tenant)
            for write, masked in zip(writes, checksums, strict=True)
        ]
    )


def _masked_checksum(body: dict[str, Any]) -> bytes:
    """What the trail's `checksum` says of a document, which holds no nulls."""
    return checksum_of(sorted_json(masked(body, PERSONAL)))


def move_due_dates(moved: Sequence[tuple[str, date | None]]) -> None:
    """Note when orders that are as they should be will have to be looked at again; not a change of the order."""
    if not moved:
        return
    rows = [(_iso(due), key) for key, due in sorted(moved)]
    key = connection.ops.quote_name("key")
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {Order._meta.db_table} SET next_due_on = %s, problem = '' WHERE {key} = %s", rows
        )


def make_due(keys: Iterable[str], on: date) -> None:
    """Have these orders looked at by the next run that assembles them, if this one does not come to it.

    Those that are not there are not looked for: that would lock the gap in which another brand's orders come.
    """
    there = [key for key, *_ in owners_of_orders(keys)]
    with audited_writing():
        for part in parts_of(there):
            Order.unscoped.filter(key__in=part).update(next_due_on=on)


def note_problems(problems: Mapping[str, str], occasion: Occasion) -> None:
    """Say at orders whose newest document could not be stored why; what is stored stays, the next run tries again."""
    with audited_writing():
        for key, problem in sorted(problems.items()):
            Order.unscoped.filter(key=key).update(problem=problem, next_due_on=occasion.on)


def _bodies(keys: Iterable[str]) -> dict[str, tuple[dict[str, Any], bytes]]:
    """The stored documents and their masked checksums by key."""
    return {
        key: (orjson.loads(body), bytes(masked))
        for part in parts_of(keys)
        for key, body, masked in Order.unscoped.filter(key__in=part).values_list("key", "body", "checksum")
    }


def _columns(
    writes: Sequence[Write], checksums: Sequence[bytes], occasion: Occasion
) -> dict[str, bulk.Values]:
    drafts = [write.draft for write in writes]
    return {
        "key": _texts(draft.key for draft in drafts),
        "tenant": occasion.tenant,
        "number": _texts(draft.number for draft in drafts),
        "account_id": _texts(draft.account_id for draft in drafts),
        "status": _texts(STATUS_AFTER[write.step] for write in writes),
        "why": _texts(draft.withheld for draft in drafts),
        "state": _texts(draft.state for draft in drafts),
        "subscription_class": _texts(draft.subscription_class for draft in drafts),
        "funnel_step": _texts(draft.funnel_step for draft in drafts),
        "refunds": pa.array([draft.refunds for draft in drafts], pa.int64()),
        "anomalies": pa.array([draft.anomalies for draft in drafts], pa.int64()),
        "next_due_on": _texts(_iso(draft.next_due_on) for draft in drafts),
        "version": pa.array([write.version for write in writes], pa.int64()),
        "body": _texts(draft.text for draft in drafts),
        "fingerprint": pa.array([draft.fingerprint for draft in drafts], pa.binary()),
        "checksum": pa.array(checksums, pa.binary()),
        "batches": _texts(orjson.dumps(draft.batches).decode() for draft in drafts),
        "business_date": occasion.on.isoformat(),
        "assembled_at": str(connection.ops.adapt_datetimefield_value(clock.now())),
        "run_id": occasion.run_id,
        "problem": "",
    }


def _texts(values: Iterable[str | None]) -> pa.Array:
    return pa.array(values, pa.string())


def _change(write: Write, masked: bytes, before: tuple[dict[str, Any], bytes] | None, tenant: str) -> Change:
    draft = write.draft
    old, old_checksum = before or (None, None)
    return Change(
        tenant=tenant,
        model=MODEL,
        key=draft.key,
        action="updated" if before else "created",
        before=old,
        after=draft.body if before else None,
        personal=PERSONAL,
        subject=SubjectRef(tenant=tenant, kind="account", source_id=draft.account_id or draft.key),
        reason=write.step if draft.withheld else "",
        checksum_before=old_checksum,
        checksum_after=masked,
    )


def _iso(on: date | None) -> str | None:
    return None if on is None else on.isoformat()
