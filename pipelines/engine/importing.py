"""Import one entity of one source: the files that are new, chunk by chunk, each chunk one transaction.

A run that dies continues behind the last committed chunk. Feeds read by cursor are not ordered, so their
watermark moves once, with the last chunk.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from audit.subject import Tombstones
from hub.commands import stop_requested
from hub.errors import DriftError, FatalError, InterruptedRun, RetryableError
from hub.lakes import FileRef, RawChunk, TableReader
from hub.progress import Meter
from pipelines.engine import progress, store
from pipelines.engine.chunk import (
    Chunk,
    Incoming,
    Rejected,
    implausible,
    implausible_cursor,
    open_chunk,
    read_rows,
    reject,
)
from pipelines.engine.commit import Commit, write
from pipelines.engine.counts import Counts
from pipelines.engine.guards import drift, refuse_flood
from pipelines.engine.leases import Held
from pipelines.engine.mapping import ColumnPlan, plan_columns
from pipelines.engine.models import LakeFile
from pipelines.engine.reports import EntityReport
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.source import Feed
from pipelines.engine.spec import RowSpec
from pipelines.engine.transactions import fresh_connection, in_transaction
from pipelines.engine.typed import nulls_for_empty, type_column
from pipelines.engine.window import Window
from pipelines.engine.writing import Comparison, Outcome, samples

SAMPLES = 3
Item = TypeVar("Item")


@dataclass(kw_only=True)
class EntityImport:
    """One entity's import under way."""

    model: type[ImportedRow]
    feed: Feed
    reader: TableReader
    window: Window
    run_id: int
    started_at: datetime
    held: Held | None
    meter: Meter
    report: EntityReport
    tombstones: Tombstones = field(init=False)
    before: str | None = field(init=False, default=None)
    unknown: set[str] = field(init=False, default_factory=set)
    seen_until: str | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.tombstones = Tombstones.for_tenant(self.feed.tenant)

    @property
    def spec(self) -> RowSpec:
        return spec_of(self.model)

    @property
    def by_cursor(self) -> bool:
        return self.feed.mode == "cursor" and not self.window.full and not self.window.bounded

    @property
    def moves_files(self) -> bool:
        return not self.window.bounded and not self.by_cursor

    def run(self) -> EntityReport:
        """Import what is new; the report is complete also when this raises."""
        begun = time.monotonic()
        try:
            self._prepare()
            files = self._files()
            if files:
                self.meter.begin(self.feed.name, sum(file.size for file, _ in files))
            for place, (file, first_line) in enumerate(files, 1):
                self._import_file(file, first_line, last_file=place == len(files))
                if not self._next_rows():
                    break
        finally:
            self.meter.end()
            self._conclude(time.monotonic() - begun)
        return self.report

    def _prepare(self) -> None:
        if self.window.full:
            return
        mark = progress.watermark_of(self.feed, self.spec.cursor)
        if mark is None or mark.value is None:
            return
        self.before = progress.text_of(mark.value)
        if not self.model.unscoped.filter(tenant=self.feed.tenant).exists():
            raise FatalError(
                f"{self.feed.name} has a watermark ({self.before}) but no rows: was the table emptied?",
                hint=f"type import_billing --brand {self.feed.tenant} --entity {self.feed.entity} --full",
            )

    def _files(self) -> list[tuple[FileRef, int]]:
        listed = self.reader.files()  # the run's upper bound: what arrives from here on is the next run's
        if self.window.full or self.window.bounded or self.by_cursor:
            return [(file, 0) for file in listed]
        return progress.pending_files(self.feed, listed)

    def _import_file(self, file: FileRef, first_line: int, *, last_file: bool) -> None:
        rows, line = self._next_rows(), first_line
        plan: ColumnPlan | None = None
        for raw, last in _with_last(_non_empty(self.reader.chunks(file, first_line=first_line, rows=rows))):
            plan = plan or self._plan(raw, file)
            self._import_chunk(raw, plan, file, line, last=last, last_file=last_file)
            line = raw.next_line
            self.meter.advance(file.size if last else 0, f"{self.report.counts.read:,} rows")
            if last:
                self.report.files += 1
            if stop_requested():
                raise InterruptedRun(f"stopped after {file.path}", hint="run the command again to go on")
            if not last and self._next_rows() != rows:  # the limit is near: go on with smaller chunks
                return self._import_file(file, line, last_file=last_file) if self._next_rows() else None
        if plan is None and self.held is not None and self.moves_files:
            in_transaction(lambda: self._note_file(file, LakeFile.Status.DONE, "it holds no line"))
        return None

    def _next_rows(self) -> int:
        """Rows of the next chunk; 0 when the limit is reached."""
        left = self._limit_left()
        return self.window.chunk_rows if left is None else min(self.window.chunk_rows, left)

    def _plan(self, raw: RawChunk, file: FileRef) -> ColumnPlan:
        plan = plan_columns(self.spec, self.feed, raw.columns, file.path)
        self.unknown |= set(plan.unknown)
        return plan

    def _import_chunk(
        self, raw: RawChunk, plan: ColumnPlan, file: FileRef, line: int, *, last: bool, last_file: bool
    ) -> None:
        begun = time.monotonic()
        chunk = open_chunk(raw, plan)
        counts = Counts(dropped=chunk.dropped)
        chunk = self._in_window(chunk)
        counts.read = chunk.rows + chunk.dropped
        fresh_connection()
        candidates, checksums = self._candidates(chunk)
        restart = self.window.full and self.seen_until is None
        self._see_unchanged(chunk, candidates, file)
        counts.unchanged = chunk.rows - len(candidates)
        rows, rejected = self._read(chunk.take(candidates), checksums, self.reader.delimiter_of(file.path))
        self._refuse_drift(rejected, chunk.rows, file)
        read = self.report.counts.read + counts.read
        refuse_flood(rejected, self.report.counts.quarantined, read, f"{self.feed.name} at {file.path}")
        if not self.reader.unchanged(file):
            raise RetryableError(f"{file.path} changed while it was being read", hint="run the command again")
        commit = Commit(
            under=self._comparison(plan, file),
            rows=rows,
            rejected=rejected,
            counts=counts,
            file=file,
            first_line=line,
            next_line=raw.next_line,
            last=last,
            run_id=self.run_id,
            held=self.held,
            moves_files=self.moves_files,
            moves_watermark=not self.window.bounded and (not self.by_cursor or (last and last_file)),
            restart=restart,
            watermark_before=self.before,
            seen_until=self.seen_until,
            ceiling=progress.text_of(self.started_at),
            started=begun,
        )
        self._account(in_transaction(lambda: write(commit)), commit)

    def _comparison(self, plan: ColumnPlan, file: FileRef) -> Comparison:
        self.tombstones.refresh()
        return Comparison(
            model=self.model,
            feed=self.feed,
            file_position=file.position,
            present=plan.present,
            tombstones=self.tombstones,
            limit=progress.text_of(file.latest_change),
        )

    def _in_window(self, chunk: Chunk) -> Chunk:
        """Only the rows whose change time is wanted, and those whose change time says nothing."""
        low, high = self._bounds()
        if low is None or not chunk.rows or self.spec.cursor not in chunk.plan.places:
            return chunk
        text = self._change_times(chunk)
        wanted = pc.greater_equal(text, low)
        if high is not None:
            wanted = pc.and_(wanted, pc.less(text, high))
        wanted = pc.or_(wanted, implausible(text))
        kept = pc.indices_nonzero(pc.fill_null(wanted, True)).to_pylist()
        return chunk if len(kept) == chunk.rows else chunk.take(kept)

    def _change_times(self, chunk: Chunk) -> pa.Array:
        place = chunk.plan.places.index(self.spec.cursor)
        cells = nulls_for_empty(chunk.arrays[place], self.feed.null_markers)
        return type_column(self.spec.column(self.spec.cursor), cells, self.feed.naive_zone)[0]

    def _see_unchanged(self, chunk: Chunk, candidates: list[int], file: FileRef) -> None:
        """Rows written before the watermark was (by a backfill, a run that died) count for it too."""
        if len(candidates) == chunk.rows or self.spec.cursor not in chunk.plan.places:
            return
        unchanged = chunk.take(sorted(set(range(chunk.rows)) - set(candidates)))
        greatest = pc.max(self._change_times(unchanged)).as_py()
        if greatest is not None:
            latest = progress.text_of(min(file.latest_change, self.started_at))
            self.seen_until = max(filter(None, (self.seen_until, min(greatest, latest))))

    def _bounds(self) -> tuple[str | None, str | None]:
        if self.window.since:
            until = self.window.until
            return progress.text_of(self.window.since), progress.text_of(until) if until else None
        if self.by_cursor and self.before:
            mark = progress.moment(self.before)
            reach = (mark - datetime.min.replace(tzinfo=UTC)) / timedelta(hours=1)
            lowest = mark - timedelta(hours=min(self.feed.overlap_hours, reach))
            return progress.text_of(lowest), None
        return None, None

    def _candidates(self, chunk: Chunk) -> tuple[list[int], list[bytes]]:
        """Rows whose raw checksum differs from the stored one, with their checksums.

        An unchanged row stays in where another of its key does not match: which of them wins must not
        depend on what is stored.
        """
        if not chunk.rows:
            return [], []
        checksums = chunk.raw_checksums()
        tenant = self.feed.tenant
        keys = [f"{tenant}:{source_id}" if source_id else "" for source_id in chunk.source_ids()]
        known = store.raw_checksums(self.model, [key for key in keys if key])
        differing = {key for key, checksum in zip(keys, checksums, strict=True) if known.get(key) != checksum}
        candidates = [index for index, key in enumerate(keys) if key in differing]
        return candidates, [checksums[index] for index in candidates]

    def _read(
        self, chunk: Chunk, checksums: list[bytes], delimiter: str | None
    ) -> tuple[list[Incoming], list[Rejected]]:
        if not chunk.rows:
            return [], []
        rows, rejected = read_rows(chunk, checksums, delimiter)
        wrong = [row for row in rows if implausible_cursor(row)]
        missing = [row for row in rows if row.cursor is None] if self.feed.mode != "snapshot" else []
        if missing and self.feed.null_cursor == "fail":
            raise FatalError(
                f"{self.feed.name}: {len(missing)} rows have no {self.spec.cursor}",
                hint='choose null_cursor = "quarantine", "accept" or a column in the source file',
            )
        refused = {row.line for row in wrong}
        rejected += [reject(chunk, row, "cursor_implausible", self.spec.cursor) for row in wrong]
        return [row for row in rows if row.line not in refused], rejected

    def _refuse_drift(self, rejected: list[Rejected], rows: int, file: FileRef) -> None:
        """A drifted file is noted as held, then the entity stops."""
        reason = drift(rejected, rows)
        if not reason:
            return
        if self.held is not None and not self.window.bounded:
            in_transaction(lambda: self._note_file(file, LakeFile.Status.DRIFTED, reason))
        raise DriftError(
            f"{file.path}: its columns changed; {reason}",
            hint=f"add a column map for {self.feed.entity} to the source file, then run the import again",
        )

    def _note_file(self, file: FileRef, status: str, reason: str = "") -> None:
        progress.note_file(self.feed, file, next_line=0, status=status, run_id=self.run_id, reason=reason)

    def _account(self, outcome: Outcome, commit: Commit) -> None:
        self.report.counts += outcome.counts
        self.report.bytes += commit.file.size if commit.last else 0
        self.seen_until = commit.highest(outcome)
        if self.window.dry_run:
            room = SAMPLES - len(self.report.samples)
            self.report.samples += samples(outcome.changes, room)

    def _limit_left(self) -> int | None:
        if self.window.limit is None:
            return None
        return max(0, self.window.limit - self.report.counts.read)

    def _conclude(self, seconds: float) -> None:
        report = self.report
        report.seconds = seconds
        report.watermark = max(filter(None, (self.before, self.seen_until)), default=None)
        if self.by_cursor and self._limit_left() == 0:
            report.notes.append(
                "the limit was reached: rows come in no order, so the watermark stays and a next run begins again"
            )
        if self.unknown:
            report.notes.append(f"unknown columns kept in extra: {', '.join(sorted(self.unknown))}")
        if report.counts.capped:
            report.notes.append(
                f"{report.counts.capped} change times lie far behind their load, capped to two days after it"
            )
        if report.counts.same_time:
            report.notes.append(f"{report.counts.same_time} rows changed without a newer change time")
        if self.before and self.seen_until and self.seen_until < self.before and not self.window.bounded:
            report.notes.append(
                f"every row read is older than the watermark {self.before}: if the source was restored from a "
                f"back-up, read it again with --since {self.seen_until[:10]}"
            )


def _non_empty(chunks: Iterable[RawChunk]) -> Iterator[RawChunk]:
    """The chunks with rows; of a file without any, its last chunk, which ends it."""
    empty: RawChunk | None = None
    seen = False
    for chunk in chunks:
        if chunk.rows:
            seen = True
            yield chunk
        empty = chunk
    if empty is not None and not seen:
        yield empty


def _with_last(items: Iterable[Item]) -> Iterator[tuple[Item, bool]]:
    """Each item with whether it is the last one."""
    iterator = iter(items)
    for item in iterator:
        for following in iterator:
            yield item, False
            item = following
        yield item, True
