"""A chunk's rows read as the source's contract says: what does not read, or was not announced, is treated so. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import FatalError
from pipelines.engine.chunk import Chunk, Incoming, Rejected
from pipelines.engine.contract import ACCEPT, IGNORE, QUARANTINE, STOP
from pipelines.engine.documents import Documents
from pipelines.engine.mapping import ColumnPlan
from pipelines.engine.reading import Origin, RowsRead, read_rows, set_aside
from pipelines.engine.spec import EXTRA
from pipelines.engine.typed import nulls_for_empty

WHOLE = Origin(delimiter=None, in_lines=False)  # what does not read even without those cells is not mended


def read_by_contract(chunk: Chunk, checksums: Sequence[bytes], origin: Origin) -> RowsRead:
    """Rows that read, or may be taken in without a cell; the others with their reasons."""
    if not chunk.rows:
        return RowsRead(rows=[])
    read = read_rows(chunk, checksums, origin)
    _refuse_what_stops(chunk.plan, read.rejected)
    if ACCEPT in chunk.plan.feed.contract.unreadable.values():
        read.rows = _keeping_extra(read.rows)
    tolerated = _tolerated(chunk, read.rejected, dict(zip(chunk.lines, checksums, strict=True)))
    if tolerated:
        taken = {row.line for row in tolerated}
        read.rejected = [row for row in read.rejected if row.line not in taken]
        read.rows = sorted([*read.rows, *tolerated], key=lambda row: row.line)
    unannounced = _unannounced(chunk)
    wrong = {id(row): unannounced[row.line] for row in read.rows if row.line in unannounced}
    return set_aside(read, chunk, wrong, "new_column")


def _actions(plan: ColumnPlan, row: Rejected) -> set[str]:
    """What the contract says of the cells that did not read; {} where that is not what is the matter."""
    if row.code != "unreadable":
        return set()
    return {plan.feed.contract.unreadable.get(name, QUARANTINE) for name in row.columns}


def _refuse_what_stops(plan: ColumnPlan, rejected: Sequence[Rejected]) -> None:
    stopping = [row for row in rejected if STOP in _actions(plan, row)]
    if stopping:
        columns = sorted({name for row in stopping for name in row.columns})
        raise FatalError(
            f"{plan.feed.name}: {len(stopping)} rows hold something else in {', '.join(columns)} than is declared",
            hint=f"the contract of {plan.spec.entity} in the source file says to stop there",
        )


def _tolerated(chunk: Chunk, rejected: Sequence[Rejected], checksums: Mapping[int, bytes]) -> list[Incoming]:
    """Rows taken in although a cell does not read: without it, or with its text in `extra`."""
    if not chunk.plan.feed.contract.unreadable:
        return []
    blank = {
        row.line: row.columns
        for row in rejected
        if (found := _actions(chunk.plan, row)) and found <= {ACCEPT, IGNORE}
    }
    if not blank:
        return []
    part = chunk.take([index for index, line in enumerate(chunk.lines) if line in blank])
    places = chunk.plan.place_of
    arrays = [array.to_pylist() for array in part.arrays]
    kept = dict[int, dict[str, str]]()
    for index, line in enumerate(part.lines):
        for name in blank[line]:
            text, arrays[places[name]][index] = arrays[places[name]][index], None
            if chunk.plan.feed.contract.unreadable[name] == ACCEPT:
                kept.setdefault(line, {})[chunk.plan.file_columns[places[name]]] = text
    blanked = replace(part, arrays=[pa.array(cells, pa.string()) for cells in arrays])
    rows = read_rows(blanked, [checksums[line] for line in part.lines], WHOLE).rows
    return [_with_extra(row, kept.get(row.line, {})) for row in rows]


def _keeping_extra(rows: Sequence[Incoming]) -> list[Incoming]:
    """The rows with nothing in `extra` rather than none: what a cell was kept as goes when it reads again."""
    swapped = dict[int, Documents]()
    for documents in (row.documents for row in rows if row.documents.extra is None):
        if id(documents) not in swapped:
            swapped[id(documents)] = replace(documents, extra=[None] * len(documents))
    return [replace(row, documents=swapped.get(id(row.documents), row.documents)) for row in rows]


def _with_extra(row: Incoming, kept: Mapping[str, str]) -> Incoming:
    extra = {**(row.document.get(EXTRA) or {}), **kept}
    document: dict[str, Any] = {**row.document, EXTRA: extra or None}
    return replace(row, documents=Documents.of([document], row.documents.columns), place=0)


def _unannounced(chunk: Chunk) -> dict[int, str]:
    """Lines with something in a column nobody declared, and what that is called, where rows must not have it."""
    plan = chunk.plan
    if plan.feed.contract.new_columns != QUARANTINE:
        return {}
    found = dict[int, str]()
    for name, array in plan.extra(chunk.arrays).items():
        filled = pc.indices_nonzero(pc.is_valid(nulls_for_empty(array, plan.feed.null_markers))).to_pylist()
        told = name if name in plan.unknown_told else f"column {plan.file_columns.index(name) + 1}"
        found |= {chunk.lines[index]: told for index in filled}
    return found
