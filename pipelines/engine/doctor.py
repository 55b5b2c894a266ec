"""What the engine asks about itself: brands, runs, freshness, held files, quarantine."""

from __future__ import annotations

from datetime import timedelta

from hub import clock
from hub.registry import Check, Finding, checks
from hub.tenancy import every_tenant
from pipelines.engine.leases import EXPIRES_AFTER, living_runs
from pipelines.engine.models import LakeFile, LakeQuery, Lease, QuarantineEntry, Run, Tenant, Watermark
from pipelines.engine.overlap import lateness_of

STALE_AFTER = timedelta(hours=36)
QUIET_AFTER = timedelta(hours=60)  # a daily load dated at midnight is nearly two days old before the next one
NEWEST_FILES = 100
MANY_OPEN = 10_000
IMPORTS = "import_"  # how the names of jobs that read a lake begin


def brands_exist() -> Finding:
    codes = _brands()
    if not codes:
        return Finding(
            level="fail",
            message="there is no active brand",
            hint="add one under Tenants in the admin, or: make demo",
        )
    return Finding(level="ok", message=f"active brands: {', '.join(codes)}")


def last_runs_succeeded() -> Finding:
    names = sorted(set(Run.objects.order_by("-id").values_list("job", flat=True)[:500]))
    if not names:
        return Finding(level="warn", message="no job ever ran", hint="python manage.py import_billing")
    for name in names:
        last = Run.objects.filter(job=name).exclude(status=Run.Status.LOCKED).first()
        if last is not None and last.status in {Run.Status.FAILED, Run.Status.INTERRUPTED}:
            return Finding(
                level="fail",
                message=f"{name} {last.status}: {last.error or 'see the run'}",
                hint=f"manage.py {name}",
            )
    return Finding(level="ok", message=f"the last runs succeeded: {', '.join(names)}")


def rows_are_fresh() -> Finding:
    """An import went well lately, and every brand delivered; a table of it may stand still (a catalogue does)."""
    age = age_of_last_import()
    if age is None:
        return Finding(
            level="warn", message="nothing was imported yet", hint="python manage.py import_billing"
        )
    if age > STALE_AFTER:
        return Finding(
            level="warn",
            message=f"the last good import is {age / timedelta(hours=1):.0f} hours old",
            hint="python manage.py import_billing",
        )
    if quiet := [code for code in _brands() if is_quiet(code)]:
        return Finding(
            level="warn",
            message=f"no new file of {', '.join(quiet)} for 60 hours",
            hint="ask the exporter; python manage.py import_billing reads what has come",
        )
    return Finding(level="ok", message="imported within the last 36 hours, files no older than 60")


def age_of_last_import() -> timedelta | None:
    """Since when no import that went well began: other jobs go on also where nothing arrives."""
    good = Run.objects.filter(
        job__startswith=IMPORTS, status__in=[Run.Status.DONE, Run.Status.QUARANTINED]
    ).order_by("-id")
    started_at = good.values_list("started_at", flat=True).first()
    return clock.now() - started_at if started_at else None


def is_quiet(tenant: str) -> bool:
    """Whether nothing was loaded lately; the files met last are found through the index of tenant and id."""
    with every_tenant():
        loads = LakeFile.objects.filter(tenant=tenant).order_by("-id").values_list("loaded_at", flat=True)
        return max(loads[:NEWEST_FILES], default=clock.now()) < clock.now() - QUIET_AFTER


def _brands() -> list[str]:
    return list(Tenant.objects.filter(active=True).values_list("code", flat=True))


def no_file_is_held() -> Finding:
    with every_tenant():
        held = LakeFile.objects.filter(status=LakeFile.Status.DRIFTED).first()
    if held is None:
        return Finding(level="ok", message="no file is held")
    return Finding(
        level="fail",
        message=f"{held.path} is held: {held.reason}",
        hint=f"say under [[entities.{held.entity}.versions]] in the source file how to read it (see "
        "docs/how-to/respond-to-drift.md), then: manage.py import_billing",
    )


def overlaps_suffice() -> Finding:
    """Where rows are read by their change time, one that comes later than the overlap reaches is never seen."""
    with every_tenant():
        found = [(mark, lateness_of(mark)) for mark in Watermark.objects.order_by("name")]
    short = [(mark, late) for mark, late in found if late.too_late]
    if not short:
        return Finding(level="ok", message=f"late rows of {len(found)} feeds lie within what is read again")
    mark, late = short[0]
    return Finding(
        level="warn",
        message=f"rows of {mark.name} come up to {late.latest / timedelta(hours=1):.1f} hours late, it is read "
        f"from {(late.overlap or timedelta()) / timedelta(hours=1):.1f} hours before its watermark on"
        + (f" ({len(short) - 1} more feeds like it)" if len(short) > 1 else ""),
        hint=f"write {late.setting} under [entities.{mark.entity}] in the source file of {mark.tenant}, then once: "
        f"manage.py import_billing --brand {mark.tenant} --entity {mark.entity} --full",
    )


def quarantine_is_small() -> Finding:
    with every_tenant():
        entries = QuarantineEntry.objects.filter(status=QuarantineEntry.Status.OPEN)
        count = entries.order_by()[: MANY_OPEN + 1].count()
    if count > MANY_OPEN:
        return Finding(
            level="warn",
            message=f"more than {MANY_OPEN:,} rows are quarantined",
            hint="see Quarantined rows in admin",
        )
    return Finding(level="ok", message=f"{count:,} rows are quarantined")


def no_lease_is_orphaned() -> Finding:
    """A lease whose holder died is taken over by the next run; one that lingers means that no run came."""
    old = Lease.objects.filter(run_id__isnull=False, heartbeat_at__lt=clock.now() - EXPIRES_AFTER).first()
    if old is None:
        return Finding(level="ok", message="no lease is orphaned")
    return Finding(
        level="warn",
        message=f"run {old.run_id} died holding {old.name}",
        hint="run the job again: it takes over",
    )


def no_query_is_left() -> Finding:
    """A query whose run died goes on and costs, until the next run stops it."""
    left = LakeQuery.objects.filter(ended_at=None).exclude(run_id__in=living_runs()).first()
    if left is None:
        return Finding(level="ok", message="no query of a dead run is left in the lake")
    return Finding(
        level="warn",
        message=f"run {left.run_id} died while query {left.query_id or 'of unknown id'} ran",
        hint="run the job again: it stops the query",
    )


def register() -> None:
    for name, run in (
        ("engine.brands", brands_exist),
        ("engine.runs", last_runs_succeeded),
        ("engine.freshness", rows_are_fresh),
        ("engine.files", no_file_is_held),
        ("engine.overlap", overlaps_suffice),
        ("engine.quarantine", quarantine_is_small),
        ("engine.leases", no_lease_is_orphaned),
        ("engine.queries", no_query_is_left),
    ):
        checks.add(Check(name=name, run=run))
