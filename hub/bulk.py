"""Thousands of rows into one table, given by columns.

PyMySQL writes statements in Python, one value at a time, and takes longer for it than the server takes to
store the row. There Arrow writes the text, a column at a time (docs/adr/0015-statements-are-written-by-arrow.md);
SQLite binds values without writing them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from hub.ahead import ahead
from hub.texts import framed, holds_any

# Texts, whole numbers or bytes, null where there is none; or a constant, which is every row's.
Values: TypeAlias = pa.Array | str | int | None

ROWS_PER_STATEMENT = 1000
TEXT_PER_STATEMENT = 1 << 20  # characters; a longer row stands alone. A server refuses packets above 16 MB
_SPECIAL = b"'\\\0"  # what a quoted text cannot hold as it is


def insert(table: str, columns: Mapping[str, Values], *, ending: str = "") -> None:
    """Insert the rows; `ending` says what becomes of one whose key exists. One of the columns is an array."""
    quote = connection.ops.quote_name
    start = f"INSERT INTO {quote(table)} ({', '.join(map(quote, columns))}) VALUES "
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            for rows in ahead(row_texts(columns)):
                cursor.execute(f"{start}{rows}{ending}")
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"{start}({marks}){ending}", _tuples(columns))


def upsert(table: str, columns: Mapping[str, Values], *, key: str = "key") -> None:
    """Insert the rows; one whose key exists is replaced, all of its columns that are given.

    Pass them in the order of their keys, so that concurrent writers cannot deadlock.
    """
    quote = connection.ops.quote_name
    names = [quote(name) for name in columns if name != key]
    if connection.vendor == "mysql":
        ending = f" ON DUPLICATE KEY UPDATE {', '.join(f'{name} = VALUES({name})' for name in names)}"
    else:
        updates = ", ".join(f"{name} = excluded.{name}" for name in names)
        ending = f" ON CONFLICT ({quote(key)}) DO UPDATE SET {updates}"
    insert(table, columns, ending=ending)


def given(text: str) -> tuple[str, list[list[str]]]:
    """One long text for a statement: what stands there for it, and what is passed on beside the statement.

    PyMySQL would escape it sign by sign, which takes longer than the server takes to read it.
    """
    if connection.vendor == "mysql":
        return _literals(_escaped(pa.array([text])))[0].as_py(), []
    return "%s", [[text]]


def row_texts(columns: Mapping[str, Values]) -> Iterator[str]:
    """The rows as MySQL reads them, `(...),(...)`: as many in one text as make one statement."""
    rows = _rows(columns)
    escaped = [_escaped(values) for values in columns.values()]
    for begin in range(0, rows, ROWS_PER_STATEMENT):
        literals = [_literals(_cut(values, begin)) for values in escaped]
        texts = pc.binary_join_element_wise(*literals, ",", null_handling="replace", null_replacement="NULL")
        yield from _statements(texts.to_pylist())


def _statements(rows: list[str]) -> Iterator[str]:
    begin, size = 0, 0
    for place, row in enumerate(rows):
        if size and size + len(row) > TEXT_PER_STATEMENT:
            yield f"({'),('.join(rows[begin:place])})"
            begin, size = place, 0
        size += len(row)
    yield f"({'),('.join(rows[begin:])})"


def _escaped(values: Values) -> pa.Array | pa.Scalar:
    """Texts so that quotes around them make a literal. A constant becomes the literal itself.

    Our connections read a backslash as an escape: their sql_mode is set in hub.addresses.
    """
    if not isinstance(values, pa.Array):
        return pa.scalar("NULL") if values is None else _literals(_escaped(pa.array([values])))[0]
    if pa.types.is_string(values.type) and holds_any(values, _SPECIAL):
        for sign, written in (("\\", "\\\\"), ("'", "\\'"), ("\0", "\\0")):
            values = pc.replace_substring(values, sign, written)
    return values


def _literals(values: pa.Array | pa.Scalar) -> pa.Array | pa.Scalar:
    """Each value as it stands in a statement; null stays null."""
    if isinstance(values, pa.Scalar):
        return values
    if values.null_count == len(values):
        return pa.scalar("NULL")
    if pa.types.is_integer(values.type):
        return values.cast(pa.string())
    if pa.types.is_binary(values.type):
        digits = [None if value is None else value.hex() for value in values.to_pylist()]
        return framed("x'", pa.array(digits, pa.string()), "'")
    return framed("'", values, "'")


def _tuples(columns: Mapping[str, Values]) -> list[tuple[Any, ...]]:
    rows = _rows(columns)
    lists = [
        values.to_pylist() if isinstance(values, pa.Array) else [values] * rows for values in columns.values()
    ]
    return list(zip(*lists, strict=True))


def _rows(columns: Mapping[str, Values]) -> int:
    return next(len(values) for values in columns.values() if isinstance(values, pa.Array))


def _cut(values: pa.Array | pa.Scalar, begin: int) -> pa.Array | pa.Scalar:
    return values[begin : begin + ROWS_PER_STATEMENT] if isinstance(values, pa.Array) else values
