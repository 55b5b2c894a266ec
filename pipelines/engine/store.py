"""The table of an entity, read and written set-wise in canonical text. Knows SQL, decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from hub import bulk
from hub.bulk import Values
from pipelines.engine.documents import Documents, Extra, gathered
from pipelines.engine.lookup import asked, instant_text, parts_of, texts_by
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.spec import AMOUNT_SCALE, EXTRA, Column, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the engine must know of a stored row to compare it with a new one."""

    raw_checksum: bytes | None
    checksum: bytes
    cursor: str | None
    position: int
    missing: bool


@dataclass(slots=True, kw_only=True)  # one a row: a frozen one takes three times as long to make
class RowWrite:
    """A row as it shall stand: its place among some documents and the engine's own columns."""

    key: str
    documents: Documents
    place: int
    raw_checksum: bytes | None
    checksum: bytes
    cursor: str | None
    position: int


def has_rows(model: type[ImportedRow], tenant: str) -> bool:
    """Whether a tenant has any row, asked of the primary key: the tenant's own column has no index."""
    behind = chr(ord(":") + 1)
    return model.unscoped.filter(key__gte=f"{tenant}:", key__lt=f"{tenant}{behind}").exists()


def raw_checksums(model: type[ImportedRow], keys: Sequence[str]) -> dict[str, bytes | None]:
    """The stored raw checksum by key.

    The answer to many keys is one text: to take a row apart costs the driver more than to find it costs the
    server. It names a row by its key's place in the question, since a key may hold any character.
    """
    found: dict[str, bytes | None] = {}
    for part in parts_of(keys):
        for place, checksum in _raw_checksums(model, part):
            found[part[place]] = checksum
    return found


def _raw_checksums(model: type[ImportedRow], keys: list[str]) -> Iterator[tuple[int, bytes | None]]:
    if connection.vendor == "sqlite":
        yield from asked(model, "place, raw_checksum", keys)
        return
    ((answer,),) = asked(model, "GROUP_CONCAT(place, ':', IFNULL(HEX(raw_checksum), ''))", keys)
    for pair in answer.split(",") if answer else ():
        place, _, digits = pair.partition(":")
        yield int(place) - 1, bytes.fromhex(digits) or None


def stored_states(model: type[ImportedRow], keys: Sequence[str], *, lock: bool = False) -> dict[str, Stored]:
    """The comparable part of the stored rows by key; locked until the transaction ends if asked."""
    names = ("key", "raw_checksum", "checksum", "cursor_at", "lake_position", "missing_since")
    selected = ", ".join(map(connection.ops.quote_name, names))
    return {
        key: Stored(
            raw_checksum=raw and bytes(raw),
            checksum=bytes(checksum),
            cursor=instant_text(cursor),
            position=position,
            missing=missing is not None,
        )
        for part in parts_of(keys)
        for key, raw, checksum, cursor, position, missing in asked(model, selected, part, lock=lock)
    }


def stored_documents(model: type[ImportedRow], keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The stored documents in canonical text, without nulls, by key."""
    columns = spec_of(model).columns
    names = [*(column.name for column in columns), EXTRA]
    fields = [*map(_field, columns), EXTRA]
    return {
        str(key): _document(names, values) for key, *values in texts_by(model, "key", keys, ["key", *fields])
    }


def _document(names: Sequence[str], values: Iterable[str | None]) -> dict[str, Any]:
    document: dict[str, Any] = {
        name: value for name, value in zip(names, values, strict=True) if value is not None
    }
    if EXTRA in document:
        document[EXTRA] = orjson.loads(document[EXTRA])
    return document


def write_rows(model: type[ImportedRow], tenant: str, rows: Sequence[RowWrite], batch: int) -> None:
    """Insert or replace a tenant's rows by key; pass them sorted by key, so that concurrent writers cannot deadlock."""
    if not rows:
        return
    documents = gathered([(row.documents, row.place) for row in rows])
    columns: dict[str, Values] = {
        "key": pa.array([row.key for row in rows], pa.string()),
        "tenant": tenant,
        "raw_checksum": pa.array([row.raw_checksum for row in rows], pa.binary()),
        "checksum": pa.array([row.checksum for row in rows], pa.binary()),
        "cursor_at": _INSTANT[connection.vendor](pa.array([row.cursor for row in rows], pa.string())),
        "lake_position": pa.array([row.position for row in rows], pa.int64()),
        "missing_since": None,
        "batch_id": batch,
        EXTRA: pa.array(map(_extra_json, documents.extra or ()), pa.string()),
    }
    for column in spec_of(model).columns:
        columns[_field(column)] = _stored(column, documents.column(column.name))
    bulk.upsert(model._meta.db_table, columns)


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


def _stored(column: Column, texts: pa.Array) -> Values:
    """From canonical text to what the database takes."""
    if column.kind is Kind.BOOL:
        return pc.equal(texts, "true").cast(pa.int8())
    if column.kind is Kind.TIMESTAMP:
        return _INSTANT[connection.vendor](texts)
    if column.kind is Kind.DECIMAL and connection.vendor == "sqlite":
        return pc.replace_substring(texts, ".", "").cast(pa.int64())
    return texts


def amount_values(amounts: Iterable[Decimal]) -> pa.Array:
    """Amounts as the database takes them: scaled whole numbers on SQLite, decimals as text elsewhere."""
    if connection.vendor == "sqlite":
        return pa.array([int(amount.scaleb(AMOUNT_SCALE)) for amount in amounts], pa.int64())
    return pa.array([f"{amount:.{AMOUNT_SCALE}f}" for amount in amounts], pa.string())


def _extra_json(extra: Extra) -> str | None:
    return orjson.dumps(extra, option=orjson.OPT_SORT_KEYS).decode() if extra else None


def _as_it_is(instants: pa.Array) -> pa.Array:
    return instants


def _as_django_writes_them(instants: pa.Array) -> pa.Array:
    """Django's SQLite back end leaves zero microseconds out, and compares instants as text."""
    return pc.replace_substring_regex(instants, r"\.000000$", "")


_INSTANT: dict[str, Callable[[pa.Array], pa.Array]] = {"sqlite": _as_django_writes_them, "mysql": _as_it_is}


def _field(column: Column) -> str:
    return "lake_id" if column.kind is Kind.ID else column.name
