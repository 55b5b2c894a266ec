"""Send quarantined rows through the import again, after a column map, a rule or the code was mended."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from typing import Any

import pyarrow as pa
from django.db.models import QuerySet

from audit.context import Actor
from audit.protect import KeyDestroyed
from audit.subject import Tombstones
from hub import clock
from hub.commands import stop_requested
from hub.errors import InterruptedRun, UsageError
from hub.lakes import LINE_BITS, FileRef, TableReader
from hub.registry import Registry
from hub.transactions import in_transaction
from pipelines.engine import progress, quarantine
from pipelines.engine.by_contract import read_by_contract
from pipelines.engine.chunk import Chunk
from pipelines.engine.commit import Commit, write
from pipelines.engine.comparing import Comparison
from pipelines.engine.counts import Counts
from pipelines.engine.leases import Held
from pipelines.engine.mapping import plan_columns
from pipelines.engine.models import QuarantineEntry
from pipelines.engine.progress import Reading
from pipelines.engine.reading import Origin
from pipelines.engine.reports import EntityReport, RunReport
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.source import Feed

GROUP = 1000
_Status = QuarantineEntry.Status
_COLUMN_OF = {"id": "id", "key": "row_key", "file": "file", "code": "code", "columns": "columns"}


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which open entries: all of a feed, or those of one id, key, file, code or columns, or of a time.

    `dismissed` takes in those that somebody has put aside; `limit` is how many rows of a feed are taken up,
    `most` how many of a file are tried.
    """

    entry: int | None = None
    key: str | None = None
    file: str | None = None
    code: str | None = None
    columns: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    dismissed: bool = False
    limit: int | None = None
    most: int | None = None

    def check(self) -> None:
        """Refuse what no entry ever had: it is a slip of the pen."""
        for flag, value in self.named.items():
            if not QuarantineEntry.objects.filter(**{_COLUMN_OF[flag]: value}).exists():
                raise UsageError(
                    f"no quarantine entry has {flag} {value!r}", hint="see Quarantined rows in the admin"
                )

    @property
    def named(self) -> dict[str, Any]:
        """What was named, by the flag that names it."""
        given = {
            "id": self.entry,
            "key": self.key,
            "file": self.file,
            "code": self.code,
            "columns": self.columns,
        }
        return {name: value for name, value in given.items() if value is not None}

    def apply(self, entries: QuerySet[QuarantineEntry]) -> QuerySet[QuarantineEntry]:
        """The entries asked for."""
        statuses = [_Status.OPEN, *([_Status.DISMISSED] if self.dismissed else [])]
        window = {"created_at__gte": self.since, "created_at__lt": self.until}
        within = {name: value for name, value in window.items() if value is not None}
        named = {_COLUMN_OF[flag]: value for flag, value in self.named.items()}
        return entries.filter(status__in=statuses, **named, **within)


@dataclass(frozen=True, kw_only=True)
class Replayer:
    """The room that can replay some entities: it knows where they are read from."""

    name: str
    entities: Callable[[], Container[str]]
    replay: Callable[[Selection, str, str, Actor], RunReport]  # of this brand and entity, as this person


