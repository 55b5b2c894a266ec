"""Filters of the trail's list that stay fast on a table of any size."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.apps import apps
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from unfold.contrib.filters.admin import DropdownFilter, RangeDateTimeFilter, TextFilter

from audit.locked import LockedModel
from audit.models import ACTIONS, Mutation

OFFERED = 200
also_recorded: set[str] = set()  # models that are not locked but leave a trail too: rooms add theirs


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


def recorded_models() -> list[str]:
    """The models whose changes are recorded: those that are locked, and those that rooms named."""
    locked = {model._meta.label_lower for model in apps.get_models() if issubclass(model, LockedModel)}
    return sorted((locked | also_recorded) - {Mutation._meta.label_lower})


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


class ModelFilter(EqualityFilter):
    """Offers every model that can leave a trail, without asking the trail."""

    title = "model"
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(label, label) for label in recorded_models()]


class TenantFilter(EqualityFilter):
    """Offers the tenants that the trail holds: they are few, so few steps find them."""

    title = "tenant"
    parameter_name = "tenant"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(value, value) for value in distinct_values(self.parameter_name)]


class ActorFilter(TextFilter):  # type: ignore[misc]  # unfold ships no types
    """A user's or command's exact name: there may be any number of them, so none is offered."""

    title = "actor"
    parameter_name = "actor_id"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mutation]) -> QuerySet[Mutation]:
        name = (self.value() or "").strip()
        return queryset.filter(actor_id=name) if name else queryset


class ActionFilter(EqualityFilter):
    title = "action"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(action, action) for action in ACTIONS]
