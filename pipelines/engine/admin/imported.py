"""Imported rows of any room: read-only, found by exact key, lake id or business number, personal values as dots.

A list never shows a personal value; a page shows it to whoever asks for it, may see it, and is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.words import GONE, MASK, breakable, only_flagged
from hub.lakes import LINE_BITS
from pipelines.engine.admin import words
from pipelines.engine.admin.blocks import (
    Block,
    Fact,
    badge,
    facts,
    imported_models,
    list_link,
    record_link,
    unbroken,
)
from pipelines.engine.admin.filters import TenantOfKeyFilter
from pipelines.engine.admin.revealing import RevealAdmin
from pipelines.engine.models import Tenant
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.spec import Column, Kind

_AMOUNTS = ("amount", "total_amount", "apply_amount", "charge_amount")
_STATUSES = 2  # columns a list has room for
_HIDDEN = "personal: to read it takes the permission {}"


class ImportedRowAdmin(RevealAdmin):
    """Pages of one entity, laid out from its spec.

    What a list tells in its own way ends in `_told`: a column of the same name would be shown instead of it.
    """

    list_display_links = ("key_told",)
    list_filter = (TenantOfKeyFilter,)
    ordering = ("key",)
    exact = ("key",)

    def __init__(self, model: type[ImportedRow], site: admin.AdminSite) -> None:
        super().__init__(model, site)
        self.permission = f"{self.opts.app_label}.view_personal"
        only_flagged.add(model._meta.label_lower)
        self.spec = spec_of(model)
        number = model.number_field
        numbers = [number] if number else []
        self.list_display = ("key_told", *numbers, *_told(model), "changed_told", "state_told")
        self.search_help_text = "Exact key, lake id" + (f" or {number.replace('_', ' ')}" if number else "")

    def found(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """One index answers: the primary key, where need be with every tenant in front, or the number's."""
        if ":" in term:
            return queryset.filter(key=term)
        if re.fullmatch(self.spec.column(self.spec.key).pattern or ".*", term):
            codes = Tenant.objects.values_list("code", flat=True)
            return queryset.filter(key__in=[f"{code}:{term}" for code in codes])
        number = self.model.number_field
        return queryset.filter(**{number: term}) if number else queryset.none()

    def blocks(self, request: HttpRequest, row: ImportedRow) -> list[Block]:
        business, *extra = self._columns(row, clear=False)
        if any(getattr(row, name) is not None for name in self.spec.personal):
            business = self.with_button(request, row, business)
        return [business, facts("Where it came from", *_origin(row)), *extra]

    def opened(self, request: HttpRequest, row: ImportedRow) -> list[Block]:
        return self._columns(row, clear=True)

    def checksum(self, row: ImportedRow) -> bytes:
        return bytes(row.checksum)

    @admin.display(description="key")
    def key_told(self, row: ImportedRow) -> SafeString:
        return breakable(row.key)

    @admin.display(description="amount")
    def amount_told(self, row: ImportedRow) -> SafeString:
        value = getattr(row, _amount_of(type(row)))
        currency = getattr(row, "currency", None) or ""
        return unbroken(words.NOTHING if value is None else f"{words.amount(value)} {currency}")

    @admin.display(description="updated date (UTC)")
    def changed_told(self, row: ImportedRow) -> SafeString:
        return unbroken(words.instant(getattr(row, self.spec.cursor)))

    @admin.display(description="state")
    def state_told(self, row: ImportedRow) -> SafeString | str:
        return state_of(row)

    def _columns(self, row: ImportedRow, *, clear: bool) -> list[Block]:
        """What the source says of the row: the columns that are declared, then the others."""
        links = self._references(row)
        business = [self._fact(column, row, clear=clear, links=links) for column in self.spec.columns]
        blocks = [facts("Business columns", *business)]
        if row.extra:
            blocks.append(facts("Extra: columns nobody declared", *self._extra(row.extra, clear=clear)))
        return blocks

    def _references(self, row: ImportedRow) -> Mapping[str, SafeString]:
        """Links by column, to those of the referenced rows that exist: one look-up by key a model."""
        models = imported_models()
        wanted: dict[str, dict[str, str]] = {}
        for column in self.spec.columns:
            if column.references in models and (value := getattr(row, _field(column))):
                wanted.setdefault(column.references, {})[column.name] = f"{row.tenant}:{value}"
        links: dict[str, SafeString] = {}
        for entity, keys in wanted.items():
            existing = set(
                models[entity].objects.filter(pk__in=set(keys.values())).values_list("pk", flat=True)
            )
            label = models[entity]._meta.label_lower
            links |= {
                name: record_link(label, key, key.partition(":")[2])
                for name, key in keys.items()
                if key in existing
            }
        return links

    def _fact(
        self, column: Column, row: ImportedRow, *, clear: bool, links: Mapping[str, SafeString]
    ) -> Fact:
        value = getattr(row, _field(column))
        label = column.in_lake
        if column.personal and not clear and value is not None:
            return Fact(label=label, value=MASK, note=_HIDDEN.format(self.permission))
        note = f"{column.references}: no such row here" if column.references and value else ""
        if column.name in links:
            return Fact(label=label, value=links[column.name], note=str(column.references))
        return Fact(label=label, value=words.shown(value), note=note)

    def _extra(self, extra: Mapping[str, Any], *, clear: bool) -> list[Fact]:
        note = "" if clear else _HIDDEN.format(self.permission)
        return [
            Fact(label=name, value=words.shown(value) if clear else MASK, note=note)
            for name, value in extra.items()
        ]


