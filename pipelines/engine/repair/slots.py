"""What may stand in a column, as the repair asks it of one cell at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pipelines.engine.formats import shape_of
from pipelines.engine.repair.numbers import numbers
from pipelines.engine.spec import Column, Kind, Strength

Cells = list[str | None]
EVIDENCE = {Strength.STRONG, Strength.MEDIUM}
BYTE_ORDER_MARK = "\ufeff"
BLANKS = " \t\r\n\u00a0"
BARE_NUMBER = "7"  # texts hold those, so a column that takes it tells nothing of where a text belongs
KEY_BY_ACCIDENT = 7  # characters: so short an end of a text may look like a key
ANCHORS = 3  # telling cells: with so many it is this row, and no accident
WORDS = ("a", "lorem", "Ipsum", "dolor4")
NULL_TEXT = "\\N"  # how Hive's writers spell null, wherever it stands
NULL_WORDS = {NULL_TEXT, "NULL", "null", "None", "NaN"}  # in a column that binds no value is called so


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One column of a file.

    A cell must match `shape` where the column `binds`, else that is evidence only. `prose` may hold anything,
    so also delimiters; `number` is what a number cut at its commas belongs to; `words` are listed, so that their
    case tells nothing.
    """

    name: str
    required: bool
    strength: Strength
    shape: re.Pattern[str] | None
    binds: bool
    is_key: bool = False
    number: Kind | None = None
    words: bool = False

    @property
    def prose(self) -> bool:
        return not self.binds

    @cached_property
    def tells(self) -> bool:
        """Whether a value that matches here hardly does so by accident: a shape that takes any word says nothing."""
        return self.strength in EVIDENCE and self.shape is not None and not any(map(self.looks_right, WORDS))

    def fits(self, cell: str | None) -> bool:
        """Whether a cell may stand here: only what binds counts."""
        if not cell:
            return not self.required
        return self.prose or self.looks_right(cell)

    def looks_right(self, cell: str) -> bool:
        return self.shape is None or self.shape.fullmatch(cell) is not None

    def is_foreign(self, lookalikes: frozenset[str]) -> bool:
        """Whether a text is foreign here that looks like values of these columns."""
        return bool(lookalikes) and self.name not in lookalikes

    def cleaned(self, cell: str | None) -> str | None:
        """The cell without what writers leave around a value or in a number, if it fits only then; else None.

        A key is compared byte for byte, so nothing but a byte order mark is taken off it.
        """
        if cell == NULL_TEXT or (cell in NULL_WORDS and not self.fits(cell)):
            return None if self.required else ""
        if not cell or self.prose or self.fits(cell):
            return None
        bare = cell.removeprefix(BYTE_ORDER_MARK)
        if not self.is_key:
            bare = _unquoted(bare.strip(BLANKS)).strip(BLANKS)
        if self.number and len(meant := numbers(bare, self.number)) == 1:
            bare = meant[0]
        if self.words and not self.fits(bare):
            bare = next(filter(self.fits, (bare.lower(), bare.capitalize(), bare.upper())), bare)
        return bare if bare and bare != cell and self.fits(bare) else None


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


