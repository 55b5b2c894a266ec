"""Runs Trino's SQL on DuckDB over the files of a bucket: hidden columns, pruning, and texts as Trino writes them."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from tests.athena.catalogue import Declared
from tests.athena.serdes import BadData, read_text

PATH, SIZE, TIME = "$path", "$file_size", "$file_modified_time"
TEXT = "#text"  # behind a column's name: its values as Trino writes them


class UserError(Exception):
    """The query is at fault: it fails with category 2. `type` is Athena's ErrorType."""

    def __init__(self, type_: int = 1004) -> None:
        super().__init__(type_)
        self.type = type_


@dataclass(kw_only=True)
class Engine:
    """Buckets are folders. Objects whose name begins with a dot or underscore are not read, as in Hive."""

    buckets: Mapping[str, Path]
    tables: Mapping[tuple[str, str], Declared]
    hidden: frozenset[str] = frozenset({PATH, SIZE, TIME})
    cache: dict[tuple[str, int, int], pa.Table] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, statement: str, connection: duckdb.DuckDBPyConnection) -> int:
        """Leave the rows in the table `result`; returns the bytes scanned."""
        try:
            query = sqlglot.parse_one(statement, read="trino")
        except SqlglotError:
            raise UserError(1001) from None
        scanned = 0
        types = dict[str, str]()
        for node in list(query.find_all(exp.Table)):
            table = self.tables.get((node.db.lower(), node.name.lower()))
            if table is None:
                raise UserError(1301)
            scanned += self._load(connection, table, node)
            types |= dict([*table.columns, *table.partitions])
            node.replace(exp.table_(f"{table.database}__{table.name}", quoted=True))
        # Twice, since what is below a node that was replaced is not looked at.
        translated = query.transform(_functions).transform(lambda node: _texts_of_trino(node, types))
        try:
            connection.execute(f"CREATE TEMP TABLE result AS {translated.sql(dialect='duckdb')}")
        except duckdb.Error as error:
            raise UserError(1004) from error
        return scanned

    def _load(self, connection: duckdb.DuckDBPyConnection, table: Declared, node: exp.Table) -> int:
        """Register the rows of those files that the query's conditions on files and partitions leave."""
        files = self._files(table)
        own = f"{table.database}__{table.name}"
        connection.register(f"{own}__files", files)
        about = {PATH, SIZE, TIME, *(name for name, _ in table.partitions)}
        kept = f'SELECT * FROM "{own}__files"'
        if conditions := _about_files(node, about):
            kept += f" WHERE {' AND '.join(each.sql(dialect='duckdb') for each in conditions)}"
        found = connection.sql(kept).to_arrow_table().to_pylist()
        try:
            parts = [self._part(table, file) for file in found]
        except (BadData, pa.ArrowInvalid, OSError, duckdb.Error) as error:
            raise UserError(1003) from error
        empty = self._empty(table, files)
        rows = pa.concat_tables([empty, *parts])
        texts = {
            f"{name}{TEXT}": _texts(rows.column(name), kind) for name, kind in table.columns if kind in SPELT
        }
        for name, column in texts.items():
            rows = rows.append_column(name, column)
        connection.register(f"{own}__rows", rows)
        values = [
            f'CAST("{name}" AS {_duck(kind)}) AS "{name}"' if _duck(kind) else f'"{name}"'
            for name, kind in [*table.columns, *table.partitions]
        ]
        hidden = [f'"{name}"' for name in (PATH, SIZE, TIME) if name in self.hidden]
        names = [*hidden, *values, *(f'"{name}"' for name in texts)]
        connection.execute(f'CREATE VIEW "{own}" AS SELECT {", ".join(names)} FROM "{own}__rows"')
        return sum(file[SIZE] for file in found)

    def _files(self, table: Declared) -> pa.Table:
        bucket, _, prefix = table.location.removeprefix("s3://").partition("/")
        folder = self.buckets[bucket] / prefix
        rows = []
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            below = path.relative_to(folder).parts
            if path.is_dir() or not path.stat().st_size or any(each.startswith((".", "_")) for each in below):
                continue
            found = dict(part.partition("=")[::2] for part in below if "=" in part)
            rows.append(
                {
                    PATH: f"{table.location.rstrip('/')}/{'/'.join(below)}",
                    SIZE: path.stat().st_size,
                    TIME: datetime.fromtimestamp(int(path.stat().st_mtime), UTC),
                    **{name: unquote(found.get(name, "")) or None for name, _ in table.partitions},
                }
            )
        if table.partitions:  # what lies in no partition is not in the table
            rows = [row for row in rows if all(row[name] for name, _ in table.partitions)]
        kinds = {PATH: pa.string(), SIZE: pa.int64(), TIME: pa.timestamp("us", "UTC")}
        kinds |= {name: pa.string() for name, _ in table.partitions}
        return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})

    def _part(self, table: Declared, file: dict[str, object]) -> pa.Table:
        rows = self._rows(table, str(file[PATH]))
        for name, value in file.items():
            kind = {SIZE: pa.int64(), TIME: pa.timestamp("us", "UTC")}.get(name, pa.string())
            rows = rows.append_column(name, pa.repeat(pa.scalar(value, kind), rows.num_rows))
        return rows

    def _rows(self, table: Declared, url: str) -> pa.Table:
        bucket, _, key = url.removeprefix("s3://").partition("/")
        path = self.buckets[bucket] / key
        state = path.stat()
        known = (f"{table.name} {path}", state.st_mtime_ns, state.st_size)
        with self.lock:
            if known not in self.cache:
                if len(self.cache) > 64:
                    self.cache.clear()
                text = not table.serde.endswith("ParquetHiveSerDe")
                self.cache[known] = read_text(path, table) if text else _parquet(path, table)
            return self.cache[known]

    def _empty(self, table: Declared, files: pa.Table) -> pa.Table:
        if table.serde.endswith("ParquetHiveSerDe"):
            with duckdb.connect() as connection:
                columns = ", ".join(
                    f'CAST(NULL AS {_kind(kind)}) AS "{name}"' for name, kind in table.columns
                )
                rows = connection.sql(f"SELECT {columns} LIMIT 0").to_arrow_table()
        else:
            rows = pa.table({name: pa.array([], pa.string()) for name, _ in table.columns})
        for name in files.column_names:
            rows = rows.append_column(name, pa.array([], files.schema.field(name).type))
        return rows


