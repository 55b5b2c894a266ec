"""The runs of assembly, newest first, as far back as it takes."""

from __future__ import annotations

from datetime import date

from pipelines.engine.models import Run

ASSEMBLE = "assemble_orders"
RUNS_LOOKED_AT = 50
ENDED_WELL = (Run.Status.DONE, Run.Status.QUARANTINED)


def last_assembly() -> Run | None:
    """The newest run that assembled what had changed in every brand, and ended well."""
    good = Run.objects.filter(job=ASSEMBLE, status__in=ENDED_WELL)[:RUNS_LOOKED_AT]
    return next((run for run in good if not run.arguments.keys() & {"order", "brand", "date"}), None)


def was_ahead(tenant: str, on: date) -> bool:
    """Whether orders of a tenant may be as on a later day: a run for one was no test, and none has led back since."""
    for run in Run.objects.filter(job=ASSEMBLE).exclude(status=Run.Status.LOCKED)[:RUNS_LOOKED_AT]:
        if tenant not in run.arguments.get("brand", [tenant]):
            continue
        if run.arguments.get("date", "") > on.isoformat():
            return True
        if run.status in ENDED_WELL and "order" not in run.arguments:
            return False
    return False
