"""Find rows that vanished upstream by comparing key sets, since a deletion moves no change time.

The lake's key list and the table are both walked in key order, so memory stays flat. A list that misses
too much of what is known is a broken export, not a mass deletion: it is refused.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from audit.locked import audited_writing
from audit.record import Change, record_many
from hub import clock
from hub.errors import FatalError
from hub.ids import new_id
from hub.lakes import KeyList, TableReader
from pipelines.engine import feed as change_feed
from pipelines.engine import progress, store
from pipelines.engine.counts import Counts
from pipelines.engine.leases import Held
from pipelines.engine.models import Batch
from pipelines.engine.reports import EntityReport
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.source import Feed
from pipelines.engine.transactions import in_transaction
from pipelines.engine.writing import subject_of

LEAST_SHARE = 0.9  # of the known live keys; a list with fewer is refused
KEYS_PER_PAGE = 5000
ROWS_PER_CHUNK = 1000


@dataclass(kw_only=True)
class Reconciliation:
    """The key comparison of one feed."""

    model: type[ImportedRow]
    feed: Feed
    reader: TableReader
    run_id: int
    held: Held | None
    report: EntityReport
    least_share: float = LEAST_SHARE
    limit: int | None = None

    def run(self) -> EntityReport:
        """Flag as missing what the lake's newest key list does not hold; `read` counts the keys compared."""
        begun = time.monotonic()
        keys = self.reader.keys()
        if keys is None:
            self.report.notes.append("the lake keeps no key list of it: nothing to compare with")
            return self.report
        gone, unknown = self._compare(keys)
        if unknown:
            self.report.notes.append(f"ids upstream that were never imported: {unknown}, see Quarantine")
        if self.limit is not None and len(gone) > self.limit:
            raise FatalError(
                f"{len(gone)} rows of {self.feed.name} are gone upstream, more than --limit {self.limit}",
                hint="nothing was flagged; look at the key list, then raise the limit",
            )
        for start in range(0, len(gone), ROWS_PER_CHUNK):
            part = gone[start : start + ROWS_PER_CHUNK]
            in_transaction(partial(self._mark, part, keys))
        self.report.seconds = time.monotonic() - begun
        return self.report

    def _compare(self, keys: KeyList) -> tuple[list[str], int]:
        """Keys that are ours and gone upstream, and how many are upstream and not ours."""
        known = upstream = shared = 0
        gone: list[str] = []
        listed = _flat(keys)
        theirs = next(listed, None)
        for key in self._live_keys(keys.position):
            known += 1
            own_id = key.partition(":")[2]
            while theirs is not None and theirs < own_id:
                upstream += 1
                theirs = next(listed, None)
            if theirs == own_id:
                shared += 1
                upstream += 1
                theirs = next(listed, None)
            else:
                gone.append(key)
        upstream += (theirs is not None) + sum(1 for _ in listed)
        self._refuse_short_list(upstream, shared, known)
        self.report.counts += Counts(read=known, unchanged=known)
        return gone, upstream - shared

    def _refuse_short_list(self, upstream: int, shared: int, known: int) -> None:
        if known and (not upstream or shared < self.least_share * known):
            raise FatalError(
                f"the key list of {self.feed.name} holds {shared} of {known} known ids: refused as a short read",
                hint="check the export; if so much was really deleted, type reconcile_keys --least-share 0",
            )

    def _live_keys(self, position: int) -> Iterator[str]:
        """Our keys in order: neither flagged deleted nor missing, and delivered no later than the list."""
        last = f"{self.feed.tenant}:"
        live = self.model.unscoped.filter(
            tenant=self.feed.tenant, missing_since__isnull=True, lake_position__lte=position
        )
        if flag := spec_of(self.model).deleted:
            live = live.exclude(**{flag: True})
        while page := list(
            live.filter(key__gt=last).order_by("key").values_list("key", flat=True)[:KEYS_PER_PAGE]
        ):
            yield from page
            last = page[-1]

    def _mark(self, keys: list[str], listed: KeyList) -> None:
        spec, label = spec_of(self.model), str(self.model._meta.label_lower)
        if self.held is not None:
            self.held.fence(progress.feed_name(self.feed))
        states = store.stored_states(self.model, keys, lock=True)
        documents = store.stored_documents(self.model, keys)
        batch = new_id()
        with audited_writing():
            store.mark_missing(self.model, keys, at=clock.now(), position=listed.position, batch=batch)
        record_many(
            [
                Change(
                    tenant=self.feed.tenant,
                    model=label,
                    key=key,
                    action="deleted",
                    before=documents[key],
                    personal=spec.personal,
                    subject=subject_of(documents[key], spec, self.feed.tenant),
                    reason="missing upstream",
                    checksum_before=states[key].checksum,
                )
                for key in keys
            ]
        )
        change_feed.publish(self.feed.tenant, label, batch, change_feed.Keys(deleted=keys))
        self._batch_row(batch, len(keys))
        self.report.counts.deleted += len(keys)

    def _batch_row(self, batch: int, deleted: int) -> None:
        Batch(
            id=batch,
            run_id=self.run_id,
            tenant=self.feed.tenant,
            source=self.feed.source,
            entity=self.feed.entity,
            committed_at=clock.now(),
            deleted=deleted,
        ).save(force_insert=True)


def _flat(keys: KeyList) -> Iterator[str]:
    for ids in keys.ids:
        yield from ids
