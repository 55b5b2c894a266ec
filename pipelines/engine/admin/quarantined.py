"""The quarantine: why a row was set aside, what it held for those who may know, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from unfold.decorators import action

from audit.dialogs import asks
from audit.revealing import DOTS
from hub import clock
from hub.errors import ConfigError
from pipelines.engine import quarantine
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
    row_link,
    start_of,
    status_badge,
    unbroken,
)
from pipelines.engine.admin.dismissal import DismissForm, dismiss
from pipelines.engine.admin.filters import (
    REASONS,
    CodeFilter,
    EntityFilter,
    FirstRunFilter,
    StatusFilter,
    TenantFilter,
)
from pipelines.engine.admin.sealed import Cell, Cells, SealedAdmin, cells, is_one_of, spec_for, unseen
from pipelines.engine.mapping import plan_columns
from pipelines.engine.models import QuarantineEntry
from pipelines.engine.repair.alignment import Alignment
from pipelines.engine.repair.mending import readings
from pipelines.engine.repair.slots import Cells as Row
from pipelines.engine.repair.verdict import Surroundings
from pipelines.engine.source import Feed, feed_named
from pipelines.engine.writing import expected

UNREADABLE = "could not be read"
SURPLUS = "may have taken up the surplus"
SHOWN = 4  # readings beside the cells
MARKS = {
    "ambiguous": "read in more than one way",
    "cursor_implausible": "says nothing about when",
    "not_certain": SURPLUS,
    "order_violated": "stand the wrong way round",
    "stored_differs": "differ from what is stored",
    "unanchored": SURPLUS,
    "value_lost": "have no value left",
}  # what is the matter with the columns of an entry; with any other code they could not be read
REPLAYABLE = (QuarantineEntry.Status.OPEN, QuarantineEntry.Status.DISMISSED)
DISMISS = "engine.change_quarantineentry"


@admin.register(QuarantineEntry)
class QuarantineAdmin(SealedAdmin):
    list_display = ("met", "brand", "entity", "why", "state", "place", "unreadable")
    list_display_links = ("met",)
    list_filter = (TenantFilter, EntityFilter, CodeFilter, StatusFilter, FirstRunFilter)
    exact = ("id", "row_key")
    search_help_text = "Exact row key or entry id"
    actions_detail = ("dismiss",)
    empty_hint = "Rows that cannot be used land here. To look for some: manage.py import_billing"

    def blocks(self, request: HttpRequest, entry: QuarantineEntry) -> list[Block]:
        blocks = [notice(f"Set aside: {entry.code}", REASONS.get(entry.code, ""), tone="warning")]
        if entry.status != QuarantineEntry.Status.OPEN:
            blocks = []
        return [
            *blocks,
            facts("Quarantined row", *_facts(entry)),
            facts("What was tried", *_tried(entry)),
            self.masked(request, entry),
        ]

    def masked(self, request: HttpRequest, entry: QuarantineEntry) -> Block:
        spec, bad, mark = spec_for(entry.entity), _bad(entry), _mark(entry.code)
        columns = spec.columns if spec else ()
        lines = [
            Cell(column=column.in_lake, values=(DOTS,), marked=mark if column.name in bad else "")
            for column in columns
        ]
        return self.with_button(request, entry, cells("Raw cells", Cells(headings=("Cell",), lines=lines)))

    def opened(self, request: HttpRequest, entry: QuarantineEntry) -> list[Block]:
        kept = quarantine.opened(entry)
        columns, content = kept.columns, kept.content
        if isinstance(content, bytes):
            line = Cell(column="line", values=(content.decode(errors="replace"),))
            title = "The line, which could not be cut into cells"
            return [cells(title, Cells(headings=("Bytes",), lines=[line]))]
        spec, bad, feed = spec_for(entry.entity), _bad(entry), _feed(entry)
        tried = readings_of(entry, columns, content)
        lines = [
            Cell(
                column=name,
                values=(cell, *(reading.cells[at] for reading in tried)),
                marked=_mark(entry.code, unseen(cell)) if is_one_of(name, spec, bad, feed) else "",
            )
            for at, (name, cell) in enumerate(zip(columns, content, strict=True))
        ]
        headings = [f"Reading {number}, price {one.price:.2f}" for number, one in enumerate(tried, 1)]
        return [cells("Raw cells", Cells(headings=("As delivered", *headings), lines=lines))]

    def has_dismiss_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm(DISMISS))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Nothing to dismiss where the entry is settled."""
        entry = self.get_object(request, unquote(str(object_id)))
        still_open = entry is not None and entry.status == QuarantineEntry.Status.OPEN
        return list(super().get_actions_detail(request, object_id)) if still_open else []

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Dismiss",
        permissions=["dismiss"],
        dialog=asks(
            "Dismiss this row",
            "It stays in the quarantine, but no replay takes it up again unless told to.",
            "Dismiss",
            form=DismissForm,
        ),
    )
    def dismiss(self, request: HttpRequest, form: DismissForm, object_id: str) -> HttpResponse:
        entry = self.wanted(request, object_id)
        if dismiss(entry, reason=form.cleaned_data["reason"]):
            messages.success(request, "The row is dismissed.")
        else:
            messages.warning(request, "The row was settled in the meantime.")
        return self.back_to(entry)

    @admin.display(description="age")
    def met(self, entry: QuarantineEntry) -> SafeString:
        met = f"first met {words.instant(entry.created_at)} UTC"
        return unbroken(words.span(clock.now() - entry.created_at), met)

    @admin.display(description="code")
    def why(self, entry: QuarantineEntry) -> SafeString:
        return badge(entry.code, "", REASONS.get(entry.code, ""))

    @admin.display(description="columns")
    def unreadable(self, entry: QuarantineEntry) -> SafeString:
        return start_of(entry.columns, 22)

    @admin.display(description="file:line")
    def place(self, entry: QuarantineEntry) -> SafeString:
        return file_told(entry.file, entry.line)

    @admin.display(description="status")
    def state(self, entry: QuarantineEntry) -> SafeString:
        return status_badge(entry.status, entry.get_status_display())


