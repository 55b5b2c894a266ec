"""The rows of a query as record batches: by the CSV it left in S3, by pages, or by the Parquet it unloaded.

The three ways give the same batches: `f` (which file) and `line` as whole numbers, then the cells as text,
ordered by these two. A cell that is no UTF-8 stays as bytes, in batches of `binary` instead of `string`.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
from pyarrow import csv
from pyathena.error import Error as AthenaError
from sqlglot import exp

from hub.errors import FatalError
from pipelines.lake.athena import failures, objects, sql
from pipelines.lake.athena.asking import Answer, Asker
from pipelines.lake.athena.habits import Way

BLOCK_BYTES = 8 << 20  # no row of a result may be longer
PAGE_ROWS = 1000  # the most that Athena gives in one call
SORT_MEMORY = "256MB"
PARTS = "unload"  # the folder below the staging place that unloaded files go to


def way_of(asker: Asker, expected: int) -> Way:
    """How rows of files of so many bytes are fetched."""
    if asker.habits.read != "auto":
        return asker.habits.read
    return "unload" if expected >= asker.habits.unload_from else "results"


def texts(asker: Asker, query: exp.Select, *, doing: str) -> Iterator[list[pa.Array]]:
    """The columns of a query whose every column is text, a batch at a time."""
    answer = asker.ask(sql.trino(query), doing=doing, page=_page_rows(asker))
    for batch in _batches(asker, query, answer, doing):
        yield [column.cast(pa.string()) for column in batch.columns]


def rows(asker: Asker, query: exp.Select, *, doing: str, expected: int) -> Iterator[pa.RecordBatch]:
    """The rows of `sql.rows`, by the way that the settings or the amount decide."""
    way = way_of(asker, expected)
    if way == "unload":
        return _unloaded(asker, query, doing, expected)
    statement = sql.trino(sql.in_order(query))
    answer = asker.ask(statement, doing=doing, expected=expected, page=_page_rows(asker))
    return map(_numbered, _batches(asker, query, answer, doing))


def _page_rows(asker: Asker) -> int:
    """PyAthena fetches a first page whatever follows: where it is not read, of one row."""
    return PAGE_ROWS if asker.habits.read == "pages" else 1


def _batches(asker: Asker, query: exp.Select, answer: Answer, doing: str) -> Iterator[pa.RecordBatch]:
    if asker.habits.read == "pages":
        return _pages(answer, query.named_selects, doing)
    return _csv(asker, answer, query.named_selects, doing)


def _numbered(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The first two columns as the whole numbers they are."""
    numbers = [column.cast(pa.string()).cast(pa.int64()) for column in batch.columns[:2]]
    return pa.RecordBatch.from_arrays([*numbers, *batch.columns[2:]], names=batch.schema.names)


def _csv(asker: Asker, answer: Answer, names: list[str], doing: str) -> Iterator[pa.RecordBatch]:
    """An unquoted nothing is null, a quoted one an empty text: Athena quotes every value that is there."""
    stream = pa.PythonFile(io.BufferedReader(objects.Ranges(asker.s3, answer.output), BLOCK_BYTES), "rb")
    try:
        reader = csv.open_csv(
            stream,
            read_options=csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(names, pa.binary()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        yield from reader
    except pa.ArrowInvalid as error:
        raise FatalError(
            f"{doing}: the result of query {answer.query_id} cannot be read ({type(error).__name__})",
            hint=f"has a row more than {BLOCK_BYTES >> 20} MB? set HUB_ATHENA_READ=unload",
        ) from None


def _pages(answer: Answer, names: list[str], doing: str) -> Iterator[pa.RecordBatch]:
    try:
        while page := answer.cursor.fetchmany(PAGE_ROWS):
            yield pa.RecordBatch.from_arrays(
                [pa.array(map(_as_text, column), pa.string()) for column in zip(*page, strict=True)],
                names=names,
            )
    except AthenaError as error:
        raise failures.of_call(error, f"{doing}: paging through query {answer.query_id}") from None


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def _unloaded(asker: Asker, query: exp.Select, doing: str, expected: int) -> Iterator[pa.RecordBatch]:
    """Athena writes parts in no order: they are fetched to a disk and sorted there, in bounded memory.

    What Athena wrote stays in the staging place, where a life-cycle rule removes it.
    """
    place = f"{asker.address.options['staging'].rstrip('/')}/{PARTS}/{secrets.token_hex(16)}/"
    answer = asker.ask(sql.unload(query, place), doing=doing, expected=expected)
    listed = objects.read(asker.s3, answer.manifest).decode().splitlines() if answer.manifest else []
    with TemporaryDirectory(prefix="hub-unload-") as folder:
        for number, url in enumerate(filter(None, map(str.strip, listed))):
            objects.download(asker.s3, url, Path(folder), f"{number:05}.parquet")
        yield from _sorted(Path(folder), doing)


def _sorted(folder: Path, doing: str) -> Iterator[pa.RecordBatch]:
    parts = sorted(str(path) for path in folder.glob("*.parquet"))
    if not parts:
        return
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": SORT_MEMORY, "threads": 2, "temp_directory": str(folder / "sort"),
    }  # fmt: skip
    try:
        with duckdb.connect(config=config) as connection:
            connection.execute("SET preserve_insertion_order = false")
            query = f'SELECT * FROM read_parquet(?) ORDER BY "{sql.FILE}", "{sql.LINE}"'
            yield from connection.sql(query, params=[parts]).to_arrow_reader(PAGE_ROWS)
    except duckdb.Error as error:  # its text may quote a row
        raise FatalError(
            f"{doing}: the unloaded rows cannot be sorted ({type(error).__name__})",
            hint="is there room in the folder for temporary files (TMPDIR)?",
        ) from None
