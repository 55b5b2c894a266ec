"""Filters of the trail's list that stay fast on a table of any size."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from unfold.contrib.filters.admin import DropdownFilter, RangeDateTimeFilter

from audit.models import Mutation

OFFERED = 200


def distinct_values(column: str) -> list[str]:
    """The first values of an indexed column, one step into the index each.

    DISTINCT reads the whole index, and MariaDB does so too for the recursive form of this loop.
    """
    found: list[str] = []
    rows = Mutation.objects.order_by(column).values_list(column, flat=True)
    value = rows.first()
    while value is not None and len(found) < OFFERED:
        found.append(value)
        value = rows.filter(**{f"{column}__gt": value}).first()
    return found


class TimeRangeFilter(RangeDateTimeFilter):  # type: ignore[misc]  # unfold ships no types
    """Unfold's, in the current zone, and content with a date: from its first instant, to its last."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mutation]) -> QuerySet[Mutation]:
        if start := self._instant("from", time.min):
            queryset = queryset.filter(at__gte=start)
        if end := self._instant("to", time.max):
            queryset = queryset.filter(at__lte=end)
        return queryset

    def _instant(self, side: str, missing: time) -> datetime | None:
        given = [self.used_parameters.get(f"at_{side}_{part}") or "" for part in (0, 1)]
        try:
            day, hour = parse_date(given[0]), parse_time(given[1])
        except ValueError:
            return None
        return timezone.make_aware(datetime.combine(day, hour or missing)) if day else None


class EqualityFilter(DropdownFilter):  # type: ignore[misc]  # unfold ships no types
    """One column, one value."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset


class _SeenFilter(EqualityFilter):
    """Offers the values that the trail holds."""

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(value, value) for value in distinct_values(self.parameter_name)]


class ModelFilter(_SeenFilter):
    title = "model"
    parameter_name = "model"


class TenantFilter(_SeenFilter):
    title = "tenant"
    parameter_name = "tenant"


class ActorFilter(_SeenFilter):
    title = "actor"
    parameter_name = "actor_id"


class ActionFilter(_SeenFilter):
    title = "action"
    parameter_name = "action"
