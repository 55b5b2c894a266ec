"""Filters of the trail's list that stay fast on a table of any size."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_date, parse_time
from unfold.contrib.filters.admin import DropdownFilter, RangeDateTimeFilter, TextFilter

from audit.locked import LockedModel
from audit.models import ACTIONS, Mutation
from audit.words import GONE
from hub.ids import EPOCH_MS, LANE_BITS, SEQUENCE_BITS

OFFERED = 200
LARGEST = 2**63 - 1
EPOCH = datetime.fromtimestamp(EPOCH_MS / 1000, UTC)
LONGEST_REQUEST = timedelta(minutes=15)
SIDES = {"from": time.min, "to": time.max}  # what a date alone means
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


def is_number(term: str) -> bool:
    """Whether a text fits a 64-bit column; a longer one is not even read, which Python refuses beyond 4,300 digits."""
    return term.isascii() and term.isdigit() and len(term) <= len(str(LARGEST)) and int(term) <= LARGEST


def ids_within(length: timedelta) -> int:
    """How many ids there are to hand out in a span of time."""
    return length // timedelta(milliseconds=1) << (LANE_BITS + SEQUENCE_BITS)


def first_id(moment: datetime) -> int:
    """The smallest id that can be handed out at an instant: ids are ordered by time."""
    return ids_within(max(moment - EPOCH, timedelta()))


class TimeRangeFilter(RangeDateTimeFilter):  # type: ignore[misc]  # unfold ships no types
    """Unfold's, in UTC as the list is, and content with a date: from its first instant, to its last.

    It becomes a range of ids: by the time's own index every row of the range would be sorted for a page of 50.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "time (UTC)"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mutation]) -> QuerySet[Mutation]:
        if start := self._instant("from"):
            queryset = queryset.filter(id__gte=first_id(start))
        if end := self._instant("to"):
            queryset = queryset.filter(id__lt=first_id(end) + ids_within(timedelta(seconds=1)))
        return queryset

    def _instant(self, side: str) -> datetime | None:
        """To the second, which is as far as the list tells it."""
        day, hour = (self.used_parameters.get(f"at_{side}_{part}") or "" for part in (0, 1))
        try:
            date, clock = parse_date(day), parse_time(hour) or SIDES[side]
        except ValueError:
            return None
        return datetime.combine(date, clock.replace(microsecond=0), UTC) if date else None


class EqualityFilter(DropdownFilter):  # type: ignore[misc]  # unfold ships no types
    """One column, one value."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset


class LinkedFilter(EqualityFilter):
    """One that other pages set by a link: it is offered only while it is set."""

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        value = self.value()
        return [(value, value)] if value else []


class LinkedNumberFilter(LinkedFilter):
    """By a number; anything else is the number of nothing."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        return self.linked(queryset, int(value)) if is_number(value) else queryset.none()

    def linked(self, queryset: QuerySet[Any], number: int) -> QuerySet[Any]:
        return queryset.filter(**{self.parameter_name: number})


class ObjectFilter(LinkedFilter):
    title = "object"
    parameter_name = "object_key"


class RunFilter(LinkedNumberFilter):
    title = "run"
    parameter_name = "run_id"


class CorrelationFilter(LinkedNumberFilter):
    """What one request did. It has no index, but the ids of its mutations begin at its own and soon end."""

    title = "correlation"
    parameter_name = "correlation_id"

    def linked(self, queryset: QuerySet[Any], number: int) -> QuerySet[Any]:
        last = number + ids_within(LONGEST_REQUEST)
        return queryset.filter(correlation_id=number, id__gt=number, id__lt=last)


class ModelFilter(EqualityFilter):
    """Offers every model that can leave a trail, without asking the trail."""

    title = "model"
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(label, label) for label in recorded_models()]


class TenantFilter(EqualityFilter):
    """Offers the tenants that the trail holds: they are few, so few steps find them."""

    title = "brand"
    parameter_name = "tenant"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(value, value) for value in distinct_values(self.parameter_name) if value]


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
        told = {"deleted": f"deleted, or {GONE}"}
        return [(action, told.get(action, action)) for action in ACTIONS]
