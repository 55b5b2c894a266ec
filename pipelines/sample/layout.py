"""How a brand writes its files: the facts that its source declaration states on the reading side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from pipelines.engine.spec import Column, Kind

Row = dict[str, str | None]
Speller = Callable[[str, int], str]
T = TypeVar("T")
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """`naive` files know no quotes; `rfc4180` files quote a cell where it must be."""

    naive: bool
    delimiter: str
    newline: str
    null: str
    gzip: bool = False
    other_nulls: tuple[str, ...] = ()
    reordered: bool = False  # columns by alphabet, names in capitals
    decimals: int = 9
    flags: dict[str, dict[str, str]] = field(default_factory=dict)  # column -> canonical -> as written
    iso_every: int = 0  # each n-th row writes its instants with T and Z
    offset_zone: str = ""  # every instant in ISO form, each third row with this zone's offset

    @property
    def suffix(self) -> str:
        return ".csv.gz" if self.gzip else ".csv"

    def order(self, columns: Sequence[str]) -> list[int]:
        """Positions of the entity's columns in the order of the file."""
        places = list(range(len(columns)))
        return sorted(places, key=lambda place: columns[place]) if self.reordered else places

    def header(self, columns: Sequence[str]) -> list[str]:
        names = [columns[place] for place in self.order(columns)]
        return [name.upper() for name in names] if self.reordered else names

    def quoted(self, cell: str) -> str:
        if self.naive or not any(sign in cell for sign in (self.delimiter, '"', "\n", "\r")):
            return cell
        return '"' + cell.replace('"', '""') + '"'

    def line(self, cells: Sequence[str]) -> str:
        """The cells of one row as they stand in the file, without the end of the line."""
        if self.naive:
            return self.delimiter.join(cells)
        return self.delimiter.join([self.quoted(cell) for cell in cells])


class Spelling:
    """Turns a canonical row into the cells a brand writes, in the order of its file."""

    def __init__(self, layout: Layout, columns: Sequence[Column]) -> None:
        self.layout = layout
        self.order = layout.order([column.in_lake for column in columns])
        self.columns = [columns[place] for place in self.order]
        self._null = layout.null
        self._reordered = layout.reordered
        self._spellers = [
            (place, speller)
            for place, column in enumerate(self.columns)
            if (speller := _speller(layout, column)) is not None
        ]

    def cells(self, row: Row, number: int) -> list[str]:
        """`number` counts the rows of the file; it decides which of several spellings a row gets."""
        cells = [value or "" for value in row.values()]
        if self._reordered:
            cells = [cells[place] for place in self.order]
        for place, speller in self._spellers:
            if cells[place]:
                cells[place] = speller(cells[place], number)
        if self._null:
            return [cell or self._null for cell in cells]
        return cells


def _speller(layout: Layout, column: Column) -> Speller | None:
    if words := layout.flags.get(column.in_lake):
        return lambda value, number: words.get(value, value)
    if column.kind is Kind.DECIMAL and layout.decimals < 9:
        cut = layout.decimals - 9
        return lambda value, number: value[:cut]
    if column.kind is Kind.TIMESTAMP and layout.offset_zone:
        zone = ZoneInfo(layout.offset_zone)
        return lambda value, number: _iso(value, zone if number % 3 == 0 else None)
    if column.kind is Kind.TIMESTAMP and layout.iso_every:
        every = layout.iso_every
        return lambda value, number: value if number % every else f"{value[:10]}T{value[11:]}Z"
    return None


def _iso(value: str, zone: ZoneInfo | None) -> str:
    if zone is None:
        return f"{value[:10]}T{value[11:].removesuffix('.000000')}Z"
    return datetime.fromisoformat(value).replace(tzinfo=UTC).astimezone(zone).isoformat()
