"""A chunk on its way from cells to rows that can be compared: drop, checksum, type. Pure.

Nothing here asks the database. A row leaves as `Incoming` (it can be compared and written) or as
`Rejected` (it goes to the quarantine, verbatim); rows whose raw checksum is known never get this far.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from hub.canonical import Document
from hub.lakes import Fault, RawChunk
from pipelines.engine.documents import Documents
from pipelines.engine.mapping import ColumnPlan
from pipelines.engine.repair.slots import Cells
from pipelines.engine.repair.verdict import Refused, Repaired
from pipelines.engine.spec import Kind
from pipelines.engine.typed import TypedCells, nulls_for_empty, type_cells, type_column

PLAUSIBLE_FROM, PLAUSIBLE_UNTIL = "1970-01-02", "2100-01-01"  # outside, a change time is a placeholder
MAX_KEY = 64
DAY, SECONDS = len("2025-01-31"), len("2025-01-31 08:00:00")
MIDNIGHT = " 00:00:00.000000"  # a change time that is a day is compared and stored as its first instant


@dataclass(slots=True, kw_only=True)  # one a row: a frozen one takes three times as long to make
class Incoming:
    """A row that can be compared: its place among the chunk's documents, and where it came from.

    A mended row says how it was mended, what was delivered, and on which further lines of the file it lay.
    """

    source_id: str
    documents: Documents
    place: int
    raw_checksum: bytes | None
    cursor: str | None
    line: int
    repair: Repaired | None = None
    raw: bytes | None = None
    other_lines: tuple[int, ...] = ()

    @property
    def document(self) -> Document:
        """The row in canonical text, nulls in it."""
        return self.documents.rows[self.place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A row for the quarantine: why, which columns it is about, what was tried, and the row as it was delivered.

    `delimiter` is the file's, for those who try again.
    """

    code: str
    line: int
    raw: bytes
    columns: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    shift: int | None = None
    source_id: str = ""
    delimiter: str | None = None


@dataclass(frozen=True)
class Chunk:
    """Rows of one file with the dropped ones gone; `delivered` are the numbers of all its lines that hold anything.

    `returns` are those of the lines that ended in a carriage return.
    """

    plan: ColumnPlan
    arrays: list[pa.Array]
    lines: list[int]
    faults: Mapping[int, Fault]
    dropped: int
    delivered: pa.Array | None = None
    returns: frozenset[int] = frozenset()

    @property
    def rows(self) -> int:
        return len(self.lines)

    def source_ids(self) -> list[str | None]:
        """The id cells as they stand."""
        ids: list[str | None] = self.plan.source_ids(self.arrays).to_pylist()
        return ids

    def raw_checksums(self) -> list[bytes]:
        return self.plan.raw_checksums(self.arrays)

    def take(self, indices: Sequence[int]) -> Chunk:
        """The same chunk with some of its rows only."""
        places = {index: place for place, index in enumerate(indices)}
        wanted = pa.array(indices, pa.int64())
        return replace(
            self,
            arrays=[array.take(wanted) for array in self.arrays],
            lines=[self.lines[index] for index in indices],
            faults={places[index]: fault for index, fault in self.faults.items() if index in places},
        )

    def without(self, indices: Sequence[int]) -> Chunk:
        """The rows that are not among these."""
        return self.take(sorted(set(range(self.rows)) - set(indices))) if indices else self

    def change_times(self) -> pa.Array | None:
        """When each row changed, in canonical text, null where that does not read; None without such a column."""
        spec, feed = self.plan.spec, self.plan.feed
        if not self.rows or spec.cursor not in self.plan.place_of:
            return None
        cells = nulls_for_empty(self.arrays[self.plan.place_of[spec.cursor]], feed.null_markers)
        times = type_column(spec.column(spec.cursor), cells, feed.naive_zone)[0]
        is_day = spec.column(spec.cursor).kind is Kind.DATE
        return pc.binary_join_element_wise(times, MIDNIGHT, "") if is_day else times

    def line_end(self, line: int) -> str:
        return "\r\n" if line in self.returns else "\n"

    def cells(self, index: int) -> Cells:
        return [array[index].as_py() for array in self.arrays]


def open_chunk(raw: RawChunk, plan: ColumnPlan) -> Chunk:
    """The rows of a raw chunk without repeated header lines and trailers."""
    keep = pc.invert(_noise(raw, plan))
    chunk = Chunk(plan, list(raw.cells), raw.lines.to_pylist(), raw.faults, 0, raw.lines, raw.returns)
    if not raw.rows or pc.all(keep).as_py():
        return chunk
    kept = [index for index, wanted in enumerate(keep.to_pylist()) if wanted]
    return replace(chunk.take(kept), dropped=raw.rows - len(kept))


def _noise(raw: RawChunk, plan: ColumnPlan) -> pa.Array:
    """Which rows are no data: the header again, or a trailer as the source declares it."""
    key_cells = raw.cells[plan.key_index]
    header = pc.equal(pc.utf8_lower(pc.utf8_trim_whitespace(key_cells)), raw.columns[plan.key_index].lower())
    noise = pc.fill_null(header, False)
    for pattern in plan.feed.trailers:
        noise = pc.or_(noise, pc.fill_null(pc.match_substring_regex(raw.cells[0], pattern), False))
    return noise


