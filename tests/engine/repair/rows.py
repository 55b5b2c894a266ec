"""Rows and columns that the repair is tried on, and its answers."""

from pipelines.engine.repair.mending import mend
from pipelines.engine.repair.slots import Cells, row_of
from pipelines.engine.repair.verdict import Refused, Repaired, Surroundings, Suspect
from pipelines.engine.rows import spec_of
from pipelines.engine.spec import Column, Kind, Strength
from tests.engine.club.models import Member
from tests.engine.conftest import HEADER, member

SPEC = spec_of(Member)


COLUMNS = [SPEC.column(name) for name in HEADER]


def naive(line: str) -> Cells:
    """The line's cells as the lake's reader hands them over."""
    cells: Cells = [cell or None for cell in line.split(",", len(COLUMNS) - 1)]
    return cells + [None] * (len(COLUMNS) - len(cells))


def repair(cells: Cells, columns: list[Column], delimiter: str | None) -> Repaired | Refused:
    """The answer for one row's cells."""
    return mend(Suspect(lines=[cells]), row_of(tuple(columns), "id"), Surroundings(delimiter=delimiter))


def reads(cell: str | None, column: Column) -> bool:
    return row_of((column,), "id").slots[0].fits(cell)


def mend_ada(**cells: str) -> Repaired | Refused:
    """The answer for Ada's row, with these cells as they were meant."""
    row = member("m1", **cells)
    return repair(naive(",".join(row[name] for name in HEADER)), COLUMNS, ",")


def cells_of(answer: Repaired | Refused) -> dict[str, str | None]:
    assert isinstance(answer, Repaired)
    return dict(zip(HEADER, answer.rows[0], strict=True))


NAME_FIRST = [  # no other text column within reach of the surplus
    Column(name="id", kind=Kind.ID, pattern="[a-z]\\d", required=True, strength=Strength.STRONG),
    Column(name="day", kind=Kind.DATE, required=True, strength=Strength.MEDIUM),
    Column(name="fee", kind=Kind.DECIMAL, required=True, strength=Strength.MEDIUM),
    Column(name="name", kind=Kind.FREETEXT),
    Column(name="at", kind=Kind.TIMESTAMP, required=True, strength=Strength.STRONG),
    Column(name="on", kind=Kind.BOOL, required=True, strength=Strength.MEDIUM),
    Column(name="level", kind=Kind.ENUM, values=("Gold",), required=True, strength=Strength.STRONG),
]


BEFORE, BEHIND = ["a1", "2025-01-31", "1.5"], ["2025-01-31 08:00:00", "true"]


NOTE, TITLE, TOWN = (Column(name=name, kind=Kind.TEXT) for name in ("note", "title", "town"))


FEE = Column(name="fee", kind=Kind.DECIMAL, strength=Strength.MEDIUM)


VISITS = Column(name="visits", kind=Kind.INT)


EMAIL = Column(name="email", kind=Kind.EMAIL, pattern=r"\S+@\S+", strength=Strength.MEDIUM)


NUMBER = Column(name="number", kind=Kind.TEXT, pattern=r"M\d", strength=Strength.STRONG)
