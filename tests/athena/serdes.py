"""How a SerDe cuts a text file into cells: what Hive's and Trino's readers do, not what one would wish.

Files are cut into lines first, at \\n, \\r\\n or \\r, whatever stands in quotes; bytes that are no UTF-8 show
as U+FFFD. Short rows end in nulls, surplus cells are dropped (LazySimpleSerDe keeps them in the last cell where
`serialization.last.column.takes.rest` says so).
"""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tests.athena.catalogue import Declared


class BadData(Exception):
    """The query over this file fails (HIVE_BAD_DATA)."""


def read_text(path: Path, table: Declared) -> pa.Table:
    """The columns of a text file as strings."""
    data = path.read_bytes()
    lines = _lines(gzip.decompress(data) if path.name.endswith(".gz") else data)
    lines = lines[int(table.properties.get("skip.header.line.count", "0")) :]
    names = [name for name, _ in table.columns]
    if table.serde.endswith("LazySimpleSerDe"):
        columns = _lazy(lines, len(names), table.serde_properties)
    elif table.serde.endswith("OpenCSVSerde"):
        columns = _open_csv(lines, len(names), table.serde_properties)
    else:
        columns = _json(lines, names, table.serde_properties)
    return pa.table(dict(zip(names, columns, strict=True)))


def _lines(data: bytes) -> list[str]:
    lines = re.split(r"\r\n|\n|\r", data.decode("utf-8", errors="replace"))
    return lines[:-1] if lines and not lines[-1] else lines


def _lazy(lines: list[str], width: int, properties: dict[str, str]) -> list[pa.Array]:
    delimiter = properties.get("field.delim", "\x01")
    rest = properties.get("serialization.last.column.takes.rest", "false").lower() == "true"
    parts = pc.split_pattern(pa.array(lines, pa.string()), delimiter, max_splits=width - 1 if rest else -1)
    parts = pc.list_slice(parts, 0, width, return_fixed_size_list=True)
    null = properties.get("serialization.null.format", r"\N")
    columns = [pc.list_element(parts, index) for index in range(width)]
    return [pc.if_else(pc.equal(each, null), pa.scalar(None, pa.string()), each) for each in columns]


def _open_csv(lines: list[str], width: int, properties: dict[str, str]) -> list[pa.Array]:
    separator = properties.get("separatorChar", ",")
    quote = properties.get("quoteChar", '"')
    escape = properties.get("escapeChar", "\\")
    escape = "\\" if escape == '"' else escape  # Hive takes opencsv's writer's default for the reader's
    rows = []
    for line in lines:
        plain = quote not in line and escape not in line
        cells = line.split(separator) if plain else _opencsv(line, separator, quote, escape)
        rows.append([*cells[:width], *[None] * (width - len(cells))])
    return [pa.array(column, pa.string()) for column in zip(*rows, strict=True)] or [
        pa.array([], pa.string())
    ] * width


def _opencsv(line: str, separator: str, quote: str, escape: str) -> list[str]:
    """opencsv's parser of one line: an open quote at its end costs its cell, a lone escape sign itself."""
    cells, cell, quoted, at = list[str](), "", False, 0
    while at < len(line):
        sign, following = line[at], line[at + 1 : at + 2]
        if sign == escape:
            if quoted and following in {quote, escape}:
                cell, at = cell + following, at + 1
        elif sign == quote:
            if quoted and following == quote:
                cell, at = cell + quote, at + 1
            else:
                inside = at > 2 and line[at - 1] != separator and following not in {"", separator}
                cell, quoted = cell + (quote if inside else ""), not quoted
        elif sign == separator and not quoted:
            cells.append(cell)
            cell = ""
        else:
            cell += sign
        at += 1
    return cells if quoted else [*cells, cell]


def _json(lines: list[str], names: list[str], properties: dict[str, str]) -> list[pa.Array]:
    """openx's JsonSerDe: numbers go through floating point; a malformed line fails the query, or is all null."""
    lenient = properties.get("ignore.malformed.json", "false").lower() == "true"
    rows = []
    for line in lines:
        try:
            value = json.loads(line)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            if not lenient:
                raise BadData
            value = {}
        rows.append({key.lower(): _json_text(each) for key, each in value.items()})
    return [pa.array([row.get(name) for row in rows], pa.string()) for name in names]


def _json_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
