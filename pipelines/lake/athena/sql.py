"""The one place where SQL for Athena is made: Trino's dialect, names quoted and checked, values as literals.

Every value comes as text, in the form that the reader of Parquet files in a folder gives it, so that a row has
the same cells and the same checksum whichever lake it was read from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from hub.errors import ConfigError
from pipelines.lake.athena.catalogue import Column, Shape

PATH, SIZE, TIME = "$path", "$file_size", "$file_modified_time"
FILE, LINE = "f", "line"  # of a row: which of the files asked for, and its number in it
AMOUNT_SCALE = 9  # digits behind the point that an amount has place for
_NAME = re.compile(r'[^\x00-\x1f"`\\;]{1,255}')
_NESTED = ("array", "map", "struct", "row")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One file to be read: its address in S3, the load partition it lies in, and where to begin."""

    url: str
    load: str | None = None
    first_line: int = 0


def trino(query: exp.Expression) -> str:
    """The text that Athena is sent."""
    return query.sql(dialect="trino", identify=True)


def listing(
    database: str, shape: Shape, partition: Column | None, *, since: datetime | None, times: bool
) -> exp.Select:
    """Path, load date, size, time (ms since 1970) and number of rows of each file, as text.

    With a load partition only partitions from `since` on are looked into, else only files changed from then on.
    """
    facts: list[exp.Expression] = [
        name(PATH),
        exp.Min(this=_varchar(name(partition.name))) if partition else exp.null(),
        exp.Min(this=name(SIZE)) if times else exp.null(),
        exp.Min(this=_milliseconds(name(TIME))) if times else exp.null(),
        exp.Count(this=exp.Star()),
    ]
    query = exp.select(*_numbered([_varchar(fact) for fact in facts])).from_(_table(database, shape))
    if since is not None and partition:
        query = query.where(exp.GTE(this=name(partition.name), expression=_day(partition, since)))
    elif since is not None and times:
        moment = exp.cast(exp.Literal.string(f"{since:%Y-%m-%d %H:%M:%S} UTC"), "timestamptz")
        query = query.where(exp.GTE(this=name(TIME), expression=moment))
    return query.group_by(name(PATH))


def rows(database: str, shape: Shape, partition: Column | None, files: Sequence[Wanted]) -> exp.Select:
    """The rows of some files by file and number; the number is a row's place in the order of all its cells.

    Athena keeps no lines and no order. The order of the cells is total up to rows that are the same, so it
    gives the same row the same number whenever, and by whichever way, an unchanged file is read.
    """
    urls: list[exp.Expression] = [exp.Literal.string(file.url) for file in files]
    place = exp.Anonymous(this="ARRAY_POSITION", expressions=[exp.Array(expressions=urls), name(PATH)])
    cells = [text_of(column).as_(f"c{index}", quoted=True) for index, column in enumerate(shape.columns)]
    source = exp.select(place.as_(FILE, quoted=True), *cells).from_(_table(database, shape))
    source = source.where(exp.In(this=name(PATH), expressions=[url.copy() for url in urls]))
    loads = sorted({file.load for file in files if file.load})
    if partition and loads and all(file.load for file in files):
        days = [_literal(partition, load) for load in loads]
        source = source.where(exp.In(this=name(partition.name), expressions=days))
    names = [name(f"c{index}") for index in range(len(cells))]
    number = exp.Window(
        this=exp.RowNumber(),
        partition_by=[name(FILE)],
        order=exp.Order(expressions=[exp.Ordered(this=each.copy(), nulls_first=False) for each in names]),
    )
    numbered = exp.select(name(FILE), number.as_(LINE, quoted=True), *names).from_(source.subquery("s"))
    query = exp.select(name(FILE), name(LINE), *[each.copy() for each in names]).from_(numbered.subquery("n"))
    for index, file in enumerate(files, 1):
        if file.first_line > 1:
            other = exp.NEQ(this=name(FILE), expression=exp.Literal.number(index))
            behind = exp.GTE(this=name(LINE), expression=exp.Literal.number(file.first_line))
            query = query.where(exp.Or(this=other, expression=behind))
    return query


