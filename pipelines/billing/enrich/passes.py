"""Keeping the records of one kind up to date in one brand: whole passes, and what the change feed tells.

A whole pass is made where rules or code are others than those of the last one: it goes through all rows in the
order of their keys and remembers how far it came, so a killed one goes on. When it begins, the positions in the
feed move to its end: whatever changes from there on is read behind the pass. Every chunk is one transaction
over whole imports (pipelines/engine/settled.py); positions move in the last one of what they stand for.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from django.apps import apps

from hub import clock
from hub.commands import stop_requested
from hub.errors import InterruptedRun
from hub.progress import Meter
from hub.transactions import in_transaction
from pipelines.billing.enrich import coverage
from pipelines.billing.enrich.enrichment import Enrichment
from pipelines.billing.enrich.models import EnrichPass
from pipelines.billing.enrich.reading import id_of, keys_behind, parts
from pipelines.billing.enrich.writing import bring_up_to_date
from pipelines.engine import positions
from pipelines.engine.counts import Counts
from pipelines.engine.former import former_values
from pipelines.engine.leases import Held
from pipelines.engine.models import FeedEntry
from pipelines.engine.reports import EntityReport
from pipelines.engine.settled import settled_snapshot

CHUNK = 2000  # records a transaction
Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Round:
    """Entries of the feed that are read together: the rows they reach, and the position behind them by stream."""

    ids: list[str]
    reached: dict[str, int]


@dataclass(kw_only=True)
class Upkeep:
    """One kind of record of one brand in one run. `limit` is the number of records it may look at."""

    kind: Enrichment[Any]
    lease: str
    held: Held | None
    run_id: int
    report: EntityReport
    meter: Meter
    full: bool = False
    limit: int | None = None
    _written: Counts = field(default_factory=Counts, init=False)

    def run(self) -> EntityReport:
        """Do everything that is to be done; the report is complete also when this raises."""
        begun = time.monotonic()
        self.meter.begin(f"{self.kind.tenant}/{self.kind.entity}")
        try:
            if self._in_chunk(self._begin_pass):
                while self._left() and self._in_chunk(self._next_of_pass):
                    pass
            while self._left() and self._next_round():
                pass
        finally:
            self.meter.end()
            self.report.seconds = time.monotonic() - begun
        return self.report

    def _begin_pass(self) -> bool:
        """Whether a whole pass is under way from here on."""
        state, now = self._state(), self.kind.fingerprint
        if not self.full and now == state.under_way:
            return True  # where the last run stopped
        if not self.full and now == state.done_by and not state.under_way:
            return False
        state.under_way, state.reached = now, ""
        state.save()
        for stream in self.kind.reach:
            self._advance(stream, positions.head(self.kind.tenant, stream))
        return True

    def _next_of_pass(self) -> bool:
        """Look at the next rows of all; whether there were any."""
        state, kind = self._state(), self.kind
        keys = keys_behind(kind.source, kind.tenant, str(state.reached), min(CHUNK, self._left()))
        if keys:
            self._write([id_of(key) for key in keys])
            state.reached = keys[-1]
        else:
            state.done_by, state.done_at = state.under_way, clock.now()
            state.under_way, state.reached = "", ""
            coverage.count_anew(kind)
        state.save()
        return bool(keys)

    def _next_round(self) -> bool:
        """Follow the next entries of the feed; whether there may be more."""
        ahead = self._in_chunk(self._small_round)
        if ahead is None or not ahead.ids:
            return ahead is not None
        chunks = list(parts(ahead.ids, CHUNK))
        for ids in chunks:
            if len(ids) > self._left():
                self._in_chunk(partial(self._write, ids[: self._left()]))
                return False  # the round is begun anew by the next run
            if ids is chunks[-1]:
                self._in_chunk(partial(self._conclude, ahead.reached, ids))
            else:
                self._in_chunk(partial(self._write, ids))
        return True

    def _small_round(self) -> Round | None:
        """What the next entries reach; what fits one chunk is done at once. None where nothing is unread."""
        found, reached, tenant = set[str](), dict[str, int](), self.kind.tenant
        for stream, reach in self.kind.reach.items():
            entries = positions.unread(_consumer(self.kind), tenant, stream, keys=CHUNK)
            if entries:
                changed = {id_of(key) for entry in entries for key in positions.keys_of(entry)}
                found |= {*reach(tenant, changed), *_formerly_reached(self.kind, stream, entries)}
                reached[stream] = entries[-1].number
        if not reached:
            return None
        ids = sorted(found)
        if len(ids) > min(CHUNK, self._left()):
            return Round(ids=ids, reached=reached)
        self._conclude(reached, ids)
        return Round(ids=[], reached=reached)

    def _conclude(self, reached: Mapping[str, int], ids: Collection[str]) -> None:
        """The last rows of a round together with the positions behind it."""
        self._write(ids)
        for stream, number in reached.items():
            self._advance(stream, number)

    def _write(self, ids: Collection[str]) -> None:
        self._written += bring_up_to_date(self.kind, ids, run_id=self.run_id)

    def _in_chunk(self, work: Callable[[], Result]) -> Result:
        """Do something in one transaction over whole imports; what it wrote is told once it is committed."""

        def attempt() -> Result:
            self._written = Counts()
            if self.held is not None:
                self.held.fence(self.lease)
            return work()

        result = in_transaction(attempt, within=partial(settled_snapshot, self.kind.tenant))
        self.report.counts += self._written
        self.meter.advance(self._written.read, f"{self.report.counts.read:,} records")
        if stop_requested():
            raise InterruptedRun(
                f"stopped behind a chunk of {self.kind.entity}", hint="run the command again to go on"
            )
        return result

    def _left(self) -> int:
        return sys.maxsize if self.limit is None else self.limit - self.report.counts.read

    def _state(self) -> EnrichPass:
        return _state_of(self.kind)

    def _advance(self, stream: str, number: int) -> None:
        positions.advance(_consumer(self.kind), self.kind.tenant, stream, number)


def _formerly_reached(kind: Enrichment[Any], stream: str, entries: Iterable[FeedEntry]) -> Iterator[str]:
    """What the updated rows led to before, by the trail behind their entries."""
    leads = kind.former.get(stream, {})
    values: dict[str, set[str]] = defaultdict(set)
    for entry in entries if leads else ():
        model = apps.get_model(stream)
        known = (*entry.updated, *entry.deleted)
        for column, value in former_values(model, known, leads, since=entry.batch_id):
            values[column].add(value)
    for column, ids in values.items():
        yield from leads[column](kind.tenant, ids)


def is_up_to_date(kind: Enrichment[Any]) -> bool:
    """Whether the records say what they should by these rules: all were looked at, and nothing changed since."""
    state = _state_of(kind)
    return (
        state.done_by == kind.fingerprint
        and not state.under_way
        and all(
            positions.position(_consumer(kind), kind.tenant, stream) >= positions.head(kind.tenant, stream)
            for stream in kind.reach
        )
    )


def _state_of(kind: Enrichment[Any]) -> EnrichPass:
    name = f"{kind.tenant}/{kind.label}"
    return EnrichPass.objects.filter(pk=name).first() or EnrichPass(name=name, tenant=kind.tenant)


def _consumer(kind: Enrichment[Any]) -> str:
    """Whose positions in the feed these are."""
    return f"enrich/{kind.label}"
