"""Batches: one committed chunk each, with counts that add up."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from audit.filters import RunFilter
from audit.words import BACK, GONE
from pipelines.engine.admin import words
from pipelines.engine.admin.blocks import Block, Fact, facts, file_told, list_link, record_link, unbroken
from pipelines.engine.admin.equation import equation
from pipelines.engine.admin.filters import EntityFilter, TenantFilter
from pipelines.engine.admin.pages import RecordAdmin
from pipelines.engine.counts import Counts
from pipelines.engine.models import Batch


@admin.register(Batch)
class BatchAdmin(RecordAdmin):
    list_display = (
        "committed", "brand", "entity", "read", "created", "updated_told", "quarantined", "deleted_told", "place",
    )  # fmt: skip
    list_display_links = ("committed",)
    list_filter = (TenantFilter, EntityFilter, RunFilter)
    exact = ("id",)
    search_help_text = "Batch id"

    def blocks(self, request: HttpRequest, batch: Batch) -> list[Block]:
        if not batch.file:
            return [
                facts("Keys compared with the lake's list", *_compared(batch)),
                facts("Batch", *_facts(batch)),
            ]
        counts = {field.name: getattr(batch, field.name) for field in fields(Counts)}
        return [
            equation("What became of the rows", counts),
            facts(
                "Watermark",
                Fact(label="Before (UTC)", value=words.instant(batch.watermark_before)),
                Fact(label="After (UTC)", value=words.instant(batch.watermark_after)),
                Fact(label="Moved by", value=_moved(batch)),
                Fact(label="Late rows", value=_late(batch), note="accepted, changed before the watermark"),
            ),
            facts("Batch", *_facts(batch), *_read(batch)),
        ]

    @admin.display(description="committed (UTC)")
    def committed(self, batch: Batch) -> SafeString:
        return unbroken(words.instant(batch.committed_at))

    @admin.display(description="updated")
    def updated_told(self, batch: Batch) -> str:
        return _told(batch, batch.updated, BACK)

    @admin.display(description="deleted")
    def deleted_told(self, batch: Batch) -> str:
        return _told(batch, batch.deleted, GONE)

    @admin.display(description="file, from line")
    def place(self, batch: Batch) -> SafeString | str:
        return file_told(batch.file, _first_line(batch)) if batch.file else words.NOTHING


def _told(batch: Batch, number: int, of_keys: str) -> str:
    """A number of rows; a comparison of keys only flags them, so it says how."""
    return words.count(number) if batch.file or not number else f"{words.count(number)} {of_keys}"


def _facts(batch: Batch) -> list[Fact]:
    return [
        Fact(label="Committed (UTC)", value=words.instant(batch.committed_at)),
        Fact(label="Tenant", value=batch.tenant),
        Fact(label="Entity", value=batch.entity),
        Fact(label="Run", value=record_link("engine.run", batch.run_id)),
        Fact(
            label="Mutations", value=list_link("audit.mutation", "Mutations of its run", run_id=batch.run_id)
        ),
    ]


def _read(batch: Batch) -> list[Fact]:
    """What only a batch that was read from a file has."""
    return [
        Fact(label="File", value=batch.file),
        Fact(label="From line", value=words.count(_first_line(batch))),
        Fact(
            label="Bytes", value=words.size(batch.bytes), note="a file counts where its last row is committed"
        ),
        Fact(label="Seconds", value=f"{batch.seconds:.2f}"),
        Fact(label="Speed", value=words.rate(batch.read, batch.seconds)),
        Fact(label="Repairs", value=list_link("engine.repair", "Rows mended in it", batch_id=batch.pk)),
    ]


def _first_line(batch: Batch) -> int:
    """Lines count from 1; 0 is stored where a file is read from its beginning."""
    return max(batch.first_line or 0, 1)


def _compared(batch: Batch) -> list[Fact]:
    """What a batch did that was read from no file: a comparison of keys wrote it."""
    return [
        Fact(label=f"Rows {GONE}", value=words.count(batch.deleted)),
        Fact(label=f"Rows {BACK}", value=words.count(batch.updated)),
    ]


def _moved(batch: Batch) -> str:
    before, after = batch.watermark_before, batch.watermark_after
    if after is None:
        return words.NOTHING
    if before is None:
        return "set for the first time"
    return words.span(after - before) if after > before else "not moved"


def _late(batch: Batch) -> str:
    if not batch.late:
        return "none"
    return f"{words.count(batch.late)}, the latest by {words.span(timedelta(seconds=batch.latest_lateness))}"
