"""One pass over the targets: everything that is due is sent, claim by claim, until nothing is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import connection
from django.db.models import Min

from audit.context import Actor, acting
from hub import clock
from hub.commands import SHORT_NAP, stop_requested
from hub.errors import HubError, UsageError
from hub.progress import Meter
from hub.tenancy import every_tenant
from hub.workers import MOST_WORKERS, side_by_side
from pipelines.delivery.claims import Claim, Resting, claim, give_back
from pipelines.delivery.models import Delivery, Target
from pipelines.delivery.receipts import settle
from pipelines.delivery.report import DELIVER, DeliveryReport, TargetReport
from pipelines.delivery.sender import Sender
from pipelines.delivery.senders import open_sender
from pipelines.delivery.sending import THREADS, send_all
from pipelines.delivery.verdict import Fate

SINGLES = 200  # deliveries a claim of an endpoint that takes one at a time
COUNTED = 10_000
# What a sender was opened with.
SENDERS_OWN = ("address", "kind", "allow_private", "connect_seconds", "answer_seconds")
LONGEST_NAP = 5.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Selection:
    """`target`: only this one; `limit`: at most so many documents of each; `until_empty`: wait for what is not due."""

    target: str = ""
    limit: int | None = None
    until_empty: bool = False


def deliver(selection: Selection, *, by: Actor, meter: Meter) -> DeliveryReport:
    """Send what is due to every target that is not paused."""
    if selection.limit is not None and selection.limit < 1:
        raise UsageError("--limit is a number from 1 on")
    with every_tenant(), acting(by, source="delivery"):
        targets = _chosen(selection.target)
        report = DeliveryReport(targets=[TargetReport(name=str(target.name)) for target in targets])
        passes = [
            TargetPass(target=target, report=part, limit=selection.limit, meter=meter.beside())
            for target, part in zip(targets, report.targets, strict=True)
        ]
        for each in passes:
            each.meter.begin(f"{DELIVER} to {each.target.name}")
        _once(passes)
        while (
            selection.until_empty
            and not stop_requested()
            and _wait([each for each in passes if each.goes_on])
        ):
            _once(passes)
        report.interrupted = stop_requested()
        for each in passes:
            each.meter.end()
    return report


def _chosen(name: str) -> list[Target]:
    """The named target, also where it is paused, so that the report says so; else all."""
    targets = list(Target.objects.filter(name=name) if name else Target.objects.all())
    if name and not targets:
        known = ", ".join(str(target.name) for target in Target.objects.all()) or "none"
        raise UsageError(f"no target is called {name}", hint=f"known: {known}")
    return targets


def _once(passes: Sequence[TargetPass]) -> None:
    """Targets go side by side, so that a slow one holds up no other, where the database lets several write."""
    parts = [partial(each.run) for each in passes if each.goes_on]
    side_by_side(parts, 1 if connection.vendor == "sqlite" else max(1, min(len(parts), MOST_WORKERS)))


def _wait(passes: Sequence[TargetPass]) -> bool:
    """Sleep until something may be due; False when nothing is open any more."""
    times = [at for each in passes if (at := each.next_time()) is not None]
    if not times:
        return False
    # What is due now is another worker's, or stands behind such a version: to ask at once would ask in vain.
    nap = min(max((min(times) - clock.now()).total_seconds(), SHORT_NAP), LONGEST_NAP)
    end = time.monotonic() + nap
    while not stop_requested() and time.monotonic() < end:
        time.sleep(min(SHORT_NAP, max(end - time.monotonic(), 0.0)))
    return True


@dataclass(kw_only=True)
class TargetPass:
    """One target's part of a pass; what goes wrong with it as such ends it and no other."""

    target: Target
    report: TargetReport
    limit: int | None
    meter: Meter
    until: datetime | None = None  # when it may be tried again
    begun: bool = False  # it was not paused when the pass came to it

    @property
    def goes_on(self) -> bool:
        return not self.report.error and self.limit != 0

    def run(self) -> None:
        self.until, self.report.skipped = None, 0
        if not self._still_runs():
            return
        try:
            with closing(open_sender(self.target)) as sender, ThreadPoolExecutor(THREADS) as pool:
                self._send_due(sender, pool)
        except HubError as error:
            self.report.error, self.report.hint = error.message, error.hint

    def next_time(self) -> datetime | None:
        """When something may be due; None when all is settled or the target is paused."""
        if not self._still_runs():
            return None
        rows = Delivery.objects.filter(target=self.target, due_at__isnull=False)
        due: datetime | None = rows.aggregate(first=Min("due_at"))["first"]
        return max(due, self.until) if due and self.until else due

    def _send_due(self, sender: Sender, pool: ThreadPoolExecutor) -> None:
        started, more = clock.now(), True
        while more and self.goes_on and not stop_requested():
            held = claim(self.target, most=self._most(), due=started)
            if isinstance(held, Resting):
                self._rests(held, started)
                return
            more = bool(held.deliveries) and self._sent(held, sender, pool) and self._still_runs()

    def _sent(self, held: Claim, sender: Sender, pool: ThreadPoolExecutor) -> bool:
        """Send a claim and settle it; False when not all of it was tried."""
        tried = send_all(sender, self.target, held, pool)
        counts = settle(self.target, held, tried)
        touched = {delivery.pk for one in tried for delivery in one.load.deliveries}
        left = [delivery for delivery in held.deliveries if delivery.pk not in touched]
        give_back(held, left)
        self.report.counts.add(counts)
        for one in tried:
            if one.verdict.fate is not Fate.DELIVERED:
                self.report.reasons[one.verdict.why] += len(one.load.deliveries)
        if self.limit is not None:
            self.limit -= len(touched)
        self.meter.advance(len(touched), note=f"{self.report.counts.delivered:,} delivered")
        return bool(tried)

    def _most(self) -> int:
        target = self.target
        if target.writes_files:
            most = target.max_batch
        elif target.batched:
            most = target.max_batch * THREADS
        else:
            most = SINGLES
        return most if self.limit is None else min(most, self.limit)

    def _rests(self, resting: Resting, due: datetime) -> None:
        rows = Delivery.objects.filter(target=self.target, due_at__lte=due).order_by()
        self.report.skipped = rows[:COUNTED].count()
        self.report.note = resting.reason
        self.until = resting.until

    def _still_runs(self) -> bool:
        """Look at the target again: somebody may have paused or changed it, or it paused itself."""
        found = Target.objects.filter(pk=self.target.pk).first()
        if found is None or found.paused:
            self.report.paused, self.report.paused_meanwhile = True, self.begun
            self.report.note = f"paused: {found.paused_because}" if found else "removed"
            return False
        self.report.paused, self.report.note, self.begun = False, "", True
        changed = [name for name in SENDERS_OWN if getattr(found, name) != getattr(self.target, name)]
        self.target = found
        return not changed
