"""Write one further load of the plainest brand: a tenth of its rows, each with one cell changed and a newer time.

Needs Django set up: `manage.py shell` calls it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from hub.lakes import RawChunk
from pipelines.billing.feeds import AREA, OWN_SOURCES, entities
from pipelines.engine.chunk import Chunk, Incoming, open_chunk
from pipelines.engine.mapping import plan_columns
from pipelines.engine.reading import Origin, read_rows
from pipelines.engine.rows import spec_of
from pipelines.engine.source import Feed
from pipelines.engine.source_file import load_source
from pipelines.engine.spec import Column, Kind, RowSpec
from pipelines.engine.window import CHUNK_ROWS
from pipelines.lake import open_lake
from pipelines.lake.duckdb import DuckDBLake, FolderTable

BRAND = "nordlicht"  # writes naive CSV with instants in UTC, so a line is its cells and nothing more
ONE_IN = 10
PREFERRED = (Kind.FREETEXT, Kind.TEXT, Kind.DECIMAL)
LONGEST = 200


def redeliver(day: str, one_in: int = ONE_IN) -> int:
    """Write the load of a day for every table of the brand, with one row in so many; returns its rows."""
    source = load_source(OWN_SOURCES / f"{BRAND}.toml")
    lake, models = open_lake(settings.LAKE), entities()
    if not isinstance(lake, DuckDBLake):
        raise SystemExit("files can be added to a lake in a folder only")
    at, rows = datetime.fromisoformat(f"{day}T02:00:00").replace(tzinfo=UTC), 0
    for feed in source.feeds.values():
        table = lake.table(source.tenant, AREA, feed.table, source.form)
        header, lines = _changed_lines(spec_of(models[feed.entity]), feed, table, _text(at), one_in)
        _write(table.folder / f"load_date={day}" / "part-0000.csv", [header, *lines], at)
        rows += len(lines)
    return rows


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


def _changed_lines(
    spec: RowSpec, feed: Feed, table: FolderTable, at: str, one_in: int
) -> tuple[str, list[str]]:
    """The table's header and one in so many of its rows, changed; a row that came twice counts once."""
    delimiter = table.form.delimiter
    header, lines, seen = "", list[str](), set[str]()
    for file in table.files():
        for raw in table.chunks(file, first_line=0, rows=CHUNK_ROWS):
            header = delimiter.join(raw.columns)
            chunk = _opened(spec, feed, raw, file.path)
            places = {line: index for index, line in enumerate(chunk.lines)}
            for row in _clean_rows(chunk, at, delimiter):
                if row.source_id not in seen and len(seen) % one_in == 0:
                    lines.append(delimiter.join(_changed_cells(chunk, places[row.line], row, at)))
                seen.add(row.source_id)
    return header, lines


def _opened(spec: RowSpec, feed: Feed, raw: RawChunk, path: str) -> Chunk:
    return open_chunk(raw, plan_columns(spec, feed, raw.columns, path))


def _clean_rows(chunk: Chunk, at: str, delimiter: str) -> Iterator[Incoming]:
    """Rows that read without repair and changed before the new load."""
    if chunk.rows:
        read = read_rows(chunk, chunk.raw_checksums(), Origin(delimiter=delimiter, in_lines=True))
        yield from (row for row in read.rows if row.repair is None and row.cursor and row.cursor < at)


def _changed_cells(chunk: Chunk, index: int, row: Incoming, at: str) -> list[str]:
    spec, places = chunk.plan.spec, chunk.plan.places
    column = changeable(spec)
    cells = [cell or "" for cell in chunk.cells(index)]
    cells[places.index(column.name)] = changed(column, row.document.get(column.name))
    cells[places.index(spec.cursor)] = at
    return cells


def changeable(spec: RowSpec) -> Column:
    """A column no rule leans on: nullable before required, free text before short text before amounts."""
    candidates = [column for column in spec.columns if column.kind in PREFERRED]
    return min(candidates, key=lambda column: (column.required, PREFERRED.index(column.kind)))


def changed(column: Column, text: str | None) -> str:
    """Another value of the same kind."""
    if column.kind is Kind.DECIMAL:
        return str(Decimal(text or 0) + 1)
    return f"{(text or '')[:LONGEST]} (revised)".strip()


def _write(path: Path, lines: list[str], at: datetime) -> None:
    """Dated like the load: a file of a moment ago would still count as being written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.utime(path, (at.timestamp(), at.timestamp()))
