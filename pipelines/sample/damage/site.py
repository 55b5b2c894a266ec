"""The place where damage is planted, and the lines that come out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.engine.spec import Column, Kind, Strength
from pipelines.sample.layout import Layout, Row


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What a line really is; `row` is empty where the line never was a row."""

    row: Row
    kind: str
    expect: str
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """Bytes of a file and the truths about them; `ends` adds the end of the line."""

    data: bytes
    truths: tuple[Truth, ...]
    ends: bool = True


@dataclass(frozen=True, kw_only=True)
class Site:
    """A row on its way into a file: canonical, and as cells in the order of the file."""

    row: Row
    cells: list[str]
    columns: Sequence[Column]
    layout: Layout = field(repr=False)

    def with_text(self, place: int, text: str) -> Site:
        """The same row with another text in one column."""
        cells = [*self.cells]
        cells[place] = text
        return Site(
            row={**self.row, self.columns[place].in_lake: text},
            cells=cells,
            columns=self.columns,
            layout=self.layout,
        )

    def with_cell(self, place: int, cell: str) -> list[str]:
        return [*self.cells[:place], cell, *self.cells[place + 1 :]]

    def value(self, place: int) -> str | None:
        return self.row[self.columns[place].in_lake]

    def places(self, *kinds: Kind) -> list[int]:
        return [place for place, column in enumerate(self.columns) if column.kind in kinds]

    def place_of(self, name: str) -> int:
        return next(place for place, column in enumerate(self.columns) if column.in_lake == name)

    def anchored(self, place: int) -> bool:
        """Whether a column's values are told from prose: it must parse, or follows a strong pattern."""
        if not 0 <= place < len(self.columns):
            return True
        column = self.columns[place]
        return column.binding or column.strength is Strength.STRONG

    def alone(self, place: int) -> bool:
        """Whether both neighbours of a column are anchored: only it can absorb a piece of text."""
        return self.anchored(place - 1) and self.anchored(place + 1)

    def stretch(self, place: int) -> list[int]:
        """The run of neighbouring columns without an anchor that a place lies in."""
        first = last = place
        while not self.anchored(first - 1):
            first -= 1
        while not self.anchored(last + 1):
            last += 1
        return list(range(first, last + 1))
