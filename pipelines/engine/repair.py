"""Mend rows whose cells slid, where only one reading is possible; else say why not. Pure.

The cases done here are the certain ones: one freetext column took up delimiters, the overflow was kept in
the last cell, and every other cell reads as what its column declares. A row that could be read another way
is left to the quarantine. Source of the rules: the platform's export conventions, docs/explanation/repair.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.engine.spec import BINDING, Column, Kind, Strength

Cells = list[str | None]
VERSION = 1
MOST_READINGS = 16  # more than one is doubt enough; this many are kept to look for what binds
ANCHORS_NEEDED = 3  # columns of strong or medium evidence that must read right beside the mended place
_EVIDENCE = {Strength.STRONG, Strength.MEDIUM}


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """The mended cells, in the file's order; `place` is the mended one's among them."""

    cells: Cells
    place: int
    rule: str
    column: str
    shift: int


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Why a row was not mended: a stable code, the columns that do not read, and what was tried."""

    code: str
    columns: tuple[str, ...] = ()
    shift: int | None = None
    tried: tuple[str, ...] = ()


def repair(cells: Cells, columns: Sequence[Column], delimiter: str | None) -> Repaired | Refused:
    """Mend one row whose cells do not read as they stand."""
    bad = tuple(column.name for cell, column in zip(cells, columns, strict=True) if not reads(cell, column))
    pieces = _pieces(cells, delimiter)
    surplus = len(pieces) - len(columns)
    if surplus >= len(columns) - 1:
        return Refused(code="merged_lines", columns=bad, shift=surplus)  # another row hangs on this one
    if surplus > 0 and delimiter:
        return _absorb(_Pieces(pieces, columns, delimiter), surplus, bad)
    missing = _trailing_nulls(cells)
    if missing:
        return Refused(code="short_row", columns=bad, shift=-missing)
    return Refused(code="unreadable", columns=bad, shift=0)


def reads(cell: str | None, column: Column) -> bool:
    """Whether a cell may stand in a column: only what binds counts, patterns of text do not."""
    if cell is None or cell == "":
        return not column.required
    return not column.binding or bool(_binding(column).match(cell))


def _fits(cell: str | None, column: Column) -> bool:
    """As `reads`, but text must look like its column's pattern too: a mended row has to convince."""
    if not reads(cell, column) or column.pattern is None or not cell:
        return reads(cell, column)
    return bool(re.match(f"(?:{column.pattern})\\Z", cell))


def _pieces(cells: Cells, delimiter: str | None) -> Cells:
    """The cells with the overflow that the reader kept in the last one cut again."""
    if not delimiter or not cells[-1]:
        return list(cells)
    return [*cells[:-1], *cells[-1].split(delimiter)]


@dataclass(frozen=True)
class _Pieces:
    """A row cut at every delimiter, and the columns it has to fill."""

    pieces: Cells
    columns: Sequence[Column]
    delimiter: str

    def merged(self, start: int, count: int) -> str | None:
        """The text of some neighbouring pieces with the delimiters that cut them; quotes around it come off."""
        if count == 1:
            return self.pieces[start]
        text = self.delimiter.join(piece or "" for piece in self.pieces[start : start + count])
        quoted = len(text) > 1 and text[0] == text[-1] == '"'
        return text[1:-1].replace('""', '"') if quoted else text

    def cell(self, column: int, start: int, count: int) -> str | None:
        """What these pieces would be in a column; a decimal comma joins two of them."""
        if count == 2 and self.columns[column].kind is Kind.DECIMAL:
            return f"{self.pieces[start]}.{self.pieces[start + 1]}"
        return self.merged(start, count)

    def counts(self, column: int, start: int, most: int) -> Iterator[int]:
        """How many pieces from `start` on the column could take."""
        kind = self.columns[column].kind
        longest = 1 if kind in BINDING else most
        if kind is Kind.DECIMAL and self._decimal_comma(start):
            longest = min(2, most)
        for count in range(1, longest + 1):
            if _fits(self.cell(column, start, count), self.columns[column]):
                yield count

    def _decimal_comma(self, start: int) -> bool:
        pair = self.pieces[start : start + 2]
        return len(pair) == 2 and bool(
            re.fullmatch(r"-?[0-9]{1,9}", pair[0] or "") and re.fullmatch(r"[0-9]{1,3}", pair[1] or "")
        )

    def readings(self) -> list[tuple[int, ...]]:
        """Ways to fill the columns with all pieces, as numbers of pieces a column; at most MOST_READINGS."""
        found: list[tuple[int, ...]] = []
        self._extend((), 0, set(), found)
        return found

    def _extend(
        self, taken: tuple[int, ...], start: int, dead: set[tuple[int, int]], found: list[tuple[int, ...]]
    ) -> None:
        column, before = len(taken), len(found)
        left = len(self.pieces) - start
        if column == len(self.columns):
            if not left:
                found.append(taken)
            return
        if (column, start) in dead or len(found) >= MOST_READINGS:
            return
        most = left - (len(self.columns) - column - 1)
        for count in self.counts(column, start, most):
            self._extend((*taken, count), start + count, dead, found)
        if len(found) == before:
            dead.add((column, start))

    def row(self, reading: tuple[int, ...]) -> Cells:
        cells, start = [], 0
        for column, count in enumerate(reading):
            cells.append(self.cell(column, start, count))
            start += count
        return cells


