"""Send quarantined rows through the import again, after a column map, a rule or the code was mended."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import groupby

import pyarrow as pa
from django.db.models import QuerySet

from audit.subject import Tombstones
from hub.lakes import LINE_BITS, FileRef, TableReader
from pipelines.engine import progress, quarantine
from pipelines.engine.chunk import Chunk, implausible_cursor, read_rows
from pipelines.engine.commit import Commit, write
from pipelines.engine.counts import Counts
from pipelines.engine.leases import Held
from pipelines.engine.mapping import plan_columns
from pipelines.engine.models import QuarantineEntry
from pipelines.engine.reports import EntityReport
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.source import Feed
from pipelines.engine.transactions import in_transaction
from pipelines.engine.writing import Comparison

GROUP = 1000
_Status = QuarantineEntry.Status
Opened = tuple[QuarantineEntry, tuple[str, ...], list[str | None]]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which open entries: all of a feed, or those of one id, file or reason code, or quarantined in a window.

    `dismissed` takes in those that somebody has put aside.
    """

    entry: int | None = None
    file: str = ""
    code: str = ""
    since: datetime | None = None
    until: datetime | None = None
    dismissed: bool = False
    limit: int | None = None

    def apply(self, entries: QuerySet[QuarantineEntry]) -> QuerySet[QuarantineEntry]:
        """The entries asked for, in the order of their files."""
        statuses = [_Status.OPEN, *([_Status.DISMISSED] if self.dismissed else [])]
        wanted = {
            "pk": self.entry,
            "file": self.file,
            "code": self.code,
            "created_at__gte": self.since,
            "created_at__lt": self.until,
        }
        given = {name: value for name, value in wanted.items() if value not in (None, "")}
        return entries.filter(status__in=statuses, **given).order_by("file", "line", "id")[: self.limit]


@dataclass(kw_only=True)
class Replay:
    """The replay of one feed's entries."""

    model: type[ImportedRow]
    feed: Feed
    reader: TableReader
    run_id: int
    held: Held | None
    report: EntityReport

    def run(self, selection: Selection) -> EntityReport:
        """Accepted rows are written and their entries closed; the others stay open."""
        begun = time.monotonic()
        for entries in _groups(self._entries(selection)):
            in_transaction(partial(self._replay, entries))
        self.report.seconds = time.monotonic() - begun
        return self.report

    def _entries(self, selection: Selection) -> list[QuarantineEntry]:
        of_feed = QuarantineEntry.objects.filter(
            tenant=self.feed.tenant, source=self.feed.source, entity=self.feed.entity
        )
        return list(selection.apply(of_feed))

    def _replay(self, entries: Sequence[QuarantineEntry]) -> None:
        opened = [row for entry in entries if (row := self._opened(entry)) is not None]
        unreadable = len(entries) - len(opened)
        self.report.counts += Counts(read=unreadable, quarantined=unreadable)
        for columns, rows in groupby(opened, key=lambda row: row[1]):
            self._commit(columns, list(rows))

    def _opened(self, entry: QuarantineEntry) -> Opened | None:
        columns, content = quarantine.opened(entry)
        cells = self.reader.cut(content, columns) if isinstance(content, bytes) else content
        return None if cells is None else (entry, columns, cells)

    def _commit(self, columns: tuple[str, ...], rows: list[Opened]) -> None:
        by_line = {entry.line: entry for entry, _, _ in rows}
        file = _file_of(rows[0][0])
        plan = plan_columns(spec_of(self.model), self.feed, columns, file.path)
        arrays = [pa.array(cells, pa.string()) for cells in zip(*(row[2] for row in rows), strict=True)]
        chunk = Chunk(plan, arrays, list(by_line), {}, 0)
        incoming, rejected = read_rows(chunk, chunk.raw_checksums(), self.reader.delimiter_of(file.path))
        good = [row for row in incoming if not implausible_cursor(row)]
        left = len(rejected) + len(incoming) - len(good)
        commit = Commit(
            under=Comparison(
                model=self.model,
                feed=self.feed,
                file_position=file.position,
                present=plan.present,
                tombstones=Tombstones.for_tenant(self.feed.tenant),
                limit=progress.text_of(file.latest_change),
            ),
            rows=good,
            rejected=[],
            counts=Counts(read=len(rows), quarantined=left),
            file=file,
            first_line=0,
            next_line=0,
            last=True,
            run_id=self.run_id,
            held=self.held,
            moves_files=False,
            moves_watermark=False,
            restart=False,
            watermark_before=None,
            seen_until=None,
            ceiling="",
            started=time.monotonic(),
        )
        outcome = write(commit)
        quarantine.close(by_line[row.line] for row in good)
        self.report.counts += outcome.counts


def _groups(entries: Sequence[QuarantineEntry]) -> Iterator[list[QuarantineEntry]]:
    """Entries of one file, at most GROUP together."""
    for _, of_file in groupby(entries, key=lambda entry: (entry.file, entry.position - entry.line)):
        members = list(of_file)
        for start in range(0, len(members), GROUP):
            yield members[start : start + GROUP]


def _file_of(entry: QuarantineEntry) -> FileRef:
    """The file an entry came from, as far as its position remembers it."""
    seconds = (entry.position - entry.line) >> LINE_BITS
    return FileRef(path=entry.file, size=0, modified_ns=0, loaded_at=datetime.fromtimestamp(seconds, UTC))
