"""Filters by equality on few known values: none of them asks the table which values there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from audit.filters import EqualityFilter, LinkedNumberFilter, first_id
from pipelines.engine.admin.blocks import imported_models
from pipelines.engine.models import Run, Tenant

RECENT_RUNS = 200

# What the quarantine's codes mean; a code that is missing here is shown as it stands.
REASONS = {
    "ambiguous": "The row has too many cells and can be read in more than one way.",
    "bad_encoding": "The line holds bytes that are not in the file's encoding.",
    "bad_json": "The line is not a JSON object.",
    "cursor_implausible": "Its change time is missing or a placeholder, so no one can say what is newer.",
    "merged_lines": "Other rows hang on this one, and where one ends cannot be told.",
    "new_column": "It holds something in a column nobody declared, and the source says not to take that in.",
    "not_certain": "It could be mended in one way, but the result is not certain enough to be used.",
    "order_violated": "Two of its times stand the wrong way round.",
    "repair_unreadable": "It was mended, but a cell still does not read.",
    "shifted": "The row has too many cells, and no way to hand them out to the columns reads.",
    "short_row": "The row ends early.",
    "stored_differs": "The likeliest reading puts texts elsewhere than where they are stored.",
    "too_large": "The row is larger than a database takes; its size, its digest and how it begins are kept.",
    "unanchored": "It could be mended, but too little beside the mended place confirms it.",
    "unclosed_quote": "A quote is opened and never closed.",
    "unreadable": "A cell does not hold what its column declares.",
    "value_lost": "Its cells can be put in place, but a value that must be there is gone.",
}


class TenantFilter(EqualityFilter):
    title = "brand"
    parameter_name = "tenant"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(tenant.code, tenant.name) for tenant in Tenant.objects.all()]


class TenantOfKeyFilter(TenantFilter):
    """By the key's first part: a range of the primary key, where the tenant column alone has no index."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        code = self.value()
        # ';' follows ':' in every binary collation
        return queryset.filter(key__gt=f"{code}:", key__lt=f"{code};") if code else queryset


class EntityFilter(EqualityFilter):
    title = "entity"
    parameter_name = "entity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(imported_models())]


class StatusFilter(EqualityFilter):
    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in model_admin.model.Status.choices]


class CodeFilter(EqualityFilter):
    title = "code"
    parameter_name = "code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, code) for code in REASONS]


class JobFilter(EqualityFilter):
    title = "job"
    parameter_name = "job"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        recent = Run.objects.order_by("-id").values_list("job", flat=True)[:RECENT_RUNS]
        return [(job, job) for job in sorted(set(recent))]


class BatchFilter(LinkedNumberFilter):
    title = "batch"
    parameter_name = "batch_id"


class FirstRunFilter(LinkedNumberFilter):
    """Entries a run was the first to meet: their ids, ordered by time, lie between its start and its end."""

    title = "first met by run"
    parameter_name = "first_run_id"

    def linked(self, queryset: QuerySet[Any], number: int) -> QuerySet[Any]:
        within = queryset.filter(first_run_id=number, id__gt=number)
        ended = Run.objects.filter(pk=number).values_list("ended_at", flat=True).first()
        if ended is None:
            return within
        return within.filter(id__lt=first_id(ended + timedelta(seconds=1)))
