"""Which cell of a file belongs to which column of an entity. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from hub.canonical import CELL_SEPARATOR, fingerprint, raw_checksums
from hub.errors import ConfigError
from pipelines.engine.contract import ACCEPT, IGNORE, STOP
from pipelines.engine.source import NULL_CURSOR, Feed
from pipelines.engine.spec import Column, Kind, RowSpec, Strength

_NAME = r"[\w .:/()#-]{1,64}"


@dataclass(frozen=True)
class ColumnPlan:
    """The reading plan of one file.

    `places` gives, for each of the file's columns, the name of ours it holds, or None for an unknown one.
    """

    spec: RowSpec
    feed: Feed
    file_columns: tuple[str, ...]
    places: tuple[str | None, ...]

    @property
    def unknown_told(self) -> set[str]:
        """What unknown columns are called, as far as that is a name: where it is a row's content it is not repeated."""
        return {
            name if re.fullmatch(_NAME, name) else f"column {number}"
            for number, (name, place) in enumerate(zip(self.file_columns, self.places, strict=True), 1)
            if place is None and not self._ignores(name)
        }

    @property
    def unknown(self) -> tuple[str, ...]:
        """The columns nobody declared, but for those that the source says to leave out."""
        pairs = zip(self.file_columns, self.places, strict=True)
        return tuple(sorted(name for name, place in pairs if place is None and not self._ignores(name)))

    def _ignores(self, name: str) -> bool:
        return self.feed.contract.new_columns == IGNORE or name.strip().lower() in self.feed.ignored

    @cached_property
    def present(self) -> tuple[str, ...]:
        """Our columns that get a value from this file or a constant, in the entity's order."""
        given = set(self.places) | set(self.feed.constants)
        return tuple(name for name in self.spec.names if name in given)

    @cached_property
    def optional(self) -> frozenset[str]:
        """Columns whose null is no fault although the entity requires them."""
        accepts_null_cursor = self.feed.mode == "snapshot" or self.feed.null_cursor != "quarantine"
        return self.feed.absent | (frozenset({self.spec.cursor}) if accepts_null_cursor else frozenset())

    @cached_property
    def file_specs(self) -> tuple[Column, ...]:
        """A column spec for each of the file's columns, in the file's order, for the repair."""
        known = self.spec.by_name
        pairs = zip(self.file_columns, self.places, strict=True)
        return tuple(known[place] if place else _nothing_known(name) for name, place in pairs)

    @property
    def key_index(self) -> int:
        return self.places.index(self.spec.key)

    def cells(self, arrays: Sequence[pa.Array]) -> dict[str, pa.Array]:
        """Our columns' cells, as delivered."""
        rows = len(arrays[0])
        found = {place: array for place, array in zip(self.places, arrays, strict=True) if place}
        constants = {name: pa.array([text] * rows, pa.string()) for name, text in self.feed.constants.items()}
        return {name: (found | constants)[name] for name in self.present}

    def extra(self, arrays: Sequence[pa.Array]) -> dict[str, pa.Array]:
        """Cells of the columns we do not know, by the file's name for them."""
        by_name = dict(zip(self.file_columns, arrays, strict=True))
        return {name: by_name[name] for name in self.unknown}

    @cached_property
    def prefix(self) -> bytes:
        """What every raw checksum of this file starts with."""
        return fingerprint(self.feed.fingerprint(self.present).hex(), self.unknown)

    def raw_checksums(self, arrays: Sequence[pa.Array]) -> list[bytes]:
        """16 bytes a row over its delivered cells in our order; '' and null are the same."""
        ordered = [*self.cells(arrays).values(), *self.extra(arrays).values()]
        joined = _joined(ordered)
        if pc.any(pc.greater(pc.count_substring(joined, CELL_SEPARATOR), len(ordered) - 1)).as_py():
            joined = _joined([_escaped(array) for array in ordered])
        return raw_checksums(self.prefix, joined.cast(pa.binary()).to_pylist())


def _joined(arrays: Sequence[pa.Array]) -> pa.Array:
    return pc.binary_join_element_wise(*arrays, CELL_SEPARATOR, null_handling="replace", null_replacement="")


def _escaped(array: pa.Array) -> pa.Array:
    """Cells that hold the separator themselves, so that no two rows join to the same text."""
    return pc.replace_substring(pc.replace_substring(array, "\x1b", "\x1be"), CELL_SEPARATOR, "\x1bs")


def plan_columns(spec: RowSpec, feed: Feed, file_columns: tuple[str, ...], where: str) -> ColumnPlan:
    """Match a file's columns with the entity's, ignoring case and order; complain before anything is read."""
    ours = {column.in_lake.lower(): column.name for column in spec.columns}
    ours |= feed.columns
    places = tuple(ours.get(name.strip().lower()) for name in file_columns)
    plan = ColumnPlan(spec, feed, file_columns, places)
    _check(plan, where)
    return plan


