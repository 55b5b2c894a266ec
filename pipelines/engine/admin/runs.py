"""Runs: what was started, by whom, how it ended, and what became of the rows."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any

import orjson
from django.contrib import admin
from django.db.models import Max, Min, Sum, Value
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.words import BACK, GONE
from hub import clock
from pipelines.engine.admin import words
from pipelines.engine.admin.blocks import (
    Block,
    Fact,
    Table,
    badge,
    code,
    facts,
    list_link,
    notice,
    status_badge,
    table,
    unbroken,
)
from pipelines.engine.admin.equation import balanced, equation
from pipelines.engine.admin.filters import JobFilter, StatusFilter
from pipelines.engine.admin.lake_queries import lake_queries
from pipelines.engine.admin.pages import RecordAdmin
from pipelines.engine.counts import Counts
from pipelines.engine.doctor import IMPORTS
from pipelines.engine.leases import EXPIRES_AFTER
from pipelines.engine.models import Batch, Lease, Run

COUNTED = (
    "read", "created", "updated", "unchanged", "repaired", "quarantined", "deleted", "stale", "duplicate",
    "dropped",
)  # fmt: skip

COUNTS = tuple(field.name for field in fields(Counts))
ALWAYS = COUNTED[:4]
KEY_COMPARISON = "reconcile_keys"
OF_KEYS = {"read": "keys compared", "deleted": GONE, "updated": BACK}


@admin.register(Run)
class RunAdmin(RecordAdmin):
    list_display = (
        "started", "job", "state", "duration", "actor", "rows_read", "rows_created", "rows_updated",
        "rows_deleted", "rows_quarantined",
    )  # fmt: skip
    list_display_links = ("started",)
    list_filter = (StatusFilter, JobFilter)
    list_per_page = 25
    exact = ("id",)
    search_help_text = "Run id"

    def blocks(self, request: HttpRequest, run: Run) -> list[Block]:
        report: Mapping[str, Any] = run.report or {}
        batches = committed(run)
        entities = report.get("entities") or batches
        blocks = [facts("Run", *_facts(run, batches), *_adding_up(run, batches))]
        if run.error:
            blocks.insert(0, notice("It failed", run.error, command=run.hint))
        blocks += _notices(entities)
        if report.get("total"):
            blocks.append(_sum(run, report["total"]))
        if entities:
            title = "Entities" if run.report else "Entities, as far as they are committed"
            blocks.append(table(title, _entities(run, entities, batches)))
        if run.job != KEY_COMPARISON and batches:
            blocks.append(table("How fast, and how far the watermarks came", _progress(batches)))
        if queries := lake_queries(run):
            blocks.append(table("Queries of the lake", queries))
        if remarks := _remarks(entities):
            blocks.append(table("Remarks", remarks))
        return blocks

    @admin.display(description="started (UTC)")
    def started(self, run: Run) -> SafeString:
        return unbroken(words.instant(run.started_at))

    @admin.display(description="status")
    def state(self, run: Run) -> SafeString:
        return status_badge(run.status, run.get_status_display())

    @admin.display(description="duration")
    def duration(self, run: Run) -> str:
        return duration(run)

    @admin.display(description="read")
    def rows_read(self, run: Run) -> str:
        return _total(run, "read")

    @admin.display(description="created")
    def rows_created(self, run: Run) -> str:
        return _total(run, "created")

    @admin.display(description="updated")
    def rows_updated(self, run: Run) -> str:
        return _total(run, "updated")

    @admin.display(description="deleted")
    def rows_deleted(self, run: Run) -> str:
        return _total(run, "deleted")

    @admin.display(description="quarantined")
    def rows_quarantined(self, run: Run) -> str:
        return _total(run, "quarantined")


def duration(run: Run) -> str:
    return words.span((run.ended_at or clock.now()) - run.started_at)


def committed(run: Run) -> list[dict[str, Any]]:
    """What the batches of a run say, entity by entity: all there is of one that goes on or was killed."""
    sums = {name: Sum(name) for name in (*COUNTS, "seconds", "bytes")}
    extremes = {
        "before": Min("watermark_before"),
        "after": Max("watermark_after"),
        "latest": Max("latest_lateness"),
        "batches": Sum(Value(1)),
    }
    batches = Batch.objects.filter(run_id=run.pk).order_by("tenant", "entity").values("tenant", "entity")
    return [{"brand": row["tenant"], **row} for row in batches.annotate(**sums, **extremes)]


def differences(run: Run, batches: Sequence[Mapping[str, Any]]) -> list[str]:
    """The entities of which the report counts other rows than their batches do; none where all is well.

    Only an import writes a batch for all that it reads: a comparison of keys and a replay do not.
    """
    entities = (run.report or {}).get("entities")
    if entities is None or not run.job.startswith(IMPORTS):
        return []
    written = {(row["tenant"], row["entity"]): row for row in batches}
    told = {(entity["brand"], entity["entity"]): entity for entity in entities}
    return [
        "/".join(feed)
        for feed in sorted(written.keys() | told.keys())
        if any(written.get(feed, {}).get(name, 0) != told.get(feed, {}).get(name, 0) for name in COUNTS)
    ]


def _adding_up(run: Run, batches: Sequence[Mapping[str, Any]]) -> list[Fact]:
    """Whether the batches of an import are what its report says."""
    if run.report is None or not run.job.startswith(IMPORTS):
        return []
    odd = differences(run, batches)
    number = sum(row["batches"] for row in batches)
    text = "adds up to the report" if number == 1 else "add up to the report"
    shown = badge(text, "success") if not odd else badge(f"differs in {', '.join(odd)}", "danger")
    return [Fact(label=f"Its {number:,} batches" if number != 1 else "Its one batch", value=shown)]


def _total(run: Run, name: str) -> str:
    """A number of rows; a comparison of keys has other numbers, so it names them."""
    total = (run.report or {}).get("total")
    of_keys = run.job == KEY_COMPARISON
    if not total or (of_keys and name not in OF_KEYS):
        return words.NOTHING
    return f"{words.count(total[name])} {OF_KEYS[name]}" if of_keys else words.count(total[name])


def _facts(run: Run, batches: Sequence[Mapping[str, Any]]) -> list[Fact]:
    arguments = orjson.dumps(run.arguments).decode() if run.arguments else "none: all brands and entities"
    written = list_link("engine.batch", "Batches of this run", run_id=run.pk) if batches else "none"
    own = [
        Fact(label="Status", value=status_badge(run.status, run.get_status_display())),
        Fact(label="Job", value=run.job),
        Fact(label="Actor", value=run.actor),
        Fact(label="Started (UTC)", value=words.instant(run.started_at)),
        Fact(label="Ended (UTC)", value=words.instant(run.ended_at)),
        Fact(label="Duration", value=duration(run)),
        Fact(label="Business date", value=run.business_date.isoformat()),
        Fact(label="Arguments", value=arguments),
        Fact(label="To run it again, type", value=code(words.command_line(run.job, run.arguments))),
        Fact(label="Batches", value=written),
        Fact(label="Audit", value=list_link("audit.mutation", "Mutations of this run", run_id=run.pk)),
    ]
    if run.job != KEY_COMPARISON:
        first = list_link("engine.quarantineentry", "Rows it quarantined first", first_run_id=run.pk)
        own.append(Fact(label="Quarantine", value=first))
    if run.status == Run.Status.RUNNING:
        own.insert(1, Fact(label="Sign of life", value=_sign_of_life(run)))
    return own


def _sign_of_life(run: Run) -> SafeString | str:
    """The newest heartbeat of the leases a running run holds; where there is none, its process is gone."""
    beats = Lease.objects.filter(run_id=run.pk, heartbeat_at__isnull=False).values_list(
        "heartbeat_at", flat=True
    )
    newest = max(filter(None, beats), default=None)
    if newest is None or clock.now() - newest > EXPIRES_AFTER:
        return badge("its process is gone", "danger", "no lease of it has a fresh heartbeat")
    return words.age(newest, clock.now())


def _notices(entities: Sequence[Mapping[str, Any]]) -> list[Block]:
    """One box an error, with everything that it befell."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for entity in entities:
        if error := entity.get("error"):
            key = entity.get("status", "failed"), error, entity.get("hint", "")
            alike.setdefault(key, []).append(f"{entity['brand']}/{entity['entity']}")
    return [
        notice(
            f"{names[0] if len(names) == 1 else f'{len(names)} feeds'} {status}",
            error,
            command=hint,
            about=", ".join(names) if len(names) > 1 else "",
        )
        for (status, error, hint), names in alike.items()
    ]


