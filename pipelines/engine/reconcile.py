"""Find rows that vanished upstream by comparing key sets, since a deletion moves no change time.

The lake's key list and the table are both walked in key order, so memory stays flat. A list that misses
too much of what is known is a broken export, not a mass deletion: it is refused.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from audit.locked import audited_writing
from audit.record import Change, record_many
from hub import clock
from hub.commands import stop_requested
from hub.errors import FatalError, InterruptedRun
from hub.ids import new_id
from hub.lakes import KeyList, TableReader
from hub.transactions import ask, in_transaction
from pipelines.engine import feed as change_feed
from pipelines.engine import progress, store
from pipelines.engine.comparing import subject_of
from pipelines.engine.counts import Counts
from pipelines.engine.leases import Held
from pipelines.engine.models import Batch
from pipelines.engine.reports import EntityReport
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.source import Feed

LEAST_SHARE = 0.9  # of the known live keys; a list with fewer is refused
KEYS_PER_PAGE = 5000
ROWS_PER_CHUNK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow:
    """One of our rows as far as a key list can speak of it."""

    key: str
    live: bool
    missing: bool

    @property
    def source_id(self) -> str:
        return self.key.partition(":")[2]


@dataclass(kw_only=True)
class KeyComparison:
    """Keys that are gone upstream and keys that are back there; how many are live, live on both sides, not ours."""

    gone: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    live: int = 0
    shared: int = 0
    unknown: int = 0

    @property
    def upstream(self) -> int:
        return self.shared + self.unknown

    @property
    def share(self) -> float:
        """Of the live keys those that are listed, rounded down: what --least-share must not exceed."""
        return math.floor(100 * self.shared / self.live) / 100 if self.live else 0.0

    def add(self, row: KnownRow, *, is_listed: bool) -> None:
        self.live += row.live
        self.shared += row.live and is_listed
        if row.live and not is_listed:
            self.gone.append(row.key)
        elif row.missing and is_listed:
            self.back.append(row.key)


@dataclass(kw_only=True)
class Reconciliation:
    """The key comparison of one feed. `least_share` is one of the known live keys, `limit` a number of rows."""

    model: type[ImportedRow]
    feed: Feed
    reader: TableReader
    run_id: int
    held: Held | None
    report: EntityReport
    least_share: float = LEAST_SHARE
    limit: int | None = None

    def run(self) -> EntityReport:
        """Flag what the lake's newest key list does not hold, unflag what it holds again; `read` counts keys."""
        begun = time.monotonic()
        keys = self.reader.keys()
        if keys is None:
            self.report.notes.append(
                "the lake has no key list of it (or one of this minute): nothing to compare"
            )
            return self.report
        found = self._compare(keys)
        if found.unknown:
            self.report.notes.append(
                f"ids upstream that were never imported: {found.unknown}, see Quarantined rows in the admin"
            )
        if self.limit is not None and len(found.gone) > self.limit:
            raise FatalError(
                f"{len(found.gone)} rows of {self.feed.name} are gone upstream, more than --limit {self.limit}",
                hint="nothing was flagged; look at the key list, then raise the limit",
            )
        self._each_part(found.gone, partial(self._flag, keys))
        self._each_part(found.back, self._unflag)
        self.report.seconds = time.monotonic() - begun
        return self.report

    def _compare(self, keys: KeyList) -> KeyComparison:
        """Walk both sides in order; complains when the list misses too much of what is known."""
        found = KeyComparison()
        listed = _flat(keys)
        theirs = next(listed, None)
        for row in self._known(keys.position):
            while theirs is not None and theirs < row.source_id:
                found.unknown += 1
                theirs = next(listed, None)
            is_listed = theirs == row.source_id
            if is_listed:
                theirs = next(listed, None)
            found.add(row, is_listed=is_listed)
        found.unknown += (theirs is not None) + sum(1 for _ in listed)
        self._refuse_short_list(found)
        self.report.counts += Counts(read=found.live, unchanged=found.live)
        return found

    def _refuse_short_list(self, found: KeyComparison) -> None:
        if not found.live or (found.shared >= self.least_share * found.live and found.upstream):
            return
        raise FatalError(
            f"the key list of {self.feed.name} holds {found.shared} of {found.live} known ids: "
            "refused as a short read",
            hint=self._way_out(found),
        )

    def _way_out(self, found: KeyComparison) -> str:
        if not found.upstream:
            return "the list is empty: check the export"
        if found.unknown > found.shared:
            return f"it holds {found.unknown} others: are ids written in another way there?"
        command = f"reconcile_keys --brand {self.feed.tenant} --entity {self.feed.entity}"
        return (
            f"check the export; if so much was really deleted, type {command} --least-share {found.share:.2f}"
        )

    def _known(self, position: int) -> Iterator[KnownRow]:
        """Our rows in the order of their keys. What was delivered after the list is neither live nor missing by it."""
        flag = spec_of(self.model).deleted
        names = ("key", "missing_since", "lake_position", *((flag,) if flag else ()))
        rows = self.model.unscoped.filter(tenant=self.feed.tenant).order_by("key")
        last = f"{self.feed.tenant}:"
        while page := ask(partial(list[Any], rows.filter(key__gt=last).values_list(*names)[:KEYS_PER_PAGE])):
            for key, missing, delivered, *deleted in page:
                in_time = delivered <= position
                live = in_time and missing is None and not any(deleted)
                yield KnownRow(key=key, live=live, missing=in_time and missing is not None)
            last = page[-1][0]

    def _each_part(self, keys: list[str], work: Callable[[list[str]], Counts]) -> None:
        for start in range(0, len(keys), ROWS_PER_CHUNK):
            self.report.counts += in_transaction(partial(work, keys[start : start + ROWS_PER_CHUNK]))
            if stop_requested():
                raise InterruptedRun("stopped between two batches", hint="run the command again to go on")

    def _flag(self, listed: KeyList, wanted: list[str]) -> Counts:
        batch = self._begin()
        keys = self._still(wanted, lambda row: not row.missing and row.position <= listed.position)
        if not keys:
            return Counts()
        changes = self._changes(keys, "deleted", reason="gone upstream")
        with audited_writing():
            store.mark_missing(self.model, keys, at=clock.now(), position=listed.position, batch=batch)
        counts = Counts(deleted=len(keys))
        self._conclude(batch, changes, change_feed.Keys(deleted=keys), counts)
        return counts

    def _unflag(self, wanted: list[str]) -> Counts:
        batch = self._begin()
        keys = self._still(wanted, lambda row: row.missing)
        if not keys:
            return Counts()
        changes = self._changes(keys, "restored", reason="there again")
        with audited_writing():
            store.unmark_missing(self.model, keys, batch=batch)
        counts = Counts(read=len(keys), updated=len(keys))
        self._conclude(batch, changes, change_feed.Keys(updated=keys), counts)
        return counts

    def _begin(self) -> int:
        if self.held is not None:
            self.held.fence(progress.feed_name(self.feed))
        return new_id()

    def _still(self, keys: list[str], holds: Callable[[store.Stored], bool]) -> list[str]:
        """Those of which it is still so, now that they are locked: a backfill may have written since they were read."""
        states = store.stored_states(self.model, keys, lock=True)
        return [key for key in keys if holds(states[key])]

    def _changes(self, keys: list[str], action: str, *, reason: str) -> list[Change]:
        """What the trail says of these rows; they are locked until the transaction ends."""
        spec = spec_of(self.model)
        states = store.stored_states(self.model, keys, lock=True)
        documents = store.stored_documents(self.model, keys)
        return [
            Change(
                tenant=self.feed.tenant,
                model=str(self.model._meta.label_lower),
                key=key,
                action=action,
                before=documents[key],
                after=documents[key] if action == "restored" else None,
                personal=spec.personal,
                subject=subject_of(documents[key], spec, self.feed.tenant),
                reason=reason,
                checksum_before=states[key].checksum,
                checksum_after=states[key].checksum if action == "restored" else None,
            )
            for key in keys
        ]

    def _conclude(self, batch: int, changes: list[Change], keys: change_feed.Keys, counts: Counts) -> None:
        record_many(changes)
        change_feed.publish(self.feed.tenant, str(self.model._meta.label_lower), batch, keys)
        Batch(
            id=batch,
            run_id=self.run_id,
            tenant=self.feed.tenant,
            source=self.feed.source,
            entity=self.feed.entity,
            committed_at=clock.now(),
            **counts.as_dict(),
        ).save(force_insert=True)


def _flat(keys: KeyList) -> Iterator[str]:
    for ids in keys.ids:
        yield from ids