def state_of(row: ImportedRow) -> SafeString | str:
    """A label where a row is no longer there upstream."""
    labels = []
    if row.deleted and getattr(row, row.deleted):
        labels.append(badge("deleted", "danger", "flagged as deleted upstream"))
    if row.missing_since:
        note = f"absent upstream since {words.instant(row.missing_since)} UTC"
        labels.append(badge(GONE, "warning", note))
    return format_html(" ".join("{}" for _ in labels), *labels) if labels else ""


def _field(column: Column) -> str:
    return "lake_id" if column.kind is Kind.ID else column.name


def _told(model: type[ImportedRow]) -> list[str]:
    """What a list shows beside the number: a name, what the row's state is, its amount. Never a personal column."""
    columns = spec_of(model).by_name
    name = [each for each in ("name",) if each in columns and each != model.number_field]
    choices = [column.name for column in columns.values() if column.kind is Kind.ENUM]
    states = [each for each in choices if each.endswith(("status", "state"))]
    kinds = states or [each for each in choices if each.endswith("type")]
    told = [each for each in (*name, *kinds[:_STATUSES]) if not columns[each].personal]
    return [*told, "amount_told"] if _amount_of(model) else told


def _amount_of(model: type[ImportedRow]) -> str:
    """The column a list shows as a row's amount; '' where it has none."""
    return next((each for each in _AMOUNTS if each in spec_of(model).by_name), "")


def _origin(row: ImportedRow) -> list[Fact]:
    seconds, line = row.lake_position >> LINE_BITS, row.lake_position & ((1 << LINE_BITS) - 1)
    loaded = words.instant(datetime.fromtimestamp(seconds, UTC))
    own = [
        Fact(label="Key", value=row.key),
        Fact(label="Batch", value=record_link("engine.batch", row.batch_id), note="that last wrote it"),
        Fact(label="Loaded into the lake (UTC)", value=loaded),
        Fact(label="Line", value=words.count(line)),
        Fact(
            label="Change time used (UTC)",
            value=words.instant(row.cursor_at),
            note="none where it lies two days behind its load",
        ),
        Fact(label="Checksum", value=bytes(row.checksum).hex(), note="the same as in its newest mutation"),
        Fact(
            label="Raw checksum", value=bytes(row.raw_checksum).hex() if row.raw_checksum else words.NOTHING
        ),
        Fact(
            label="Audit trail", value=list_link("audit.mutation", "Every change of it", object_key=row.key)
        ),
        Fact(label="Repairs", value=list_link("engine.repair", "How it was mended", q=row.key)),
        Fact(
            label="Quarantine", value=list_link("engine.quarantineentry", "When it was set aside", q=row.key)
        ),
    ]
    label = state_of(row)
    return [Fact(label="State", value=label), *own] if label else own