replayers: Registry[Replayer] = Registry("replayer")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An entry and its row as it stands in the file: column names and cells."""

    entry: QuarantineEntry
    columns: tuple[str, ...]
    cells: list[str | None]
    returns: bool = False

    @property
    def file(self) -> FileRef:
        """The file it came from, as far as its position remembers it."""
        loaded_at = datetime.fromtimestamp(self.entry.position >> LINE_BITS, UTC)
        return FileRef(path=self.entry.file, size=0, modified_ns=0, loaded_at=loaded_at)


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """What became of some entries."""

    counts: Counts
    taken: int = 0
    sealed_for_good: int = 0


@dataclass(kw_only=True)
class Replay:
    """The replay of one feed's entries."""

    model: type[ImportedRow]
    feed: Feed
    reader: TableReader
    run_id: int
    held: Held | None
    report: EntityReport
    taken: int = 0
    sealed_for_good: int = 0

    def run(self, selection: Selection) -> EntityReport:
        """Accepted rows are written and their entries closed; the others stay open."""
        begun = time.monotonic()
        try:
            for ids in self._groups(selection):
                self._account(in_transaction(partial(self._replay, ids)))
                if stop_requested():
                    raise InterruptedRun("stopped between two files", hint="run the command again to go on")
        finally:
            self.report.seconds = time.monotonic() - begun
            if self.sealed_for_good:
                self.report.notes.append(
                    f"{self.sealed_for_good} entries cannot be opened any more: the key of their day has expired"
                )
        return self.report

    def _groups(self, selection: Selection) -> Iterator[list[int]]:
        """Ids of entries of one file, at most GROUP together, and no more than may still be taken up."""
        wanted = selection.apply(
            QuarantineEntry.objects.filter(
                tenant=self.feed.tenant, source=self.feed.source, entity=self.feed.entity
            )
        )
        for file in list(wanted.order_by("file").values_list("file", flat=True).distinct()):
            ids = list(
                wanted.filter(file=file)
                .order_by("position", "id")
                .values_list("id", flat=True)[: selection.most]
            )
            while ids and (size := self._room(selection)):
                yield ids[:size]
                ids = ids[size:]

    def _room(self, selection: Selection) -> int:
        return GROUP if selection.limit is None else min(GROUP, selection.limit - self.taken)

    def _account(self, replayed: Replayed) -> None:
        self.report.counts += replayed.counts
        self.taken += replayed.taken
        self.sealed_for_good += replayed.sealed_for_good

    def _replay(self, ids: Sequence[int]) -> Replayed:
        entries = QuarantineEntry.objects.filter(pk__in=ids).order_by("position", "id")
        opened, lost, uncut = list[Opened](), 0, 0
        for entry in entries:
            try:
                kept = quarantine.opened(entry)
            except KeyDestroyed:
                lost += 1
                continue
            content = kept.content
            cells = self.reader.cut(content, kept.columns) if isinstance(content, bytes) else content
            if cells is None:
                uncut += 1
            else:
                row = Opened(entry=entry, columns=kept.columns, cells=cells, returns=kept.returns)
                opened.append(self._headed(row))
        counts, taken = Counts(read=lost + uncut, quarantined=lost + uncut), 0
        for rows in _alike(opened):
            accepted = self._commit(rows)
            counts += accepted.counts
            taken += accepted.taken
        return Replayed(counts=counts, taken=taken, sealed_for_good=lost)

    def _headed(self, row: Opened) -> Opened:
        """The row under the heading that the source gives its file now, where it was cut under another."""
        heading = self.feed.at(row.entry.file, row.file.loaded_at).heading
        delimiter = self.reader.delimiter_of(row.entry.file)
        if not heading or heading == row.columns or delimiter is None:
            return row
        return replace(row, columns=heading, cells=recut(row.cells, len(heading), delimiter))

    def _commit(self, rows: list[Opened]) -> Replayed:
        file, by_line = rows[0].file, {row.entry.line: row.entry for row in rows}
        feed = self.feed.at(file.path, file.loaded_at)
        plan = plan_columns(spec_of(self.model), feed, rows[0].columns, file.path)
        arrays = [pa.array(cells, pa.string()) for cells in zip(*(row.cells for row in rows), strict=True)]
        returns = frozenset(row.entry.line for row in rows if row.returns)
        chunk = Chunk(plan, arrays, list(by_line), {}, 0, returns=returns)
        read = read_by_contract(chunk, chunk.raw_checksums(), Origin.of(self.reader, file.path))
        commit = Commit(
            under=Comparison(
                model=self.model,
                feed=self.feed,
                file_position=file.position,
                present=plan.present,
                tombstones=Tombstones.for_tenant(self.feed.tenant),
                limit=progress.text_of(file.latest_change),
                ceiling=progress.text_of(clock.now()),
            ),
            rows=read.rows,
            rejected=[],
            counts=Counts(
                read=len(rows), quarantined=len(read.rejected), joined=read.joined, split=read.split
            ),
            reading=Reading(file=file),
            next_line=0,
            last=True,
            run_id=self.run_id,
            held=self.held,
            started=time.monotonic(),
        )
        outcome = write(commit)
        lines = {line for row in read.rows for line in (row.line, *row.other_lines)}
        quarantine.close(by_line[line] for line in lines)
        return Replayed(counts=outcome.counts, taken=len(lines))


def recut(cells: list[str | None], width: int, delimiter: str) -> list[str | None]:
    """The same row in another number of cells: the last one holds what goes beyond, or is cut up."""
    *front, last = cells
    pieces = [*front, *(last.split(delimiter) if last is not None else [None])]
    surplus = [piece for piece in pieces[width - 1 :] if piece is not None]
    fitted = [*pieces[: width - 1], delimiter.join(surplus) if surplus else None]
    return [*fitted, *[None] * (width - len(fitted))]


def _alike(rows: Sequence[Opened]) -> Iterator[list[Opened]]:
    """Rows of one version of a file with the same columns, a line once: what was there first goes first."""
    for _, alike in groupby(rows, key=lambda row: (row.entry.position >> LINE_BITS, row.columns)):
        left = list(alike)
        while left:
            firsts = {row.entry.line: row for row in reversed(left)}
            yield sorted(firsts.values(), key=lambda row: row.entry.line)
            left = [row for row in left if firsts[row.entry.line] is not row]
