"""Which cell of a file belongs to which column of an entity. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from hub.canonical import CELL_SEPARATOR, fingerprint, raw_checksums
from hub.errors import ConfigError
from pipelines.engine.contract import ACCEPT, IGNORE, STOP
from pipelines.engine.repair.slots import Row, Slot, row_of
from pipelines.engine.source import NULL_CURSOR, Feed
from pipelines.engine.spec import EXTRA, Column, Kind, RowSpec, Strength
from pipelines.engine.typed import nulls_for_empty, type_column

_NAME = r"[\w .:/()#-]{1,64}"
KEY_SEPARATOR = ":"  # between the parts of an id; a part that holds one itself does not read
_KEY_PART = r"[^\s:](?:[^:]*[^\s:])?"


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
            if place is None and self.feed.folded(name) not in self._mapped and not self._ignores(name)
        }

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """The file's columns that go to `extra`: those that are none of ours, and those the source wants there too."""
        pairs = zip(self.file_columns, self.places, strict=True)
        return tuple(
            sorted(
                name
                for name, place in pairs
                if (place is None and not self._ignores(name)) or "" in _also(self.feed, name)
            )
        )

    def _ignores(self, name: str) -> bool:
        """Whether nothing of an undeclared column is kept; one that the source maps to "" is declared."""
        head = self.feed.folded(name)
        dropped = self.feed.contract.new_columns == IGNORE and head not in self._mapped
        return dropped or head in map(self.feed.folded, self.feed.ignored)

    @cached_property
    def _mapped(self) -> frozenset[str]:
        return frozenset(self.feed.folded(name) for name in self.feed.columns)

    @cached_property
    def place_of(self) -> dict[str, int]:
        """Where among the file's columns each of ours stands; one of the file's may be several of ours."""
        found = {place: at for at, place in enumerate(self.places) if place}
        copies = {
            ours: at for at, name in enumerate(self.file_columns) for ours in _also(self.feed, name) if ours
        }
        return copies | found

    @cached_property
    def present(self) -> tuple[str, ...]:
        """Our columns that get a value from this file or a constant, in the entity's order."""
        given = {*self.place_of, *self.feed.constants, *([self.spec.key] if self.feed.key else [])}
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
        columns = [known[place] if place else _nothing_known(name) for name, place in pairs]
        for place in self.key_places if self.feed.key else ():
            columns[place] = _part_of_key(columns[place])
        return tuple(columns)

    @cached_property
    def row(self) -> Row:
        """The file's columns as the repair asks them of single cells."""
        keys = (self.file_specs[place].name for place in self.key_places)
        return row_of(self.file_specs, *keys, optional=self.optional)

    @property
    def key_slot(self) -> Slot:
        """What a whole id must look like, also one of several parts."""
        return row_of((self.spec.column(self.spec.key),), self.spec.key).slots[0]

    @cached_property
    def key_places(self) -> tuple[int, ...]:
        """Where among the file's columns the id stands, or the parts of it in the order the source names them."""
        if not self.feed.key:
            return (self.place_of[self.spec.key],)
        heads = [self.feed.folded(name) for name in self.file_columns]
        return tuple(heads.index(self.feed.folded(name)) for name in self.feed.key)

    @property
    def key_index(self) -> int:
        return self.key_places[0]

    def source_ids(self, arrays: Sequence[pa.Array]) -> pa.Array:
        """The id cells as they stand; null where a part is missing."""
        parts = [arrays[place] for place in self.key_places]
        if len(parts) == 1:
            return parts[0]
        parts = [pc.if_else(pc.equal(part, ""), pa.scalar(None, pa.string()), part) for part in parts]
        return pc.binary_join_element_wise(*parts, KEY_SEPARATOR)

    def source_id(self, cells: Sequence[str | None]) -> str:
        """The same of one row; '' where a part is missing."""
        parts = [cells[place] or "" for place in self.key_places]
        return KEY_SEPARATOR.join(parts) if all(parts) else ""

    def cells(self, arrays: Sequence[pa.Array]) -> dict[str, pa.Array]:
        """Our columns' cells, as delivered."""
        rows = len(arrays[0])
        found = {name: arrays[at] for name, at in self.place_of.items()}
        found[self.spec.key] = self.source_ids(arrays)
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
    written = _as_written(spec, feed)
    places = tuple(_matched(spec, feed, file_columns))
    plan = ColumnPlan(written, feed, file_columns, places)
    _check(plan, where)
    return plan


def _as_written(spec: RowSpec, feed: Feed) -> RowSpec:
    """The entity's columns as the source writes them; an id of several parts reads like all of them."""
    check_source(spec, feed)
    written = feed.writing.spec(spec)
    if not feed.key:
        return written
    whole = KEY_SEPARATOR.join([f"(?:{_KEY_PART})"] * len(feed.key))
    key = replace(written.column(spec.key), formats=(whole,), pattern=whole, strength=Strength.WEAK)
    return replace(written, columns=tuple(key if each.name == key.name else each for each in written.columns))


