"""Import one entity of one source: the files that are new, chunk by chunk, each chunk one transaction.

A run that dies continues behind the last committed chunk. Feeds read by cursor are not ordered, so their
watermark moves once, with the last chunk.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

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
    changed_within,
    implausible_cursor,
    open_chunk,
    read_rows,
    reject,
)
from pipelines.engine.commit import Commit, write
from pipelines.engine.comparing import Comparison, Outcome, samples
from pipelines.engine.counts import Counts
from pipelines.engine.guards import FileDamage, refuse_flood
from pipelines.engine.leases import Held
from pipelines.engine.mapping import ColumnPlan, plan_columns
from pipelines.engine.models import LakeFile
from pipelines.engine.progress import Reading
from pipelines.engine.reports import EntityReport
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.source import Feed
from pipelines.engine.spec import RowSpec
from pipelines.engine.transactions import ask, in_transaction
from pipelines.engine.window import Window

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
    started_over: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.tombstones = Tombstones.for_tenant(self.feed.tenant)

    @property
    def spec(self) -> RowSpec:
        return spec_of(self.model)

    @property
    def in_order(self) -> bool:
        """Whether files are read once each, in the order of their loads, and remembered."""
        return self.feed.mode != "cursor" and not self.window.bounded

    def run(self) -> EntityReport:
        """Import what is new; the report is complete also when this raises."""
        begun = time.monotonic()
        try:
            self._prepare()
            readings = self._readings()
            if not self.reader.is_there():
                self.report.notes.append(f"the lake has no table {self.reader.name}: is the name right?")
            if waiting := self.reader.waiting():
                self.report.notes.append(f"files of the last minute, left to the next run: {waiting}")
            if readings:
                self.meter.begin(self.feed.name, sum(reading.file.size for reading in readings))
            for reading in readings:
                self._import_file(reading)
                if not self._next_rows():
                    return self.report
            self._finish_pass()
        finally:
            self.meter.end()
            self._conclude(time.monotonic() - begun)
        return self.report

    def _prepare(self) -> None:
        if self.window.full:
            return
        mark = ask(lambda: progress.watermark_of(self.feed, self.spec.cursor))
        if mark is None or mark.value is None:
            return
        self.before = self.report.watermark = progress.text_of(mark.value)
        if not store.has_rows(self.model, self.feed.tenant):
            raise FatalError(
                f"{self.feed.name} has a watermark ({self.before}) but no rows: was the table emptied?",
                hint=f"type import_billing --brand {self.feed.tenant} --entity {self.feed.entity} --full",
            )

    def _readings(self) -> list[Reading]:
        listed = self.reader.files()  # the run's upper bound: what arrives from here on is the next run's
        every = self.window.full or not self.in_order
        return ask(lambda: progress.readings(self.feed, listed, all_of_them=every))

    def _import_file(self, reading: Reading) -> None:
        damage = FileDamage(rows=reading.first_line)
        left: Reading | None = reading
        while left and self._next_rows():
            left = self._read_on(left, damage)

    def _read_on(self, reading: Reading, damage: FileDamage) -> Reading | None:
        """Import chunks of one size; returns what is left of the file when the limit asks for smaller ones."""
        rows, file, line = self._next_rows(), reading.file, reading.first_line
        plan: ColumnPlan | None = None
        for raw, last in _with_last(_non_empty(self.reader.chunks(file, first_line=line, rows=rows))):
            plan = plan or self._plan(raw, file)
            self._import_chunk(raw, plan, replace(reading, first_line=line), damage, last=last)
            line = raw.next_line
            self.meter.advance(file.size if last else 0, f"{self.report.counts.read:,} rows")
            self.report.files += last
            if stop_requested():
                raise InterruptedRun(f"stopped after {file.path}", hint="run the command again to go on")
            if not last and self._next_rows() != rows:
                return replace(reading, first_line=line)
        if plan is None and self.in_order:
            in_transaction(lambda: self._note_file(reading, LakeFile.Status.DONE, "it holds no line"))
        return None

    def _finish_pass(self) -> None:
        """Rows read by their change time come in no order: the watermark moves once, when all are through."""
        if self.feed.mode == "cursor" and not self.window.bounded and self.seen_until:
            in_transaction(self._advance)
            self.report.watermark = max(filter(None, (self.before, self.seen_until)))

    def _advance(self) -> None:
        name = progress.feed_name(self.feed)
        if self.held is not None:
            self.held.fence(name)
        token = self.held.tokens[name] if self.held else 0
        progress.advance(self.feed, self.spec.cursor, self.seen_until, token=token, run_id=self.run_id)

    def _next_rows(self) -> int:
        """Rows of the next chunk; 0 when the limit is reached."""
        if self.window.limit is None:
            return self.window.chunk_rows
        counts = self.report.counts
        used = counts.read if self.in_order else counts.changed  # what is not remembered is read again
        return max(0, min(self.window.chunk_rows, self.window.limit - used))

    def _plan(self, raw: RawChunk, file: FileRef) -> ColumnPlan:
        plan = plan_columns(self.spec, self.feed, raw.columns, file.path)
        self.unknown |= plan.unknown_told
        return plan

    def _import_chunk(
        self, raw: RawChunk, plan: ColumnPlan, reading: Reading, damage: FileDamage, *, last: bool
    ) -> None:
        begun = time.monotonic()
        file = reading.file
        whole = open_chunk(raw, plan)
        self.report.looked_at += whole.rows + whole.dropped
        chunk = changed_within(whole, *self._bounds())
        counts = Counts(read=chunk.rows + chunk.dropped, dropped=chunk.dropped)
        candidates, checksums = self._candidates(chunk)
        unchanged = chunk.without(candidates)
        self._see_unchanged(unchanged, file)
        counts.unchanged = unchanged.rows
        rows, rejected = self._read(chunk.take(candidates), checksums, self.reader.delimiter_of(file.path))
        damage.add(rejected, whole.rows)
        self._refuse_drift(damage, reading, last=last)
        already = self.report.counts.quarantined
        refuse_flood(rejected, already, self.report.looked_at, f"{self.feed.name} at {file.path}")
        if not self.reader.unchanged(file):
            raise RetryableError(f"{file.path} changed while it was being read", hint="run the command again")
        commit = Commit(
            under=self._comparison(plan, reading),
            rows=rows,
            rejected=rejected,
            unchanged=unchanged,
            counts=counts,
            reading=reading,
            next_line=raw.next_line,
            last=last,
            run_id=self.run_id,
            held=self.held,
            starts_over=self.window.full and not self.started_over,
            in_order=self.in_order,
            watermark_before=self.before,
            seen_until=self.seen_until,
            started=begun,
        )
        self._account(in_transaction(lambda: write(commit)), commit)

    def _comparison(self, plan: ColumnPlan, reading: Reading) -> Comparison:
        self.tombstones.refresh()
        return Comparison(
            model=self.model,
            feed=self.feed,
            file_position=reading.file.position,
            rewritten=reading.rewritten,
            present=plan.present,
            tombstones=self.tombstones,
            limit=progress.text_of(reading.file.latest_change),
            ceiling=progress.text_of(self.started_at),
        )

    def _see_unchanged(self, unchanged: Chunk, file: FileRef) -> None:
        """Rows written before the watermark was (by a backfill, a run that died) count for it too."""
        times = unchanged.change_times()
        if times is None:
            return
        believed = times.filter(pc.less_equal(times, progress.text_of(file.latest_change)))
        greatest = pc.max(believed).as_py()
        if greatest is not None:
            capped = min(greatest, progress.text_of(self.started_at))
            self.seen_until = max(filter(None, (self.seen_until, capped)))

    def _bounds(self) -> tuple[str | None, str | None]:
        if self.window.since:
            until = self.window.until
            return progress.text_of(self.window.since), progress.text_of(until) if until else None
        if self.feed.mode == "cursor" and self.before:
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
        known = ask(lambda: store.raw_checksums(self.model, [key for key in keys if key]))
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

    def _refuse_drift(self, damage: FileDamage, reading: Reading, *, last: bool) -> None:
        """A drifted file is noted as held, then the entity stops."""
        reason = damage.drift(to_the_end=last)
        if not reason:
            return
        if not self.window.bounded:
            in_transaction(lambda: self._note_file(reading, LakeFile.Status.DRIFTED, reason))
        raise DriftError(
            f"{reading.file.path}: its columns changed; {reason}",
            hint=f"add a column map for {self.feed.entity} to the source file, then run the import again",
        )

    def _note_file(self, reading: Reading, status: str, reason: str = "") -> None:
        if self.held is None:
            return
        self.held.fence(progress.feed_name(self.feed))
        progress.note_file(self.feed, reading, next_line=0, status=status, run_id=self.run_id, reason=reason)

    def _account(self, outcome: Outcome, commit: Commit) -> None:
        self.report.counts += outcome.counts
        self.report.bytes += commit.reading.file.size if commit.last else 0
        self.seen_until = commit.highest(outcome)
        self.started_over = True
        if self.in_order:
            self.report.watermark = max(filter(None, (self.before, self.seen_until)), default=None)
        if self.window.dry_run:
            room = SAMPLES - len(self.report.samples)
            self.report.samples += samples(outcome.changes, room)

    def _conclude(self, seconds: float) -> None:
        report = self.report
        report.seconds = seconds
        if self.feed.mode == "cursor" and not self.window.bounded and not self._next_rows():
            report.notes.append("the limit was reached: the watermark stays until a run gets to the end")
        if self.unknown:
            report.notes.append(f"unknown columns kept in extra: {', '.join(sorted(self.unknown))}")
        if report.counts.ahead:
            report.notes.append(
                f"{report.counts.ahead} rows changed in the future, as they say: that moves no watermark, and "
                "two days behind its load it is not believed"
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
