"""What could not be used: kept verbatim and encrypted, once, until a replay or a clean row settles it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import orjson
import xxhash

from audit.protect import open_row, seal_rows
from hub import clock
from pipelines.engine.chunk import Incoming, Rejected
from pipelines.engine.models import QuarantineEntry, Repair
from pipelines.engine.repair import Cells
from pipelines.engine.source import Feed

KEPT_DAYS = 90
_Status = QuarantineEntry.Status
_SEEN_AGAIN = ("last_run_id", "file", "line", "position", "status", "resolved_at")


def keep(feed: Feed, file: str, file_position: int, rejected: Sequence[Rejected], run_id: int) -> None:
    """Store rejected rows in the caller's transaction, the same row once."""
    if not rejected:
        return
    prints = {_fingerprint(feed, row): row for row in rejected}
    known = list(QuarantineEntry.objects.filter(fingerprint__in=list(prints)).defer("sealed"))
    for entry in known:
        _see_again(entry, prints.pop(entry.fingerprint), file, file_position, run_id)
    QuarantineEntry.objects.bulk_update(known, _SEEN_AGAIN, batch_size=500)
    new = list(prints.items())
    today = clock.now().date()
    sealed = seal_rows(today, [row.raw for _, row in new]) if new else []
    QuarantineEntry.objects.bulk_create(
        [
            QuarantineEntry(
                fingerprint=mark,
                tenant=feed.tenant,
                source=feed.source,
                entity=feed.entity,
                row_key=f"{feed.tenant}:{row.source_id}" if row.source_id else "",
                file=file,
                line=row.line,
                position=file_position + row.line,
                code=row.code,
                columns=", ".join(row.columns)[:255],
                tried={"readings": list(row.tried), "shift": row.shift},
                sealed=blob,
                sealed_on=today,
                expires_on=today + timedelta(days=KEPT_DAYS),
                first_run_id=run_id,
                last_run_id=run_id,
                created_at=clock.now(),
            )
            for (mark, row), blob in zip(new, sealed, strict=True)
        ],
        batch_size=500,
    )


def _see_again(entry: QuarantineEntry, row: Rejected, file: str, file_position: int, run_id: int) -> None:
    """A row that comes again from a later place waits again, unless somebody has dismissed it."""
    entry.last_run_id = run_id
    if file_position + row.line <= entry.position:
        return
    entry.file, entry.line, entry.position = file, row.line, file_position + row.line
    if entry.status in {_Status.SUPERSEDED, _Status.REPLAYED}:
        entry.status, entry.resolved_at = _Status.OPEN, None


def settle(positions: Mapping[str, int]) -> int:
    """Close open entries whose row (by key) now arrived clean from a later place in the lake; returns how many."""
    entries = QuarantineEntry.objects.filter(row_key__in=list(positions), status=_Status.OPEN)
    settled = [entry.pk for entry in entries if positions[entry.row_key] > entry.position]
    return QuarantineEntry.objects.filter(pk__in=settled).update(
        status=_Status.SUPERSEDED, resolved_at=clock.now()
    )


def has_open(tenant: str, entity: str) -> bool:
    """Whether any entry waits: asked once a chunk, so that a clean lake pays nothing for `settle`."""
    return QuarantineEntry.objects.filter(tenant=tenant, entity=entity, status=_Status.OPEN).exists()


def opened(entry: QuarantineEntry) -> tuple[tuple[str, ...], Cells | bytes]:
    """The file's column names with the cells, or with the line where it could not be cut into cells."""
    content = orjson.loads(open_row(entry.sealed_on, bytes(entry.sealed)))
    if "line" in content:
        return tuple(content["columns"]), b64decode(content["line"])
    return tuple(content["columns"]), content["cells"]


def close(entries: Iterable[QuarantineEntry]) -> None:
    """These rows were replayed and accepted."""
    ids = [entry.pk for entry in entries]
    QuarantineEntry.objects.filter(pk__in=ids).update(status=_Status.REPLAYED, resolved_at=clock.now())


def keep_repairs(feed: Feed, file: str, batch_id: int, rows: Sequence[Incoming]) -> None:
    """Record how rows were mended, with their cells before and after."""
    mended = [(row, row.repair, row.raw) for row in rows if row.repair is not None and row.raw is not None]
    if not mended:
        return
    today = clock.now().date()
    contents = [
        orjson.dumps({"before": orjson.Fragment(raw), "after": answer.cells, "place": answer.place})
        for _, answer, raw in mended
    ]
    Repair.objects.bulk_create(
        [
            Repair(
                batch_id=batch_id,
                tenant=feed.tenant,
                entity=feed.entity,
                row_key=f"{feed.tenant}:{row.source_id}",
                file=file,
                line=row.line,
                rule=answer.rule,
                column=answer.column,
                shift=answer.shift,
                sealed=blob,
                sealed_on=today,
            )
            for (row, answer, _), blob in zip(mended, seal_rows(today, contents), strict=True)
        ],
        batch_size=500,
    )


def _fingerprint(feed: Feed, row: Rejected) -> bytes:
    return xxhash.xxh3_128_digest(f"{feed.tenant}/{feed.source}/{feed.entity}:".encode() + row.raw)
