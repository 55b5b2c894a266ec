"""A row, or several lines of one, cut at every delimiter: the pieces, and what stood before each. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipelines.engine.repair.slots import Cells


@dataclass(frozen=True)
class Pieces:
    """What is to be handed out. `joints[i]` stood before `texts[i]`: the delimiter, or line ends in a torn row."""

    texts: tuple[str | None, ...]
    joints: tuple[str, ...]
    delimiter: str

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def pads(self) -> int:
        """Empty pieces at the end: a writer that lost a cell may have filled the row up."""
        return next((count for count, text in enumerate(reversed(self.texts)) if text), len(self))

    def torn_at(self, place: int) -> bool:
        """Whether a line end stands before a piece: that is never the boundary of a cell."""
        return place > 0 and self.joints[place] != self.delimiter

    def empty(self, start: int, count: int) -> bool:
        return not any(self.texts[start : start + count])

    def joined(self, start: int, count: int) -> str:
        """Some neighbouring pieces with what had stood between them."""
        first = self.texts[start] or ""
        return first + "".join(
            self.joints[at] + (self.texts[at] or "") for at in range(start + 1, start + count)
        )


def cut(cells: Cells, delimiter: str, *, rest_kept: bool) -> Pieces:
    """The pieces of one row; with `rest_kept` its last cell holds what overflowed.

    Cells that are not there (null at the end) are no pieces.
    """
    texts = list(cells)
    while texts and texts[-1] is None:
        texts.pop()
    if rest_kept and len(texts) == len(cells) and texts and texts[-1]:
        texts[-1:] = texts[-1].split(delimiter)
    return Pieces(tuple(texts), ("", *[delimiter] * (len(texts) - 1))[: len(texts)], delimiter)


def tied(lines: Sequence[Pieces], ends: Sequence[str]) -> Pieces:
    """The pieces of a row that was torn into lines; `ends[i]` is the line end behind `lines[i]`."""
    texts, joints = lines[0].texts, lines[0].joints
    for line, end in zip(lines[1:], ends, strict=True):
        texts += line.texts
        joints += (end, *line.joints[1:])
    return Pieces(texts, joints, lines[0].delimiter)
