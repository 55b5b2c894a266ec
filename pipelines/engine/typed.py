"""From cells to canonical text, a column at a time. Pure and vectorised: clean rows never meet Python.

Canonical text (what documents, checksums and the database's parameters are made of):
decimal with 9 digits behind the point, instant 'YYYY-MM-DD HH:MM:SS.ffffff' in UTC, date 'YYYY-MM-DD',
true/false, whole numbers without leading zeros, text as delivered, null for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.engine.formats import ISO, has_clock, house_text
from pipelines.engine.spec import AMOUNT_DIGITS, AMOUNT_SCALE, MAX_TEXT, SHAPES, Column, Kind

VERSION = 1  # part of every raw checksum: raise it when a cell is read differently
_AMOUNT = pa.decimal128(AMOUNT_DIGITS, AMOUNT_SCALE)
_ZERO = pa.scalar(Decimal(0), _AMOUNT)
# Arrow also reads the year 0, and an offset leads out of 9999; no database of ours takes either.
_FIRST_DAY = pa.scalar(date.min, pa.date32())
_FIRST_INSTANT = pa.scalar(datetime.min, pa.timestamp("us"))
_LAST_INSTANT = pa.scalar(datetime.max, pa.timestamp("us"))
_ZONE = r"( ?UTC|Z|[+-]\d{2}(:?\d{2})?)$"
_WHOLE = {kind: f"^({shape})$" for kind, shape in SHAPES.items()}
TRUE_WORDS, FALSE_WORDS = ("true", "1", "yes", "ja"), ("false", "0", "no", "nein")

Typed = tuple[pa.Array, pa.Array]  # canonical text, and whether the cell could be read (null reads as null)


@dataclass(frozen=True, kw_only=True)
class TypedCells:
    """Canonical text a column, and for each row whether all its cells could be read."""

    values: dict[str, pa.Array]
    readable: dict[str, pa.Array]
    valid: pa.Array

    def faults(self, row: int) -> list[str]:
        """The columns of a row that could not be read."""
        return [name for name, ok in self.readable.items() if not ok[row].as_py()]


def type_cells(
    columns: Sequence[Column], cells: dict[str, pa.Array], *, naive_zone: str, optional: frozenset[str]
) -> TypedCells:
    """Read the cells of the columns present in `cells`; columns in `optional` may be null in spite of their spec."""
    values, readable = {}, {}
    for column in columns:
        if column.name in cells:
            text, ok = type_column(column, cells[column.name], naive_zone)
            if column.required and column.name not in optional:
                ok = pc.and_(ok, pc.is_valid(text))
            values[column.name], readable[column.name] = text, ok
    rows = len(next(iter(cells.values()), []))
    valid = pa.array([True] * rows, pa.bool_())
    for ok in readable.values():
        valid = pc.and_(valid, ok)
    return TypedCells(values=values, readable=readable, valid=valid)


def type_column(column: Column, cells: pa.Array, naive_zone: str) -> Typed:
    """Canonical text of one column's cells, null where unreadable."""
    read = _by_formats if column.formats else _READERS[column.kind]
    if not column.words:
        return read(column, cells, naive_zone)
    theirs, ours = zip(*column.words, strict=True)
    place = pc.index_in(cells, value_set=pa.array(theirs, pa.string()))
    named = pc.is_valid(place)
    meant = pa.array([word or None for word in ours], pa.string()).take(place)
    said, said_ok = _READERS[column.kind](column, meant, naive_zone)
    text, ok = read(column, cells, naive_zone)
    return pc.if_else(named, said, text), pc.if_else(named, said_ok, ok)


def _by_formats(column: Column, cells: pa.Array, zone: str) -> Typed:
    """What the source's formats make of the cells; where two of them disagree, nobody knows."""
    found = [_by_format(column, text, cells, zone) for text in column.formats]
    first = pc.coalesce(*found)
    ok = pc.is_valid(first)
    for text in found:
        ok = pc.and_(ok, pc.fill_null(pc.equal(text, first), True))
    return _only(first, ok), pc.or_(pc.is_null(cells), ok)


def _by_format(column: Column, text: str, cells: pa.Array, zone: str) -> pa.Array:
    own = house_text(column, text, cells)
    if column.kind in {Kind.ID, Kind.REF}:
        return own
    if column.kind is Kind.DATE and has_clock(text):
        return _day_in(zone, _timestamp(column, own, zone)[0])
    if column.kind is Kind.TIMESTAMP and text != ISO and not has_clock(text):
        own = pc.binary_join_element_wise(own, "00:00:00", "T")
    return _READERS[column.kind](column, own, zone)[0]


def _day_in(zone: str, instants: pa.Array) -> pa.Array:
    """The day that an instant (canonical text) falls on in a zone."""
    local = pc.local_timestamp(instants.cast(pa.timestamp("us")).cast(pa.timestamp("us", zone)))
    return local.cast(pa.date32(), safe=False).cast(pa.string())


def nulls_for_empty(cells: pa.Array, null_markers: Sequence[str]) -> pa.Array:
    """'' and the source's null markers as null."""
    markers = pa.array(["", *null_markers], pa.string())
    return pc.if_else(pc.is_in(cells, value_set=markers), pa.scalar(None, pa.string()), cells)


def _ok(cells: pa.Array, matches: pa.Array) -> pa.Array:
    return pc.or_(pc.is_null(cells), pc.fill_null(matches, False))


def _only(cells: pa.Array, ok: pa.Array) -> pa.Array:
    return pc.if_else(ok, cells, pa.scalar(None, pa.string()))


def _pattern(column: Column, cells: pa.Array, zone: str) -> Typed:
    ok = _ok(cells, pc.match_substring_regex(cells, f"^({column.pattern})$"))
    return _only(cells, ok), ok


