"""What could not be used: kept verbatim and encrypted, once, until a replay or a clean row settles it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import orjson
from django.db.models import QuerySet

from audit.protect import open_row, seal_row, seal_rows
from hub import clock
from hub.identifiers import row_digest
from hub.lakes import LINE_BITS
from pipelines.engine.chunk import Incoming, Rejected
from pipelines.engine.models import QuarantineEntry, Repair
from pipelines.engine.progress import Reading
from pipelines.engine.repair.mending import VERSION
from pipelines.engine.repair.slots import Cells
from pipelines.engine.source import Feed

KEPT_DAYS = 90
KEYS_PER_QUERY = ROWS_PER_STATEMENT = 1000
BYTES_PER_STATEMENT = 1 << 20  # of sealed rows; as SQL text they may be twice as long
_Status = QuarantineEntry.Status


def keep(feed: Feed, reading: Reading, rejected: Sequence[Rejected], run_id: int) -> None:
    """Store rejected rows in the caller's transaction, the same row once."""
    if not rejected:
        return
    prints = {fingerprint(feed, row): row for row in rejected}
    entries = QuarantineEntry.objects.filter(fingerprint__in=list(prints))
    known = list(entries.defer("sealed"))
    for entry in known:
        row = prints.pop(entry.fingerprint)
        _move(entry, row, reading, run_id)
        _seal_again(entry, row)
    entries.update(last_run_id=run_id)
    new = list(prints.items())
    today = clock.now().date()
    sealed = seal_rows(today, [row.raw for _, row in new]) if new else []
    _insert(
        QuarantineEntry,
        [
            QuarantineEntry(
                fingerprint=mark,
                tenant=feed.tenant,
                source=feed.source,
                entity=feed.entity,
                row_key=f"{feed.tenant}:{row.source_id}" if row.source_id else "",
                file=reading.file.path,
                line=row.line,
                position=reading.file.position + row.line,
                code=row.code,
                columns=", ".join(row.columns)[:255],
                tried={
                    "readings": row.tried,
                    "shift": row.shift,
                    "delimiter": row.delimiter,
                },
                sealed=blob,
                sealed_on=today,
                expires_on=_expiry(today),
                first_run_id=run_id,
                last_run_id=run_id,
                created_at=clock.now(),
            )
            for (mark, row), blob in zip(new, sealed, strict=True)
        ],
    )


def _move(entry: QuarantineEntry, row: Rejected, reading: Reading, run_id: int) -> None:
    """A row that comes again from a later place waits again, unless somebody has dismissed it."""
    position = reading.file.position + row.line
    if position <= entry.position and not _outdated(entry, reading, run_id):
        return
    entry.file, entry.line, entry.position = reading.file.path, row.line, position
    if entry.status in {_Status.SUPERSEDED, _Status.REPLAYED}:
        entry.status, entry.resolved_at = _Status.OPEN, None
    entry.save(update_fields=["file", "line", "position", "status", "resolved_at"])


def _seal_again(entry: QuarantineEntry, row: Rejected) -> None:
    """The key of an expired entry may be gone, and with it the row: here it is once more."""
    today = clock.now().date()
    if entry.expires_on <= today:
        entry.sealed, entry.sealed_on, entry.expires_on = seal_row(today, row.raw), today, _expiry(today)
        entry.save(update_fields=["sealed", "sealed_on", "expires_on"])


def _expiry(day: date) -> date:
    return day + timedelta(days=KEPT_DAYS)


def settle(feed: Feed, reading: Reading, positions: Mapping[str, int], run_id: int) -> None:
    """Close open entries whose row (by key) now arrives clean from the same place in the lake or a later one."""
    keys = sorted(positions)
    for start in range(0, len(keys), KEYS_PER_QUERY):
        entries = _open(feed).filter(row_key__in=keys[start : start + KEYS_PER_QUERY])
        settled = [
            entry.pk
            for entry in entries.defer("sealed")
            if positions[entry.row_key] >= entry.position or _outdated(entry, reading, run_id)
        ]
        QuarantineEntry.objects.filter(pk__in=settled).update(
            status=_Status.SUPERSEDED, resolved_at=clock.now()
        )


def settle_lines(feed: Feed, reading: Reading, lines: Sequence[int]) -> None:
    """Close open entries for lines that turned out to be parts of a row that now is whole."""
    entries = _open(feed).filter(file=reading.file.path, line__in=lines)
    entries.update(status=_Status.SUPERSEDED, resolved_at=clock.now())


def _outdated(entry: QuarantineEntry, reading: Reading, run_id: int) -> bool:
    """Whether an entry speaks of what its file held before it was rewritten."""
    same_file = entry.position >> LINE_BITS == reading.file.position >> LINE_BITS
    return reading.rewritten and same_file and entry.last_run_id != run_id


def has_open(feed: Feed) -> bool:
    """Whether any entry waits: asked once a chunk, so that a clean lake pays nothing for `settle`."""
    return _open(feed).exists()


def _open(feed: Feed) -> QuerySet[QuarantineEntry]:
    return QuarantineEntry.objects.filter(tenant=feed.tenant, entity=feed.entity, status=_Status.OPEN)


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
        orjson.dumps({"before": orjson.Fragment(raw), "after": answer.rows, "places": answer.places})
        for _, answer, raw in mended
    ]
    _insert(
        Repair,
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
                price=answer.price,
                runner_up=answer.runner_up,
                version=VERSION,
                sealed=blob,
                sealed_on=today,
            )
            for (row, answer, _), blob in zip(mended, seal_rows(today, contents), strict=True)
        ],
    )


def fingerprint(feed: Feed, row: Rejected) -> bytes:
    """Keyed, since it outlives the key of the row's day: without the key nobody can confirm a guess at the row."""
    return row_digest(f"{feed.tenant}/{feed.source}/{feed.entity}:".encode() + row.raw)


def _insert(model: type[QuarantineEntry | Repair], rows: Sequence[QuarantineEntry | Repair]) -> None:
    """Many small rows a statement, or a few large ones: a server refuses a statement above its packet size."""
    part, size = list[Any](), 0
    for row in rows:
        if part and (size + len(row.sealed) > BYTES_PER_STATEMENT or len(part) == ROWS_PER_STATEMENT):
            model.objects.bulk_create(part)
            part, size = [], 0
        part.append(row)
        size += len(row.sealed)
    model.objects.bulk_create(part)
