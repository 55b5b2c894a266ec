"""A source: a configured feed of a tenant, read from one TOML file. Pure but for reading the file.

How a table's cells are written, which of its columns is which of ours, and what is known to be missing.
Values are never invented: a column is mapped, constant (stated by the person who wrote the file) or absent.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import pyarrow as pa
import pyarrow.compute as pc

from hub.canonical import fingerprint
from hub.errors import ConfigError
from hub.lakes import FileFormat
from pipelines.engine import typed
from pipelines.engine.contract import (
    ACTIONS,
    CONTRACT_KEYS,
    QUARANTINE,
    STOP,
    VERSION_KEYS,
    Contract,
    Version,
)

Increment = Literal["files", "cursor", "snapshot"]
NULL_CURSOR = ("quarantine", "accept", "fail")  # or the name of a column that stands in
_TABLE_KEYS: dict[str, type] = {
    "table": str,
    "columns": dict,
    "constants": dict,
    "absent": list,
    "mode": str,
    "overlap_hours": float,
    "overlap_days": float,
    "overlap_seconds": float,
    "boundary": str,
    "null_cursor": str,
    "ignored": list,
    "contract": object,
    "versions": object,
}
_OVERLAPS = {"overlap_hours": "hours", "overlap_days": "days", "overlap_seconds": "seconds"}
_FORMAT_KEYS: dict[str, type] = {
    "writing": str,
    "delimiter": str,
    "encoding": str,
    "columns": list,
    "null_markers": list,
    "trailers": list,
    "naive_zone": str,
}
_HEAD_KEYS: dict[str, type] = {"name": str, "tenant": str}
_FILE_KEYS: dict[str, type] = {"source": object, "format": object, "entities": object}
_WORDS = {
    str: "a text",
    list: "a list of texts",
    dict: "a table of texts",
    float: "a number from 0 on",
    date: "a day, written without quotes",
}


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One entity of one source: everything the engine must know to read its cells.

    `columns` maps a lake column (lower case) to one of ours; `constants` gives columns a fixed text; `absent`
    columns are not delivered and keep what is stored. `mode`: `files` reads new and changed files whole;
    `cursor` reads rows from the watermark minus `overlap_hours` on; `snapshot` is `files` without a cursor.
    `boundary` = open leaves out rows that changed at the watermark itself. `ignored` columns of the file are
    not kept. `heading` names the cells of a file in place of its first line.
    """

    tenant: str
    source: str
    entity: str
    table: str
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    mode: Increment = "files"
    overlap_hours: float = 24.0
    boundary: str = "closed"
    null_cursor: str = "quarantine"
    null_markers: tuple[str, ...] = ()
    trailers: tuple[str, ...] = ()
    naive_zone: str = "UTC"
    ignored: frozenset[str] = frozenset()
    contract: Contract = field(default_factory=Contract)
    versions: tuple[Version, ...] = ()
    heading: tuple[str, ...] = ()
    damaged: str = STOP

    @property
    def name(self) -> str:
        return f"{self.tenant}/{self.entity}"

    def at(self, path: str, loaded_at: datetime) -> Feed:
        """The feed as it reads one file: of the versions that cover it the one written last."""
        covering = [version for version in self.versions if version.covers(path, loaded_at)]
        if not covering:
            return self
        version = covering[-1]
        return replace(
            self,
            columns={**self.columns, **version.columns},
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
        return fingerprint(typed.VERSION, self.entity, present, rules)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A source file: the tenant it belongs to, its file format and its feeds by entity."""

    name: str
    tenant: str
    form: FileFormat
    feeds: Mapping[str, Feed]


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

    def known(self, where: str, table: Mapping[str, Any], keys: Mapping[str, type]) -> None:
        """Refuse keys nobody reads, and values of another shape than the one that is read."""
        if unknown := sorted(table.keys() - keys.keys()):
            raise self.error(f"unknown key {where}{unknown[0]}", f"known: {', '.join(sorted(keys))}")
        for name, value in table.items():
            if not _has_shape(value, keys[name]):
                raise self.error(f"{where}{name} is not {_WORDS[keys[name]]}")

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
        self.splits_into_lines(table.get("encoding", "utf-8"))
        self.has_hours(table.get("naive_zone", "UTC"))
        for pattern in table.get("trailers", ()):
            self.compiles(pattern)
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

    def feed(self, entity: str, head: Mapping[str, Any], form: FileFormat) -> Feed:
        table = self.data["entities"][entity]
        if not isinstance(table, dict):
            raise self.error(f"entities.{entity} is no table", f"write {entity} = {{}}")
        self.known(f"entities.{entity}.", table, _TABLE_KEYS)
        mode = table.get("mode", "files")
        if mode not in {"files", "cursor", "snapshot"}:
            raise self.error(f"entities.{entity}.mode is {mode!r}", "write files, cursor or snapshot")
        name = table.get("table", entity)
        if not re.fullmatch(r"[^./\\\0][^/\\\0]*", name):
            raise self.error(
                f"entities.{entity}.table {name!r} is no name of a table", "no slash, no dot ahead"
            )
        written = self.data.get("format", {})
        return Feed(
            tenant=head["tenant"],
            source=head.get("name", Path(self.file).stem),
            entity=entity,
            table=name,
            columns={lake.lower(): ours for lake, ours in table.get("columns", {}).items()},
            constants=table.get("constants", {}),
            absent=frozenset(table.get("absent", ())),
            mode=mode,
            overlap_hours=self.overlap(entity, table),
            boundary=table.get("boundary", "closed"),
            null_cursor=table.get("null_cursor", "quarantine"),
            null_markers=tuple(written.get("null_markers", ())),
            trailers=tuple(written.get("trailers", ())),
            naive_zone=ZoneInfo(written.get("naive_zone", "UTC")).key,
            ignored=frozenset(name.lower() for name in table.get("ignored", ())),
            contract=self.contract(f"entities.{entity}.contract", table.get("contract", {})),
            versions=self.versions(entity, table.get("versions", []), form),
        )

    def overlap(self, entity: str, table: Mapping[str, Any]) -> float:
        """Hours, in whatever unit they were written."""
        given = [name for name in _OVERLAPS if name in table]
        if len(given) > 1:
            raise self.error(f"entities.{entity} has {given[0]} and {given[1]}", "write one of them")
        boundary = table.get("boundary", "closed")
        if boundary not in {"closed", "open"}:
            raise self.error(f"entities.{entity}.boundary is {boundary!r}", "write closed or open")
        if boundary == "open":
            if given and table[given[0]]:
                raise self.error(f"entities.{entity}.boundary is open, so it has no {given[0]}")
            return 0.0
        if not given:
            return 24.0
        value = table[given[0]]
        factor = timedelta(**{_OVERLAPS[given[0]]: 1}) / timedelta(hours=1)
        return float(value) * factor

    def contract(self, where: str, table: Any) -> Contract:
        if not isinstance(table, dict):
            raise self.error(f"{where} is no table", "see Contract on that page")
        self.known(f"{where}.", table, CONTRACT_KEYS)
        for name, value in table.items():
            for action in value.values() if isinstance(value, dict) else (value,):
                if action not in ACTIONS[name]:
                    raise self.error(f"{where}.{name} is {action!r}", f"write {', '.join(ACTIONS[name])}")
        return Contract(**table)

    def versions(self, entity: str, tables: Any, form: FileFormat) -> tuple[Version, ...]:
        where = f"entities.{entity}.versions"
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self.error(f"{where} is no list of tables", f"write [[{where}]]")
        return tuple(self.version(f"{where}.", table, form) for table in tables)

    def version(self, where: str, table: Mapping[str, Any], form: FileFormat) -> Version:
        self.known(where, table, VERSION_KEYS)
        if not {"from_load", "until_load", "files"} & table.keys():
            raise self.error(f"{where[:-1]}: which files?", "write from_load, until_load or files")
        if table.get("damaged", STOP) not in {STOP, QUARANTINE}:
            raise self.error(f"{where}damaged is {table['damaged']!r}", "write stop or quarantine")
        if table.get("from_load", date.min) > table.get("until_load", date.max):
            raise self.error(f"{where}from_load is later than until_load")
        heading = table.get("heading", "")
        return Version(
            from_load=table.get("from_load"),
            until_load=table.get("until_load"),
            files=table.get("files", ""),
            heading=tuple(name.strip() for name in heading.split(form.delimiter)) if heading else (),
            columns={lake.lower(): ours for lake, ours in table.get("columns", {}).items()},
            constants=table.get("constants", {}),
            absent=frozenset(table.get("absent", ())),
            ignored=frozenset(name.lower() for name in table.get("ignored", ())),
            damaged=table.get("damaged", STOP),
        )


def _has_shape(value: Any, shape: type) -> bool:
    if shape is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    if shape is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    texts = shape is object or all(isinstance(member, str) for member in members)
    return isinstance(value, shape) and texts