def _absorb(row: _Pieces, surplus: int, bad: tuple[str, ...]) -> Repaired | Refused:
    """Find the one way in which text columns took up the surplus pieces."""
    readings = row.readings()
    names = sorted({row.columns[at].name for reading in readings for at in _mended(reading)})
    tried = tuple(names)
    if not readings:
        return Refused(code="shifted", columns=bad, shift=surplus)
    bound = readings if len(readings) == 1 else [each for each in readings if _bound(row, each)]
    if len(bound) != 1:
        return Refused(code="ambiguous", columns=tried, shift=surplus, tried=tried)
    cells, places = row.row(bound[0]), _mended(bound[0])
    if len(places) != 1 or row.columns[places[0]].kind is Kind.DECIMAL or _odd_quotes(cells[places[0]]):
        return Refused(code="not_certain", columns=tried, shift=surplus, tried=tried)
    if not _anchored(cells, row.columns, places[0]):
        return Refused(code="unanchored", columns=tried, shift=surplus, tried=tried)
    place = places[0]
    return Repaired(cells=cells, place=place, rule="absorb", column=row.columns[place].name, shift=surplus)


def _mended(reading: tuple[int, ...]) -> list[int]:
    return [column for column, count in enumerate(reading) if count > 1]


def _bound(row: _Pieces, reading: tuple[int, ...]) -> bool:
    """Whether something ties the joined pieces together: quotes around them, or a blank behind each delimiter.

    Blanks bind only when no other piece of the row starts with one: two such places are two stories.
    """
    places = _mended(reading)
    if len(places) != 1:
        return False
    start = sum(reading[: places[0]])
    joined = range(start + 1, start + reading[places[0]])
    first, last = row.pieces[start] or "", row.pieces[joined[-1]] or ""
    if first.startswith('"') and last.endswith('"'):
        return True
    blanks = [at for at, piece in enumerate(row.pieces) if piece and piece[0] == " " and piece.strip()]
    return blanks == list(joined)


def _odd_quotes(text: str | None) -> bool:
    """A quote at one end only belongs to something that was cut elsewhere."""
    return bool(text) and (text or "").count('"') % 2 == 1


def _anchored(cells: Cells, columns: Sequence[Column], index: int) -> bool:
    """Enough evidence on both sides of the mended place, or every cell up to that end of the row."""
    return all(
        sum(bool(cells[at]) and columns[at].strength in _EVIDENCE for at in side) >= ANCHORS_NEEDED
        or all(columns[at].strength in _EVIDENCE and bool(cells[at]) for at in side)
        for side in (range(index), range(index + 1, len(columns)))
    )


def _trailing_nulls(cells: Cells) -> int:
    return next((count for count, cell in enumerate(reversed(cells)) if cell is not None), len(cells))


_PATTERNS = {
    Kind.INT: r"-?\d{1,18}",
    Kind.DECIMAL: r"-?\d{1,9}(\.\d{1,9})?",
    Kind.DATE: r"\d{4}-\d{2}-\d{2}([T ]00:00:00(\.0{1,9})?(Z|[+-]00:?00)?)?",
    Kind.TIMESTAMP: r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?( ?UTC|Z|[+-]\d{2}(:?\d{2})?)?",
    Kind.BOOL: r"(?i:true|false)",
}


@lru_cache(maxsize=2048)
def _binding(column: Column) -> re.Pattern[str]:
    if column.kind is Kind.ENUM:
        pattern = "|".join(map(re.escape, column.values))
    elif column.kind is Kind.BOOL and column.values:
        pattern = "(?i:true|false|" + "|".join(column.values) + ")"
    else:
        pattern = _PATTERNS.get(column.kind) or column.pattern or ".*"
    return re.compile(f"(?:{pattern})\\Z", re.ASCII)  # as the typing reads it: Arabic digits are no number