def changed_within(chunk: Chunk, low: str | None, high: str | None, delimiter: str | None = None) -> Chunk:
    """Only the rows that changed from `low` to before `high`, and those whose change time says nothing.

    It says nothing either in a row of another number of cells: what stands there may be another column's.
    """
    times = None if low is None else chunk.change_times()
    if times is None:
        return chunk
    wanted = pc.greater_equal(times, low)
    if high is not None:
        wanted = pc.and_(wanted, pc.less(times, high))
    wanted = pc.or_(pc.or_(wanted, implausible(times)), _misshapen(chunk, delimiter))
    kept = pc.indices_nonzero(pc.fill_null(wanted, True)).to_pylist()
    return chunk if len(kept) == chunk.rows else chunk.take(kept)


def _misshapen(chunk: Chunk, delimiter: str | None) -> pa.Array:
    """Rows whose last cell holds what goes beyond the heading, or is not there: not even an empty one."""
    if delimiter is None:  # a file whose cells come apart has as many as it says
        return pa.array([False] * chunk.rows, pa.bool_())
    return pc.fill_null(pc.match_substring(chunk.arrays[-1], delimiter), True)


def typed_cells(chunk: Chunk) -> TypedCells:
    feed, plan = chunk.plan.feed, chunk.plan
    cells = {
        name: nulls_for_empty(array, feed.null_markers) for name, array in plan.cells(chunk.arrays).items()
    }
    return type_cells(plan.spec.columns, cells, naive_zone=feed.naive_zone, optional=plan.optional)


def in_order(plan: ColumnPlan, typed: TypedCells) -> pa.Array:
    """Rows in which no pair of instants or dates stands the wrong way round (canonical text compares as time).

    To the second: one of the two may be written without fractions.
    """
    ordered = pa.array([True] * len(typed.valid), pa.bool_())
    for earlier, later in plan.spec.not_after:
        if earlier in typed.values and later in typed.values:
            first, second = (
                pc.utf8_slice_codeunits(typed.values[name], 0, SECONDS) for name in (earlier, later)
            )
            in_order = pc.less_equal(first, second)
            ordered = pc.and_(ordered, pc.fill_null(in_order, True))
    return ordered


def incoming(
    chunk: Chunk, typed: TypedCells, raw_checksums: Sequence[bytes | None], indices: Sequence[int]
) -> list[Incoming]:
    wanted = pa.array(indices, pa.int64())
    documents = Documents(
        columns={name: column.take(wanted) for name, column in typed.values.items()},
        extra=_extras(chunk, wanted),
    )
    ids = documents.texts(chunk.plan.spec.key)
    cursors = _cursors(documents, chunk.plan)
    return [
        Incoming(
            source_id=source_id or "",  # it is required, so it is there
            documents=documents,
            place=place,
            raw_checksum=raw_checksums[index],
            cursor=cursor,
            line=chunk.lines[index],
        )
        for place, (index, source_id, cursor) in enumerate(zip(indices, ids, cursors, strict=True))
    ]


def _cursors(documents: Documents, plan: ColumnPlan) -> list[str | None]:
    cursors = _instants(documents, plan, plan.spec.cursor)
    if plan.feed.null_cursor not in plan.spec.names:
        return cursors
    others = _instants(documents, plan, plan.feed.null_cursor)
    return [other if cursor is None else cursor for cursor, other in zip(cursors, others, strict=True)]


def _instants(documents: Documents, plan: ColumnPlan, name: str) -> list[str | None]:
    """A column of times; a day counts as its first instant."""
    texts = documents.texts(name)
    if plan.spec.column(name).kind is not Kind.DATE:
        return texts
    return [None if text is None else f"{text}{MIDNIGHT}" for text in texts]


def _extras(chunk: Chunk, wanted: pa.Array) -> list[dict[str, str] | None] | None:
    unknown = chunk.plan.extra(chunk.arrays)
    if not unknown:
        return None
    cells = {
        name: nulls_for_empty(array, chunk.plan.feed.null_markers).take(wanted).to_pylist()
        for name, array in unknown.items()
    }
    rows = [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]
    return [{name: text for name, text in row.items() if text is not None} or None for row in rows]


def rejected_row(chunk: Chunk, index: int, refused: Refused) -> Rejected:
    cells = chunk.cells(index)
    source_id = chunk.plan.source_id(cells)
    is_one = len(source_id) <= MAX_KEY and chunk.plan.key_slot.fits(source_id)
    return Rejected(
        code=refused.code,
        line=chunk.lines[index],
        raw=verbatim(chunk.plan.file_columns, cells, returns=chunk.lines[index] in chunk.returns),
        columns=refused.columns,
        tried=refused.tried,
        shift=refused.shift,
        source_id=source_id if is_one else "",  # a name that slid into the id's place stays sealed
    )


def verbatim(columns: Sequence[str], content: Cells | bytes, *, returns: bool = False) -> bytes:
    """The row as the quarantine keeps it: the file's columns and its cells, or the line where it has none.

    Where its line ended in a carriage return, that is kept too: the row may be one half of a torn text.
    """
    if isinstance(content, bytes):
        return orjson.dumps({"columns": columns, "line": b64encode(content).decode()})
    ended = {"returns": True} if returns else {}
    return orjson.dumps({"columns": columns, "cells": content, **ended})


def implausible_cursor(row: Incoming) -> bool:
    """Placeholders such as 0000-00-00, 1900 or 9999 say nothing about when a row changed."""
    return row.cursor is not None and not PLAUSIBLE_FROM <= row.cursor < PLAUSIBLE_UNTIL


def implausible(cursors: pa.Array) -> pa.Array:
    """The same question about a whole column of canonical text."""
    return pc.or_(pc.less(cursors, PLAUSIBLE_FROM), pc.greater_equal(cursors, PLAUSIBLE_UNTIL))
