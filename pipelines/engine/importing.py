"""Import one entity of one source: the files that are new, chunk by chunk, each chunk one transaction.

A run that dies continues behind the last committed chunk. Feeds read by cursor are not ordered, so their
watermark moves once, with the last chunk. A file that cannot be read as it is waits for somebody; those
behind it do not wait for it (docs/adr/0016-a-held-file-holds-up-no-other.md).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow.compute as pc

from hub.commands import stop_requested
from hub.errors import (
    ConfigError,
    DriftError,
    FatalError,
    InterruptedRun,
    RetryableError,
    UnreadableFileError,
)
from hub.lakes import FileRef, RawChunk, TableReader
from hub.transactions import in_transaction
from pipelines.engine import drift, progress, witness
from pipelines.engine.boundaries import whole_rows
from pipelines.engine.by_contract import read_by_contract
from pipelines.engine.chunk import (
    Chunk,
    changed_within,
    open_chunk,
)
from pipelines.engine.commit import Commit, write
from pipelines.engine.comparing import Comparison, Outcome, samples
from pipelines.engine.contract import QUARANTINE
from pipelines.engine.counts import Counts
from pipelines.engine.guards import FileDamage, refuse_flood
from pipelines.engine.mapping import ColumnPlan, plan_columns
from pipelines.engine.models import LakeFile
from pipelines.engine.progress import Reading
from pipelines.engine.reading import Origin, RowsRead
from pipelines.engine.reports import EntityReport
from pipelines.engine.source import Feed
from pipelines.engine.underway import Underway, some

SAMPLES = 3
NAMES_TOLD = 10


@dataclass(kw_only=True)
class EntityImport(Underway):
    """One entity's import under way."""

    def run(self) -> EntityReport:
        """Import what is new; the report is complete also when this raises."""
        begun = time.monotonic()
        try:
            self._prepare()
            readings = self._readings()
            if readings:
                self.meter.begin(self.feed.name, sum(reading.file.size for reading in readings))
            if self.window.limit is None and self.window.minutes is None:
                self.reader.expect([(reading.file, reading.first_line) for reading in readings])
            self._read_all(readings)
        finally:
            self.meter.end()
            self._conclude(time.monotonic() - begun)
        return self.report

    def _read_all(self, readings: list[Reading]) -> None:
        """Every file that can be read; at the end it is told which could not."""
        for place, reading in enumerate(readings):
            if not self._next_rows() or not self._read_or_hold(reading):
                self.cut_short = True
                if self._out_of_time():
                    self.report.notes.append(
                        f"the time was up: {len(readings) - place} files are left to the next run"
                    )
                break
        if not self.cut_short and not self.held_back:
            self._finish_pass()
        if self.held is not None and not self.window.bounded:
            in_transaction(self._note_state)
        if self.held_back:
            raise self._what_was_held_back()

    def _read_or_hold(self, reading: Reading) -> bool:
        """Whether a file is dealt with: read to its end, or put aside for somebody to look at."""
        try:
            return self._import_file(reading)
        except (DriftError, UnreadableFileError) as error:
            self.held_back.append(error)
            return True

    def _what_was_held_back(self) -> FatalError:
        error, *others = self.held_back
        if not others:
            return error
        return type(error)(f"{error.message}; and {len(others)} more files like it wait", hint=error.hint)

    def _import_file(self, reading: Reading) -> bool:
        """Whether it was read to its end."""
        damage = FileDamage(rows=reading.first_line)
        left: Reading | None = reading
        while left and self._next_rows():
            left = self._read_on(left, damage)
        return left is None

    def _read_on(self, reading: Reading, damage: FileDamage) -> Reading | None:
        """Import chunks of one size; returns what is left of the file when the limit asks for smaller ones."""
        rows, file, line = self._next_rows(), reading.file, reading.first_line
        plan: ColumnPlan | None = None
        feed = self.feed.at(file.path, file.loaded_at)
        chunks = self._reader(feed, file).chunks(file, first_line=line, rows=rows)
        for raw, last in whole_rows(chunks, in_lines=self.reader.in_lines(file.path)):
            plan = plan or self._plan(raw, feed, file)
            self._import_chunk(raw, plan, replace(reading, first_line=line), damage, last=last)
            line = raw.next_line
            self.meter.advance(file.size if last else 0, f"{self.report.counts.read:,} rows")
            self.report.files += last
            if last and raw.next_line < reading.ended_at:
                self.shrunk.append(
                    f"{file.path} ({raw.next_line - 1:,} lines, {reading.ended_at - 1:,} before)"
                )
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
        self._fence()
        token = self.held.tokens[progress.feed_name(self.feed)] if self.held else 0
        progress.advance(self.feed, self.spec.cursor, self.seen_until, token=token, run_id=self.run_id)

    def _reader(self, feed: Feed, file: FileRef) -> TableReader:
        if feed.heading and self.reader.delimiter_of(file.path) is None:
            raise ConfigError(
                f"{file.path}: the source of {feed.name} has a heading for it, and such a file names its own columns",
                hint="narrow that version with files, or map the columns",
            )
        return self.reader.headed(feed.heading) if feed.heading else self.reader

    def _plan(self, raw: RawChunk, feed: Feed, file: FileRef) -> ColumnPlan:
        plan = plan_columns(self.spec, feed, raw.columns, file.path)
        self.unknown |= plan.unknown_told
        return plan

    def _import_chunk(
        self, raw: RawChunk, plan: ColumnPlan, reading: Reading, damage: FileDamage, *, last: bool
    ) -> None:
        begun = time.monotonic()
        file = reading.file
        whole = open_chunk(raw, plan)
        self.report.looked_at += whole.rows + whole.dropped
        chunk = changed_within(whole, *self._bounds(), self.reader.delimiter_of(file.path))
        counts = Counts(read=chunk.rows + chunk.dropped, dropped=chunk.dropped)
        candidates, checksums = self._candidates(chunk)
        unchanged = chunk.without(candidates)
        self._see_unchanged(unchanged, file)
        counts.unchanged = unchanged.rows
        read = self._read(chunk.take(candidates), checksums, file)
        counts.joined, counts.split = read.joined, read.split
        damage.add(read, whole.rows, plan.spec)
        if plan.feed.damaged == QUARANTINE:
            self.excused += len(read.rejected)
        else:
            self._refuse_drift(damage, reading, whole, last=last)
            already, where = self.report.counts.quarantined - self.excused, f"{self.feed.name} at {file.path}"
            refuse_flood(read.rejected, already, self.report.looked_at, where, plan.spec)
        if not self.reader.unchanged(file):
            raise RetryableError(f"{file.path} changed while it was being read", hint="run the command again")
        commit = Commit(
            under=self._comparison(plan, reading),
            rows=read.rows,
            rejected=read.rejected,
            unchanged=unchanged,
            counts=counts,
            reading=reading,
            next_line=raw.next_line,
            last=last,
            run_id=self.run_id,
            held=self.held,
            starts_over=self.window.full and not self.started_over,
            in_order=self.in_order,
            watermark_before=None if self.window.bounded else self.before,  # what was asked for is not late
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
        greatest: str | None = pc.max(believed).as_py()
        if greatest is not None:
            capped = min(greatest, progress.text_of(self.started_at))
            self.seen_until = max(filter(None, (self.seen_until, capped)))

    def _read(self, chunk: Chunk, checksums: list[bytes], file: FileRef) -> RowsRead:
        read = read_by_contract(chunk, checksums, Origin.of(self.reader, file.path, self._stored))
        missing = sum(row.cursor is None for row in read.rows) if self.feed.mode != "snapshot" else 0
        if missing and self.feed.null_cursor == "fail":
            raise FatalError(
                f"{self.feed.name}: {missing} rows have no {self.spec.cursor}",
                hint='choose null_cursor = "quarantine", "accept" or a column in the source file',
            )
        return read

    def _refuse_drift(self, damage: FileDamage, reading: Reading, chunk: Chunk, *, last: bool) -> None:
        """A drifted file is noted as held, with what can be told of its shape, and left."""
        reason = damage.drift(to_the_end=last)
        if not reason:
            return
        path = reading.file.path
        reason = "; ".join(filter(None, (reason, drift.shape(chunk, self.reader.delimiter_of(path)))))
        if not self.window.bounded:
            in_transaction(lambda: self._note_file(reading, LakeFile.Status.DRIFTED, reason))
        raise DriftError(
            f"{path}: its columns changed; {reason}",
            hint=f"say under [[entities.{self.feed.entity}.versions]] in the source file how it is to be read, then "
            "run the import again: see docs/how-to/respond-to-drift.md",
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
        if self.seen_until and self.seen_until > (self.report.watermark or ""):
            self.witness = witness.among(outcome.written, commit.under, self.seen_until) or self.witness
        self.started_over = True
        if self.in_order:
            self.report.watermark = max(filter(None, (self.before, self.seen_until)), default=None)
        if self.window.dry_run:
            room = SAMPLES - len(self.report.samples)
            self.report.samples += samples(outcome.changes, room)

    def _conclude(self, seconds: float) -> None:
        report = self.report
        report.seconds = seconds
        if self.feed.mode == "cursor" and not self.window.bounded and self.cut_short:
            report.notes.append(
                "the limit was reached before the end: the watermark stays until a run gets there"
            )
        if self.shrunk:
            report.notes.append(
                f"files written anew with fewer lines: {some(self.shrunk)}; rows that they no longer hold stay "
                "until a comparison of keys finds them gone"
            )
        if self.unknown:
            report.notes.append(f"unknown columns kept in extra: {_first_of(sorted(self.unknown))}")
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


def _first_of(names: Sequence[str]) -> str:
    """Names for a note; a table may have a hundred columns that nobody declared."""
    more = f" and {len(names) - NAMES_TOLD} more" if len(names) > NAMES_TOLD else ""
    return ", ".join(names[:NAMES_TOLD]) + more
