"""Repairs: how a row was mended, its cells before and after for those who may see them."""

from __future__ import annotations

import orjson
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from audit.protect import open_row
from audit.revealing import DOTS
from audit.words import breakable
from pipelines.engine.admin import words
from pipelines.engine.admin.blocks import Block, Fact, badge, facts, file_told, record_link, row_link
from pipelines.engine.admin.filters import BatchFilter, EntityFilter, TenantFilter
from pipelines.engine.admin.sealed import Cell, Cells, SealedAdmin, cells, spec_for
from pipelines.engine.models import Repair

RULES = {
    "cleaned": "Something that writers leave around values was taken off; no cell moved.",
    "cut": "Two columns stood in one cell; they were cut apart.",
    "dropped": "A delimiter too many was taken out and the cells behind moved back.",
    "joined": "A text held delimiters; its pieces were joined again and the cells behind moved back.",
    "joined_lines": "The row was torn into several lines; they were put together.",
    "number": "A number was cut at its decimal or group commas; it was put together.",
    "omitted": "An empty column had not been written at all; it is empty again, and the cells behind moved on.",
    "split_line": "Several rows stood on one line; they were cut apart.",
}
HEADINGS = ("Before", "After")


def _numbered(heading: str, count: int) -> tuple[str, ...]:
    """One heading for each line or row: a torn row had several lines, a merged line holds several rows."""
    return (heading,) if count == 1 else tuple(f"{heading} {number}" for number in range(1, count + 1))


@admin.register(Repair)
class RepairAdmin(SealedAdmin):
    list_display = ("row", "brand", "entity", "what", "column", "shift", "place")
    list_display_links = ("row",)
    list_filter = (TenantFilter, EntityFilter, BatchFilter)
    exact = ("id", "row_key")
    search_help_text = "Exact row key"
    empty_hint = "Rows that were mended are listed here. To import some: manage.py import_billing"

    def blocks(self, request: HttpRequest, repair: Repair) -> list[Block]:
        return [
            facts(
                "Repair",
                Fact(label="Rule", value=self.what(repair)),
                Fact(label="Mended column", value=repair.column),
                Fact(label="Cells too many", value=f"{repair.shift:+d}"),
                Fact(label="Price of the reading", value=f"{repair.price:.2f}"),
                Fact(
                    label="Price of the next one",
                    value=words.NOTHING if repair.runner_up is None else f"{repair.runner_up:.2f}",
                    note="that gives another row",
                ),
                Fact(label="Rules", value=f"version {repair.version}"),
                Fact(label="Tenant", value=repair.tenant),
                Fact(label="Entity", value=repair.entity),
                Fact(label="Row", value=row_link(repair.entity, str(repair.row_key))),
                Fact(label="File", value=repair.file),
                Fact(label="Line", value=words.count(repair.line)),
                Fact(label="Batch", value=record_link("engine.batch", repair.batch_id)),
            ),
            self.masked(request, repair),
        ]

    def masked(self, request: HttpRequest, repair: Repair) -> Block:
        spec = spec_for(repair.entity)
        lines = [
            Cell(
                column=column.in_lake,
                values=(DOTS, DOTS),
                marked="mended" if column.name == repair.column else "",
            )
            for column in (spec.columns if spec else ())
        ]
        return self.with_button(request, repair, cells("Cells", Cells(headings=HEADINGS, lines=lines)))

    def opened(self, request: HttpRequest, repair: Repair) -> list[Block]:
        content = orjson.loads(open_row(repair.sealed_on, bytes(repair.sealed)))
        names, before, after = content["before"]["columns"], content["before"]["lines"], content["after"]
        headings = _numbered("Before", len(before)) + _numbered("After", len(after))
        lines = [
            Cell(
                column=name,
                values=(*(row[at] for row in before), *(row[at] or "" for row in after)),
                marked="mended" if at in {place % len(names) for place in content["places"]} else "",
            )
            for at, name in enumerate(names)
        ]
        return [cells("Cells", Cells(headings=headings, lines=lines))]

    @admin.display(description="row")
    def row(self, repair: Repair) -> SafeString:
        return breakable(str(repair.row_key))

    @admin.display(description="rule")
    def what(self, repair: Repair) -> SafeString:
        return badge(repair.rule, "info", RULES.get(repair.rule, ""))

    @admin.display(description="file:line")
    def place(self, repair: Repair) -> SafeString:
        return file_told(repair.file, repair.line)
