"""The table of an entity, read and written set-wise in canonical text. Knows SQL, decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from operator import itemgetter
from typing import Any

import orjson
from django.db import connection

from hub.canonical import Document
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.spec import AMOUNT_SCALE, EXTRA, Column, Kind

KEYS_PER_QUERY = 1000
ROWS_PER_STATEMENT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the engine must know of a stored row to compare it with a new one."""

    raw_checksum: bytes | None
    checksum: bytes
    cursor: str | None
    position: int
    missing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWrite:
    """A row as it shall stand: its document in canonical text and the engine's own columns."""

    key: str
    tenant: str
    document: Document
    raw_checksum: bytes | None
    checksum: bytes
    cursor: str | None
    position: int


def raw_checksums(model: type[ImportedRow], keys: Sequence[str]) -> dict[str, bytes | None]:
    """The stored raw checksum by key."""
    return dict(_select(model, ("key", "raw_checksum"), keys))


def stored_states(model: type[ImportedRow], keys: Sequence[str], *, lock: bool = False) -> dict[str, Stored]:
    """The comparable part of the stored rows by key; locked until the transaction ends if asked."""
    names = ("key", "raw_checksum", "checksum", "cursor_at", "lake_position", "missing_since")
    return {
        key: Stored(
            raw_checksum=raw and bytes(raw),
            checksum=bytes(checksum),
            cursor=instant_text(cursor),
            position=position,
            missing=missing is not None,
        )
        for key, raw, checksum, cursor, position, missing in _select(model, names, keys, lock=lock)
    }


