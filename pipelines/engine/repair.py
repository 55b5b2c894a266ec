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
from itertools import accumulate

from pipelines.engine.formats import shape_of
from pipelines.engine.spec import Column, Kind, Strength

Cells = list[str | None]
VERSION = 1
MOST_READINGS = 16  # more than one is doubt enough; this many are kept to look for what binds
ANCHORS_NEEDED = 3  # columns of strong or medium evidence that must read right beside the mended place
MOST_GROUPS = 4  # pieces of one number: 1,234,567,89
_EVIDENCE = {Strength.STRONG, Strength.MEDIUM}
_GROUPS = {Kind.INT: "[0-9]{3}", Kind.DECIMAL: r"[0-9]+(\.[0-9]+)?"}


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
    """As `reads`, but text must look like a strong pattern too; a weaker one excludes no reading."""
    return reads(cell, column) and (column.strength is not Strength.STRONG or _looks_right(cell, column))


def _looks_right(cell: str | None, column: Column) -> bool:
    return not cell or column.pattern is None or bool(re.match(f"(?:{column.pattern})\\Z", cell))


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

    def text(self, places: range) -> str:
        """Some neighbouring pieces with the delimiters that cut them."""
        return self.delimiter.join(self.pieces[at] or "" for at in places)

    def merged(self, start: int, count: int) -> str | None:
        """What some neighbouring pieces are as one cell: empty ones count beside others only; quotes come off."""
        places = range(start, start + count)
        filled = [self.pieces[at] for at in places if self.pieces[at]]
        if len(filled) < 2:
            return filled[0] if filled else None
        text = self.text(places)
        return text[1:-1].replace('""', '"') if _is_quoted(text) else text

    def counts(self, column: int, start: int, most: int) -> Iterator[int]:
        """How many pieces from `start` on the column could take."""
        for count in range(1, most + 1):
            if self._takes(self.columns[column], self.pieces[start : start + count], start):
                yield count

    def _takes(self, column: Column, pieces: Cells, start: int) -> bool:
        """Any column may have delimiters too many beside it; text takes up all, a number its own commas."""
        filled, cell = sum(map(bool, pieces)), self.merged(start, len(pieces))
        if filled < 2 and len(pieces) > 1:
            return reads(cell, column)
        if filled > 1 and column.binding:
            return _is_cut_number(pieces, column.kind)
        return _fits(cell, column)

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
        starts = accumulate(reading, initial=0)
        return [self.merged(start, count) for start, count in zip(starts, reading, strict=False)]


def _absorb(row: _Pieces, surplus: int, bad: tuple[str, ...]) -> Repaired | Refused:
    """Find the one way in which a text column took up the surplus pieces."""
    readings = row.readings()
    names = sorted({row.columns[at].name for reading in readings for at in _mended(reading)})
    tried = tuple(names)
    if not readings:
        return Refused(code="shifted", columns=bad, shift=surplus)
    reading = readings[0] if len(readings) == 1 else _bound(row, readings)
    if reading is None or _may_be_stray(row, reading):
        return Refused(code="ambiguous", columns=tried, shift=surplus, tried=tried)
    cells, place, *others = row.row(reading), *_mended(reading)
    if others or row.columns[place].binding or any(map(_odd_quotes, cells)):
        return Refused(code="not_certain", columns=tried, shift=surplus, tried=tried)
    if not _anchored(cells, row.columns, place):
        return Refused(code="unanchored", columns=tried, shift=surplus, tried=tried)
    return Repaired(cells=cells, place=place, rule="absorb", column=row.columns[place].name, shift=surplus)


def _mended(reading: tuple[int, ...]) -> list[int]:
    return [column for column, count in enumerate(reading) if count > 1]


def _joined(row: _Pieces, reading: tuple[int, ...]) -> range:
    """Where the pieces of a reading's first mended column stand."""
    place = _mended(reading)[0]
    start = sum(reading[:place])
    return range(start, start + reading[place])


def _may_be_stray(row: _Pieces, reading: tuple[int, ...]) -> bool:
    """An empty piece may belong to a text as well as come from a delimiter that somebody wrote twice."""
    return not all(row.pieces[at] for at in _joined(row, reading))


def _bound(row: _Pieces, readings: list[tuple[int, ...]]) -> tuple[int, ...] | None:
    """The one reading that something ties together: quotes around the pieces, or a blank behind each delimiter.

    A text may begin with a blank of itself. So blanks bind only where the doubt is between two neighbouring
    columns, and no other piece of the row begins with one.
    """
    single = [reading for reading in readings if len(_mended(reading)) == 1]
    quoted = [reading for reading in single if _is_quoted(row.text(_joined(row, reading)))]
    if quoted or not _neighbours(row, readings):
        return quoted[0] if len(quoted) == 1 else None
    blanks = [at for at, piece in enumerate(row.pieces) if piece and piece[0] == " " and piece.strip()]
    tied = [reading for reading in single if blanks == list(_joined(row, reading)[1:])]
    return tied[0] if len(tied) == 1 else None


def _neighbours(row: _Pieces, readings: list[tuple[int, ...]]) -> bool:
    """Whether the readings, all of them known, differ in two neighbouring columns only."""
    columns = enumerate(zip(*map(row.row, readings), strict=True))
    doubtful = [column for column, cells in columns if len(set(cells)) > 1]
    return len(readings) < MOST_READINGS and len(doubtful) == 2 and doubtful[1] - doubtful[0] == 1


def _is_quoted(text: str) -> bool:
    """Quotes around the whole, and none inside but doubled ones."""
    return len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1].replace('""', "")


def _odd_quotes(text: str | None) -> bool:
    """A quote at one end only belongs to something that was cut elsewhere."""
    return bool(text) and (text or "").count('"') % 2 == 1


def _is_cut_number(pieces: Cells, kind: Kind) -> bool:
    """Whether a number was cut at its commas: 12,50 or 1,234.56. It is too much in doubt to be mended."""
    first, *groups = [piece or "" for piece in pieces]
    if kind not in _GROUPS or len(pieces) > MOST_GROUPS or not re.fullmatch(r"-?[0-9][0-9.]*", first):
        return False
    return all(re.fullmatch(_GROUPS[kind], group) for group in groups)


def _anchored(cells: Cells, columns: Sequence[Column], index: int) -> bool:
    """Enough evidence on both sides of the mended place, or every cell up to that end of the row."""
    tells = [
        bool(cell) and column.strength in _EVIDENCE and _looks_right(cell, column)
        for cell, column in zip(cells, columns, strict=True)
    ]
    return all(sum(side) >= ANCHORS_NEEDED or all(side) for side in (tells[:index], tells[index + 1 :]))


def _trailing_nulls(cells: Cells) -> int:
    return next((count for count, cell in enumerate(reversed(cells)) if cell is not None), len(cells))


@lru_cache(maxsize=2048)
def _binding(column: Column) -> re.Pattern[str]:
    return re.compile(
        f"(?:{shape_of(column)})\\Z", re.ASCII
    )  # as the typing reads it: Arabic digits are no number
