"""Every way to hand a row's pieces out to its columns, with a price: the cheapest ways that give different rows. Pure.

A way goes from column to column and takes for each what stands next: one piece, several joined ones, or
nothing. For each column and each number of pieces used up only the few cheapest beginnings are kept, which
is enough to know the cheapest complete rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from heapq import nsmallest
from itertools import accumulate

from pipelines.engine.repair.numbers import numbers
from pipelines.engine.repair.pieces import Pieces
from pipelines.engine.repair.slots import Row, Slot
from pipelines.engine.spec import Strength

MOST_DROPPED, MOST_GROUPS = 2, 4  # delimiters written too often in one place; pieces of one number
KEPT = 6  # ways a place: two are needed to tell the best row from the next, the others are told to people
BOUND_BY_QUOTES, BOUND_BY_BLANK, UNBOUND = 0.1, 0.5, 1.0  # a joint inside a text, by what ties it
LOOSE_BLANK = 0.5  # a text that begins with a blank and is tied to nothing
HALF_QUOTES = 1.0
STRAY = 1.0  # a text with a piece that looks like another column's value
A_ROW_OF_STRAYS = 3  # so many such pieces are no text
ODD_TEXT = {Strength.MEDIUM: 1.0, Strength.WEAK: 0.5, Strength.NONE: 0.0}  # that its pattern does not expect
NUMBER_CUT = 1.0
DROPPED, PAD = 1.0, 0.25  # an empty piece too many; one at the end, where a row was filled up
OMITTED, PROSE_LOST = 1.0, 1.8  # a column without a piece; a text that must be there is more rarely left out
CUT_AT_QUOTES, CUT_AT_KEY = 0.1, 0.5
MISREAD = 1.5  # a cell that stands right and does not read
CLEANED = 0.1


class Step(StrEnum):
    """What was done to a column's cell beyond taking the piece that stood there."""

    JOINED = "joined"
    NUMBER = "number"
    DROPPED = "dropped"
    OMITTED = "omitted"
    LOST = "lost"
    CUT = "cut"
    CLEANED = "cleaned"
    MISREAD = "misread"


@dataclass(frozen=True, slots=True)
class Done:
    """One step: at which column (counted over the row, or over both of two rows on one line), over how many pieces."""

    step: Step
    place: int
    pieces: int = 1


@dataclass(frozen=True, slots=True)
class Alignment:
    """A reading of the row: one way to fill the columns. Empty cells and nulls are the same."""

    price: float
    cells: tuple[str, ...]
    steps: tuple[Done, ...] = ()

    def after(self, move: _Move) -> Alignment:
        return Alignment(self.price + move.price, self.cells + move.cells, self.steps + move.steps)


