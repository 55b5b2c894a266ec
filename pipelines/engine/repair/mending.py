"""Mend a suspect row: clean it, cut it again, price its readings, judge them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.engine.repair.alignment import Aligner, Alignment, Allowance, unquoted
from pipelines.engine.repair.judging import MOST_OMITTED, Judgement
from pipelines.engine.repair.pieces import Pieces, cut, tied
from pipelines.engine.repair.slots import ANCHORS, Cells, Row, told
from pipelines.engine.repair.verdict import Refused, Repaired, Surroundings, Suspect

MOST_ROWS = 3  # on one line
# Two neighbouring texts share n pieces too many in n ways, and each of them has its price.
MOST_SURPLUS = 60
CLEAR_ROWS = 1.0  # the price of several rows on a line below which it is not read as one row


def mend(suspect: Suspect, row: Row, around: Surroundings) -> Repaired | Refused:
    """Mend a row, if one reading of its pieces is clearly right."""
    cells, alone = suspect.lines[0], len(suspect.lines) == 1
    if alone and not (around.delimiter and row.another(cells, around.delimiter)):
        if row.fit(cells):  # right in form, impossible in content
            return Refused(code="unreadable", shift=0)
        if bare := _cleaned(cells, row):
            return bare
    if around.delimiter is None:
        return Refused(code="unreadable", columns=row.misfits(cells), shift=0)
    if alone and (rows := _swallowed(cells, row, around.delimiter)):
        return Repaired(rows=rows, rule="split_line", column="", shift=0)
    parts = [cut(line, around.delimiter, rest_kept=around.rest_kept) for line in suspect.lines]
    pieces = tied(parts, suspect.ends)
    return Judgement(suspect, row, around, pieces, _readings(pieces, row, around)).answer()


def readings(cells: Cells, row: Row, around: Surroundings) -> list[Alignment]:
    """The ways to read one row's cells, cheapest first: what a person is shown who has to decide."""
    if around.delimiter is None:
        return []
    return _readings(cut(cells, around.delimiter, rest_kept=around.rest_kept), row, around)


def _swallowed(cells: Cells, row: Row, delimiter: str) -> tuple[tuple[str | None, ...], ...]:
    """The rows that a quote which nobody closed put into one cell, line for line; () where they do not all read."""
    place = next((at for at, cell in enumerate(cells) if cell and "\n" in cell and delimiter in cell), None)
    if place is None or any(cells[place + 1 :]):
        return ()
    first, *others = (cells[place] or "").split("\n")
    lines: list[Cells] = [[*cells[:place], *first.split(delimiter)]]
    lines += [[*line.split(delimiter)] for line in others]
    reads = all(row.fit(line) and told(row.slots, line) >= ANCHORS for line in lines)
    return tuple(tuple(cell or None for cell in line) for line in lines) if reads else ()


def _cleaned(cells: Cells, row: Row) -> Repaired | None:
    """The row with what stands around its values taken off, if it reads then."""
    bare = _without_quotes(cells)
    places = [place for place, cell in enumerate(cells) if bare[place] != cell]
    for place, slot in enumerate(row.slots):
        if slot.fits(bare[place]):
            continue
        clean = slot.cleaned(bare[place])
        if clean is None:
            return None
        bare[place] = clean
        places.append(place)
    places = sorted(set(places))
    names = "|".join(row.slots[place].name for place in places)
    return Repaired(rows=(tuple(bare),), rule="cleaned", column=names, shift=0, places=tuple(places))


def _without_quotes(cells: Cells) -> Cells:
    """The cells without the quotes around them, where all that hold anything have some: then they are the writer's."""
    bare = [unquoted(cell) if cell else cell for cell in cells]
    quoted = any(bare) and all(text is not None for text, cell in zip(bare, cells, strict=True) if cell)
    return bare if quoted else list(cells)


def _readings(pieces: Pieces, row: Row, around: Surroundings) -> list[Alignment]:
    """The readings of one row or of several on a line, cheapest first."""
    found = list[Alignment]()
    for rows, allowance in _shapes(pieces, row, rest_kept=around.rest_kept):
        if rows == 1 and any(reading.price <= CLEAR_ROWS for reading in found):
            continue  # one row that took up a whole other one costs more, and much time
        found += Aligner(pieces, row.times(rows), allowance, around.blank_starts).readings()
    best: dict[tuple[str, ...], Alignment] = {}
    for reading in sorted(found, key=lambda reading: reading.price):
        best.setdefault(reading.cells, reading)
    return list(best.values())


def _shapes(pieces: Pieces, row: Row, *, rest_kept: bool) -> Iterator[tuple[int, Allowance]]:
    """What may have happened, by how many pieces there are: for how many rows, and what is allowed then."""
    width, count = len(row), len(pieces)
    torn = any(map(pieces.torn_at, range(count)))
    if not torn:
        for rows in range(2, MOST_ROWS + 1):
            if rows * width - 1 <= count <= rows * width + MOST_SURPLUS:
                yield rows, Allowance(surplus=max(0, count - rows * width), cuts=int(count < rows * width))
    if width < count <= width + MOST_SURPLUS:
        yield 1, Allowance(surplus=count - width)
    if not torn and width - count <= MOST_OMITTED + 1 and count - pieces.pads < width:
        yield 1, Allowance(omissions=min(width - count + pieces.pads, MOST_OMITTED + 1), cuts=1)
    if not torn and count == width:
        yield 1, Allowance(misread=1)
        for lost in (1, 2, 3) if not rest_kept else ():
            yield 1, Allowance(surplus=lost, lost=lost)
