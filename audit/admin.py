"""The trail in the admin: a feed, its filters, and one mutation with its diff. Nothing can be edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.decorators import display

from audit import users
from audit.filters import (
    ActionFilter,
    ActorFilter,
    CorrelationFilter,
    ModelFilter,
    ObjectFilter,
    RunFilter,
    TenantFilter,
    TimeRangeFilter,
    is_number,
)
from audit.history import COLOURS, TRAIL, raw_diff
from audit.lists import ReadOnlyAdmin
from audit.models import Mutation
from audit.paging import CappedPaginator
from audit.words import action_told, breakable, lines, summary
from hub.navigation import LINK, RUN, list_address, page_address, record_address

__all__ = ["MutationAdmin", "users"]

REASON_SHOWN = 60


@admin.register(Mutation)
class MutationAdmin(ReadOnlyAdmin):
    list_display = ("at_utc", "who", "what", "object", "words", "run", "why")
    list_filter = (
        ("at", TimeRangeFilter),
        TenantFilter,
        ModelFilter,
        ActionFilter,
        ActorFilter,
        ObjectFilter,
        RunFilter,
        CorrelationFilter,
    )
    paginator = CappedPaginator
    empty_hint = "Whatever changes data leaves a trace here. To import some: manage.py import_billing"
    search_fields = ("object_key",)
    search_help_text = "Exact object key, run or mutation id"
    change_form_outer_before_template = "audit/diff.html"
    readonly_fields = (
        "at_utc", "actor", "what", "whole_object", "whole_subject", "before", "after", "whole_run", "correlation",
        "cause",
    )  # fmt: skip
    fieldsets = (
        ("What", {"fields": ("what", "model", "tenant", "whole_object", "whole_subject", "before", "after")}),
        (
            "Who and why",
            {"fields": ("at_utc", "actor", "source", "reason", "whole_run", "correlation", "cause")},
        ),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Mutation], search_term: str
    ) -> tuple[QuerySet[Mutation], bool]:
        """Equality on indexed columns only: a substring would read the whole table."""
        term = search_term.strip()
        if not term:
            return queryset, False
        by_key = queryset.filter(object_key=term)
        if not is_number(term) or by_key.exists():
            return by_key, False
        # One after the other: as one OR, a large run would be sorted as a whole before its first page.
        by_id = queryset.filter(pk=int(term))
        return (by_id if by_id.exists() else queryset.filter(run_id=int(term))), False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        diff = context["original"].diff
        raw = raw_diff(diff) if diff else ""
        page: HttpResponse = super().render_change_form(
            request, context | {"lines": lines(diff), "raw": raw, "show_history": False}, *args, **kwargs
        )
        return page

    @admin.display(description="time (UTC)", ordering="-id")
    def at_utc(self, mutation: Mutation) -> SafeString:
        return format_html('<span class="whitespace-nowrap">{}</span>', f"{mutation.at:%Y-%m-%d %H:%M:%S}")

    @admin.display(description="actor")
    def actor(self, mutation: Mutation) -> str:
        return f"{mutation.actor_kind} {mutation.actor_id}"

    @admin.display(description="actor")
    def who(self, mutation: Mutation) -> SafeString:
        """Of the source only what the actor does not tell."""
        source = "" if mutation.source == mutation.actor_id else str(mutation.source)
        return _two_lines(breakable(str(mutation.actor_id)), f"{mutation.actor_kind} {source}".strip())

    @display(description="action", label=COLOURS)  # type: ignore[untyped-decorator]  # unfold ships no types
    def what(self, mutation: Mutation) -> str:
        return action_told(str(mutation.action), str(mutation.model))

    @admin.display(description="object")
    def object(self, mutation: Mutation) -> SafeString:
        key = str(mutation.object_key)
        short = _shortened(key, start=16)
        return _two_lines(_linked(short, page_address(str(mutation.model), key)), str(mutation.model))

    @admin.display(description="run")
    def run(self, mutation: Mutation) -> SafeString | str:
        key = str(mutation.run_id)
        return _linked(_shortened(key, start=0), page_address(RUN, key)) if mutation.run_id else ""

    @admin.display(description="reason")
    def why(self, mutation: Mutation) -> SafeString:
        text = Truncator(mutation.reason).chars(REASON_SHOWN)
        return format_html(
            '<span style="overflow-wrap: anywhere" title="{}">{}</span>', mutation.reason, text
        )

    @admin.display(description="object key")
    def whole_object(self, mutation: Mutation) -> SafeString | str:
        return _record(str(mutation.model), str(mutation.object_key))

    @admin.display(description="subject")
    def whole_subject(self, mutation: Mutation) -> SafeString | str:
        """Leads to the trail of the person's own record, whose key is the subject's id."""
        if not mutation.subject:
            return ""
        key = f"{mutation.tenant}:{mutation.subject.partition(':')[2]}"
        return _linked(breakable(mutation.subject), list_address(TRAIL, object_key=key))

    @admin.display(description="run")
    def whole_run(self, mutation: Mutation) -> SafeString | str:
        return _record(RUN, str(mutation.run_id)) if mutation.run_id else ""

    @admin.display(description="correlation")
    def correlation(self, mutation: Mutation) -> SafeString | str:
        """Leads to what the same request did; what a run did is found by the run, through an index."""
        number = mutation.correlation_id
        if number is None:
            return ""
        return _linked(number, "" if mutation.run_id else list_address(TRAIL, correlation_id=number))

    @admin.display(description="cause")
    def cause(self, mutation: Mutation) -> SafeString | str:
        return _record(TRAIL, str(mutation.cause_id)) if mutation.cause_id else ""

    @admin.display(description="change")
    def words(self, mutation: Mutation) -> SafeString:
        return format_html('<span style="overflow-wrap: anywhere">{}</span>', summary(mutation.diff))

    @admin.display(description="checksum before")
    def before(self, mutation: Mutation) -> str:
        return mutation.checksum_before.hex() if mutation.checksum_before else ""

    @admin.display(description="checksum after")
    def after(self, mutation: Mutation) -> str:
        return mutation.checksum_after.hex() if mutation.checksum_after else ""


def _record(label: str, key: str) -> SafeString:
    """A key that leads to its record's page, where it has one."""
    return _linked(breakable(key), record_address(label, key))


def _linked(text: object, address: str) -> SafeString:
    if not address:
        return format_html("{}", text)
    return format_html('<a class="{}" href="{}">{}</a>', LINK, address, text)


def _two_lines(text: object, below: str) -> SafeString:
    """Two things in one column: a list is no wider than a screen."""
    return format_html('{}<div class="text-subtle text-xs whitespace-nowrap">{}</div>', text, below)


def _shortened(text: str, *, start: int, end: int = 6) -> SafeString:
    """Both ends of a long key, the whole of it on hover: the end tells keys apart."""
    short = text if len(text) <= start + end + 1 else f"{text[:start]}…{text[-end:]}"
    return format_html('<span title="{}" class="whitespace-nowrap">{}</span>', text, short)