def _sum(run: Run, total: Mapping[str, int]) -> Block:
    """What became of the rows; a comparison of keys reads none, so it has no such sum."""
    if run.job != KEY_COMPARISON:
        return equation("Rows of all entities", total)
    numbers = [
        Fact(label=label.capitalize(), value=words.count(total[name])) for name, label in OF_KEYS.items()
    ]
    return facts("Keys of all entities, compared with the lake's lists", *numbers)


def _entities(run: Run, entities: Sequence[Mapping[str, Any]], batches: Sequence[Mapping[str, Any]]) -> Table:
    """One line an entity; counters that are nought everywhere are left out, but for the first few."""
    of_keys = run.job == KEY_COMPARISON
    written = {(row["tenant"], row["entity"]) for row in batches}
    counted = tuple(OF_KEYS) if of_keys else COUNTED
    sums = {name: sum(entity.get(name) or 0 for entity in entities) for name in counted}
    total = {name: number for name, number in sums.items() if number or of_keys or name in ALWAYS}
    seconds = sum(entity.get("seconds") or 0 for entity in entities)
    return Table(
        headers=("tenant", "entity", *[OF_KEYS[name] if of_keys else name for name in total], "seconds"),
        rows=[
            (
                entity["brand"],
                format_html("{} {}", _batches(run, entity, written), _remark(entity)),
                *[words.count(entity.get(name) or 0) for name in total],
                f"{entity.get('seconds') or 0:.1f}",
            )
            for entity in entities
        ],
        numbers_from=2,
        foot=("all", "", *map(words.count, total.values()), f"{seconds:.1f}"),
    )


