"""The rows of one file, a bounded chunk at a time, every value as the text that stands there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from hub.lakes import Fault, FileFormat, RawChunk
from pipelines.lake.cells import MAX_JOINED_LINES, split_lines
from pipelines.lake.lines import read_lines


def csv_chunks(path: Path, form: FileFormat, first_line: int, rows: int) -> Iterator[RawChunk]:
    """Chunks of a CSV file; `first_line` below 2 means from the first row of data."""
    columns, number, pending = form.columns, 1, list[bytes]()
    for block in read_lines(path):
        if not columns:
            blank = next((place for place, line in enumerate(block) if line.strip()), len(block))
            number += blank
            if blank == len(block):
                continue
            columns, block, number = _header(block[blank], form), block[blank + 1 :], number + 1
        skipped = min(len(block), max(0, first_line - number)) if not pending else 0
        number += skipped
        pending += block[skipped:]
        while len(pending) > rows + MAX_JOINED_LINES:
            chunk = _csv_chunk(pending[: rows + MAX_JOINED_LINES], rows, number, columns, form)
            yield chunk
            del pending[: chunk.next_line - number]
            number = chunk.next_line
    while columns:
        chunk = _csv_chunk(pending, rows, number, columns, form)
        yield chunk
        del pending[: chunk.next_line - number]
        number = chunk.next_line
        if not pending:
            return


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
    )


def _header(line: bytes, form: FileFormat) -> tuple[str, ...]:
    rows = split_lines([line], 1, 1, line.count(form.delimiter.encode()) + 1, form)
    return tuple((cell[0].as_py() or "").strip().strip('"') for cell in rows.cells) if rows.lines else ()


def jsonl_chunks(path: Path, first_line: int, rows: int) -> Iterator[RawChunk]:
    """Chunks of a JSONL file; its columns are the keys of all its objects, numbers keep their digits."""
    columns = _keys_of(path)
    number, pending = 1, list[bytes]()
    for block in read_lines(path):
        skipped = min(len(block), max(0, first_line - number)) if not pending else 0
        number += skipped
        pending += block[skipped:]
        while len(pending) > rows:
            yield _jsonl_chunk(pending[:rows], number, columns)
            number += rows
            del pending[:rows]
    yield _jsonl_chunk(pending, number, columns)


def _keys_of(path: Path) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for block in read_lines(path):
        for line in block:
            names |= dict.fromkeys(_object(line) or ())
    return tuple(names)


def _jsonl_chunk(lines: list[bytes], number: int, columns: tuple[str, ...]) -> RawChunk:
    kept = [(index, line) for index, line in enumerate(lines, number) if line.strip()]
    objects = [_object(line) for _, line in kept]
    faults = {
        index: Fault(code="bad_json", raw=kept[index][1])
        for index, value in enumerate(objects)
        if value is None
    }
    cells = [pa.array([_text((row or {}).get(name)) for row in objects], pa.string()) for name in columns]
    return RawChunk(
        columns=columns,
        cells=cells,
        lines=pa.array([index for index, _ in kept], pa.int64()),
        next_line=number + len(lines),
        faults=faults,
    )


def _object(line: bytes) -> dict[str, Any] | None:
    if not line.strip():
        return {}
    try:
        value = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
        if b"\\u" in line:
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def parquet_chunks(
    connection: duckdb.DuckDBPyConnection, path: Path, first_line: int, rows: int
) -> Iterator[RawChunk]:
    """Chunks of a Parquet file; row numbers count from 1."""
    with connection:
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        columns = tuple(name for name, *_ in described)
        selected = ", ".join(_as_text(name, kind) for name, kind, *_ in described)
        query = (
            f"SELECT file_row_number + 1 AS line, {selected} FROM read_parquet(?, file_row_number = true) "
            "WHERE file_row_number + 1 >= ? ORDER BY file_row_number"
        )
        parameters = [str(path), first_line]
        reader = connection.sql(query, params=parameters).to_arrow_reader(rows)
        last = first_line
        for batch in reader:
            last = batch.column(0)[-1].as_py() + 1
            yield RawChunk(columns=columns, cells=batch.columns[1:], lines=batch.column(0), next_line=last)
        empty = [pa.array([], pa.string()) for _ in columns]
        yield RawChunk(columns=columns, cells=empty, lines=pa.array([], pa.int64()), next_line=last)


def _as_text(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"strftime(make_timestamp(epoch_us({quoted})), '%Y-%m-%dT%H:%M:%S.%fZ') AS {quoted}"
    return f"CAST({quoted} AS VARCHAR) AS {quoted}"