@dataclass(frozen=True)
class Row:
    """The slots of one row, and what a cell looks like that has strayed from another column."""

    slots: tuple[Slot, ...]

    def __len__(self) -> int:
        return len(self.slots)

    def times(self, count: int) -> Row:
        return Row(self.slots * count)

    @cached_property
    def _telling(self) -> list[Slot]:
        """Columns by whose values a text looks astray: not those that take a bare number, as texts hold those."""
        found = (slot for slot in self.slots if slot.tells and slot.number is None)
        return list(dict.fromkeys(slot for slot in found if not slot.looks_right(BARE_NUMBER)))

    def lookalikes(self, text: str | None) -> frozenset[str]:
        """The columns whose values look like a piece of text, numbers apart: texts hold those."""
        return frozenset(slot.name for slot in self._telling if text and slot.looks_right(text))

    @cached_property
    def keys_tell(self) -> bool:
        """Whether a key can be told from a word."""
        keys = [slot for slot in self.slots if slot.is_key]
        return bool(keys) and all(slot.tells or slot.number is not None for slot in keys)

    def ends_in_key(self, text: str) -> bool:
        """Whether a piece of text is a key, or one too long for an accident is glued to its end."""
        starts = range(max(1, len(text) - KEY_BY_ACCIDENT))
        keys = [slot for slot in self.slots if slot.is_key and slot.tells]
        return bool(text) and any(slot.looks_right(text[start:]) for slot in keys for start in starts)

    def another(self, cells: Cells, delimiter: str) -> bool:
        """Whether a text in the last column, which takes the rest of its line, holds another row."""
        last, width = cells[-1], len(self)
        if not last or not self.slots[-1].prose or last.count(delimiter) < width - 1:
            return False
        pieces, inner = last.split(delimiter), self.slots[1:-1]  # its key may be glued to the text before it
        rows = (pieces[start : start + width][1:-1] for start in range(len(pieces) - width + 1))
        return any(
            told(inner, row) >= ANCHORS
            and all(slot.fits(cell) for slot, cell in zip(inner, row, strict=True))
            for row in rows
        )

    def begins(self, cells: Cells) -> bool:
        """Whether a line starts like a row of its own: with its key, or with what only those columns hold."""
        keys = [(slot, cell) for slot, cell in zip(self.slots, cells, strict=False) if slot.is_key]
        if self.keys_tell and all(slot.fits(cell) for slot, cell in keys):
            return True
        filled = [place for place, cell in enumerate(cells[: len(self)]) if cell]
        whole = [(self.slots[place], cells[place]) for place in filled[:-1] if self.slots[place].tells]
        return bool(whole) and all(slot.looks_right(cell or "") for slot, cell in whole)

    def fit(self, cells: Cells) -> bool:
        """Whether every cell may stand where it stands."""
        return len(cells) == len(self) and all(
            slot.fits(cell) for slot, cell in zip(self.slots, cells, strict=True)
        )

    def misfits(self, cells: Iterable[str | None]) -> tuple[str, ...]:
        pairs = zip(self.slots, cells, strict=False)
        return tuple(slot.name for slot, cell in pairs if not slot.fits(cell))


@lru_cache(maxsize=256)
def row_of(columns: tuple[Column, ...], *keys: str, optional: frozenset[str] = frozenset()) -> Row:
    """The slots of a file's columns, of which some make the key; `optional` ones may be empty for all they declare."""
    return Row(tuple(_slot(column, keys, optional) for column in columns))


def _slot(column: Column, keys: tuple[str, ...], optional: frozenset[str]) -> Slot:
    shape = _shape(column)
    return Slot(
        name=column.name,
        required=column.required and column.name not in optional,
        strength=column.strength,
        shape=re.compile(shape, re.ASCII)
        if shape
        else None,  # as the typing reads it: Arabic digits are no number
        binds=column.binding,
        is_key=column.name in keys,
        number=column.kind if column.kind in {Kind.INT, Kind.DECIMAL} else None,
        words=column.kind in {Kind.ENUM, Kind.BOOL},
    )


def _shape(column: Column) -> str | None:
    return shape_of(column) if column.binding else column.pattern


def told(slots: Sequence[Slot], cells: Sequence[str | None]) -> int:
    """How many cells match where hardly anything does by accident."""
    return sum(
        slot.tells and bool(cell) and slot.looks_right(cell or "")
        for slot, cell in zip(slots, cells, strict=True)
    )


def anchored(slots: Sequence[Slot], cells: Sequence[str | None], needed: int) -> bool:
    """Whether a side of a mended place carries evidence: `needed` telling cells, or all that are filled, at least one.

    A side of which no column tells anything is not asked.
    """
    tells = [cell for slot, cell in zip(slots, cells, strict=True) if slot.tells]
    filled = sum(map(bool, tells))
    return told(slots, cells) >= min(needed, max(filled, bool(tells)))
