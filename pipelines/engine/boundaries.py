"""A file's chunks cut where rows end: a row that was torn into lines is not divided between two of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

import pyarrow as pa

from hub.lakes import RawChunk
from pipelines.engine.reading import MOST_LINES

Item = TypeVar("Item")


def whole_rows(chunks: Iterable[RawChunk], *, in_lines: bool) -> Iterator[tuple[RawChunk, bool]]:
    """The chunks with rows (of a file without any, its last chunk), each with whether it is the last.

    Where rows are numbered `in_lines`, a chunk leaves short ones at its end to the next, which may hold their rest.
    """
    left: RawChunk | None = None
    for chunk, last in with_last(_non_empty(chunks)):
        whole = chunk if left is None else _behind(left, chunk)
        count = _short_at_end(whole) if in_lines and not last else 0
        kept, left = _divided(whole, whole.rows - count)
        if kept is not None:
            yield kept, last


def with_last(items: Iterable[Item]) -> Iterator[tuple[Item, bool]]:
    """Each item with whether it is the last one."""
    iterator = iter(items)
    for item in iterator:
        for following in iterator:
            yield item, False
            item = following
        yield item, True


def _non_empty(chunks: Iterable[RawChunk]) -> Iterator[RawChunk]:
    """The chunks with rows; of a file without any, its last chunk, which ends it."""
    empty: RawChunk | None = None
    seen = False
    for chunk in chunks:
        if chunk.rows:
            seen = True
            yield chunk
        empty = chunk
    if empty is not None and not seen:
        yield empty


def _short_at_end(chunk: RawChunk) -> int:
    """How many rows at the end have too few cells; 0 where they are more than one row may lie on."""
    tail = chunk.cells[-1].slice(max(0, chunk.rows - MOST_LINES))
    count = next((at for at, cell in enumerate(reversed(tail)) if cell.is_valid), len(tail))
    return count if count < MOST_LINES else 0


def _divided(chunk: RawChunk, rows: int) -> tuple[RawChunk | None, RawChunk | None]:
    """The first rows, and the others, to which the file is then read; None for no rows of several."""
    if rows == chunk.rows:
        return chunk, None
    end = _part(chunk, rows, chunk.rows - rows)
    kept = replace(_part(chunk, 0, rows), next_line=end.lines[0].as_py()) if rows else None
    return kept, end


def _part(chunk: RawChunk, start: int, count: int) -> RawChunk:
    return replace(
        chunk,
        cells=[array.slice(start, count) for array in chunk.cells],
        lines=chunk.lines.slice(start, count),
        faults={index - start: fault for index, fault in chunk.faults.items() if 0 <= index - start < count},
    )


def _behind(left: RawChunk, chunk: RawChunk) -> RawChunk:
    """The rows left over from the chunk before, then this one's."""
    pairs = zip(left.cells, chunk.cells, strict=True)
    faults = {index + left.rows: fault for index, fault in chunk.faults.items()}
    return replace(
        chunk,
        cells=[pa.concat_arrays(pair) for pair in pairs],
        lines=pa.concat_arrays([left.lines, chunk.lines]),
        faults={**left.faults, **faults},
        returns=left.returns | chunk.returns,
    )
