"""The rows of one file, a bounded chunk at a time, every value as the text that stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from glob import escape
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from hub.errors import FatalError
from hub.lakes import Fault, FileFormat, RawChunk
from pipelines.lake.cells import (
    MAX_JOINED_LINES,
    MAX_ROW_BYTES,
    heading_cells,
    split_lines,
    too_large,
    without_large,
)
from pipelines.lake.lines import read_lines

# A chunk of wide rows ends here. It bounds the memory, and what one chunk can send to the quarantine. A quoted
# cell can be followed that far: no character of MAX_JOINED_TEXT has more than four bytes.
CHUNK_BYTES = 1 << 22
ROW_NUMBER = "file_row_number"
BATCH_ROWS = 1000  # rows that DuckDB hands over together
AMOUNT_SCALE = 9  # digits behind the point that an amount has place for
Cut = Callable[[list[bytes], int, int], RawChunk]


def csv_chunks(path: Path, form: FileFormat, first_line: int, rows: int) -> Iterator[RawChunk]:
    """Chunks of a CSV file; `first_line` below 2 means from the first row of data."""
    blocks, columns, number = read_lines(path), form.columns, 1
    if not columns:
        columns, number, rest = _head(blocks, form, path.name)
        blocks = chain([rest], blocks)

    def cut(lines: list[bytes], count: int, number: int) -> RawChunk:
        return _csv_chunk(lines, count, number, columns, form)

    if columns:
        behind = MAX_JOINED_LINES if form.writing == "rfc4180" else 0
        yield from _in_chunks(_from_line(blocks, number, first_line), rows, behind, cut)


def _head(
    blocks: Iterator[list[bytes]], form: FileFormat, file: str
) -> tuple[tuple[str, ...], int, list[bytes]]:
    """The columns that the first line with content names, the number of the next line, and the rest of the block."""
    number = 1
    for block in blocks:
        for place, line in enumerate(block):
            if line.strip():
                return _header(line, form, file), number + place + 1, block[place + 1 :]
        number += len(block)
    return (), number, []


def _from_line(
    blocks: Iterator[list[bytes]], number: int, first_line: int
) -> Iterator[tuple[int, list[bytes]]]:
    """The lines from a number on, in blocks with the number of their first line."""
    for block in blocks:
        skipped = min(len(block), max(0, first_line - number))
        number += skipped
        yield number, block[skipped:]
        number += len(block) - skipped


def _in_chunks(
    blocks: Iterator[tuple[int, list[bytes]]], rows: int, behind: int, cut: Cut
) -> Iterator[RawChunk]:
    """Chunks of `rows` lines, or fewer where CHUNK_BYTES are reached before; at least one.

    `cut` makes a chunk of lines: how many of them are its own (at most `behind` others follow, or so many
    bytes), and the number of the first. It says itself where the next chunk begins.
    """
    pending, number = list[bytes](), 1
    for begin, block in blocks:
        number = number if pending else begin
        pending += block
        while (own := _enough(pending, rows)) and (seen := _enough(pending, behind, own)) < len(pending):
            chunk = cut(pending[:seen], own, number)
            yield chunk
            del pending[: chunk.next_line - number]
            number = chunk.next_line
    while True:
        chunk = cut(pending, _enough(pending, rows), number)
        yield chunk
        del pending[: chunk.next_line - number]
        number = chunk.next_line
        if not pending:
            return


def _enough(lines: list[bytes], most: int, start: int = 0) -> int:
    """Where `most` lines from a place on end, or where CHUNK_BYTES do; the end of the lines if neither does."""
    sizes = accumulate(map(len, islice(lines, start, start + most)))
    reached = next((count for count, size in enumerate(sizes, 1) if size >= CHUNK_BYTES), most)
    return min(start + reached, len(lines))


def _csv_chunk(
    lines: list[bytes], count: int, number: int, columns: tuple[str, ...], form: FileFormat
) -> RawChunk:
    rows = split_lines(lines, count, number, len(columns), form)
    return RawChunk(
        columns=columns,
        cells=rows.cells,
        lines=pa.array(rows.lines, pa.int64()),
        next_line=number + rows.taken,
        faults=rows.faults,
        returns=rows.returns,
    )


def _header(line: bytes, form: FileFormat, file: str) -> tuple[str, ...]:
    cells = heading_cells(line, form)
    if cells is None:
        raise FatalError(
            f"{file}: its first line cannot be read as {form.encoding} text that ends in a line feed",
            hint="is it packed, or written in another encoding? the source file says which",
        )
    return tuple(cell.strip().strip('"') for cell in cells)


def jsonl_chunks(path: Path, first_line: int, rows: int) -> Iterator[RawChunk]:
    """Chunks of a JSONL file; its columns are the keys of all its objects, numbers keep their digits."""
    columns = _keys_of(path)

    def cut(lines: list[bytes], count: int, number: int) -> RawChunk:
        return _jsonl_chunk(lines[:count], number, columns)

    yield from _in_chunks(_from_line(read_lines(path), 1, first_line), rows, 0, cut)


def _keys_of(path: Path) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for block in read_lines(path):
        for line in without_large(block)[0]:
            names |= dict.fromkeys(_object(line) or ())
    return tuple(names)


def _jsonl_chunk(lines: list[bytes], number: int, columns: tuple[str, ...]) -> RawChunk:
    numbers = [index for index, line in enumerate(lines, number) if line.strip()]
    kept, large = without_large([line.removesuffix(b"\r") for line in lines if line.strip()])
    objects = [_object(line) for line in kept]
    bad = {
        index: Fault(code="bad_json", raw=kept[index]) for index, value in enumerate(objects) if value is None
    }
    cells = [pa.array([_text((row or {}).get(name)) for row in objects], pa.string()) for name in columns]
    return RawChunk(
        columns=columns,
        cells=cells,
        lines=pa.array(numbers, pa.int64()),
        next_line=number + len(lines),
        faults=bad | large,
    )


def _object(line: bytes) -> dict[str, Any] | None:
    if not line.strip():
        return {}
    try:
        value = json.loads(line.decode(), parse_float=_Digits, parse_int=_Digits, parse_constant=_Digits)
        if b"\\u" in line:
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


class _Digits(str):
    """A number as it is written."""


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return str(value) if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    """What stands inside a cell, as JSON again, its numbers digit by digit."""
    if isinstance(value, _Digits):
        return value
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_json(name)}: {_json(item)}' for name, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    return json.dumps(value, ensure_ascii=False)


def parquet_chunks(
    connection: duckdb.DuckDBPyConnection, path: Path, first_line: int, rows: int
) -> Iterator[RawChunk]:
    """Chunks of a Parquet file; row numbers count from 1."""
    name = escape(str(path))  # DuckDB takes a name for a pattern
    with connection:
        described = connection.execute(f"DESCRIBE SELECT * FROM {_source()}", [name]).fetchall()
        selected = ", ".join(_as_text(name, kind) for name, kind, *_ in described)
        columns = _names_in(path)
        query = (
            f"SELECT {ROW_NUMBER} + 1 AS line, {_no_text(described)}, {selected} "
            f"FROM {_source(f'{ROW_NUMBER} = true')} WHERE {ROW_NUMBER} + 1 >= ? ORDER BY {ROW_NUMBER}"
        )
        reader = connection.sql(query, params=[name, first_line]).to_arrow_reader(min(rows, BATCH_ROWS))
        last = first_line
        for batches in _grouped(reader, rows):
            chunk = _parquet_chunk(batches, columns)
            yield chunk
            last = chunk.next_line
        empty = [pa.array([], pa.string()) for _ in columns]
        yield RawChunk(columns=columns, cells=empty, lines=pa.array([], pa.int64()), next_line=last)


def _source(*options: str) -> str:
    """The file as it is written: what its folders are called is no column."""
    return f"read_parquet({', '.join(('?', 'hive_partitioning = false', *options))})"


def _grouped(reader: Iterable[pa.RecordBatch], rows: int) -> Iterator[list[pa.RecordBatch]]:
    """Batches in groups of up to `rows` rows, or of fewer where CHUNK_BYTES are reached before."""
    group, count, size = list[pa.RecordBatch](), 0, 0
    for batch in reader:
        if group and (count + batch.num_rows > rows or size >= CHUNK_BYTES):
            yield group
            group, count, size = [], 0, 0
        group.append(batch)
        count, size = count + batch.num_rows, size + batch.nbytes
    if group:
        yield group


def _parquet_chunk(batches: list[pa.RecordBatch], columns: tuple[str, ...]) -> RawChunk:
    lines, no_text, *cells = [
        pa.concat_arrays(parts) for parts in zip(*(batch.columns for batch in batches), strict=True)
    ]
    large = _large_rows(cells)
    faults = {
        row: Fault(code="bad_encoding", raw=_row_text(cells, row))
        for row in pc.indices_nonzero(no_text).to_pylist()
    }
    faults |= {row: too_large(_row_text(cells, row)) for row in pc.indices_nonzero(large).to_pylist()}
    if pc.any(large).as_py():
        cells = [pc.if_else(large, pa.scalar(None, array.type), array) for array in cells]
    return RawChunk(columns=columns, cells=cells, lines=lines, next_line=lines[-1].as_py() + 1, faults=faults)


def _row_text(cells: list[pa.Array], row: int) -> bytes:
    return json.dumps([array[row].as_py() for array in cells], ensure_ascii=False).encode()


def _large_rows(cells: list[pa.Array]) -> pa.Array:
    sizes = [pc.fill_null(pc.binary_length(array), 0).cast(pa.int64()) for array in cells]
    return pc.greater(reduce(pc.add, sizes), MAX_ROW_BYTES)


def _names_in(path: Path) -> tuple[str, ...]:
    """The names as they are written: DuckDB renames those that differ in case alone."""
    names = tuple(parquet.read_schema(path).names)
    if ROW_NUMBER in map(str.lower, names):
        raise FatalError(
            f"{path.name} has a column called {ROW_NUMBER}", hint="rename it: DuckDB needs the name"
        )
    return names


def _no_text(described: list[tuple[str, ...]]) -> str:
    """Whether a row holds bytes that are no text."""
    blobs = [_quoted(name) for name, kind, *_ in described if kind == "BLOB"]
    return " OR ".join(f"({blob} IS NOT NULL AND {_decoded(blob)} IS NULL)" for blob in blobs) or "false"


def _decoded(quoted: str) -> str:
    return f"try(decode({quoted}))"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _as_text(name: str, kind: str) -> str:
    quoted = _quoted(name)
    text = f"CAST({quoted} AS VARCHAR)"
    if kind == "TIMESTAMP WITH TIME ZONE":
        text = f"strftime(make_timestamp(epoch_us({quoted})), '%Y-%m-%dT%H:%M:%S.%fZ')"
    elif kind == "BLOB":  # mostly text that was written without saying so
        text = f"coalesce({_decoded(quoted)}, {text})"
    elif (scale := re.fullmatch(r"DECIMAL\(\d+,(\d+)\)", kind)) and int(scale[1]) > AMOUNT_SCALE:
        text = f"rtrim(rtrim({text}, '0'), '.')"  # mostly zeros that no amount has place for
    return f"{text} AS {quoted}"
