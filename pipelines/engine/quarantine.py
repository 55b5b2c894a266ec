"""What could not be used: kept verbatim and encrypted, once, until a replay or a clean row settles it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson
from django.db.models import QuerySet

from audit.protect import open_row, seal_row, seal_rows
from hub import clock
from hub.identifiers import row_digest
from hub.lakes import LINE_BITS
from pipelines.engine.chunk import Incoming, Rejected
from pipelines.engine.models import NAMES_LENGTH, QuarantineEntry, Repair
from pipelines.engine.progress import Reading
from pipelines.engine.repair.slots import Cells
from pipelines.engine.repair.verdict import VERSION
from pipelines.engine.source import Feed

KEPT_DAYS = 90
OPEN_AT_ONCE = 5000  # entries of a feed that are looked through for a chunk
KEYS_PER_QUERY = ROWS_PER_STATEMENT = 1000
BYTES_PER_STATEMENT = 1 << 20  # of sealed rows; as SQL text they may be twice as long
_Status = QuarantineEntry.Status


@dataclass(frozen=True, kw_only=True)
class CleanRows:
    """The rows of a chunk that read well, by source id and place in the lake; a key may come twice."""

    tenant: str
    rows: Sequence[tuple[str, int]]

    def keys(self) -> list[str]:
        return sorted({f"{self.tenant}:{source_id}" for source_id, _ in self.rows})

    def places(self, keys: Set[str]) -> dict[str, int]:
        """Where the rows of these keys stand; the later place of a key that comes twice."""
        prefix = f"{self.tenant}:"
        wanted = {key.removeprefix(prefix) for key in keys}
        places: dict[str, int] = {}
        for source_id, place in self.rows:
            if source_id in wanted:
                places[prefix + source_id] = max(place, places.get(prefix + source_id, place))
        return places


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
                columns=_short(", ".join(row.columns)),
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


def settle(feed: Feed, reading: Reading, clean: CleanRows, run_id: int) -> None:
    """Close open entries whose row (by key) now arrives clean from the same place in the lake or a later one.

    A chunk asks for the feed's open entries, which are few beside its rows; where they are not, for those of
    its keys.
    """
    waiting = _open(feed).exclude(row_key="")
    entries = list(waiting.defer("sealed")[: OPEN_AT_ONCE + 1])
    if len(entries) > OPEN_AT_ONCE:
        entries = _of_keys(waiting, clean.keys())
    places = clean.places({entry.row_key for entry in entries})
    settled = [
        entry.pk
        for entry in entries
        if (place := places.get(entry.row_key)) is not None
        and (place >= entry.position or _outdated(entry, reading, run_id))
    ]
    for start in range(0, len(settled), KEYS_PER_QUERY):
        QuarantineEntry.objects.filter(pk__in=settled[start : start + KEYS_PER_QUERY]).update(
            status=_Status.SUPERSEDED, resolved_at=clock.now()
        )


def settle_lines(feed: Feed, reading: Reading, lines: Sequence[int]) -> None:
    """Close open entries for lines that turned out to be parts of a row that now is whole."""
    entries = _open(feed).filter(file=reading.file.path, line__in=lines)
    entries.update(status=_Status.SUPERSEDED, resolved_at=clock.now())


def _of_keys(waiting: QuerySet[QuarantineEntry], keys: Sequence[str]) -> list[QuarantineEntry]:
    parts = [keys[start : start + KEYS_PER_QUERY] for start in range(0, len(keys), KEYS_PER_QUERY)]
    return [entry for part in parts for entry in waiting.filter(row_key__in=part).defer("sealed")]


def _outdated(entry: QuarantineEntry, reading: Reading, run_id: int) -> bool:
    """Whether an entry speaks of what its file held before it was rewritten."""
    same_file = entry.position >> LINE_BITS == reading.file.position >> LINE_BITS
    return reading.rewritten and same_file and entry.last_run_id != run_id


def _open(feed: Feed) -> QuerySet[QuarantineEntry]:
    return QuarantineEntry.objects.filter(tenant=feed.tenant, entity=feed.entity, status=_Status.OPEN)


@dataclass(frozen=True, kw_only=True)
class Verbatim:
    """A quarantined row: the file's column names with its cells, or with the line that could not be cut into cells.

    `returns`: its line ended in a carriage return.
    """

    columns: tuple[str, ...]
    content: Cells | bytes
    returns: bool


def opened(entry: QuarantineEntry) -> Verbatim:
    """The row of an entry; raises KeyDestroyed once the key of its day has expired."""
    kept = orjson.loads(open_row(entry.sealed_on, bytes(entry.sealed)))
    content = b64decode(kept["line"]) if "line" in kept else kept["cells"]
    return Verbatim(columns=tuple(kept["columns"]), content=content, returns="returns" in kept)


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
                column=_short(answer.column),
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


def _short(names: str) -> str:
    """As many names of columns as are kept in the clear; the sealed row has every place."""
    return names if len(names) <= NAMES_LENGTH else f"{names[: NAMES_LENGTH - 1]}…"


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