def readings_of(entry: QuarantineEntry, columns: Sequence[str], content: Row) -> list[Alignment]:
    """The cheapest ways to read the row today, for somebody to see what the repair could not decide."""
    spec, feed = spec_for(entry.entity), _feed(entry)
    if spec is None or feed is None:
        return []
    try:
        plan = plan_columns(spec, feed, tuple(columns), entry.file)
    except ConfigError:  # the source has changed since, and not to fit this file
        return []
    found = readings(content, plan.row, Surroundings(delimiter=entry.tried.get("delimiter")))
    return [one for one in found if one.steps and len(one.cells) == len(columns)][:SHOWN]


def _mark(code: str, hidden: str = "") -> str:
    """Why the eye should stop at a cell, and what it would miss there."""
    mark = MARKS.get(code, UNREADABLE)
    return f"{mark}: {hidden}" if hidden else mark


def _bad(entry: QuarantineEntry) -> set[str]:
    return {name for name in entry.columns.split(", ") if name}


def _feed(entry: QuarantineEntry) -> Feed | None:
    return feed_named(str(entry.tenant), entry.source, entry.entity)


def _taken(entry: QuarantineEntry) -> list[Fact]:
    """What the columns that did not read take, as their source writes it today."""
    spec, feed = spec_for(entry.entity), _feed(entry)
    if spec is None or entry.code in MARKS:
        return []
    columns = (feed.writing.spec(spec) if feed else spec).by_name
    known = [columns[name] for name in sorted(_bad(entry)) if name in columns]
    return [Fact(label=f"What {column.name} takes", value=expected(column)) for column in known]


def _facts(entry: QuarantineEntry) -> list[Fact]:
    own = [
        Fact(label="Status", value=status_badge(entry.status, entry.get_status_display())),
        Fact(label="Code", value=badge(entry.code)),
        Fact(label=f"Columns that {_mark(entry.code)}", value=entry.columns),
        *_taken(entry),
        Fact(label="Tenant", value=entry.tenant),
        Fact(label="Entity", value=entry.entity),
        Fact(
            label="Row", value=row_link(entry.entity, str(entry.row_key)), note="where its id could be read"
        ),
        Fact(label="File", value=entry.file),
        Fact(label="Line", value=words.count(entry.line)),
        Fact(label="First met by run", value=record_link("engine.run", entry.first_run_id)),
        Fact(label="First met (UTC)", value=words.instant(entry.created_at)),
        Fact(label="Last met by run", value=record_link("engine.run", entry.last_run_id)),
        Fact(
            label="Readable until",
            value=entry.expires_on.isoformat(),
            note="then the key of its day is destroyed",
        ),
        Fact(
            label="Audit", value=list_link("audit.mutation", "Who read or dismissed it", object_key=entry.pk)
        ),
    ]
    if entry.resolved_at:
        own.insert(1, Fact(label="Settled (UTC)", value=words.instant(entry.resolved_at)))
    if entry.status in REPLAYABLE:
        again = "" if entry.status == QuarantineEntry.Status.OPEN else " --full"
        line = f"manage.py replay_quarantine --id {entry.pk}{again}"
        own.append(Fact(label="To send it through the import again, type", value=code(line), wide=True))
    return own


def _tried(entry: QuarantineEntry) -> list[Fact]:
    """The readings that were possible with their price, and by how many cells the row was off."""
    tried, shift = entry.tried.get("readings") or ["none was possible"], entry.tried.get("shift")
    return [
        *(Fact(label=f"Reading {number} (price)", value=told) for number, told in enumerate(tried, 1)),
        Fact(
            label="Cells too many (+) or too few",
            value=words.NOTHING if shift is None else f"{shift:+d}" if shift else "0",
        ),
        Fact(label="Fingerprint", value=bytes(entry.fingerprint).hex(), note="the same row is kept once"),
    ]
