"""The job that keeps order documents up to date: what the change feed names, and what the calendar brings."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import chain, islice
from operator import ge
from typing import Any, TypeVar

from audit.context import Actor
from hub import clock
from hub.commands import stop_requested
from hub.errors import InterruptedRun, UsageError
from hub.processes import Here, beside, idle_cores
from hub.progress import Meter
from hub.tenancy import every_tenant
from hub.transactions import in_transaction
from pipelines.engine.brands import active_brands
from pipelines.engine.leases import Held
from pipelines.engine.models import Tenant
from pipelines.engine.reports import EntityReport, RunReport
from pipelines.engine.runs import Job, guarded, run_job
from pipelines.engine.settled import settled_snapshot
from pipelines.orders.assembling import Assembler, Outcome
from pipelines.orders.lookup import Reader
from pipelines.orders.naming import named_order
from pipelines.orders.pending import all_roots, orphaned_roots, pending
from pipelines.orders.store import Occasion

ASSEMBLE = "assemble_orders"
Result = TypeVar("Result")
CHAINS_PER_CHUNK = 500
CHUNKS_PER_TRANSACTION = 8
FEW = 2  # chunks that are built here: another process would not have begun yet
MOST_BUILDERS = 3  # this process, which reads and writes, keeps no more of them busy


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a run shall do: for these brands (all when empty), for a day (today where none is given).

    `order` names one order; else all are assembled (`full`) or those that changed. Where they are many, so many
    `builders` make the documents, processes beside this one.
    """

    brands: tuple[str, ...] = ()
    order: str = ""
    on: date | None = None
    full: bool = False
    dry_run: bool = False
    builders: int = field(default_factory=lambda: min(idle_cores(), MOST_BUILDERS))

    def as_dict(self) -> dict[str, Any]:
        """The flags that were given, for the run's row."""
        given = {
            "brand": list(self.brands),
            "order": self.order,
            "date": self.on and self.on.isoformat(),
            "full": self.full,
        }
        return {name: value for name, value in given.items() if value}


def assemble_orders(asked: Asked, *, by: Actor, meter: Meter) -> RunReport:
    """Assemble brand by brand; one that fails stops no other."""
    root = ""
    with every_tenant():
        brands = active_brands(asked.brands)
        if asked.order:
            tenant, root = named_order(asked.order, [brand.code for brand in brands])
            brands = [tenant]
    if not asked.dry_run:
        _refuse_days_ahead(asked.on, brands)
    job = Job(
        name=ASSEMBLE,
        arguments=asked.as_dict(),
        names=[lease_of(brand.code) for brand in brands],
        max_quarantined=0.0,
        dry_run=asked.dry_run,
    )

    def work(report: RunReport, run_id: int, held: Held | None) -> None:
        with beside(asked.builders) as builders:
            for brand in brands:
                own = EntityReport(tenant=brand.code, entity="order")
                report.entities.append(own)
                assembly = Assembly(
                    brand, asked, root, own, run_id=run_id, held=held, meter=meter.beside(), builders=builders
                )
                guarded(own, assembly.run)

    return run_job(job, work, by=by)


def _refuse_days_ahead(on: date | None, brands: Iterable[Tenant]) -> None:
    """What orders will be on a day that has not begun is nothing to send."""
    for brand in brands:
        today = clock.business_date(brand.time_zone)
        if on and on > today:
            raise UsageError(
                f"--date {on} lies ahead: for {brand.code} it is {today}",
                hint="--dry-run counts what that day changes, --order KEY --explain shows one order on it",
            )


def lease_of(tenant: str) -> str:
    """What a run must hold alone to assemble a brand's orders."""
    return f"orders/{tenant}"


class Assembly:
    """One brand's orders, some chunks in a transaction."""

    def __init__(
        self,
        tenant: Tenant,
        asked: Asked,
        root: str,
        report: EntityReport,
        *,
        run_id: int,
        held: Held | None,
        meter: Meter,
        builders: Executor,
    ) -> None:
        self.reader = Reader(tenant.code)
        self.zone = tenant.time_zone
        self.builders = builders
        self.asked = asked
        self.root = root
        self.report = report
        self.held = held
        self.meter = meter
        on = asked.on or clock.business_date(tenant.time_zone)
        self.occasion = Occasion(tenant=tenant.code, on=on, run_id=run_id)
        self.deliveries = self.reallocated = 0

    def run(self) -> EntityReport:
        begun = time.monotonic()
        if self.root:
            self._assemble([self.root])
        else:
            self._catch_up()
        self.report.seconds = time.monotonic() - begun
        self._remark(self.reallocated, "refunds and credit memos allocated anew")
        self._remark(self.deliveries, "deliveries put into the outbox")
        return self.report

    def _catch_up(self) -> None:
        found = self._settled(lambda: pending(self.reader, self.occasion.on, full=self.asked.full))
        self.meter.begin(
            f"{self.reader.tenant} orders", total=None if found.roots is None else len(found.roots)
        )
        if found.roots is None:
            parts = chain(all_roots(self.reader), orphaned_roots(self.reader))
            for group in _groups(parts):
                self._write(group, done=partial(ge, group[-1][-1]))
        else:
            self._assemble(found.roots)
        self.meter.end()
        self._settled(lambda: found.note(self.reader.tenant))

    def _assemble(self, roots: Collection[str]) -> None:
        """These chains, then those elsewhere whose money moved with them."""
        done: set[str] = set()
        while left := set(roots) - done:
            roots = set()
            for group in _groups(_parts(sorted(left))):
                roots |= self._write(group, done=done.__contains__).elsewhere
                done.update(*group)

    def _write(self, parts: Sequence[Sequence[str]], *, done: Callable[[str], bool]) -> Outcome:
        """Some chunks in one transaction."""
        if stop_requested():
            raise InterruptedRun("stopped between two transactions", hint="run the command again to go on")
        builders = self.builders if len(parts) > FEW else Here()
        assembler = Assembler(self.reader, self.occasion, self.zone, builders)
        outcome = self._settled(lambda: self._fenced(lambda: assembler.assemble(parts, done=done)))
        self.report.counts += outcome.counts
        self.report.looked_at += outcome.counts.read
        self.reallocated += outcome.reallocated
        self.deliveries += outcome.deliveries
        for key, problem in list(outcome.problems.items())[:3]:
            self.report.notes.append(f"{key} is not valid and was not stored: {problem}")
        self.meter.advance(sum(map(len, parts)), note=f"{self.report.counts.changed:,} changed")
        return outcome

    def _fenced(self, work: Callable[[], Result]) -> Result:
        """Work that nobody else does on this brand's orders."""
        if self.held is not None:
            self.held.fence(lease_of(self.reader.tenant))
        return work()

    def _settled(self, work: Callable[[], Result]) -> Result:
        """Work in one transaction that sees whole imports only."""
        return in_transaction(work, within=partial(settled_snapshot, self.reader.tenant))

    def _remark(self, number: int, what: str) -> None:
        if number:
            self.report.notes.append(f"{number:,} {what}")


def _parts(roots: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(roots), CHAINS_PER_CHUNK):
        yield roots[begin : begin + CHAINS_PER_CHUNK]


def _groups(parts: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    left = iter(parts)
    while group := list(islice(left, CHUNKS_PER_TRANSACTION)):
        yield group
