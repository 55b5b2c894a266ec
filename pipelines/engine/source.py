"""A source: a configured feed of a tenant, read from one TOML file. Pure but for reading the file.

How a table's cells are written, which of its columns is which of ours, and what is known to be missing.
Values are never invented: a column is mapped, constant (stated by the person who wrote the file) or absent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from hub.canonical import fingerprint
from hub.errors import ConfigError
from hub.lakes import FileFormat
from pipelines.engine import typed
from pipelines.engine.contract import (
    STOP,
    Contract,
    Version,
)
from pipelines.engine.writing import Writing

Increment = Literal["files", "cursor", "snapshot"]
NULL_CURSOR = ("quarantine", "accept", "fail")  # or the name of a column that stands in


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One entity of one source: everything the engine must know to read its cells.

    `columns` maps a lake column to one of ours, or to '' when it is none, and `also` the same one to further
    ones of ours ('' here leaves a copy beside them); `key` names the lake columns that
    make the id together; `constants` gives columns a fixed text; `absent` columns are not delivered and keep
    what is stored; `ignored` columns of the file are not kept; `loose_names` compares only the letters and digits
    of names. `mode`: `files` reads new and changed files whole; `cursor` reads rows from the watermark minus
    `overlap_hours` on; `snapshot` is `files` without a cursor. `boundary` = open leaves out rows that changed at
    the watermark itself. `heading` names the cells of a file in place of its first line.
    """

    tenant: str
    source: str
    entity: str
    table: str
    columns: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    mode: Increment = "files"
    overlap_hours: float = 24.0
    boundary: str = "closed"
    null_cursor: str = "quarantine"
    null_markers: tuple[str, ...] = ()
    trailers: tuple[str, ...] = ()
    naive_zone: str = "UTC"
    loose_names: bool = False
    key: tuple[str, ...] = ()
    writing: Writing = field(default_factory=Writing)
    ignored: frozenset[str] = frozenset()
    contract: Contract = field(default_factory=Contract)
    versions: tuple[Version, ...] = ()
    heading: tuple[str, ...] = ()
    damaged: str = STOP

    @property
    def name(self) -> str:
        return f"{self.tenant}/{self.entity}"

    def folded(self, name: str) -> str:
        """A column's name as it is compared: without case, and where names are loose without signs."""
        lower = name.strip().lower()
        return re.sub(r"[\W_]", "", lower) if self.loose_names else lower

    def at(self, path: str, loaded_at: datetime) -> Feed:
        """The feed as it reads one file: of the versions that cover it the one written last."""
        covering = [version for version in self.versions if version.covers(path, loaded_at)]
        if not covering:
            return self
        version = covering[-1]
        changed = {self.folded(lake) for lake in version.columns}
        kept = {lake: ours for lake, ours in self.columns.items() if self.folded(lake) not in changed}
        copies = {lake: ours for lake, ours in self.also.items() if self.folded(lake) not in changed}
        return replace(
            self,
            columns=kept | {lake: ours[0] for lake, ours in version.columns.items()},
            also=copies | {lake: ours[1:] for lake, ours in version.columns.items() if ours[1:]},
            constants={**self.constants, **version.constants},
            absent=self.absent | version.absent,
            ignored=self.ignored | version.ignored,
            heading=version.heading,
            damaged=version.damaged,
        )

    def fingerprint(self, present: tuple[str, ...]) -> bytes:
        """Changes when a cell would be read differently; mixed into every raw checksum."""
        rules = (
            sorted(self.constants.items()),
            sorted(self.null_markers),
            self.naive_zone,
            *self.contract.marks,
        )
        return fingerprint(typed.VERSION, self.entity, present, rules, self.key, self.writing.rules())


@dataclass(frozen=True, kw_only=True)
class Source:
    """A source file: the tenant it belongs to, its file format and its feeds by entity."""

    name: str
    tenant: str
    form: FileFormat
    feeds: Mapping[str, Feed]


Finder = Callable[[], Iterable[Source]]
_finders: list[Finder] = []


def find_sources_with(finder: Finder) -> None:
    """Register who knows source files; the engine's pages ask what a file's columns are called here."""
    _finders.append(finder)


def feed_named(tenant: str, source: str, entity: str) -> Feed | None:
    """A feed as its source file describes it today; None where none does, or none can be read."""
    try:
        found = [each for finder in _finders for each in finder()]
    except ConfigError:
        return None
    of_source = [each for each in found if (each.tenant, each.name) == (tenant, source)]
    return next((each.feeds[entity] for each in of_source if entity in each.feeds), None)
