"""Repairs: how a row was mended, its cells before and after for those who may see them."""

from __future__ import annotations

import orjson
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from audit.protect import open_row
from audit.words import breakable
from pipelines.engine.admin import words
from pipelines.engine.admin.blocks import Block, Fact, badge, facts, file_told, record_link, row_link
from pipelines.engine.admin.filters import BatchFilter, EntityFilter, TenantFilter
from pipelines.engine.admin.sealed import DOTS, Cell, Cells, SealedAdmin, cells, spec_for
from pipelines.engine.models import Repair

RULES = {
    "absorb": "The column took up delimiters; its pieces were joined again and the cells behind moved back."
}
HEADINGS = ("Before", "After")


@admin.register(Repair)
class RepairAdmin(SealedAdmin):
    list_display = ("row", "tenant", "entity", "what", "column", "shift", "place")
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
        before, after = content["before"], content["after"]
        rows = zip(before["columns"], before["cells"], after, strict=True)
        lines = [
            Cell(column=name, values=(old, new), marked="mended" if at == content["place"] else "")
            for at, (name, old, new) in enumerate(rows)
        ]
        return [cells("Cells", Cells(headings=HEADINGS, lines=lines))]

    @admin.display(description="row")
    def row(self, repair: Repair) -> SafeString:
        return breakable(str(repair.row_key))

    @admin.display(description="rule")
    def what(self, repair: Repair) -> SafeString:
        return badge(repair.rule, "info", RULES.get(repair.rule, ""))

    @admin.display(description="file:line")
    def place(self, repair: Repair) -> SafeString:
        return file_told(repair.file, repair.line)
