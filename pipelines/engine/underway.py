"""Where one entity's import stands: what it was given, what it has seen, what it reads next, what the lake lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from audit.subject import Tombstones
from hub import clock
from hub.errors import (
    FatalError,
)
from hub.lakes import FileRef, TableReader
from hub.progress import Meter
from hub.transactions import ask, in_transaction
from pipelines.engine import overlap, progress, store, witness
from pipelines.engine.chunk import (
    Chunk,
)
from pipelines.engine.leases import Held
from pipelines.engine.models import Watermark
from pipelines.engine.progress import Reading
from pipelines.engine.reports import EntityReport
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.source import Feed
from pipelines.engine.spec import RowSpec
from pipelines.engine.window import KEEP, Window

NAMED = 3


@dataclass(kw_only=True)
class Underway:
    """The state of an import under way, and what is asked before a file is read."""

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
    cut_short: bool = field(init=False, default=False)
    held_back: list[FatalError] = field(init=False, default_factory=list)
    shrunk: list[str] = field(init=False, default_factory=list)
    excused: int = field(init=False, default=0)
    witness: witness.Witness | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.tombstones = Tombstones.for_tenant(self.feed.tenant)

    @property
    def spec(self) -> RowSpec:
        return spec_of(self.model)

    @property
    def in_order(self) -> bool:
        """Whether files are read once each, in the order of their loads, and remembered."""
        return self.feed.mode != "cursor" and not self.window.bounded

    def _prepare(self) -> None:
        if self.window.watermark is not None:
            in_transaction(self._choose_watermark)
        if self.window.full:
            return
        mark = ask(lambda: progress.watermark_of(self.feed, self.spec.cursor))
        if mark is None or mark.value is None:
            return
        self.before = self.report.watermark = progress.text_of(mark.value)
        self._look_for_the_rows(mark)

    def _choose_watermark(self) -> None:
        chosen = self.window.watermark
        self._fence()
        progress.choose(self.feed, self.spec.cursor, chosen if isinstance(chosen, datetime) else None)
        told = f"kept, and is taken from {self.spec.cursor} now" if chosen == KEEP else f"set to {chosen}"
        self.report.notes.append(f"the watermark was {told}")

    def _look_for_the_rows(self, mark: Watermark) -> None:
        """A watermark says that rows are there: somebody may have emptied the table, or put an old copy back."""
        if not store.has_rows(self.model, self.feed.tenant):
            raise FatalError(
                f"{self.feed.name} has a watermark ({self.before}) but no rows: was the table emptied?",
                hint=self._read_all_again,
            )
        if self.window.bounded:
            return
        found = witness.look(self.model, self.feed.tenant, mark)
        self.witness = found.witness
        if found.lost:
            raise FatalError(
                f"{self.feed.name}: the row that lifted the watermark to {self.before} is gone: "
                "were rows removed from the table?",
                hint=self._read_all_again,
            )
        if found.witness is None:
            self.report.notes.append(
                f"the watermark ({self.before}) is later than anything the table holds: if an older copy of it "
                f"was put back, {self._read_all_again}"
            )

    @property
    def _read_all_again(self) -> str:
        return f"type import_billing --brand {self.feed.tenant} --entity {self.feed.entity} --full"

    def _readings(self) -> list[Reading]:
        every = self.window.full or not self.in_order
        since = None if every else ask(lambda: progress.listed_since(self.feed))
        listed = self.reader.files(
            since=since
        )  # the upper bound: what arrives from here on is the next run's
        self._tell_what_the_lake_lacks(listed)
        return ask(lambda: progress.readings(self.feed, listed, all_of_them=every))

    def _tell_what_the_lake_lacks(self, listed: list[FileRef]) -> None:
        notes, waiting = self.report.notes, self.reader.waiting()
        if not self.reader.is_there():
            notes.append(f"the lake has no table {self.reader.name}: is the name right?")
        if waiting:
            notes.append(f"files of the last minute, left to the next run: {waiting}")
        if missing := self.reader.missing():
            notes.append(f"a manifest names files that are not there: {some(missing)}")
        if self.held is None or self.window.bounded or waiting:
            return
        if gone := in_transaction(lambda: self._let_go(listed)):
            notes.append(f"files that waited to be read are no longer in the lake: {some(gone)}")

    def _let_go(self, listed: list[FileRef]) -> list[str]:
        self._fence()
        return progress.let_go(self.feed, listed)

    def _note_state(self) -> None:
        self._fence()
        facts = overlap.facts(self.feed) | (self.witness.facts if self.witness else {})
        progress.note_state(self.feed, facts)

    def _fence(self) -> None:
        if self.held is not None:
            self.held.fence(progress.feed_name(self.feed))

    def _next_rows(self) -> int:
        """Rows of the next chunk; 0 when the limit is reached."""
        if self._out_of_time():
            return 0
        if self.window.limit is None:
            return self.window.chunk_rows
        counts = self.report.counts
        used = counts.read if self.in_order else counts.changed  # what is not remembered is read again
        return max(0, min(self.window.chunk_rows, self.window.limit - used))

    def _out_of_time(self) -> bool:
        minutes = self.window.minutes
        return minutes is not None and clock.now() - self.started_at >= timedelta(minutes=minutes)

    def _bounds(self) -> tuple[str | None, str | None]:
        if self.window.since:
            until = self.window.until
            return progress.text_of(self.window.since), progress.text_of(until) if until else None
        if self.feed.mode == "cursor" and self.before:
            lowest = overlap.lowest(
                self.feed, self.spec.column(self.spec.cursor), progress.moment(self.before)
            )
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

    def _stored(self, source_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What is stored of some rows, for the repair."""
        keys = [f"{self.feed.tenant}:{source_id}" for source_id in source_ids]
        documents = ask(lambda: store.stored_documents(self.model, keys))
        return {key.partition(":")[2]: document for key, document in documents.items()}


def some(names: list[str]) -> str:
    """The first few of a list, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
