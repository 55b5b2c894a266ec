"""Where the engine stands: watermarks, files, leases and the change feed."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub import clock
from pipelines.engine.admin import words
from pipelines.engine.admin.blocks import (
    Block,
    Fact,
    badge,
    code,
    facts,
    file_told,
    list_link,
    notice,
    record_link,
    start_of,
    status_badge,
    unbroken,
)
from pipelines.engine.admin.filters import EntityFilter, StatusFilter, TenantFilter
from pipelines.engine.admin.pages import RecordAdmin
from pipelines.engine.leases import EXPIRES_AFTER
from pipelines.engine.models import FeedEntry, LakeFile, Lease, Watermark
from pipelines.engine.overlap import Lateness, lateness_of

KEYS_SHOWN = 50


@admin.register(Watermark)
class WatermarkAdmin(RecordAdmin):
    list_display = ("entity", "brand", "reached", "age", "cursor", "moved", "last_run")
    list_display_links = ("entity",)
    list_filter = (TenantFilter, EntityFilter)
    ordering = ("name",)

    def blocks(self, request: HttpRequest, mark: Watermark) -> list[Block]:
        return [
            facts(
                "Watermark",
                Fact(label="Tenant", value=mark.tenant),
                Fact(label="Entity", value=mark.entity),
                Fact(label="Source", value=mark.source),
                Fact(
                    label="Reached (UTC)",
                    value=words.instant(mark.value),
                    note="the newest change time imported",
                ),
                Fact(label="Age", value=words.age(mark.value, clock.now())),
                Fact(label="Taken from column", value=mark.cursor),
                Fact(label="Last written (UTC)", value=words.instant(mark.updated_at)),
                Fact(label="Last run", value=self.last_run(mark)),
                Fact(label="Fencing token", value=mark.token),
                Fact(label="Batches", value=_batches(str(mark.tenant), mark.entity)),
                Fact(label="Read by", value=_mode(mark), note="as the last run did, by its source file"),
            ),
            facts("Late rows of the last 30 days", *_lateness(lateness_of(mark))),
        ]

    @admin.display(description="reached (UTC)")
    def reached(self, mark: Watermark) -> SafeString:
        return unbroken(words.instant(mark.value))

    @admin.display(description="age")
    def age(self, mark: Watermark) -> str:
        return words.age(mark.value, clock.now())

    @admin.display(description="last written")
    def moved(self, mark: Watermark) -> str:
        return words.age(mark.updated_at, clock.now())

    @admin.display(description="last run")
    def last_run(self, mark: Watermark) -> SafeString | str:
        return record_link("engine.run", mark.run_id) if mark.run_id else words.NOTHING


@admin.register(LakeFile)
class LakeFileAdmin(RecordAdmin):
    list_display = ("file", "brand", "entity", "state", "why", "loaded", "bytes")
    list_display_links = ("file",)
    list_filter = (StatusFilter, TenantFilter, EntityFilter)

    def blocks(self, request: HttpRequest, file: LakeFile) -> list[Block]:
        page = facts(
            "File",
            Fact(label="Path in the lake", value=file.path),
            Fact(label="Status", value=self.state(file)),
            Fact(label="Tenant", value=file.tenant),
            Fact(label="Entity", value=file.entity),
            Fact(label="Size", value=words.size(file.size)),
            Fact(label="Loaded (UTC)", value=words.instant(file.loaded_at)),
            Fact(label="Goes on at line", value=words.count(max(file.next_line, 1))),
            Fact(label="Last run", value=record_link("engine.run", file.run_id)),
            Fact(label="Batches", value=_batches(str(file.tenant), file.entity)),
        )
        return [notice("Held back", file.reason, tone="warning"), page] if file.reason else [page]

    @admin.display(description="file")
    def file(self, file: LakeFile) -> SafeString:
        return file_told(file.path, parts=3)

    @admin.display(description="status")
    def state(self, file: LakeFile) -> SafeString:
        text = "held" if file.status == LakeFile.Status.DRIFTED else file.status
        return status_badge(file.status, text)

    @admin.display(description="loaded (UTC)")
    def loaded(self, file: LakeFile) -> SafeString:
        return unbroken(words.instant(file.loaded_at))

    @admin.display(description="size")
    def bytes(self, file: LakeFile) -> str:
        return words.size(file.size)

    @admin.display(description="reason")
    def why(self, file: LakeFile) -> SafeString | str:
        return start_of(file.reason, 30) if file.reason else ""


@admin.register(Lease)
class LeaseAdmin(RecordAdmin):
    list_display = ("name", "state", "holder", "beat", "token")
    list_display_links = ("name",)
    ordering = ("name",)

    def blocks(self, request: HttpRequest, lease: Lease) -> list[Block]:
        run = record_link("engine.run", lease.run_id) if lease.run_id else words.NOTHING
        return [
            facts(
                "Lease",
                Fact(label="Name", value=lease.name),
                Fact(label="State", value=self.state(lease)),
                Fact(label="Holder", value=lease.holder),
                Fact(label="Run", value=run),
                Fact(label="Acquired (UTC)", value=words.instant(lease.acquired_at)),
                Fact(label="Last heartbeat (UTC)", value=words.instant(lease.heartbeat_at)),
                Fact(label="Fencing token", value=lease.token, note="grows with every holder"),
            )
        ]

    @admin.display(description="state")
    def state(self, lease: Lease) -> SafeString:
        if not lease.holder:
            return badge("free")
        silent = lease.heartbeat_at is None or clock.now() - lease.heartbeat_at > EXPIRES_AFTER
        return badge("held, but silent", "warning") if silent else badge("held", "info")

    @admin.display(description="last heartbeat")
    def beat(self, lease: Lease) -> str:
        return words.age(lease.heartbeat_at, clock.now())


@admin.register(FeedEntry)
class FeedEntryAdmin(RecordAdmin):
    list_display = ("stream", "number", "time", "batch")
    list_display_links = ("stream",)
    list_filter = (TenantFilter,)
    exact = ("id", "stream")
    search_help_text = "Stream, as nordlicht/billing.invoice"

    def get_queryset(self, request: HttpRequest) -> QuerySet[FeedEntry]:
        """Without the keys, of which an entry may hold ten thousand, until a page asks for them."""
        entries: QuerySet[FeedEntry] = super().get_queryset(request)
        return entries.defer("created", "updated", "deleted")

    def blocks(self, request: HttpRequest, entry: FeedEntry) -> list[Block]:
        return [
            facts(
                "Feed entry",
                Fact(label="Stream", value=entry.stream),
                Fact(label="Number", value=entry.number),
                Fact(label="Time (UTC)", value=words.instant(entry.at)),
                Fact(label="Batch", value=self.batch(entry)),
            ),
            *[
                facts(f"{len(keys):,} {name}", Fact(label="Keys", value=_keys(keys), wide=True))
                for name in ("created", "updated", "deleted")
                if (keys := getattr(entry, name))
            ],
        ]

    @admin.display(description="time (UTC)")
    def time(self, entry: FeedEntry) -> SafeString:
        return unbroken(words.instant(entry.at))

    @admin.display(description="batch")
    def batch(self, entry: FeedEntry) -> SafeString:
        return record_link("engine.batch", entry.batch_id)


def _mode(mark: Watermark) -> str:
    state = mark.state if isinstance(mark.state, dict) else {}
    told = {"files": "new and changed files", "cursor": "change time", "snapshot": "new and changed files"}
    return told.get(state.get("mode", ""), words.NOTHING)


def _lateness(late: Lateness) -> list[Fact]:
    """How late rows came, and what to write so that none is left out."""
    if not late.rows:
        return [Fact(label="Rows", value="none came late")]
    found = [
        Fact(label="Rows", value=f"{words.count(late.rows)} in {words.count(late.batches)} batches"),
        Fact(label="99 % of the batches within", value=words.span(late.usual)),
        Fact(label="The latest by", value=words.span(late.latest)),
    ]
    if late.overlap is None:
        return [*found, Fact(label="Overlap", value="none is needed: files are read whole")]
    enough = badge("hardly enough", "danger") if late.too_late else badge("enough", "success")
    own = format_html("{} {}", words.span(late.overlap), enough)
    return [
        *found,
        Fact(label="Overlap", value=own, note="how far before the watermark it is read again"),
        Fact(label="What would cover it, with a margin: in the source file", value=code(late.setting)),
    ]


def _batches(tenant: str, entity: str) -> SafeString:
    return list_link("engine.batch", f"Batches of {tenant}/{entity}", tenant=tenant, entity=entity)


def _keys(keys: list[str]) -> SafeString:
    more = f" … and {words.count(len(keys) - KEYS_SHOWN)} more" if len(keys) > KEYS_SHOWN else ""
    return format_html('<span class="text-xs">{}{}</span>', ", ".join(keys[:KEYS_SHOWN]), more)
