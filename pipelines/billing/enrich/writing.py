"""One chunk of records, in the caller's transaction: compared, and what differs written, recorded and published."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from audit.locked import audited_writing
from audit.record import Change, record_many
from hub import clock
from hub.canonical import typed_checksum
from hub.ids import new_id
from pipelines.billing.enrich import coverage, table
from pipelines.billing.enrich.enrichment import Enrichment
from pipelines.billing.enrich.table import FLAG, Document, Record
from pipelines.engine import feed
from pipelines.engine.counts import Counts
from pipelines.engine.models import Batch

SOURCE = "enrich"


def bring_up_to_date(kind: Enrichment[Any], ids: Collection[str], *, run_id: int) -> Counts:
    """Make the records of these rows say what they should; only those that differ are touched."""
    begun = time.monotonic()
    records = [
        Record(key=f"{kind.tenant}:{each}", document=document, checksum=typed_checksum(document))
        for each, document in sorted(kind.documents(ids).items())
    ]
    stored = table.checksums(kind.model, [record.key for record in records])
    changed = [record for record in records if stored.get(record.key) != record.checksum]
    counts = Counts(read=len(records), unchanged=len(records) - len(changed))
    if not changed:
        return counts
    before = table.documents(kind.model, [record.key for record in changed if record.key in stored])
    counts.updated = len(before)
    counts.created = len(changed) - len(before)
    counts.check()
    batch = new_id()
    with audited_writing():
        table.write(kind.model, kind.tenant, changed, batch, kind.beside())
    record_many([_change(kind, record, stored.get(record.key), before.get(record.key)) for record in changed])
    keys = _keys(changed, before)
    counts.deleted = len(keys.deleted)
    feed.publish(kind.tenant, kind.label, batch, keys)
    coverage.count(kind, _differences(kind, changed, before))
    Batch(
        id=batch,
        run_id=run_id,
        tenant=kind.tenant,
        source=SOURCE,
        entity=kind.entity,
        committed_at=clock.now(),
        seconds=time.monotonic() - begun,
        **counts.as_dict(),
    ).save(force_insert=True)
    return counts


def _change(kind: Enrichment[Any], record: Record, checksum: bytes | None, before: Document | None) -> Change:
    return Change(
        tenant=kind.tenant,
        model=kind.label,
        key=record.key,
        action="created" if before is None else "updated",
        before=before,
        after=None if before is None else record.document,
        checksum_before=checksum,
        checksum_after=record.checksum,
    )


def _keys(changed: Iterable[Record], before: dict[str, Document]) -> feed.Keys:
    """By what happened: a record that is gone now and was not is a deleted one."""
    created, updated, deleted = list[str](), list[str](), list[str]()
    for record in changed:
        old = before.get(record.key)
        if _is_gone(record.document) and old is not None and not _is_gone(old):
            deleted.append(record.key)
        else:
            (created if old is None else updated).append(record.key)
    return feed.Keys(created=created, updated=updated, deleted=deleted)


def _is_gone(document: Document) -> bool:
    return bool(document["gone"] == FLAG[True])


def _differences(
    kind: Enrichment[Any], changed: Iterable[Record], before: dict[str, Document]
) -> Counter[tuple[str, str]]:
    """By how many records each value of a counted field is more or less frequent; who is gone does not count."""
    found: Counter[tuple[str, str]] = Counter()
    for record in changed:
        old = before.get(record.key)
        if not _is_gone(record.document):
            found.update((field, record.document.get(field, "")) for field in kind.counted)
        if old is not None and not _is_gone(old):
            found.subtract((field, old.get(field, "")) for field in kind.counted)
    return found
