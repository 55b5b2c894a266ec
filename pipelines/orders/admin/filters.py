"""Filters of orders and allocations, each by the front of an index: none asks the table which values there are."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

import orjson
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.filters import EqualityFilter
from pipelines.engine.admin.filters import TenantOfKeyFilter
from pipelines.orders.admin import words
from pipelines.orders.models import Allocation
from pipelines.orders.schema import FILE

ANY = "any"


@cache
def allowed(name: str) -> tuple[str, ...]:
    """The values that the published schema allows: of a definition, or of the state."""
    found = orjson.loads(FILE.read_bytes())["$defs"]
    if name == "state":
        return tuple(found["order"]["properties"]["state"]["properties"]["value"]["enum"])
    return tuple(found[name]["enum"])


class BrandFilter(TenantOfKeyFilter):
    title = "brand"


class OrderStatusFilter(EqualityFilter):
    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in model_admin.model.Status.choices]


class StateFilter(EqualityFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, words.titled(value)) for value in allowed("state")]


class ClassFilter(EqualityFilter):
    title = "class"
    parameter_name = "subscription_class"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, words.titled(value)) for value in allowed("subscription_class")]


class HoldingFilter(EqualityFilter):
    """Orders that hold any of something; the list then begins with those that hold most."""

    counted: ClassVar[str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(ANY, "With any")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{f"{self.counted}__gt": 0}) if self.value() == ANY else queryset


class RefundsFilter(HoldingFilter):
    title = "refunds and credit notes"
    parameter_name = "refunded"
    counted = "refunds"


class AnomaliesFilter(HoldingFilter):
    title = "anomalies"
    parameter_name = "odd"
    counted = "anomalies"


HOLDING = (RefundsFilter, AnomaliesFilter)


class OutcomeFilter(EqualityFilter):
    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, text) for code, (text, _) in words.OUTCOMES.items()]


class KindFilter(EqualityFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, text.capitalize()) for code, text in words.KINDS.items()]


class SourceFilter(EqualityFilter):
    """Two values halve the table at most, so it needs no index."""

    title = "refund or memo"
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Allocation.Source.choices]
