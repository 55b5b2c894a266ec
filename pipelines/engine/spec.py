"""What a column of a lake table may hold. Pure: the model declares it once, parsing, repair and the sample read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """How a cell is read. ID to CURRENCY must parse; TEXT, EMAIL and FREETEXT hold whatever comes."""

    ID = "id"
    REF = "ref"
    INT = "int"
    DECIMAL = "decimal"
    BOOL = "bool"
    ENUM = "enum"
    DATE = "date"
    TIMESTAMP = "timestamp"
    CURRENCY = "currency"
    TEXT = "string"
    EMAIL = "email"
    FREETEXT = "freetext"


class Strength(StrEnum):
    """How unlikely it is that a value of another column parses here by accident."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"
    NONE = "none"


HEX_ID = r"[0-9a-f]{32}"
MAX_TEXT = 255  # characters; shorter limits that a platform documents are not ours to enforce
AMOUNT_DIGITS, AMOUNT_SCALE = 18, 9
EXTRA = "extra"  # where a document keeps the columns nobody declared

# What a cell of these kinds looks like, for the typing as for the repair; digits are ASCII digits.
SHAPES: Mapping[Kind, str] = {
    Kind.INT: r"-?\d{1,18}",
    Kind.DECIMAL: r"-?\d{1,9}(\.\d{1,9})?",
    Kind.DATE: r"\d{4}-\d{2}-\d{2}([T ]00:00:00(\.0{1,9})?(Z|[+-]00:?00)?)?",
    Kind.TIMESTAMP: r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?( ?UTC|Z|[+-]\d{2}(:?\d{2})?)?",
}

# Kinds whose pattern binds; for the rest a pattern is only evidence for the repair.
BINDING = frozenset(Kind) - {Kind.TEXT, Kind.EMAIL, Kind.FREETEXT}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: `name` on our side, `lake_name` on the lake's (the same where it is not given).

    `formats` and `words` are a source's: how it writes the column's cells, where that is not our way, and
    which of its words stands for which of ours ('' for nothing), which of its zones has which offset.
    """

    name: str
    kind: Kind
    lake_name: str = ""
    required: bool = False
    strength: Strength = Strength.WEAK
    pattern: str | None = None
    values: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    references: str | None = None
    personal: bool = False
    formats: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    zones: tuple[tuple[str, str], ...] = ()

    @property
    def in_lake(self) -> str:
        return self.lake_name or self.name

    @property
    def binding(self) -> bool:
        return self.kind in BINDING


@dataclass(frozen=True, kw_only=True)
class SubjectRule:
    """Whose personal values a row holds: the subject of this kind that this column names (unless said, its id)."""

    kind: str
    column: str = "id"


@dataclass(frozen=True, kw_only=True)
class RowSpec:
    """An entity as the engine sees it: its columns in the lake's order and which of them play a part."""

    entity: str
    columns: tuple[Column, ...]
    key: str = "id"
    cursor: str = "updated_date"
    deleted: str | None = "is_deleted"
    subject: SubjectRule | None = None
    not_after: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> Column:
        return self.by_name[name]

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def personal(self) -> frozenset[str]:
        """Columns holding a person's data; unknown columns (`extra`) count as such, since nobody knows."""
        return frozenset(column.name for column in self.columns if column.personal) | {EXTRA}
