"""Which of a suspect's readings is taken, or why none is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.engine.repair.alignment import STRAY, Alignment, Done, Step
from pipelines.engine.repair.pieces import Pieces
from pipelines.engine.repair.slots import ANCHORS, Row, anchored, told
from pipelines.engine.repair.verdict import Refused, Repaired, Surroundings, Suspect

ROUNDING = 1e-9
MARGIN = 0.9  # how much cheaper a reading must be than the next one that gives another row
MOST_PLACES = 3  # steps in one row; more is guessing
MOST_OMITTED = 1
DOUBTED = 1.6  # readings up to so much dearer are asked what the stored row says to them
TOLD = 4  # readings that are told to people


@dataclass(frozen=True)
class Judgement:
    """The readings of one suspect, cheapest first, on their way to an answer."""

    suspect: Suspect
    row: Row
    around: Surroundings
    pieces: Pieces
    readings: list[Alignment]

    @property
    def shift(self) -> int:
        return len(self.pieces) - len(self.row)

    def answer(self) -> Repaired | Refused:
        if not self.readings:
            return self._refused(self._shape(), self.row.misfits(self.suspect.lines[0]))
        best = self._chosen()
        if isinstance(best, Refused):
            return best
        doubts = (
            self._unreadable,
            self._lost,
            self._too_much,
            self._half_quoted,
            self._holds_a_key,
            self._unanchored,
        )
        refusals = (doubt(best) for doubt in doubts)
        return next(filter(None, refusals), None) or self._repaired(best)

    def _chosen(self) -> Alignment | Refused:
        """The clearly cheapest reading, or the one that the stored row speaks for."""
        best, *others = self.readings
        near = [
            best,
            *(other for other in others if self._least(other, best) - best.price < MARGIN - ROUNDING),
        ]
        if all(_places(reading, Step.LOST) for reading in near):
            return best  # whichever it is, a value is gone
        if self.suspect.stored is not None:
            return self._by_stored(near, others)
        return best if near == [best] else self._refused("ambiguous", self._differing(near))

    def _least(self, reading: Alignment, best: Alignment) -> float:
        """The price of a reading beside the best, less what its texts pay for looking astray where that says little.

        A wallet's name is that of its kind: where the kind was left out, the name that is there looks like it. And
        before pieces are dropped, a text may rather hold what looks like a value.
        """
        dropped, omitted = _places(best, Step.DROPPED), _places(best, Step.OMITTED)
        if not dropped and not omitted and not _places(reading, Step.LOST):
            return reading.price
        slots = self.row.slots * (len(reading.cells) // len(self.row))
        own = [
            slot.prose
            and any(map(slot.is_foreign, map(self.row.lookalikes, cell.split(self.pieces.delimiter))))
            and (bool(dropped) or self.around.usual(slot.name, cell))
            for slot, cell in zip(slots, reading.cells, strict=True)
        ]
        return reading.price - STRAY * sum(own)

    def _by_stored(self, near: list[Alignment], others: list[Alignment]) -> Alignment | Refused:
        """The stored texts decide between near readings, and may speak for another against a clear one."""
        best = near[0]
        doubted = [best, *(other for other in others if other.price - best.price < DOUBTED)]
        texts = [at for at in self._places_differing(doubted) if self.row.slots[at % len(self.row)].prose]
        if near != [best]:
            agreeing = [reading for reading in near if not self._against(reading, texts)]
            return agreeing[0] if len(agreeing) == 1 else self._refused("ambiguous", self._differing(near))
        fewest = min(self._against(reading, texts) for reading in doubted)
        if self._against(best, texts) > fewest:
            return self._refused("stored_differs", self._differing(doubted))
        return best

    def _against(self, reading: Alignment, places: Sequence[int]) -> int:
        """In how many of some places a reading has something else than is stored; what it lost says nothing."""
        stored, lost = self.suspect.stored or [], _places(reading, Step.LOST)
        return sum(
            (stored[at] or "") != reading.cells[at]
            for at in places
            if at < min(len(stored), len(reading.cells)) and at not in lost
        )

    def _unreadable(self, reading: Alignment) -> Refused | None:
        places = _places(reading, Step.MISREAD)
        return self._refused("unreadable", self._named(places)) if places else None

    def _lost(self, reading: Alignment) -> Refused | None:
        """A value that must be there is not, or one that was there before."""
        stored = self.suspect.stored
        lost = _places(reading, Step.LOST)
        if stored is not None:
            lost += [at for at in _places(reading, Step.OMITTED) if at < len(stored) and stored[at]]
        if not lost:
            return None
        code = "short_row" if self.shift < 0 and len(lost) > 1 else "value_lost"
        names = self._named(lost)
        return self._refused(code, names, lost=names)

    def _too_much(self, reading: Alignment) -> Refused | None:
        steps = [done for done in reading.steps if done.step is not Step.CLEANED]
        if len(steps) > MOST_PLACES or len(_places(reading, Step.OMITTED)) > MOST_OMITTED:
            return self._refused("not_certain", self._named([done.place for done in steps]))
        return None

    def _half_quoted(self, reading: Alignment) -> Refused | None:
        """A quote at one end only belongs to something that was cut elsewhere."""
        odd = [at for at, cell in enumerate(reading.cells) if cell.count('"') % 2]
        return self._refused("not_certain", self._named(odd)) if odd and reading.steps else None

    def _holds_a_key(self, reading: Alignment) -> Refused | None:
        """A text with another row's key in it took up that row: the line before it was cut off."""
        if not self.row.keys_tell:
            return None
        joined = _places(reading, Step.JOINED)
        cells = {at: reading.cells[at].split(self.pieces.delimiter) for at in joined}
        odd = [at for at, pieces in cells.items() if any(map(self.row.ends_in_key, pieces))]
        return self._refused("not_certain", self._named(odd)) if odd else None

    def _unanchored(self, reading: Alignment) -> Refused | None:
        """On both sides of each mended place enough cells must be what only their column holds."""
        for done in reading.steps:
            number, place = divmod(done.place, len(self.row))
            cells = reading.cells[number * len(self.row) : (number + 1) * len(self.row)]
            behind = place + 1 + (done.step is Step.CUT and place + 1 < len(self.row))
            sides = ((self.row.slots[:place], cells[:place]), (self.row.slots[behind:], cells[behind:]))
            if not all(anchored(slots, side, ANCHORS) for slots, side in sides):
                return self._refused("unanchored", self._named([done.place]))
        if len(reading.cells) > len(self.row):
            parts = (
                reading.cells[at : at + len(self.row)] for at in range(0, len(reading.cells), len(self.row))
            )
            if min(told(self.row.slots, cells) for cells in parts) < ANCHORS:
                return self._refused("merged_lines", ())
        return None

    def _repaired(self, reading: Alignment) -> Repaired:
        width = len(self.row)
        cells = [text or None for text in reading.cells]
        rows = tuple(tuple(cells[start : start + width]) for start in range(0, len(cells), width))
        places = sorted({done.place for done in reading.steps})
        others = (other.price for other in self.readings if other is not reading)
        return Repaired(
            rows=rows,
            rule=self._rule(reading),
            column="|".join(self._named(places)),
            shift=self.shift,
            places=tuple(places),
            price=reading.price,
            runner_up=min(others, default=None),
        )

    def _rule(self, reading: Alignment) -> str:
        if len(self.suspect.lines) > 1:
            return "joined_lines"
        if len(reading.cells) > len(self.row):
            return "split_line"
        return next((str(done.step) for done in reading.steps if done.step is not Step.CLEANED), "cleaned")

    def _refused(self, code: str, columns: tuple[str, ...], lost: tuple[str, ...] = ()) -> Refused:
        tried = tuple(map(self._told, self.readings[:TOLD]))
        return Refused(code=code, columns=columns, shift=self.shift, tried=tried, lost=lost)

    def _shape(self) -> str:
        """What a row is called that no reading fits."""
        if len(self.suspect.lines) == 1 and self.shift >= len(self.row) - 1:
            return "merged_lines"
        return "shifted" if self.shift > 0 else "short_row" if self.shift < 0 else "unreadable"

    def _told(self, reading: Alignment) -> str:
        """A reading in words, without any content."""
        steps = [f"{self._name(done.place)} {done.step}{_over(done)}" for done in reading.steps]
        return f"{', '.join(steps) or 'as it stands'} ({reading.price:.2f})"

    def _places_differing(self, readings: Sequence[Alignment]) -> list[int]:
        columns = enumerate(zip(*(reading.cells for reading in readings), strict=False))
        return [at for at, cells in columns if len(set(cells)) > 1]

    def _differing(self, readings: Sequence[Alignment]) -> tuple[str, ...]:
        return self._named(self._places_differing(readings))

    def _named(self, places: Sequence[int]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self._name, places)))

    def _name(self, place: int) -> str:
        return self.row.slots[place % len(self.row)].name


def _over(done: Done) -> str:
    return f" {done.pieces} cells" if done.pieces > 1 else ""


def _places(reading: Alignment, step: Step) -> list[int]:
    return [done.place for done in reading.steps if done.step is step]