def _progress(batches: Sequence[Mapping[str, Any]]) -> Table:
    """How fast, how far, and how late rows came, by what is committed; rows/s by the seconds in batches."""
    return Table(
        headers=(
            "tenant",
            "entity",
            "before (UTC)",
            "after (UTC)",
            "batches",
            "size",
            "rows/s",
            "late",
            "at most by",
        ),
        rows=[_progress_line(row) for row in batches],
        numbers_from=4,
        foot=_progress_line(
            {
                name: sum(row[name] for row in batches)
                for name in ("batches", "bytes", "read", "seconds", "late")
            }
            | {"tenant": "all", "latest": max(row["latest"] for row in batches)}
        ),
    )


def _progress_line(row: Mapping[str, Any]) -> tuple[str, ...]:
    whole = row["tenant"] == "all"
    return (
        row["tenant"],
        "" if whole else row["entity"],
        "" if whole else words.instant(row["before"]),
        "" if whole else words.instant(row["after"]),
        words.count(row["batches"]),
        words.size(row["bytes"]) if row["bytes"] else words.NOTHING,
        words.per_second(row["read"], row["seconds"]) if row["read"] else words.NOTHING,
        words.count(row["late"]),
        words.span(timedelta(seconds=row["latest"])) if row["late"] else words.NOTHING,
    )


def _batches(run: Run, entity: Mapping[str, Any], written: Container[tuple[str, str]]) -> SafeString | str:
    """An entity's name, which leads to its batches where it has some: documents and what did not change have none."""
    name = str(entity["entity"])
    if (entity["brand"], name) not in written:
        return name
    return list_link("engine.batch", name, run_id=run.pk, tenant=entity["brand"], entity=name)


def _remark(entity: Mapping[str, Any]) -> SafeString | str:
    """A label where an entity did not simply end well."""
    status = entity.get("status", "done")
    if not _adds_up(entity):
        return badge("does not add up", "danger", "this is a defect of the hub")
    if status != "done":
        return status_badge(status, status)
    return badge("note", "info", "see the remarks below") if entity.get("notes") else ""


def _adds_up(entity: Mapping[str, Any]) -> bool:
    """Whether what was read is what became of it; an entity that says too little is not doubted."""
    known = all(name in entity for name in COUNTS)
    return not known or balanced(entity).adds_up


def _remarks(entities: Sequence[Mapping[str, Any]]) -> Table | None:
    """What a run noted beside its counts."""
    rows = [
        (entity["brand"], entity["entity"], note) for entity in entities for note in entity.get("notes", ())
    ]
    return Table(headers=("tenant", "entity", "remark"), rows=rows, wrap_last=True) if rows else None
