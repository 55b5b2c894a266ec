"""The engine's cards on the front page: last runs, freshness, what waits in the quarantine. All reads are bounded."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from hub import clock
from hub.cards import Guarded
from hub.navigation import list_address
from hub.registry import Card, cards
from pipelines.engine.admin import words
from pipelines.engine.admin.blocks import imported_models, status_badge
from pipelines.engine.admin.filters import REASONS, RECENT_RUNS
from pipelines.engine.admin.runs import duration
from pipelines.engine.doctor import QUIET_AFTER, STALE_AFTER, age_of_last_import, is_quiet
from pipelines.engine.models import QuarantineEntry, Run, Tenant, Watermark

TRACKED = 40
COUNTED = 1000
IN_STEP = timedelta(days=1)
BARS = {
    "done": "bg-green-500",
    "running": "bg-primary-500",
    "failed": "bg-red-500",
    "quarantined": "bg-orange-500",
}


def last_runs() -> dict[str, Any]:
    """The newest run of every job, and the last runs of all as bars, oldest first."""
    runs = list(Run.objects.order_by("-id")[:RECENT_RUNS])
    newest = {run.job: run for run in reversed(runs)}
    return {
        "title": "Last runs",
        "template": "engine/cards/runs.html",
        "href": list_address("engine.run"),
        "jobs": [
            {
                "run": run,
                "badge": status_badge(run.status, run.get_status_display()),
                "age": words.age(run.started_at, clock.now()),
                "duration": duration(run),
            }
            for _, run in sorted(newest.items())
        ],
        "bars": [
            {
                "color": BARS.get(run.status, "bg-orange-500"),
                "tooltip": f"{run.job}, {words.instant(run.started_at)} UTC: {run.get_status_display()}",
                "href": f"{list_address('engine.run')}{run.pk}/change/",
            }
            for run in reversed(runs[:TRACKED])
        ],
    }


def freshness() -> dict[str, Any]:
    """How old each brand's newest change is, and which of its entities keep step with it.

    The colour is the doctor's answer: by the last good run and the newest file, since a brand may be quiet.
    """
    marks: dict[str, list[Watermark]] = {}
    for mark in Watermark.objects.exclude(value=None).order_by("tenant", "entity"):
        marks.setdefault(str(mark.tenant), []).append(mark)
    brands = Tenant.objects.filter(kind=Tenant.Kind.BRAND, active=True)
    age = age_of_last_import()
    stale = age is None or age > STALE_AFTER
    return {
        "title": "Freshness",
        "template": "engine/cards/freshness.html",
        "href": list_address("engine.watermark"),
        "brands": [_brand(brand, marks.get(brand.code, []), stale=stale) for brand in brands],
        "limits": (words.span(STALE_AFTER), f"{QUIET_AFTER // timedelta(hours=1)} h"),
    }


def _brand(brand: Tenant, marks: list[Watermark], *, stale: bool) -> dict[str, Any]:
    newest = max((mark.value for mark in marks if mark.value), default=None)
    if newest is None:
        return {"name": brand.name, "text": "nothing imported yet", "tone": "warning", "bars": []}
    return {
        "name": brand.name,
        "text": words.age(newest, clock.now()),
        "tone": "warning" if stale or is_quiet(brand.code) else "success",
        "bars": [_bar(mark, newest - mark.value) for mark in marks if mark.value],
        "href": list_address("engine.watermark", tenant=brand.code),
    }


def _bar(mark: Watermark, behind: timedelta) -> dict[str, str]:
    words_behind = "in step" if behind <= IN_STEP else f"{words.span(behind)} behind the brand's newest"
    return {
        "color": "bg-primary-500" if behind <= IN_STEP else "",
        "tooltip": f"{mark.entity}: {words.instant(mark.value)} UTC, {words_behind}",
    }


def open_quarantine() -> dict[str, Any]:
    """Open entries by code, counted up to a cap: read through the index of brand, entity and status."""
    waiting = QuarantineEntry.objects.filter(
        tenant__in=list(Tenant.objects.values_list("code", flat=True)),
        entity__in=list(imported_models()),
        status=QuarantineEntry.Status.OPEN,
    )
    codes = Counter(waiting.order_by().values_list("code", flat=True)[: COUNTED + 1])
    largest = max(codes.values(), default=1)
    return {
        "title": "Open quarantine",
        "template": "engine/cards/quarantine.html",
        "href": list_address("engine.quarantineentry", status="open"),
        "worklist": list_address("engine.quarantinegroup"),
        "capped": codes.total() > COUNTED,
        "counted": min(codes.total(), COUNTED),
        "codes": [
            {
                "code": code,
                "reason": REASONS.get(code, ""),
                "count": count,
                "share": 100 * count // largest,
                "href": list_address("engine.quarantineentry", status="open", code=code),
            }
            for code, count in codes.most_common()
        ],
    }


for name, permission, render in (
    ("engine.0.last_runs", "engine.view_run", last_runs),
    ("engine.1.freshness", "engine.view_watermark", freshness),
    ("engine.2.open_quarantine", "engine.view_quarantineentry", open_quarantine),
):
    cards.add(Card(name=name, render=Guarded(permission=permission, render=render)))
