"""The jobs on billing feeds: import, reconcile, replay. Each goes feed by feed; one that fails stops no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from audit.context import Actor
from hub import clock
from hub.commands import stop_requested
from hub.errors import InterruptedRun, UsageError
from hub.progress import Meter
from hub.tenancy import every_tenant
from hub.workers import refuse_workers, side_by_side
from pipelines.billing.feeds import BillingFeed, billing_feeds
from pipelines.engine.importing import EntityImport
from pipelines.engine.leases import Held
from pipelines.engine.progress import feed_name
from pipelines.engine.queries import RunQueries
from pipelines.engine.reconcile import LEAST_SHARE, Reconciliation
from pipelines.engine.replay import Replay, Selection
from pipelines.engine.reports import EntityReport, RunReport
from pipelines.engine.runs import Job, guarded, run_job
from pipelines.engine.window import Window

BACKFILL = "backfill"  # the mode of a bounded import: it may run beside the usual one
IMPORT, RECONCILE, REPLAY = "import_billing", "reconcile_keys", "replay_quarantine"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one feed's part of a job runs."""

    each: BillingFeed
    report: EntityReport
    run_id: int
    held: Held | None


Part = Callable[[Place], EntityReport]


def import_billing(window: Window, *, by: Actor, meter: Meter) -> RunReport:
    """Import every chosen entity of every chosen brand, from where it stands to now."""
    started_at = clock.now()

    def part(place: Place) -> EntityReport:
        return EntityImport(
            model=place.each.model,
            feed=place.each.feed,
            reader=place.each.reader,
            window=window,
            run_id=place.run_id,
            started_at=started_at,
            held=place.held,
            meter=meter.beside(),
            report=place.report,
        ).run()

    mode = BACKFILL if window.bounded else ""
    return _over_feeds(IMPORT, window, part, by=by, arguments=window.as_dict(), mode=mode)


def reconcile_keys(window: Window, *, least_share: float, by: Actor) -> RunReport:
    """Flag rows that the lake's key lists no longer hold; `limit` caps how many an entity may lose."""
    if window.bounded or window.full:
        raise UsageError(
            "reconcile_keys compares complete key sets", hint="leave --since, --until, --full out"
        )
    _refuse_what_imports_alone_know(window)
    if not 0 <= least_share <= 1:
        raise UsageError("--least-share is a share", hint="e.g. 0.9 for 90 %")

    def part(place: Place) -> EntityReport:
        return Reconciliation(
            model=place.each.model,
            feed=place.each.feed,
            reader=place.each.reader,
            run_id=place.run_id,
            held=place.held,
            report=place.report,
            least_share=least_share,
            limit=window.limit,
        ).run()

    arguments = window.as_dict() | ({"least_share": least_share} if least_share != LEAST_SHARE else {})
    return _over_feeds(RECONCILE, window, part, by=by, arguments=arguments)


def replay_quarantine(window: Window, selection: Selection, *, by: Actor) -> RunReport:
    """Send open quarantine entries through the import again."""
    _refuse_what_imports_alone_know(window)

    def part(place: Place) -> EntityReport:
        return Replay(
            model=place.each.model,
            feed=place.each.feed,
            reader=place.each.reader,
            run_id=place.run_id,
            held=place.held,
            report=place.report,
        ).run(selection)

    with every_tenant():
        selection.check()
    arguments = window.as_dict() | selection.named
    return _over_feeds(REPLAY, replace(window, max_quarantined=1.0), part, by=by, arguments=arguments)


def replay_group(selection: Selection, tenant: str, entity: str, by: Actor) -> RunReport:
    """Replay some entries of one entity of one brand: what the admin's work list does."""
    return replay_quarantine(Window(brands=(tenant,), entities=(entity,)), selection, by=by)


def _refuse_what_imports_alone_know(window: Window) -> None:
    if window.watermark is not None or window.minutes is not None:
        raise UsageError("--watermark and --minutes are flags of import_billing", hint="leave them out here")


def _over_feeds(
    name: str, window: Window, part: Part, *, by: Actor, arguments: dict[str, Any], mode: str = ""
) -> RunReport:
    refuse_workers(window.workers, dry_run=window.dry_run)
    with every_tenant():
        feeds = billing_feeds(window.brands, window.entities)
    job = Job(
        name=name,
        arguments=arguments,
        names=[feed_name(each.feed) for each in feeds],
        max_quarantined=window.max_quarantined,
        dry_run=window.dry_run,
        mode=mode,
    )
    workers = window.workers
    return run_job(job, lambda report, run_id, held: _each(feeds, part, report, run_id, held, workers), by=by)


def _begin(feeds: list[BillingFeed], report: RunReport, run_id: int) -> None:
    """All feeds are of one lake."""
    feeds[0].lake.begin(RunQueries(run_id=run_id, dry_run=report.dry_run, totals=report.queries))


def _each(
    feeds: list[BillingFeed], part: Part, report: RunReport, run_id: int, held: Held | None, workers: int
) -> None:
    _begin(feeds, report, run_id)
    entities = [EntityReport(tenant=each.feed.tenant, entity=each.feed.entity) for each in feeds]

    def one(place: Place) -> None:
        if any(entity.status == "interrupted" for entity in report.entities):
            return
        report.entities.append(place.report)
        guarded(place.report, lambda: _unless_stopped(part, place))

    places = [
        Place(each=each, report=entity, run_id=run_id, held=held)
        for each, entity in zip(feeds, entities, strict=True)
    ]
    side_by_side([partial(one, place) for place in places], workers)
    report.entities.sort(key=entities.index)  # they began in no order if several were at work


def _unless_stopped(part: Part, place: Place) -> EntityReport:
    if stop_requested():
        raise InterruptedRun("stopped before it was begun", hint="run the command again to go on")
    return part(place)
