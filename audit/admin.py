"""The trail in the admin: a feed, its filters, and one mutation with its diff. Nothing can be edited."""

from __future__ import annotations

from typing import Any

import orjson
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.views import ChangeList

from audit.diff import Operation
from audit.filters import ActionFilter, ActorFilter, ModelFilter, TenantFilter, TimeRangeFilter
from audit.models import Mutation
from audit.paging import CappedPaginator
from audit.rendering import rendered_operations
from audit.words import breakable, lines, summary, without_ciphertext
from hub.navigation import LINK, RUN, record_address

JSONDIFF_LIMIT = 16 * 1024  # bytes; its time grows with the square of an array's length
COLOURS = {
    "created": "success",
    "restored": "success",
    "updated": "info",
    "deleted": "danger",
    "erased": "danger",
    "reverted": "warning",
}


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Pages without a way to change anything."""

    actions = None
    list_display_links = ("at_utc",)
    show_facets = admin.ShowFacets.NEVER  # the numbers beside a filter's values count the whole table

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False


class Feed(ChangeList):  # type: ignore[misc]  # unfold ships no types
    """The heading would offer to "show all" of a table nobody counts."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count


@admin.register(Mutation)
class MutationAdmin(ReadOnlyAdmin):
    list_display = ("at_utc", "actor", "what", "model", "object", "words", "source", "run", "reason")
    list_filter = (("at", TimeRangeFilter), TenantFilter, ModelFilter, ActionFilter, ActorFilter)
    list_filter_submit = True
    list_fullwidth = True
    list_per_page = 50
    list_max_show_all = 0
    paginator = CappedPaginator
    show_full_result_count = False
    sortable_by = ()
    ordering = ("-id",)
    search_fields = ("object_key",)
    search_help_text = "Exact object key, run or mutation id"
    change_form_outer_before_template = "audit/diff.html"
    readonly_fields = ("at_utc", "actor", "what", "whole_object", "before", "after", "whole_run", "cause")
    fieldsets = (
        ("What", {"fields": ("what", "model", "tenant", "whole_object", "subject", "before", "after")}),
        (
            "Who and why",
            {"fields": ("at_utc", "actor", "source", "reason", "whole_run", "correlation_id", "cause")},
        ),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Feed]:
        return Feed

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Mutation], search_term: str
    ) -> tuple[QuerySet[Mutation], bool]:
        """Equality on indexed columns only: a substring would read the whole table."""
        term = search_term.strip()
        if not term:
            return queryset, False
        by_key = queryset.filter(object_key=term)
        if not (term.isascii() and term.isdigit() and int(term) < 2**63) or by_key.exists():
            return by_key, False
        # One after the other: as one OR, a large run would be sorted as a whole before its first page.
        by_id = queryset.filter(pk=int(term))
        return (by_id if by_id.exists() else queryset.filter(run_id=int(term))), False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        diff = context["original"].diff
        raw = _raw(diff) if diff else ""
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

    @display(description="action", label=COLOURS)  # type: ignore[untyped-decorator]  # unfold ships no types
    def what(self, mutation: Mutation) -> str:
        return str(mutation.action)

    @admin.display(description="object")
    def object(self, mutation: Mutation) -> SafeString:
        return _shortened(str(mutation.object_key), start=16)

    @admin.display(description="run")
    def run(self, mutation: Mutation) -> SafeString | str:
        return _shortened(str(mutation.run_id), start=0) if mutation.run_id else ""

    @admin.display(description="object key")
    def whole_object(self, mutation: Mutation) -> SafeString | str:
        return _linked(str(mutation.model), str(mutation.object_key))

    @admin.display(description="run")
    def whole_run(self, mutation: Mutation) -> SafeString | str:
        return _linked(RUN, str(mutation.run_id)) if mutation.run_id else ""

    @admin.display(description="cause")
    def cause(self, mutation: Mutation) -> SafeString | str:
        return _linked("audit.mutation", str(mutation.cause_id)) if mutation.cause_id else ""

    @admin.display(description="change")
    def words(self, mutation: Mutation) -> str:
        return summary(mutation.diff)

    @admin.display(description="checksum before")
    def before(self, mutation: Mutation) -> str:
        return mutation.checksum_before.hex() if mutation.checksum_before else ""

    @admin.display(description="checksum after")
    def after(self, mutation: Mutation) -> str:
        return mutation.checksum_after.hex() if mutation.checksum_after else ""


def _linked(label: str, key: str) -> SafeString | str:
    """A key that leads to its record's page, where it has one."""
    text = breakable(key)
    address = record_address(label, key)
    return format_html('<a class="{}" href="{}">{}</a>', LINK, address, text) if address else text


def _raw(operations: list[Operation]) -> str:
    """Masked, in jsondiff's form; the operations themselves where jsondiff would take seconds."""
    shown: Any = without_ciphertext(operations)
    if len(orjson.dumps(shown)) <= JSONDIFF_LIMIT:
        shown = rendered_operations(shown)
    return orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode()


def _shortened(text: str, *, start: int, end: int = 6) -> SafeString:
    """Both ends of a long key, the whole of it on hover: the end tells keys apart."""
    short = text if len(text) <= start + end + 1 else f"{text[:start]}…{text[-end:]}"
    return format_html('<span title="{}" class="whitespace-nowrap">{}</span>', text, short)
