"""One chunk, one transaction: everything it changes and everything the engine remembers of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from audit.locked import audited_writing
from audit.record import record_many
from hub import clock
from hub.ids import new_id
from pipelines.engine import feed as change_feed
from pipelines.engine import progress, quarantine, store
from pipelines.engine.chunk import Chunk, Incoming, Rejected
from pipelines.engine.comparing import Comparison, Outcome, compare
from pipelines.engine.counts import Counts
from pipelines.engine.leases import Held
from pipelines.engine.models import Batch, LakeFile
from pipelines.engine.progress import Reading


@dataclass(frozen=True, kw_only=True)
class Commit:
    """A chunk ready to be committed. `last` is whether it ends its file.

    `counts` holds what reading decided, `unchanged` the rows whose raw checksum is the stored one; file
    progress and watermark move with chunks that are read `in_order`.
    """

    under: Comparison
    rows: list[Incoming]
    rejected: list[Rejected]
    unchanged: Chunk | None = None
    counts: Counts
    reading: Reading
    next_line: int
    last: bool
    run_id: int
    held: Held | None
    starts_over: bool = False
    in_order: bool = False
    watermark_before: str | None = None
    seen_until: str | None = None
    started: float

    def highest(self, outcome: Outcome) -> str | None:
        """The greatest change time of the run so far, never behind the run's start: it would hide later rows."""
        cursors = filter(None, (self.seen_until, *map(self.under.cursor, outcome.accepted)))
        return max((min(cursor, self.under.ceiling) for cursor in cursors), default=None)


def write(commit: Commit) -> Outcome:
    """Compare and write inside the caller's transaction; raises before anything is written when sums are off."""
    feed, under = commit.under.feed, commit.under
    if commit.held is not None:
        commit.held.fence(progress.feed_name(feed))
    outcome = compare(commit.rows, under)
    outcome.counts += commit.counts
    outcome.counts.quarantined += len(commit.rejected)
    outcome.counts.check()
    batch = new_id()
    with audited_writing():
        store.write_rows(under.model, feed.tenant, outcome.writes, batch)
        store.touch_raw(under.model, outcome.touched)
    record_many(outcome.changes)
    _keep_odd_rows(commit, outcome, batch)
    change_feed.publish(feed.tenant, under.label, batch, outcome.keys)
    highest = commit.highest(outcome)
    _remember(commit, highest)
    _batch_row(commit, outcome, batch, highest).save(force_insert=True)
    return outcome


def _keep_odd_rows(commit: Commit, outcome: Outcome, batch: int) -> None:
    feed, file = commit.under.feed, commit.reading.file
    quarantine.keep(feed, commit.reading, commit.rejected, commit.run_id)
    quarantine.settle(feed, commit.reading, _clean(commit, outcome), commit.run_id)
    if tails := [line for row in commit.rows for line in row.other_lines]:
        quarantine.settle_lines(feed, commit.reading, tails)
    quarantine.keep_repairs(feed, file.path, batch, outcome.written)


def _clean(commit: Commit, outcome: Outcome) -> quarantine.CleanRows:
    under, unchanged = commit.under, commit.unchanged
    rows = [(row.source_id, under.position(row)) for row in outcome.accepted]
    if unchanged:
        places = (under.file_position + line for line in unchanged.lines)
        rows += zip(map(str, unchanged.source_ids()), places, strict=True)
    return quarantine.CleanRows(tenant=under.feed.tenant, rows=rows)


def _remember(commit: Commit, highest: str | None) -> None:
    under = commit.under
    if commit.starts_over:
        progress.start_over(under.feed)
    if not commit.in_order:
        return
    progress.advance(
        under.feed,
        under.spec.cursor,
        highest,
        token=commit.held.tokens[progress.feed_name(under.feed)] if commit.held else 0,
        run_id=commit.run_id,
    )
    progress.note_file(
        under.feed,
        commit.reading,
        next_line=commit.next_line,
        status=LakeFile.Status.DONE if commit.last else LakeFile.Status.PARTIAL,
        run_id=commit.run_id,
    )


def _batch_row(commit: Commit, outcome: Outcome, batch: int, highest: str | None) -> Batch:
    feed, before = commit.under.feed, commit.watermark_before
    late, latest = _lateness(commit, outcome)
    outcome.counts.late = late
    after = max(filter(None, (before, highest)), default=None) if commit.in_order else before
    return Batch(
        id=batch,
        run_id=commit.run_id,
        tenant=feed.tenant,
        source=feed.source,
        entity=feed.entity,
        file=commit.reading.file.path,
        first_line=commit.reading.first_line,
        committed_at=clock.now(),
        bytes=commit.reading.file.size if commit.last else 0,  # a file counts where its last row is committed
        seconds=time.monotonic() - commit.started,
        latest_lateness=latest,
        watermark_before=before and progress.moment(before),
        watermark_after=after and progress.moment(after),
        **outcome.counts.as_dict(),
    )


def _lateness(commit: Commit, outcome: Outcome) -> tuple[int, float]:
    """How many written rows changed before the watermark, and by how many seconds the latest of them."""
    before = commit.watermark_before
    if before is None:
        return 0, 0.0
    cursors = [cursor for row in outcome.written if (cursor := commit.under.cursor(row)) and cursor < before]
    if not cursors:
        return 0, 0.0
    return len(cursors), (progress.moment(before) - progress.moment(min(cursors))).total_seconds()
