"""The boundary of a run: its row, its actor, its leases, and the one place where every error is caught."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from audit.context import Actor, acting
from hub import clock
from hub.errors import HubError, LockedError
from hub.ids import new_id
from hub.tenancy import every_tenant
from hub.transactions import in_transaction, named
from pipelines.engine.leases import Held, leases
from pipelines.engine.models import Run
from pipelines.engine.reports import EntityReport, RunReport

log = structlog.get_logger("hub.run")


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to run: its name, what it was given, the names it must hold alone in its mode."""

    name: str
    arguments: dict[str, Any]
    names: Iterable[str]
    max_quarantined: float
    dry_run: bool = False
    mode: str = ""


Work = Callable[[RunReport, int, Held | None], None]


def run_job(job: Job, work: Work, *, by: Actor) -> RunReport:
    """Do the work under a run row and leases; in a dry run, under a transaction that is rolled back."""
    report = RunReport(job=job.name, dry_run=job.dry_run, max_quarantined=job.max_quarantined)
    begun = time.monotonic()
    with every_tenant():
        if job.dry_run:
            _dry_run(work, report, by)
        else:
            _real_run(job, work, report, by)
    report.seconds = time.monotonic() - begun
    if report.run_id is not None:
        Run.objects.filter(pk=report.run_id).update(
            status=report.status, ended_at=clock.now(), report=report.as_dict()
        )
    return report


def _dry_run(work: Work, report: RunReport, by: Actor) -> None:
    run_id = new_id()
    with transaction.atomic(), acting(by, source="import", run_id=run_id):
        work(report, run_id, None)
        transaction.set_rollback(True)


def _real_run(job: Job, work: Work, report: RunReport, by: Actor) -> None:
    run = Run(
        job=job.name,
        business_date=clock.business_date(settings.TIME_ZONE),
        started_at=clock.now(),
        actor=f"{by.kind} {by.id}",
        arguments=job.arguments,
    )
    in_transaction(lambda: run.save(force_insert=True))
    try:
        with (
            leases(job.names, run_id=run.pk, mode=job.mode) as held,
            acting(by, source="import", run_id=run.pk),
        ):
            report.run_id = run.pk
            work(report, run.pk, held)
    except BaseException as error:  # whatever ends a run, Ctrl-C too, is told by its row, and goes on
        _end(run, error)
        raise


def _end(run: Run, error: BaseException) -> None:
    status = Run.Status.FAILED
    if isinstance(error, LockedError):
        status = Run.Status.LOCKED
    elif isinstance(error, KeyboardInterrupt | SystemExit):
        status = Run.Status.INTERRUPTED
    hint = error.hint if isinstance(error, HubError) else ""
    text = str(error) if isinstance(error, HubError) else type(error).__name__
    Run.objects.filter(pk=run.pk).update(status=status, ended_at=clock.now(), error=text, hint=hint)


def guarded(report: EntityReport, work: Callable[[], EntityReport]) -> EntityReport:
    """Run one entity's part; its failure ends that part and is told, the others go on.

    This is the run's boundary: whatever comes up here is turned into the report. Errors that are not ours
    are told by their type and place alone, since their text may hold a row's content.
    """
    try:
        return work()
    except HubError as error:
        report.status, report.error, report.hint = error.status, error.message, error.hint
    except Exception as error:  # the one place for it: an entity's failure must not end the others
        known = named(error)
        if isinstance(known, HubError):
            report.status, report.error, report.hint = known.status, known.message, known.hint
        else:
            report.status, report.error = "failed", f"{type(error).__name__} at {_place(error)}"
            report.hint = "this is a defect of the hub or its database; the run's other entities went on"
    log.error("entity_failed", brand=report.tenant, entity=report.entity, error=report.error)
    return report


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
    return f"{own[-1].filename.rpartition('/')[2]}:{own[-1].lineno} {own[-1].name}"
