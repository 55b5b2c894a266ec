"""What can be told of a drifted file without telling a cell: how many there are, where one came in. Pure."""

from __future__ import annotations

from collections import Counter

from pipelines.engine.chunk import Chunk
from pipelines.engine.mapping import ColumnPlan
from pipelines.engine.repair.pieces import cut
from pipelines.engine.repair.slots import Cells

SAMPLE = 50
ENOUGH = 0.9  # of the sampled rows, with a damaged one among them here and there
MOST_NAMED = 6


def shape(chunk: Chunk, delimiter: str | None) -> str:
    """How the lines differ from their heading; '' where they do not, or in every line otherwise."""
    if delimiter is None or not chunk.rows:
        return ""
    cells = map(chunk.cells, range(min(SAMPLE, chunk.rows)))
    rows = [list(cut(each, delimiter, rest_kept=True).texts) for each in cells]
    width, count = Counter(map(len, rows)).most_common(1)[0]
    surplus = width - len(chunk.plan.file_columns)
    if count < ENOUGH * len(rows) or surplus == 0:
        return ""
    told = f"its lines have {width} cells, its heading {len(chunk.plan.file_columns)}"
    places = _places(chunk.plan, [row for row in rows if len(row) == width], surplus) if surplus > 0 else []
    if not places or len(places) > MOST_NAMED:
        return told
    return f"{told}; they read if what is new stands before {' or '.join(places)}"


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
    return plan.row.fit([None if cell in markers else cell for cell in cells])