def _check(plan: ColumnPlan, where: str) -> None:
    _check_source(plan.spec, plan.feed)
    _check_names(plan, where)
    _check_presence(plan, where)
    _check_contract(plan, where)


def _check_source(spec: RowSpec, feed: Feed) -> None:
    """What the source file says must fit the entity, whatever the file holds."""
    for name in [*feed.columns.values(), *feed.constants, *feed.absent, *feed.contract.unreadable]:
        if name not in spec.by_name:
            raise ConfigError(
                f"the source of {feed.name} names a column {name!r} that {spec.entity} does not have",
                hint=f"columns: {', '.join(spec.names)}",
            )
    moments = [column.name for column in spec.columns if column.kind is Kind.TIMESTAMP]
    if feed.null_cursor not in {*NULL_CURSOR, *moments}:
        raise ConfigError(
            f"the source of {feed.name} has null_cursor = {feed.null_cursor!r}",
            hint=f"write {', '.join(NULL_CURSOR)} or the name of a column of times: {', '.join(moments)}",
        )
    if spec.key in feed.constants:
        raise ConfigError(
            f"the source of {feed.name} has one {spec.key} for all rows", hint="take it out of constants"
        )


def _check_names(plan: ColumnPlan, where: str) -> None:
    """Each of our columns is filled from one place. A complaint tells the file's columns by number.

    What stands there may be the first row of a file without a heading, and its cells a person's.
    """
    heads = [name.strip().lower() for name in plan.file_columns]
    if twice := [place for place, name in enumerate(heads, 1) if heads.count(name) > 1]:
        raise ConfigError(
            f"{where}: columns {' and '.join(map(str, twice[:2]))} have the same name",
            hint="is the first line the heading? if so, which of them is meant cannot be told",
        )
    given = [place for place in plan.places if place]
    if doubled := sorted({name for name in given if given.count(name) > 1}):
        raise ConfigError(f"{where}: two columns of the file hold {doubled[0]}", hint="map only one of them")
    if both := sorted(set(plan.feed.constants) & set(given)):
        raise ConfigError(
            f"{where}: {both[0]} is delivered, and the source of {plan.feed.name} has a constant for it",
            hint="take it out of constants, or map the file's column to something else",
        )


def _check_contract(plan: ColumnPlan, where: str) -> None:
    """What the source says must not happen does not happen."""
    spec, feed = plan.spec, plan.feed
    for name, action in feed.contract.unreadable.items():
        if action in {ACCEPT, IGNORE} and (spec.by_name[name].required or name in {spec.key, spec.cursor}):
            raise ConfigError(
                f"the contract of {feed.name} would {action} cells of {name}, which no row can do without",
                hint="write quarantine or stop for it",
            )
    if feed.contract.new_columns == STOP and plan.unknown:
        raise ConfigError(
            f"{where} has columns nobody declared: {', '.join(sorted(plan.unknown_told))}",
            hint=f"map them, list them in ignored, or change new_columns in [entities.{spec.entity}.contract]",
        )
    dropped = [name for name in spec.names if name not in plan.present and name not in feed.absent]
    if feed.contract.dropped_columns == STOP and dropped:
        raise ConfigError(
            f"{where} does not deliver {', '.join(dropped)}",
            hint=f"list them in absent = [...], or change dropped_columns in [entities.{spec.entity}.contract]",
        )


def _check_presence(plan: ColumnPlan, where: str) -> None:
    """Nothing that an import needs is missing."""
    spec, feed = plan.spec, plan.feed
    needed = {column.name for column in spec.columns if column.required} | {spec.cursor}
    if feed.mode == "snapshot":
        needed.remove(spec.cursor)
    for name in sorted(name for name in needed if name not in plan.present and name not in feed.absent):
        raise ConfigError(
            f"{where}: {spec.entity} needs column {name}, and the file has none",
            hint=f'map it under [entities.{spec.entity}.columns], or list it in absent = ["{name}"]',
        )
    for name, role in ((spec.key, "key"), (spec.cursor, "cursor")):
        if name not in plan.present and (role == "key" or feed.mode != "snapshot"):
            raise ConfigError(
                f"{where}: {spec.entity} has no {role} column {name}",
                hint='map it, or set mode = "snapshot" where there is no change time',
            )


def _nothing_known(name: str) -> Column:
    return Column(name=f"extra.{name}", kind=Kind.FREETEXT, strength=Strength.NONE, personal=True)
