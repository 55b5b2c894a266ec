"""Files for any billing entity, made from its declaration, and imports through the job itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from audit.context import Actor
from hub.addresses import LakeAddress
from hub.progress import SilentMeter
from pipelines.billing.feeds import OWN_SOURCES, entities
from pipelines.billing.jobs import import_billing
from pipelines.engine.counts import Counts
from pipelines.engine.reports import RunReport
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.source_file import load_source
from pipelines.engine.spec import Column, Kind
from pipelines.engine.window import Window
from tests.conftest import LakeFolder

BRAND = "nordlicht"
CREATED, UPDATED = "2025-01-01 08:00:00.000000", "2025-01-10 08:00:00.000000"
MARKER = "ada.lovelace@marker.example"
Row = dict[str, str]

_CELLS: dict[Kind, Callable[[Column, int], str]] = {
    Kind.ID: lambda column, number: f"{number:032x}",
    Kind.REF: lambda column, number: f"{number + 0xABC:032x}",
    Kind.INT: lambda column, number: str(max(column.minimum or 0, 1)),
    Kind.DECIMAL: lambda column, number: "12.5",
    Kind.BOOL: lambda column, number: "false",
    Kind.ENUM: lambda column, number: column.values[0],
    Kind.DATE: lambda column, number: "2025-01-31",
    Kind.TIMESTAMP: lambda column, number: CREATED,
    Kind.CURRENCY: lambda column, number: "EUR",
    Kind.EMAIL: lambda column, number: MARKER,
    Kind.TEXT: lambda column, number: f"{column.name} {number}",
    Kind.FREETEXT: lambda column, number: f"{column.name} of {number}",
}


def example(model: type[ImportedRow], number: int, **cells: str) -> Row:
    """A row of an entity in which every column is filled and reads."""
    row = {column.in_lake: _CELLS[column.kind](column, number) for column in spec_of(model).columns}
    return row | {"updated_date": UPDATED} | cells


@dataclass
class Deliveries:
    """A lake for one entity of one brand."""

    model: type[ImportedRow]
    lake: LakeFolder
    written: int = field(default=0)

    def deliver(self, *rows: Row, leave_out: str = "", at: datetime | None = None) -> Path:
        """One naive CSV file with a header; `leave_out` names a column that it lacks."""
        names = [name for name in rows[0] if name != leave_out]
        lines = [",".join(names), *(",".join(row[name] for name in names) for row in rows)]
        self.written += 1
        table = self.model.lake_table or self.model.entity
        path = f"{BRAND}/billing/{table}/part-{self.written:03}.csv"
        return self.lake.write(path, "\n".join(lines) + "\n", at=at)

    def run(self, **window: Any) -> Counts:
        """Import what was delivered; the run must not fail."""
        report = self.report(**window)
        assert report.status in {"done", "quarantined"}, report.as_dict()
        return report.total

    def report(self, **window: Any) -> RunReport:
        asked = Window(brands=(BRAND,), entities=(self.model.entity,), **window)
        return import_billing(asked, by=Actor.command("test"), meter=SilentMeter())

    def stored(self) -> dict[str, Any]:
        return {row.lake_id: row for row in self.model.unscoped.all()}


def source_of_everything(folder: Path) -> Path:
    """Nordlicht's source file with every entity that is declared, also those the sample's does not deliver."""
    text = (OWN_SOURCES / f"{BRAND}.toml").read_text(encoding="utf-8")
    listed = load_source(OWN_SOURCES / f"{BRAND}.toml").feeds
    folder.mkdir()
    more = "".join(f"{name} = {{}}\n" for name in entities() if name not in listed)
    (folder / f"{BRAND}.toml").write_text(
        text.replace("[entities]\n", f"[entities]\n{more}"), encoding="utf-8"
    )
    return folder


@pytest.fixture
def deliveries(
    model: type[ImportedRow], lake: LakeFolder, tenants: object, settings: LazySettings, tmp_path: Path
) -> Deliveries:
    """Deliveries of the entity that the test is parametrised with."""
    settings.LAKE = LakeAddress(kind="duckdb", folder=lake.folder)
    settings.HUB_SOURCES_DIR = str(source_of_everything(tmp_path / "sources"))
    return Deliveries(model, lake)