@dataclass(frozen=True, slots=True)
class _Move:
    """Fill `cells` columns from `used` pieces."""

    price: float
    cells: tuple[str, ...]
    used: int
    steps: tuple[Done, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """How far a way may leave the plain one.

    `surplus` pieces may be joined or dropped, `omissions` columns stay without one, the last `lost` columns'
    pieces were cut off by the reader, `misread` cells may stand right and not read.
    """

    surplus: int = 0
    omissions: int = 0
    lost: int = 0
    misread: int = 0
    cuts: int = 0


@dataclass(frozen=True)
class Aligner:
    """The pieces beside the columns. `blank_starts` names text columns whose good cells begin with blanks too."""

    pieces: Pieces
    row: Row
    allowance: Allowance
    blank_starts: frozenset[str] = frozenset()
    _lookalikes: dict[int, frozenset[str]] = field(default_factory=dict)

    def readings(self) -> list[Alignment]:
        """The cheapest complete ways that give different rows, cheapest first."""
        layers: list[dict[int, list[Alignment]]] = [{} for _ in range(len(self.row) + 1)]
        layers[0][0] = [Alignment(0.0, ())]
        for place in range(len(self.row)):
            for start, begun in layers[place].items():
                for move in self._moves(place, start):
                    end = layers[place + len(move.cells)].setdefault(start + move.used, [])
                    end.extend(reading.after(move) for reading in begun)
            layers[place + 1] = {start: _cheapest(ways) for start, ways in layers[place + 1].items()}
        ended = [self._ended(start, reading) for start, ways in layers[-1].items() for reading in ways]
        return _cheapest([reading for reading in ended if reading is not None])

    def _ended(self, start: int, reading: Alignment) -> Alignment | None:
        """A way through all columns; what is left of the pieces must be padding."""
        left = len(self.pieces) - start
        if not self.pieces.empty(start, left):
            return None
        return replace(reading, price=reading.price + PAD * left)

    def _moves(self, place: int, start: int) -> Iterator[_Move]:
        slot = self.row.slots[place]
        left = len(self.pieces) - start
        most = min(left, 1 + self.allowance.surplus)
        for dropped in range(min(most, MOST_DROPPED + 1)):
            if dropped and not self._droppable(start + dropped - 1):
                break
            ahead = (Done(Step.DROPPED, place, dropped),) if dropped else ()
            widest = most - dropped if slot.prose else min(most - dropped, MOST_GROUPS if slot.number else 1)
            for count in range(1, widest + 1):
                for move in self._cells(slot, place, start + dropped, count):
                    used = dropped + count
                    if self._reaches(left - used, place + 1):
                        yield _Move(move.price + DROPPED * dropped, move.cells, used, ahead + move.steps)
        if self._reaches(left, place + 1):
            yield from self._without_piece(slot, place, left)
        if self.allowance.cuts and left and place + 1 < len(self.row):
            yield from self._cut(place, start)

    def _droppable(self, at: int) -> bool:
        return not self.pieces.texts[at] and not self.pieces.torn_at(at) and not self.pieces.torn_at(at + 1)

    def _reaches(self, left: int, place: int) -> bool:
        """Whether the pieces that are left can fill the columns from a place on, and are not too many for them."""
        allowed, surplus = self.allowance, left - (len(self.row) - place)
        most_short = max(allowed.omissions, allowed.lost, allowed.cuts)
        return (
            -surplus <= most_short and surplus <= min(allowed.surplus, self._room[place]) + self.pieces.pads
        )

    @cached_property
    def _room(self) -> list[int]:
        """How many pieces too many the columns from each place on can take up."""
        each = (
            len(self.pieces) if slot.prose else MOST_DROPPED + (MOST_GROUPS - 1) * (slot.number is not None)
            for slot in reversed(self.row.slots)
        )
        return [0, *accumulate(each)][::-1]

    def _cells(self, slot: Slot, place: int, start: int, count: int) -> Iterator[_Move]:
        if count == 1:
            yield from self._single(slot, place, start)
        elif slot.prose:
            yield from self._joined(slot, place, start, count)
        elif slot.number and not any(map(self.pieces.torn_at, range(start, start + count))):
            written = self.pieces.joined(start, count)
            for text in filter(slot.fits, {written, *numbers(written, slot.number)}):
                yield _Move(NUMBER_CUT * (count - 1), (text,), count, (Done(Step.NUMBER, place, count),))

    def _single(self, slot: Slot, place: int, start: int) -> Iterator[_Move]:
        text = self.pieces.texts[start]
        if self.pieces.torn_at(start):
            return
        if slot.fits(text):
            price = self._text_price(slot, text or "", range(start, start + 1)) if slot.prose else 0.0
            if price is not None:
                yield _Move(price, (text or "",), 1)
        elif (bare := slot.cleaned(text)) is not None:
            yield _Move(CLEANED, (bare,), 1, (Done(Step.CLEANED, place),))
        elif self.allowance.misread:
            yield _Move(MISREAD, (text or "",), 1, (Done(Step.MISREAD, place),))

    def _joined(self, slot: Slot, place: int, start: int, count: int) -> Iterator[_Move]:
        if self.pieces.torn_at(start):
            return
        text = self.pieces.joined(start, count)
        bare = unquoted(text)
        price = self._text_price(slot, bare or text, range(start, start + count))
        if price is not None:
            joints = (
                BOUND_BY_QUOTES if bare is not None else self._joints[start + count] - self._joints[start + 1]
            )
            yield _Move(
                price + joints, (text if bare is None else bare,), count, (Done(Step.JOINED, place, count),)
            )

    @cached_property
    def _joints(self) -> list[float]:
        """What it costs to tie all pieces up to one together, by that piece."""
        return [0.0, 0.0, *accumulate(map(self._joint, range(1, len(self.pieces))))]

    def _joint(self, at: int) -> float:
        """Nothing over a line end, less where a blank follows the delimiter and something stands ahead of it."""
        if self.pieces.torn_at(at):
            return 0.0
        bound = _begins_blank(self.pieces.texts[at]) and self.pieces.texts[at - 1]
        return BOUND_BY_BLANK if bound else UNBOUND

    def _text_price(self, slot: Slot, text: str, pieces: range) -> float | None:
        """What is odd about a text standing in a column; None where it cannot stand there."""
        price = 0.0
        if text and not slot.looks_right(text):
            if slot.strength is Strength.STRONG:
                return None
            price += ODD_TEXT[slot.strength]
        if pieces.start and _begins_blank(text) and slot.name not in self.blank_starts:
            price += LOOSE_BLANK
        if text.count('"') % 2:
            price += HALF_QUOTES
        strays = sum(self._strayed(at, slot) for at in pieces)
        return price + STRAY * bool(strays) if strays < A_ROW_OF_STRAYS else None

    def _strayed(self, at: int, slot: Slot) -> bool:
        """Whether a piece looks like the value of another column than this one."""
        if at not in self._lookalikes:
            self._lookalikes[at] = self.row.lookalikes(self.pieces.texts[at])
        return slot.is_foreign(self._lookalikes[at])

    def _without_piece(self, slot: Slot, place: int, left: int) -> Iterator[_Move]:
        """A column that was left out, or that the reader or a writer that stopped cut off."""
        at_end = left == 0
        if self.allowance.omissions or (self.allowance.lost and at_end):
            lost = slot.required or at_end
            price = PROSE_LOST if slot.required and slot.prose else OMITTED
            yield _Move(price, ("",), 0, (Done(Step.LOST if lost else Step.OMITTED, place),))

    def _cut(self, place: int, start: int) -> Iterator[_Move]:
        """Two cells in one piece: a swallowed delimiter, or a row's key that follows the row before at once."""
        text = self.pieces.texts[start] or ""
        one, two = self.row.slots[place : place + 2]
        swallowed = f'"{self.pieces.delimiter}'
        if swallowed in text and text[-1] == '"' and one.prose and not self.pieces.torn_at(start):
            head, tail = text.split(swallowed, 1)
            if two.fits(tail.removesuffix('"')):
                cells = (f"{head}\\", tail.removesuffix('"'))
                yield _Move(CUT_AT_QUOTES, cells, 1, (Done(Step.CUT, place),))
        if two.is_key and two.shape is not None:
            for at in range(len(text)):
                if two.looks_right(text[at:]) and one.fits(text[:at]):
                    yield _Move(CUT_AT_KEY, (text[:at], text[at:]), 1, (Done(Step.CUT, place),))


def _cheapest(ways: list[Alignment]) -> list[Alignment]:
    """A few of the cheapest, of those that give the same row the cheapest one."""
    best: dict[tuple[str, ...], Alignment] = {}
    for way in ways:
        if way.cells not in best or way.price < best[way.cells].price:
            best[way.cells] = way
    return nsmallest(KEPT, best.values(), key=lambda way: way.price)


def _begins_blank(text: str | None) -> bool:
    return bool(text) and (text or "")[0] == " " and not (text or "").isspace()


def unquoted(text: str) -> str | None:
    """What stands in quotes around the whole, with none inside but doubled ones; None for another text."""
    inner = text[1:-1]
    if len(text) < 2 or text[0] != '"' or text[-1] != '"' or '"' in inner.replace('""', ""):
        return None
    return inner.replace('""', '"')
