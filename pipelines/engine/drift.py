"""What can be told of a drifted file without telling a cell: how many there are, where one came in. Pure."""

from __future__ import annotations

from collections import Counter

from pipelines.engine.chunk import Chunk
from pipelines.engine.mapping import ColumnPlan
from pipelines.engine.repair import Cells, reads

SAMPLE = 50
ENOUGH = 0.9  # of the sampled rows, with a damaged one among them here and there
MOST_NAMED = 6


def shape(chunk: Chunk, delimiter: str | None) -> str:
    """How the lines differ from their heading; '' where they do not, or in every line otherwise."""
    if delimiter is None or not chunk.rows:
        return ""
    rows = [_pieces(chunk.cells(index), delimiter) for index in range(min(SAMPLE, chunk.rows))]
    width, count = Counter(map(len, rows)).most_common(1)[0]
    surplus = width - len(chunk.plan.file_columns)
    if count < ENOUGH * len(rows) or surplus == 0:
        return ""
    told = f"its lines have {width} cells, its heading {len(chunk.plan.file_columns)}"
    places = _places(chunk.plan, [row for row in rows if len(row) == width], surplus) if surplus > 0 else []
    if not places or len(places) > MOST_NAMED:
        return told
    return f"{told}; they read if what is new stands before {' or '.join(places)}"


def _pieces(cells: Cells, delimiter: str) -> Cells:
    """The cells as they stand in the line: the last one holds what goes beyond the heading."""
    *front, last = cells
    pieces = [*front, *(last.split(delimiter) if last else [last])]
    while pieces and pieces[-1] is None:
        pieces.pop()
    return pieces


def _places(plan: ColumnPlan, rows: list[Cells], surplus: int) -> list[str]:
    """The columns before which so many cells can stand that the others read."""
    found = []
    for place in range(len(plan.file_columns) + 1):
        read = sum(_reads(plan, [*row[:place], *row[place + surplus :]]) for row in rows)
        if read >= ENOUGH * len(rows):
            found.append(plan.file_columns[place] if place < len(plan.file_columns) else "the line's end")
    return found


def _reads(plan: ColumnPlan, cells: Cells) -> bool:
    markers = set(plan.feed.null_markers)
    specs = zip(cells, plan.file_specs, strict=True)
    return all(reads(None if cell in markers else cell, column) for cell, column in specs)