def ours_of(spec: RowSpec, feed: Feed, name: str) -> tuple[str, ...]:
    """Which of our columns a column of a file fills."""
    (place,) = _matched(spec, feed, (name,))
    return tuple(filter(None, (place, *_also(feed, name))))


def _also(feed: Feed, name: str) -> tuple[str, ...]:
    """What a column of the file fills beside its place."""
    head = feed.folded(name)
    return next((ours for lake, ours in feed.also.items() if feed.folded(lake) == head), ())


def _matched(spec: RowSpec, feed: Feed, file_columns: Sequence[str]) -> Iterator[str | None]:
    ours = {feed.folded(column.name): column.name for column in spec.columns}
    ours |= {feed.folded(column.in_lake): column.name for column in spec.columns}
    if feed.key:  # a column that is called like the id is at most a part of it
        ours = {head: name for head, name in ours.items() if name != spec.key}
    ours |= {feed.folded(lake): name for lake, name in feed.columns.items()}
    for name in file_columns:
        yield ours.get(feed.folded(name)) or None


def _check(plan: ColumnPlan, where: str) -> None:
    _check_names(plan, where)
    _check_presence(plan, where)
    _check_contract(plan, where)


def check_source(spec: RowSpec, feed: Feed) -> None:
    """What the source file says must fit the entity, whatever the file holds."""
    copies = [name for ours in feed.also.values() for name in ours]
    named = [*feed.columns.values(), *copies, *feed.constants, *feed.absent, *feed.contract.unreadable]
    for name in filter(None, named):
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
    if feed.key and spec.key in {*feed.columns.values(), *copies}:
        raise ConfigError(
            f"the source of {feed.name} has a column and a key for {spec.key}", hint="take one of them out"
        )
    for message, hint in feed.writing.complaints(spec):
        raise ConfigError(f"the source of {feed.name}: {message}", hint=hint)
    _check_constants(feed.writing.spec(spec), feed)


def _check_constants(written: RowSpec, feed: Feed) -> None:
    """A constant that does not read would send every row to the quarantine."""
    for name, text in feed.constants.items():
        cells = nulls_for_empty(pa.array([text], pa.string()), feed.null_markers)
        if not type_column(written.column(name), cells, feed.naive_zone)[1][0].as_py():
            raise ConfigError(
                f"the source of {feed.name} has a constant for {name} that does not read: {text!r}",
                hint="write it as the file would write such a cell",
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
    copies = [ours for name in plan.file_columns for ours in _also(plan.feed, name) if ours]
    given = [*filter(None, plan.places), *copies]
    if doubled := sorted({name for name in given if given.count(name) > 1}):
        raise ConfigError(
            f"{where}: two columns of the file hold {doubled[0]}",
            hint=f'map only one of them; mapped to "" the other is left in {EXTRA}',
        )
    if both := sorted(set(plan.feed.constants) & set(given)):
        raise ConfigError(
            f"{where}: {both[0]} is delivered, and the source of {plan.feed.name} has a constant for it",
            hint=f'take it out of constants, or map the file\'s column to "", which leaves it in {EXTRA}',
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
    if missing := sorted(needed - set(plan.present) - feed.absent):
        them = f"columns {', '.join(missing)}" if len(missing) > 1 else f"column {missing[0]}"
        raise ConfigError(
            f"{where}: {spec.entity} needs {them}, and the file has none", hint=_what_to_do(missing, spec)
        )
    heads = [feed.folded(name) for name in plan.file_columns]
    for name in feed.key:
        if heads.count(feed.folded(name)) != 1:
            raise ConfigError(
                f"{where}: {name!r} is part of the key, and not the name of one column of the file",
                hint=f"key = [...] under [entities.{spec.entity}] takes the file's names",
            )
    for name, role in ((spec.key, "key"), (spec.cursor, "cursor")):
        if name not in plan.present and (role == "key" or feed.mode != "snapshot"):
            raise ConfigError(
                f"{where}: {spec.entity} has no {role} column {name}",
                hint='map it, or set mode = "snapshot" where there is no change time',
            )


def _what_to_do(missing: Sequence[str], spec: RowSpec) -> str:
    """Any column may be absent but for the key; without the cursor the feed is a snapshot."""
    listed = ", ".join(f'"{name}"' for name in missing if name != spec.key)
    snapshot = f' ({spec.cursor} only with mode = "snapshot")' if spec.cursor in missing else ""
    hints = [f"map each under [entities.{spec.entity}.columns]"]
    hints += ["make the id of several columns with key = [...]"] if spec.key in missing else []
    hints += [f"list what nobody delivers in absent = [{listed}]{snapshot}"] if listed else []
    return ", or ".join(hints)


def _part_of_key(column: Column) -> Column:
    """No row has an id without it; what may stand there is only told where the column is one of ours that binds."""
    part = replace(column, required=True)
    return part if column.binding else replace(part, kind=Kind.ID, formats=(_KEY_PART,))


def _nothing_known(name: str) -> Column:
    return Column(name=f"extra.{name}", kind=Kind.FREETEXT, strength=Strength.NONE, personal=True)
