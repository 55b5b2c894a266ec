"""A source: a configured feed of a tenant, read from one TOML file. Pure but for reading the file.

How a table's cells are written, which of its columns is which of ours, and what is known to be missing.
Values are never invented: a column is mapped, constant (stated by the person who wrote the file) or absent.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import pyarrow as pa
import pyarrow.compute as pc

from hub.canonical import fingerprint
from hub.errors import ConfigError
from hub.lakes import FileFormat
from pipelines.engine import typed
from pipelines.engine.formats import complaint, example_of
from pipelines.engine.shapes import SHAPES, texts
from pipelines.engine.writing import KINDS, Writing

Increment = Literal["files", "cursor", "snapshot"]
NULL_CURSOR = ("quarantine", "accept", "fail")  # or the name of a column that stands in
_TABLE_KEYS = {
    "table": "text",
    "columns": "formats",
    "constants": "table",
    "absent": "list",
    "key": "list",
    "formats": "formats",
    "values": "words",
    "mode": "text",
    "overlap_hours": "number",
    "null_cursor": "text",
}
_FORMAT_KEYS = {
    "writing": "text",
    "delimiter": "text",
    "encoding": "text",
    "columns": "list",
    "names": "text",
    "null_markers": "list",
    "trailers": "list",
    "naive_zone": "text",
    "ids": "texts",
    "amounts": "texts",
    "dates": "texts",
    "times": "texts",
    "flags": "table",
    "zones": "table",
}
_HEAD_KEYS = {"name": "text", "tenant": "text"}
_FILE_KEYS = {"source": "anything", "format": "anything", "entities": "anything"}


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One entity of one source: everything the engine must know to read its cells.

    `columns` maps a lake column to one of ours, or to '' when it is none, and `also` the same one to further
    ones of ours ('' here leaves a copy beside them); `key` names the lake columns that
    make the id together; `constants` gives columns a fixed text; `absent` columns are not delivered and keep
    what is stored; `loose_names` compares only the letters and digits of names. `mode`: `files` reads new and
    changed files whole; `cursor` reads rows from the watermark minus `overlap_hours` on; `snapshot` is `files`
    without a cursor.
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
    null_cursor: str = "quarantine"
    null_markers: tuple[str, ...] = ()
    trailers: tuple[str, ...] = ()
    naive_zone: str = "UTC"
    loose_names: bool = False
    key: tuple[str, ...] = ()
    writing: Writing = field(default_factory=Writing)

    @property
    def name(self) -> str:
        return f"{self.tenant}/{self.entity}"

    def folded(self, name: str) -> str:
        """A column's name as it is compared: without case, and where names are loose without signs."""
        lower = name.strip().lower()
        return re.sub(r"[\W_]", "", lower) if self.loose_names else lower

    def fingerprint(self, present: tuple[str, ...]) -> bytes:
        """Changes when a cell would be read differently; mixed into every raw checksum."""
        rules = (sorted(self.constants.items()), sorted(self.null_markers), self.naive_zone)
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


