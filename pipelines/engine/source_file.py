"""A source file (TOML) read and checked: every complaint names the file and the key, and says what to write.

Pure but for reading the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import ConfigError
from hub.lakes import FileFormat
from pipelines.engine.contract import (
    ACTIONS,
    CONTRACT_KEYS,
    QUARANTINE,
    STOP,
    VERSION_KEYS,
    Contract,
    Version,
)
from pipelines.engine.formats import complaint, example_of
from pipelines.engine.shapes import SHAPES, texts
from pipelines.engine.source import Feed, Increment, Source
from pipelines.engine.writing import KINDS, Writing

_TABLE_KEYS = {
    "table": "text",
    "columns": "formats",
    "constants": "table",
    "absent": "list",
    "ignored": "list",
    "key": "list",
    "formats": "formats",
    "values": "words",
    "mode": "text",
    "overlap_hours": "number",
    "overlap_days": "number",
    "overlap_seconds": "number",
    "boundary": "text",
    "null_cursor": "text",
    "contract": "anything",
    "versions": "anything",
}
_OVERLAPS = {"overlap_hours": "hours", "overlap_days": "days", "overlap_seconds": "seconds"}
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
        columns = _columns(table)
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
            overlap_hours=self.overlap(entity, table),
            boundary=table.get("boundary", "closed"),
            null_cursor=table.get("null_cursor", "quarantine"),
            null_markers=tuple(written.get("null_markers", ())),
            trailers=tuple(written.get("trailers", ())),
            naive_zone=ZoneInfo(written.get("naive_zone", "UTC")).key,
            loose_names=written.get("names") == "loose",
            key=tuple(table.get("key", ())),
            writing=self.writing(table),
            ignored=frozenset(table.get("ignored", ())),
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
            columns=_columns(table),
            constants=table.get("constants", {}),
            absent=frozenset(table.get("absent", ())),
            ignored=frozenset(table.get("ignored", ())),
            damaged=table.get("damaged", STOP),
        )


def _columns(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """By a column of the file those of ours that it fills.

    '' (leave it in extra) at the end: the repair is told of the first one what a cell may hold.
    """
    given = table.get("columns", {}).items()
    return {lake: tuple(sorted(texts(ours), key=lambda name: not name)) for lake, ours in given}