def in_order(query: exp.Select) -> exp.Select:
    return query.order_by(name(FILE), name(LINE))


def unload(query: exp.Select, place: str) -> str:
    """The statement that writes a query's rows as Parquet below a place in S3 that holds nothing yet."""
    to = exp.Literal.string(place).sql(dialect="trino")
    return f"UNLOAD ({trino(query)}) TO {to} WITH (format = 'PARQUET', compression = 'SNAPPY')"


def ids(database: str, shape: Shape, partition: Column | None, load: str | None) -> exp.Select:
    """The ids of a key list, once each, ascending as bytes compare."""
    trimmed = exp.Trim(this=_varchar(name("id")))
    query = exp.select(trimmed.as_("c0", quoted=True)).distinct().from_(_table(database, shape))
    if partition and load:
        query = query.where(exp.EQ(this=name(partition.name), expression=_literal(partition, load)))
    return query.order_by(name("c0"))


def name(text: str) -> exp.Column:
    """A quoted name; complains about one that no catalogue holds."""
    if not _NAME.fullmatch(text):
        raise ConfigError(f"{text!r} is no name of a column or table", hint="rename it in the catalogue")
    return exp.column(text, quoted=True)


def text_of(column: Column) -> exp.Expression:
    """A column's value as text, as the folder's reader of Parquet writes it."""
    value, kind = name(column.name), column.type
    if kind.startswith(_NESTED):
        return exp.Anonymous(this="JSON_FORMAT", expressions=[exp.cast(value, "json")])
    if kind in {"binary", "varbinary"}:
        return exp.Anonymous(this="FROM_UTF8", expressions=[value])
    if "with time zone" in kind or kind == "timestamptz":
        utc = exp.AtTimeZone(this=value, zone=exp.Literal.string("UTC"))
        naive = _varchar(exp.cast(utc, exp.DataType.build("timestamp(6)", dialect="trino")))
        joined = exp.Anonymous(this="REPLACE", expressions=[naive, *map(exp.Literal.string, " T")])
        return exp.DPipe(this=joined, expression=exp.Literal.string("Z"))
    if kind.startswith("timestamp"):
        return _without_zeros(_varchar(value))
    if (scale := re.fullmatch(r"decimal\(\d+, ?(\d+)\)", kind)) and int(scale[1]) > AMOUNT_SCALE:
        return _without_zeros(_varchar(value))
    return _varchar(value)


def _without_zeros(text: exp.Expression) -> exp.Expression:
    """A fraction without the zeros that end it; text without a point stays as it is."""
    point = exp.Anonymous(this="STRPOS", expressions=[text, exp.Literal.string(".")])
    cut = exp.Anonymous(
        this="REGEXP_REPLACE", expressions=[text.copy(), *map(exp.Literal.string, (r"\.?0+$", ""))]
    )
    return exp.case().when(point > 0, cut).else_(text.copy())


def _milliseconds(moment: exp.Expression) -> exp.Expression:
    seconds = exp.Anonymous(this="TO_UNIXTIME", expressions=[moment])
    return exp.cast(exp.Mul(this=seconds, expression=exp.Literal.number(1000)), "bigint")


def _day(partition: Column, moment: datetime) -> exp.Expression:
    return _literal(partition, f"{moment:%Y-%m-%d}")


def _literal(partition: Column, load: str) -> exp.Expression:
    """A load date as the partition is declared."""
    text = exp.Literal.string(load)
    return exp.cast(text, "date") if partition.type == "date" else text


def _varchar(value: exp.Expression) -> exp.Expression:
    return exp.cast(value, "varchar")


def _numbered(values: Sequence[exp.Expression]) -> list[exp.Expr]:
    return [exp.alias_(value, f"c{index}", quoted=True) for index, value in enumerate(values)]


def _table(database: str, shape: Shape) -> exp.Table:
    name(database), name(shape.name)
    return exp.table_(shape.name, db=database, quoted=True)