def _text(column: Column, cells: pa.Array, zone: str) -> Typed:
    ok = _ok(cells, pc.less_equal(pc.utf8_length(cells), MAX_TEXT))
    return _only(cells, ok), ok


def _freetext(column: Column, cells: pa.Array, zone: str) -> Typed:
    return cells, pa.array([True] * len(cells), pa.bool_())


def _enum(column: Column, cells: pa.Array, zone: str) -> Typed:
    ok = _ok(cells, pc.is_in(cells, value_set=pa.array(column.values, pa.string())))
    return _only(cells, ok), ok


def _bool(column: Column, cells: pa.Array, zone: str) -> Typed:
    lower = pc.utf8_lower(cells)
    words = ("true", "false", *column.values)
    true = pc.is_in(lower, value_set=pa.array([word for word in TRUE_WORDS if word in words], pa.string()))
    false = pc.is_in(lower, value_set=pa.array([word for word in FALSE_WORDS if word in words], pa.string()))
    ok = _ok(cells, pc.or_(true, false))
    return _only(pc.if_else(true, "true", "false"), pc.and_(ok, pc.is_valid(cells))), ok


def _int(column: Column, cells: pa.Array, zone: str) -> Typed:
    matches = _ok(cells, pc.match_substring_regex(cells, _WHOLE[Kind.INT]))
    numbers = _only(cells, matches).cast(pa.int64())
    low = pc.greater_equal(numbers, column.minimum if column.minimum is not None else -(10**18))
    high = pc.less_equal(numbers, column.maximum if column.maximum is not None else 10**18)
    ok = pc.and_(matches, _ok(numbers, pc.and_(low, high)))
    return _only(numbers.cast(pa.string()), ok), ok


def _decimal(column: Column, cells: pa.Array, zone: str) -> Typed:
    ok = _ok(cells, pc.match_substring_regex(cells, _WHOLE[Kind.DECIMAL]))
    return _plain_text(_only(cells, ok).cast(_AMOUNT)), ok


def _plain_text(amounts: pa.Array) -> pa.Array:
    """Arrow writes 0 as 0E-9 and tiny amounts likewise; nothing here should."""
    text = pc.if_else(pc.equal(amounts, _ZERO), "0.000000000", amounts.cast(pa.string()))
    if pc.any(pc.match_substring(text, "E")).as_py():
        plain = [None if value is None else f"{value:.{AMOUNT_SCALE}f}" for value in amounts.to_pylist()]
        return pa.array(plain, pa.string())
    return text


def _date(column: Column, cells: pa.Array, zone: str) -> Typed:
    matches = _ok(cells, pc.match_substring_regex(cells, _WHOLE[Kind.DATE]))
    text = pc.utf8_slice_codeunits(_only(cells, matches), 0, 10)
    dates, ok = _cast(text, pa.date32())
    ok = pc.and_(pc.and_(matches, ok), _ok(dates, pc.greater_equal(dates, _FIRST_DAY)))
    return _only(dates.cast(pa.string()), ok), ok


def _timestamp(column: Column, cells: pa.Array, zone: str) -> Typed:
    matches = _ok(cells, pc.match_substring_regex(cells, _WHOLE[Kind.TIMESTAMP]))
    text = pc.replace_substring_regex(_only(cells, matches), r"(\.\d{6})\d+", r"\1")
    zoned = pc.fill_null(pc.match_substring_regex(text, _ZONE), False)
    instants, ok = _naive_instants(_only(text, pc.invert(zoned)), zone)
    if pc.any(zoned).as_py():
        bare = pc.replace_substring_regex(_only(text, zoned), r" ?UTC$", "Z")
        with_zone, ok_zoned = _cast(bare, pa.timestamp("us", "UTC"))
        instants, ok = pc.if_else(zoned, with_zone, instants), pc.if_else(zoned, ok_zoned, ok)
    instants = instants.cast(pa.timestamp("us"))
    storable = pc.and_(pc.greater_equal(instants, _FIRST_INSTANT), pc.less_equal(instants, _LAST_INSTANT))
    ok = pc.and_(pc.and_(matches, ok), _ok(instants, storable))
    return _only(pc.strftime(instants, "%Y-%m-%d %H:%M:%S"), ok), ok


def _naive_instants(text: pa.Array, zone: str) -> Typed:
    """Instants of zoneless text; of an hour that occurs twice the first, of one that never occurs the next."""
    local, ok = _cast(text, pa.timestamp("us"))
    return pc.assume_timezone(local, zone, ambiguous="earliest", nonexistent="latest").cast(
        pa.timestamp("us", "UTC")
    ), ok


def _cast(text: pa.Array, target: pa.DataType) -> Typed:
    """Arrow's cast; where a value is impossible (30 February), halved until that value stands alone."""
    try:
        return text.cast(target), pa.array([True] * len(text), pa.bool_())
    except pa.ArrowInvalid:
        if len(text) == 1:
            return pa.array([None], target), pa.array([False])
        half = len(text) // 2
        parts = [_cast(text.slice(0, half), target), _cast(text.slice(half), target)]
        values, ok = zip(*parts, strict=True)
        return pa.concat_arrays(values), pa.concat_arrays(ok)


_READERS: dict[Kind, Callable[[Column, pa.Array, str], Typed]] = {
    Kind.ID: _pattern,
    Kind.REF: _pattern,
    Kind.CURRENCY: _pattern,
    Kind.INT: _int,
    Kind.DECIMAL: _decimal,
    Kind.BOOL: _bool,
    Kind.ENUM: _enum,
    Kind.DATE: _date,
    Kind.TIMESTAMP: _timestamp,
    Kind.TEXT: _text,
    Kind.EMAIL: _text,
    Kind.FREETEXT: _freetext,
}