def load_source(path: Path) -> Source:
    """Read and check one source file; every complaint names the file and the key."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"source file {path.name} cannot be read: {error}") from None
    reader = _Reader(path.name, data)
    reader.known("", data, _FILE_KEYS)
    head = reader.table("source")
    reader.known("source.", head, _HEAD_KEYS)
    tenant = head.get("tenant")
    if not tenant:
        raise reader.error("[source] has no tenant", 'write tenant = "<code>"')
    form = reader.form()
    feeds = {entity: reader.feed(entity, head, form) for entity in reader.table("entities")}
    return Source(name=head.get("name", path.stem), tenant=tenant, form=form, feeds=feeds)


class _Reader:
    def __init__(self, file: str, data: Mapping[str, Any]) -> None:
        self.file, self.data = file, data

    def error(self, message: str, hint: str = "see docs/how-to/add-a-source.md") -> ConfigError:
        return ConfigError(f"source file {self.file}: {message}", hint=hint)

    def known(self, where: str, table: Mapping[str, Any], keys: Mapping[str, str]) -> None:
        """Refuse keys nobody reads, and values of another shape than the one that is read."""
        if unknown := sorted(table.keys() - keys.keys()):
            raise self.error(f"unknown key {where}{unknown[0]}", f"known: {', '.join(sorted(keys))}")
        for name, value in table.items():
            told, fits = SHAPES[keys[name]]
            if not fits(value):
                raise self.error(f"{where}{name} is not {told}")

    def table(self, name: str) -> dict[str, Any]:
        value = self.data.get(name)
        if not isinstance(value, dict):
            raise self.error(f"there is no [{name}] table")
        return value

    def form(self) -> FileFormat:
        table = self.table("format") if "format" in self.data else {}
        self.known("format.", table, _FORMAT_KEYS)
        if table.get("writing", "naive") not in {"naive", "rfc4180"}:
            raise self.error(f"format.writing is {table['writing']!r}", "write naive or rfc4180")
        if len(table.get("delimiter", ",")) != 1 or table.get("delimiter") in {'"', "\n", "\r"}:
            raise self.error("format.delimiter must be one character, neither a quote nor a line end")
        if table.get("names", "exact") not in {"exact", "loose"}:
            raise self.error(f"format.names is {table['names']!r}", "write exact or loose")
        self.splits_into_lines(table.get("encoding", "utf-8"))
        self.has_hours(table.get("naive_zone", "UTC"))
        for pattern in table.get("trailers", ()):
            self.compiles(pattern)
        self.reads_cells(table)
        own = {key: value for key, value in table.items() if key in {"writing", "delimiter", "encoding"}}
        return FileFormat(**own, columns=tuple(table.get("columns", ())))

    def splits_into_lines(self, encoding: str) -> None:
        """Files are cut into lines before they are decoded, so a line end must be one byte."""
        try:
            one_byte = "\n".encode(encoding) == b"\n"
        except (LookupError, ValueError):
            one_byte = False
        if not one_byte:
            raise self.error(f"format.encoding {encoding!r} cannot be read", "e.g. utf-8 or cp1252")

    def has_hours(self, zone: str) -> None:
        """Arrow reads the times, and not every name that Python knows is a zone to it."""
        try:
            pc.assume_timezone(pa.array([datetime(2025, 1, 31)]), zone)
            known = zone in available_timezones()
        except pa.ArrowInvalid:
            known = False
        if not known:
            raise self.error(f"format.naive_zone {zone!r} is no time zone", "e.g. Europe/Berlin")

    def compiles(self, pattern: str) -> None:
        """Arrow matches the lines, and its expressions cannot look ahead or behind."""
        try:
            pc.match_substring_regex(pa.array([""]), pattern)
        except pa.ArrowInvalid as error:
            raise self.error(f"format.trailers: {pattern!r} is no regular expression ({error})") from None

    def reads_cells(self, table: Mapping[str, Any]) -> None:
        """Formats that hold for all columns of a kind are checked here; those of a column where its kind is known."""
        for name, (kind, *_) in KINDS.items():
            for text in texts(table.get(name, [])):
                if fault := complaint(kind, text):
                    raise self.error(f"format.{name}: {fault}", f"e.g. {name} = {example_of(kind)!r}")
        for word, offset in table.get("zones", {}).items():
            if not re.fullmatch(r"[+-]([01]\d|2[0-3]):[0-5]\d", offset):
                raise self.error(
                    f"format.zones.{word} is {offset!r}", 'write its offset, e.g. PST = "-08:00"'
                )
        for word, meant in table.get("flags", {}).items():
            if meant not in {"true", "false"}:
                raise self.error(f"format.flags.{word} is {meant!r}", "write true or false, in quotes")

    def writing(self, table: Mapping[str, Any]) -> Writing:
        general = self.data.get("format", {})
        return Writing(
            general={name: texts(general[name]) for name in KINDS if name in general},
            flags=general.get("flags", {}),
            zones=general.get("zones", {}),
            formats={name: texts(value) for name, value in table.get("formats", {}).items()},
            values=table.get("values", {}),
        )

    def mode(self, entity: str, table: Mapping[str, Any]) -> Increment:
        mode: Increment = table.get("mode", "files")
        if mode not in {"files", "cursor", "snapshot"}:
            raise self.error(f"entities.{entity}.mode is {mode!r}", "write files, cursor or snapshot")
        return mode

    def table_name(self, entity: str, table: Mapping[str, Any]) -> str:
        name: str = table.get("table", entity)
        if not re.fullmatch(r"[^./\\\0][^/\\\0]*", name):
            raise self.error(
                f"entities.{entity}.table {name!r} is no name of a table", "no slash, no dot ahead"
            )
        return name

    def feed(self, entity: str, head: Mapping[str, Any], form: FileFormat) -> Feed:
        table = self.data["entities"][entity]
        if not isinstance(table, dict):
            raise self.error(f"entities.{entity} is no table", f"write {entity} = {{}}")
        self.known(f"entities.{entity}.", table, _TABLE_KEYS)
        name, mode = self.table_name(entity, table), self.mode(entity, table)
        written = self.data.get("format", {})
        columns = {lake: _ours_first(texts(ours)) for lake, ours in table.get("columns", {}).items()}
        return Feed(
            tenant=head["tenant"],
            source=head.get("name", Path(self.file).stem),
            entity=entity,
            table=name,
            columns={lake: ours[0] for lake, ours in columns.items()},
            also={lake: ours[1:] for lake, ours in columns.items() if ours[1:]},
            constants=table.get("constants", {}),
            absent=frozenset(table.get("absent", ())),
            mode=mode,
            overlap_hours=float(table.get("overlap_hours", 24)),
            null_cursor=table.get("null_cursor", "quarantine"),
            null_markers=tuple(written.get("null_markers", ())),
            trailers=tuple(written.get("trailers", ())),
            naive_zone=ZoneInfo(written.get("naive_zone", "UTC")).key,
            loose_names=written.get("names") == "loose",
            key=tuple(table.get("key", ())),
            writing=self.writing(table),
        )


def _ours_first(names: tuple[str, ...]) -> tuple[str, ...]:
    """'' (leave it in extra) at the end: the repair is told of the first one what a cell may hold."""
    return tuple(sorted(names, key=lambda name: not name))