def _parquet(path: Path, table: Declared) -> pa.Table:
    """The declared columns by name, in their declared types; a column the file lacks is null."""
    with duckdb.connect() as connection:
        there = {
            row[0].lower(): row[0]
            for row in connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        }
        columns = ", ".join(
            f'CAST({_quoted(there[name]) if name in there else "NULL"} AS {_kind(kind)}) AS "{name}"'
            for name, kind in table.columns
        )
        query = f"SELECT {columns} FROM read_parquet(?, hive_partitioning = false)"
        return connection.sql(query, params=[str(path)]).to_arrow_table()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _kind(kind: str) -> str:
    """DuckDB's word for a declared type; Hive's timestamp has three digits."""
    if kind.startswith("timestamp"):
        return "TIMESTAMPTZ" if "zone" in kind or kind == "timestamptz" else "TIMESTAMP_MS"
    if kind.startswith(("array", "struct", "map")):
        return exp.DataType.build(kind, dialect="hive").sql(dialect="duckdb")
    return {"string": "VARCHAR", "binary": "BLOB", "int": "INTEGER"}.get(kind, kind.upper())


def _duck(kind: str) -> str:
    """What a text has to be cast to; nothing where the column has its type already."""
    return "" if kind in {"string", "binary"} or kind.startswith(("array", "struct", "map")) else _kind(kind)


def _about_files(node: exp.Table, names: set[str]) -> list[exp.Expr]:
    """Those conditions of the table's own query that ask for nothing but paths, times and partitions."""
    where = node.parent_select.args.get("where") if node.parent_select else None
    if where is None:
        return []
    return (
        [
            each.copy()
            for each in where.this.flatten()
            if all(column.name in names for column in each.find_all(exp.Column))
        ]
        if isinstance(where.this, exp.And)
        else [where.this.copy()] * all(column.name in names for column in where.this.find_all(exp.Column))
    )


def _texts_of_trino(node: exp.Expression, types: Mapping[str, str]) -> exp.Expr:
    """Times and floating point numbers as Trino writes them."""
    if isinstance(node, exp.Cast) and node.to.is_type(*exp.DataType.TEXT_TYPES):
        kind = types.get(node.this.name, "") if isinstance(node.this, exp.Column) else ""
        if isinstance(node.this, exp.Cast) and node.this.to.is_type("timestamp"):
            return exp.func("STRFTIME", node.this, exp.Literal.string("%Y-%m-%d %H:%M:%S.%f"))
        if kind.startswith("timestamp") and "zone" not in kind:
            return exp.func("STRFTIME", node.this, exp.Literal.string("%Y-%m-%d %H:%M:%S.%g"))
        if kind in {"double", "float"}:
            return exp.column(f"{node.this.name}{TEXT}", quoted=True)
    return node


def _functions(node: exp.Expression) -> exp.Expr:
    """Functions that DuckDB calls otherwise."""
    if isinstance(node, exp.Anonymous) and node.name.upper() == "AT_TIMEZONE":
        return exp.func(
            "make_timestamp", exp.func("epoch_us", node.expressions[0])
        )  # in UTC, the one asked for
    if isinstance(node, exp.Decode):
        return exp.column(f"{node.this.name}{TEXT}", quoted=True)
    if isinstance(node, exp.JSONFormat):
        return exp.cast(exp.func("TO_JSON", node.this.this), "text")
    return node


def _texts(column: pa.ChunkedArray, kind: str) -> pa.Array:
    """What Trino makes of a value for which DuckDB has no words."""
    spell = SPELT[kind]
    return pa.array([None if value is None else spell(value) for value in column.to_pylist()], pa.string())


def java_double(value: float) -> str:
    """As Java's Double.toString writes it: 12.5, 1.0E7, 1.0E-4."""
    if math.isnan(value) or math.isinf(value):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = format(Decimal(repr(value)), "f")
        return text if "." in text else f"{text}.0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    rest = "".join(map(str, digits[1:])) or "0"
    return f"{'-' if sign else ''}{digits[0]}.{rest}E{int(exponent) + len(digits) - 1}"


SPELT = {
    "double": lambda value: java_double(float(value)),
    "float": lambda value: java_double(float(value)),
    "binary": lambda value: value.decode(errors="replace"),
}