def stored_documents(model: type[ImportedRow], keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The stored documents in canonical text, without nulls, by key."""
    spec = spec_of(model)
    readers = [(column.name, _READ[column.kind]) for column in spec.columns]
    names = ("key", *map(_field, spec.columns), EXTRA)
    return {key: _document(readers, values, extra) for key, *values, extra in _select(model, names, keys)}


def _document(
    readers: list[tuple[str, Callable[[Any], str]]], values: list[Any], extra: Any
) -> dict[str, Any]:
    document: dict[str, Any] = {
        name: read(value) for (name, read), value in zip(readers, values, strict=True) if value is not None
    }
    if extra is not None:
        document[EXTRA] = orjson.loads(extra)
    return document


def write_rows(model: type[ImportedRow], rows: Iterable[RowWrite], batch: int) -> None:
    """Insert or replace rows by key; pass them sorted by key, so that concurrent writers cannot deadlock."""
    spec = spec_of(model)
    columns = (
        "key", "tenant", "raw_checksum", "checksum", "cursor_at", "lake_position", "missing_since",
        "batch_id", EXTRA, *map(_field, spec.columns),
    )  # fmt: skip
    to_storage = [(column.name, storage_of(column)) for column in spec.columns]
    instant = _INSTANT[connection.vendor]
    values = (
        (
            row.key,
            row.tenant,
            row.raw_checksum,
            row.checksum,
            row.cursor and instant(row.cursor),
            row.position,
            None,
            batch,
            _extra_json(row.document),
            *[
                None if (text := row.document.get(name)) is None else store(text)
                for name, store in to_storage
            ],
        )
        for row in rows
    )
    statement = _upsert(model._meta.db_table, columns)
    with connection.cursor() as cursor:
        for part in _parts(values, ROWS_PER_STATEMENT):
            cursor.executemany(statement, part)


def touch_raw(model: type[ImportedRow], checksums: Iterable[tuple[bytes | None, str]]) -> None:
    """Remember new raw checksums (checksum, key) of rows whose meaning did not change."""
    _update_by_key(model, ("raw_checksum",), checksums)


def mark_missing(
    model: type[ImportedRow], keys: Sequence[str], *, at: datetime, position: int, batch: int
) -> None:
    """Flag rows as gone upstream: their raw checksum is forgotten, so that only a later delivery brings them back."""
    moment = connection.ops.adapt_datetimefield_value(at)
    names = ("missing_since", "raw_checksum", "lake_position", "batch_id")
    _update_by_key(model, names, [(moment, None, position, batch, key) for key in keys])


def unmark_missing(model: type[ImportedRow], keys: Sequence[str], *, batch: int) -> None:
    """Take the flag off rows that are upstream again as they were."""
    _update_by_key(model, ("missing_since", "batch_id"), [(None, batch, key) for key in keys])


def _update_by_key(model: type[ImportedRow], names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Set columns row by row; a row's key stands last. In the order of the keys, as every writer here."""
    quote = connection.ops.quote_name
    settings = ", ".join(f"{quote(name)} = %s" for name in names)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE {quote('key')} = %s"
    ordered: list[tuple[Any, ...]] = sorted(rows, key=itemgetter(-1))
    with connection.cursor() as cursor:
        cursor.executemany(statement, ordered)


def storage_of(column: Column) -> Callable[[str], Any]:
    """From canonical text to what the database takes as a parameter."""
    if column.kind is Kind.BOOL:
        return _bool_storage
    if column.kind is Kind.TIMESTAMP:
        return _INSTANT[connection.vendor]
    if column.kind is Kind.DECIMAL and connection.vendor == "sqlite":
        return _scaled
    return str


def instant_text(value: datetime | None) -> str | None:
    """Canonical text of an instant read from the database (naive there, UTC by decision)."""
    return None if value is None else _instant_text(value)


def _select(
    model: type[ImportedRow], columns: Sequence[str], keys: Sequence[str], *, lock: bool = False
) -> Iterator[tuple[Any, ...]]:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    suffix = " FOR UPDATE" if lock and connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        for part in _parts(sorted(keys), KEYS_PER_QUERY):
            marks = ", ".join(["%s"] * len(part))
            cursor.execute(
                f"SELECT {names} FROM {quote(model._meta.db_table)} WHERE {quote('key')} IN ({marks}){suffix}",
                part,
            )
            yield from cursor.fetchall()


def _upsert(table: str, columns: Sequence[str]) -> str:
    quote = connection.ops.quote_name
    marks = ", ".join(["%s"] * len(columns))
    names = ", ".join(map(quote, columns))
    replaced = [quote(name) for name in columns if name != "key"]
    if connection.vendor == "mysql":
        updates = ", ".join(f"{name} = VALUES({name})" for name in replaced)
        return f"INSERT INTO {quote(table)} ({names}) VALUES ({marks}) ON DUPLICATE KEY UPDATE {updates}"
    updates = ", ".join(f"{name} = excluded.{name}" for name in replaced)
    return f"INSERT INTO {quote(table)} ({names}) VALUES ({marks}) ON CONFLICT ({quote('key')}) DO UPDATE SET {updates}"


def _parts(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(values)
    while part := list(islice(iterator, size)):
        yield part


def _field(column: Column) -> str:
    return "lake_id" if column.kind is Kind.ID else column.name


def _extra_json(document: Document) -> str | None:
    extra = document.get(EXTRA)
    return orjson.dumps(extra, option=orjson.OPT_SORT_KEYS).decode() if extra else None


def _bool_storage(text: str) -> int:
    return 1 if text == "true" else 0


def _scaled(text: str) -> int:
    return int(text.replace(".", ""))


def _as_django_writes_it(text: str) -> str:
    """Django's SQLite back end leaves zero microseconds out, and compares instants as text."""
    return text.removesuffix(".000000")


_INSTANT: dict[str, Callable[[str], str]] = {"sqlite": _as_django_writes_it, "mysql": str}


def _decimal_text(value: Any) -> str:
    number = Decimal(value).scaleb(-AMOUNT_SCALE) if isinstance(value, int) else value
    return f"{number:.{AMOUNT_SCALE}f}"


def _instant_text(value: datetime) -> str:
    return value.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def _bool_text(value: Any) -> str:
    return "true" if value else "false"


_READ: dict[Kind, Callable[[Any], str]] = {
    kind: {
        Kind.DECIMAL: _decimal_text,
        Kind.TIMESTAMP: _instant_text,
        Kind.BOOL: _bool_text,
    }.get(kind, str)
    for kind in Kind
}
