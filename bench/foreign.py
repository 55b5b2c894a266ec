"""Texts that nobody here wrote, planted without quotes into rows of a sample lake: what the repair makes of them."""

from __future__ import annotations

import csv
import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.tally import reads_of
from pipelines.engine.chunk import Chunk, open_chunk
from pipelines.engine.mapping import plan_columns
from pipelines.engine.reading import Origin, read_rows
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.source import Feed
from pipelines.engine.window import CHUNK_ROWS
from pipelines.lake.duckdb import DuckDBLake, FolderTable

TWO_TEXTS = 0.2  # of the rows hold a text in two columns
LONG_AGO = 1_700_000_000
MOST_ROWS = 2000  # a table
csv.field_size_limit(1 << 24)


def texts_in(folder: Path) -> list[str]:
    """Every distinct cell of the CSV files in a folder that holds a letter, in order."""
    found: dict[str, None] = {}
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            for row in csv.reader(lines):
                found |= dict.fromkeys(cell for cell in row if any(map(str.isalpha, cell)))
    return list(found)


@dataclass
class Outcomes:
    """Rows with a planted text: how many needed mending, and what became of them."""

    damaged: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Planting:
    """Good rows of one table, some of their texts replaced, written as a naive exporter would."""

    model: type[ImportedRow]
    feed: Feed
    reader: FolderTable
    texts: Sequence[str]
    chance: random.Random

    def judge(self, folder: Path, outcomes: Outcomes) -> None:
        """Write the rows, read them back and compare."""
        true_cells, header = dict[str, list[str]](), tuple[str, ...]()
        for chunk in self._good():
            header = chunk.plan.file_columns
            for index in range(chunk.rows):
                cells = self._planted(chunk, [cell or "" for cell in chunk.cells(index)])
                true_cells[cells[chunk.plan.key_index]] = cells
        if not true_cells:
            return
        table = self._written(folder, header, true_cells.values())
        self._compare(table, true_cells, outcomes)

    def _good(self) -> Iterator[Chunk]:
        """Rows that read as they stand."""
        left = MOST_ROWS
        for file in self.reader.files():
            for raw in self.reader.chunks(file, first_line=1, rows=CHUNK_ROWS):
                chunk = open_chunk(raw, plan_columns(spec_of(self.model), self.feed, raw.columns, file.path))
                if not chunk.rows or left <= 0:
                    continue
                read = read_rows(chunk, chunk.raw_checksums(), Origin.of(self.reader, file.path))
                lines = {row.line for row in read.rows if row.repair is None}
                good = [index for index, line in enumerate(chunk.lines) if line in lines][:left]
                left -= len(good)
                yield chunk.take(good)

    def _planted(self, chunk: Chunk, cells: list[str]) -> list[str]:
        prose = [at for at, slot in enumerate(chunk.plan.row.slots) if slot.prose and slot.shape is None]
        count = 2 if self.chance.random() < TWO_TEXTS else 1
        for at in self.chance.sample(prose, min(count, len(prose))):
            cells[at] = self.chance.choice(self.texts)
        return cells

    def _written(self, folder: Path, header: Sequence[str], rows: Iterable[list[str]]) -> FolderTable:
        path = folder / self.feed.tenant / "foreign" / self.feed.table / "part-0000.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        delimiter = self.reader.form.delimiter
        lines = [delimiter.join(header), *map(delimiter.join, rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
        os.utime(path, (LONG_AGO, LONG_AGO))
        return DuckDBLake(folder=folder).table(self.feed.tenant, "foreign", self.feed.table, self.reader.form)

    def _compare(self, table: FolderTable, true_cells: dict[str, list[str]], outcomes: Outcomes) -> None:
        delimiter = self.reader.form.delimiter
        damaged = {
            key
            for key, cells in true_cells.items()
            if any(delimiter in cell or "\n" in cell for cell in cells)
        }
        outcomes.damaged += len(damaged)
        for plan, read in reads_of(table, self.model, self.feed):
            places = [(at, name) for at, name in enumerate(plan.places) if name and plan.row.slots[at].prose]
            for row in read.rows:
                how = row.repair.rule if row.repair else "as it is"
                cells = true_cells.get(row.source_id)
                right = cells is not None and all(
                    (row.document.get(name) or "") == self._as_read(cells[at]) for at, name in places
                )
                if right and row.source_id not in damaged:
                    continue
                outcomes.counts[f"{how} {'right' if right else 'WRONG'}"] += 1
                if not right:
                    outcomes.wrong.append(f"{self.feed.name} {row.source_id} {how}")
            outcomes.counts.update(f"set aside {row.code}" for row in read.rejected)

    def _as_read(self, cell: str) -> str:
        return "" if cell in self.feed.null_markers else cell
