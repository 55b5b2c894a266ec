"""Decides which rows of a partition are damaged, and how, by a stream that nothing else depends on."""

from __future__ import annotations

from math import log
from typing import Protocol

from pipelines.engine.spec import Kind
from pipelines.sample.chance import Draw
from pipelines.sample.damage import lines, shifts, values
from pipelines.sample.damage.site import Line, Site, Truth
from pipelines.sample.damage.table import (
    BOM_FILES,
    DAMAGE,
    TRAILER,
    TRAILER_FILES,
    TWO_ROWS,
    expectation,
)
from pipelines.sample.layout import Layout
from pipelines.sample.tables import Table

TRIES = 40  # rows on which a kind may turn out impossible before it is given up


class _OneRow(Protocol):
    def __call__(self, site: Site, draw: Draw, words: tuple[str, ...]) -> list[Line] | None: ...


ONE_ROW: dict[str, _OneRow] = {
    "shift_rest_kept": shifts.shift_rest_kept,
    "shift_two": shifts.shift_two,
    "left_shift": shifts.left_shift,
    "quoted_split": shifts.quoted_split,
    "decimal_comma": shifts.decimal_comma,
    "split_row": lines.split_row,
    "truncated": lines.truncated,
    "header_again": lines.header_again,
    "bad_value": values.bad_value,
    "bad_utf8": values.bad_utf8,
    "null_marker": values.null_marker,
    "missing_key": values.missing_key,
    "key_trailing_blank": values.key_trailing_blank,
    "swapped_dates": values.swapped_dates,
}
TWO = {"merged_lines": lines.merged_lines, "unclosed_quote": lines.unclosed_quote}
NEEDS_TEXT = {"shift_rest_kept": 1, "quoted_split": 1, "split_row": 1, "unclosed_quote": 1, "shift_two": 2}


def rates_of(table: Table, layout: Layout) -> dict[str, float]:
    """Planted rows per row, by kind, for the kinds that are possible in a table."""
    kinds = [column.kind for column in table.columns]
    rates = {}
    for kind, damage in DAMAGE.items():
        rate = damage.naive if layout.naive else damage.quoted
        possible = kinds.count(Kind.FREETEXT) >= NEEDS_TEXT.get(kind, 0)
        if kind == "decimal_comma":
            possible = Kind.DECIMAL in kinds
        if kind == "shift_two" and not possible:
            continue
        if rate and possible:
            rates[kind] = rate / 10_000
    return rates


class Planter:
    """`due` tells whether a row is to be damaged, `plant` does it (or answers None: this row cannot be)."""

    def __init__(
        self, table: Table, layout: Layout, draw: Draw, words: tuple[str, ...], *, drifted: bool
    ) -> None:
        self.table, self.layout, self.draw, self.words, self.drifted = table, layout, draw, words, drifted
        self._rates = rates_of(table, layout)
        self._share = sum(self._rates.values())
        self._kind, self._tries = "", 0
        self._next = 0
        self._wait(0)

    @property
    def needs_two(self) -> bool:
        return self._kind in TWO_ROWS and not self.drifted

    def due(self, row: int) -> bool:
        self._row = row
        return self.drifted or row >= self._next

    def plant(self, site: Site, following: Site | None) -> list[Line] | None:
        if self.drifted:
            return lines.drifted(site)
        kind = self._kind
        if kind in TWO:
            planted = TWO[kind](site, following, self.draw) if following else None
        elif kind == "cursor_far":
            planted = values.cursor_far(site, self.draw, self.words, self.table.name)
        else:
            planted = ONE_ROW[kind](site, self.draw, self.words)
        self._tries += 1
        if planted is not None or self._tries > TRIES:
            self._wait(self._row)
        return planted

    def bom(self) -> bool:
        return self.draw.chance(BOM_FILES)

    def trailer(self, rows: int) -> Line | None:
        if not self.layout.naive or not self.draw.chance(TRAILER_FILES):
            return None
        never = Truth(row={}, kind="trailer", expect=expectation("trailer"))
        return Line(data=TRAILER.format(rows=rows).encode(), truths=(never,))

    def _wait(self, row: int) -> None:
        """Draw the next kind and how many rows pass before it."""
        gap = int(log(1.0 - self.draw.random()) / log(1.0 - self._share))
        self._next, self._tries = row + 1 + gap, 0
        self._kind = self.draw.choices(list(self._rates), weights=list(self._rates.values()))[0]
