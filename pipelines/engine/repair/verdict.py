"""What the repair is asked, and what it answers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.engine.repair.slots import Cells

VERSION = 3  # recorded with every repair: raise it when a row would be mended differently


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """A row that does not read: its cells, or those of the lines it was torn into with the line ends between them.

    `stored` are the cells of the same key as they are stored, in the file's order, null where nothing is known.
    """

    lines: Sequence[Cells]
    ends: Sequence[str] = ()
    stored: Cells | None = None


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is known of the file: how it is written, and which texts in it begin with blanks of their own.

    `usual` says whether a text is one that its column also holds in good rows; where none are known, it may be.
    """

    delimiter: str | None
    rest_kept: bool = True
    blank_starts: frozenset[str] = frozenset()
    usual: Callable[[str, str], bool] = lambda column, text: True


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """The mended rows (two where two stood on one line), in the file's order, and by which steps.

    `places` are the columns that were mended; `price` is the reading's, `runner_up` that of the next other row.
    """

    rows: tuple[tuple[str | None, ...], ...]
    rule: str
    column: str
    shift: int
    places: tuple[int, ...] = ()
    price: float = 0.0
    runner_up: float | None = None


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Why a row was not mended: a stable code, the columns it is about, and what was tried with what it costs."""

    code: str
    columns: tuple[str, ...] = ()
    shift: int | None = None
    tried: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
