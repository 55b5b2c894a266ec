"""From the batches of a query to chunks of one file: rows counted off, cells as text, faults named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import duckdb
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from hub.lakes import Fault, RawChunk
from pipelines.lake.athena.catalogue import Column
from pipelines.lake.cells import MAX_ROW_BYTES, too_large

CHUNK_BYTES = 1 << 22  # a chunk of wide rows ends here, as it does in a folder
SLICE_ROWS = 1000
_FLOATS = {"double": "DOUBLE", "float": "FLOAT", "real": "FLOAT"}


@dataclass(kw_only=True)
class Opened:
    """The rows of several files, one after the other, as one query gives them."""

    batches: Iterator[pa.RecordBatch]
    at: int = 1  # the file whose rows come next, counted from 1
    rest: pa.RecordBatch | None = None

    def of(self, file: int) -> Iterator[pa.RecordBatch]:
        """The rows of one file, at most SLICE_ROWS at a time; rows of files before it are passed over."""
        self.at = file + 1
        while (batch := self._next()) is not None:
            files = batch.column(0)
            before = pc.sum(pc.less(files, file)).as_py() or 0
            own = pc.sum(pc.equal(files, file)).as_py() or 0
            behind = batch.slice(before + own)
            self.rest = behind if behind.num_rows else None  # kept also when nobody reads the file to its end
            for start in range(before, before + own, SLICE_ROWS):
                yield batch.slice(start, min(SLICE_ROWS, before + own - start))
            if behind.num_rows:
                return

    def _next(self) -> pa.RecordBatch | None:
        batch, self.rest = self.rest, None
        return batch if batch is not None else next(self.batches, None)


def chunks(
    batches: Iterator[pa.RecordBatch], columns: Sequence[Column], *, first_line: int, rows: int
) -> Iterator[RawChunk]:
    """Chunks of `rows` rows, or of fewer where CHUNK_BYTES are reached before; the last one is empty."""
    next_line = max(first_line, 1)
    for group in _grouped(batches, rows):
        chunk = _chunk(group, columns)
        yield chunk
        next_line = chunk.next_line
    empty = [pa.array([], pa.string()) for _ in columns]
    yield RawChunk(
        columns=tuple(column.name for column in columns),
        cells=empty,
        lines=pa.array([], pa.int64()),
        next_line=next_line,
    )


def _grouped(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[list[pa.RecordBatch]]:
    group, count, size = list[pa.RecordBatch](), 0, 0
    for batch in batches:
        while batch.num_rows:
            taken = batch.slice(0, rows - count)
            group.append(taken)
            count, size = count + taken.num_rows, size + taken.nbytes
            if count == rows or size >= CHUNK_BYTES:
                yield group
                group, count, size = [], 0, 0
            batch = batch.slice(taken.num_rows)
    if group:
        yield group


def _chunk(group: list[pa.RecordBatch], columns: Sequence[Column]) -> RawChunk:
    table = pa.Table.from_batches(group).combine_chunks()
    lines = table.column(1).combine_chunks()
    delivered = [column.combine_chunks() for column in table.columns[2:]]
    cells, undecodable = _decoded(delivered)
    sizes = [pc.fill_null(pc.binary_length(array), 0).cast(pa.int64()) for array in cells]
    large = pc.greater(reduce(pc.add, sizes), MAX_ROW_BYTES)
    faults = {row: Fault(code="bad_encoding", raw=_raw(delivered, row)) for row in undecodable}
    faults |= {row: too_large(_raw(delivered, row)) for row in pc.indices_nonzero(large).to_pylist()}
    if pc.any(large).as_py():
        cells = [pc.if_else(large, pa.scalar(None, pa.string()), array) for array in cells]
    return RawChunk(
        columns=tuple(column.name for column in columns),
        cells=[_as_in_a_folder(array, column) for array, column in zip(cells, columns, strict=True)],
        lines=lines,
        next_line=lines[-1].as_py() + 1,
        faults=faults,
    )


def _decoded(delivered: Sequence[pa.Array]) -> tuple[list[pa.Array], list[int]]:
    """The cells as text, and the rows that hold bytes which are none; these become null."""
    try:
        return [array.cast(pa.string()) for array in delivered], []
    except pa.ArrowInvalid:
        pass
    cells, bad = list[pa.Array](), set[int]()
    for array in delivered:
        texts: list[str | None] = []
        for row, value in enumerate(array.to_pylist()):
            try:
                texts.append(value.decode() if isinstance(value, bytes) else value)
            except UnicodeDecodeError:
                texts.append(None)
                bad.add(row)
        cells.append(pa.array(texts, pa.string()))
    return cells, sorted(bad)


def _raw(delivered: Sequence[pa.Array], row: int) -> bytes:
    """What there is of a row whose cells cannot be used: Athena has no line of it."""
    values = [array[row].as_py() for array in delivered]
    texts = [value.decode(errors="replace") if isinstance(value, bytes) else value for value in values]
    return orjson.dumps(texts)


def _as_in_a_folder(cells: pa.Array, column: Column) -> pa.Array:
    """Floating point numbers in the digits that DuckDB writes, since Trino writes 1.0E7 for its 10000000.0."""
    kind = _FLOATS.get(column.type)
    if kind is None:
        return cells
    table = pa.table({"cell": cells})
    with duckdb.connect() as connection:
        connection.register("cells", table)
        query = f"SELECT CAST(CAST(cell AS {kind}) AS VARCHAR) AS cell FROM cells"
        return connection.sql(query).to_arrow_table().column("cell").combine_chunks()
