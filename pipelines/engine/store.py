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
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from hub import bulk
from hub.bulk import Values
from pipelines.engine.columns import KEY_LENGTH
from pipelines.engine.documents import Documents, Extra, gathered
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.spec import AMOUNT_SCALE, EXTRA, Column, Kind

KEYS_PER_QUERY = 1000


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
    for part in _key_lists(keys):
        for place, checksum in _raw_checksums(model, part):
            found[part[place]] = checksum
    return found


def _raw_checksums(model: type[ImportedRow], keys: list[str]) -> Iterator[tuple[int, bytes | None]]:
    if connection.vendor == "sqlite":
        yield from _asked(model, "place, raw_checksum", keys)
        return
    ((answer,),) = _asked(model, "GROUP_CONCAT(place, ':', IFNULL(HEX(raw_checksum), ''))", keys)
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
        for part in _key_lists(keys)
        for key, raw, checksum, cursor, position, missing in _asked(model, selected, part, lock=lock)
    }


def stored_documents(model: type[ImportedRow], keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The stored documents in canonical text, without nulls, by key."""
    columns = spec_of(model).columns
    names = [*(column.name for column in columns), EXTRA]
    return {
        key: _document(names, values)
        for part in _key_lists(keys)
        for key, values in _canonical_texts(model, columns, part)
    }


def _document(names: Sequence[str], values: Iterable[str | None]) -> dict[str, Any]:
    document: dict[str, Any] = {
        name: value for name, value in zip(names, values, strict=True) if value is not None
    }
    if EXTRA in document:
        document[EXTRA] = orjson.loads(document[EXTRA])
    return document


def _canonical_texts(
    model: type[ImportedRow], columns: Sequence[Column], keys: list[str]
) -> Iterator[tuple[str, Sequence[str | None]]]:
    """Key and canonical text of each column, `extra` behind them.

    MySQL writes that text itself, as one JSON array a row, so that the driver has two values to take apart.
    """
    quote = connection.ops.quote_name
    fields = [*map(_field, columns), EXTRA]
    if connection.vendor == "mysql":
        kinds = [*(column.kind for column in columns), Kind.TEXT]
        texts = [_TEXT_SQL.get(kind, "CAST({} AS CHAR)") for kind in kinds]
        array = ", ".join(text.format(quote(field)) for text, field in zip(texts, fields, strict=True))
        for key, written in _asked(model, f"{quote('key')}, JSON_ARRAY({array})", keys):
            yield key, orjson.loads(written)
        return
    readers: list[Callable[[Any], str]] = [*(_READ[column.kind] for column in columns), str]
    for key, *values in _asked(model, ", ".join(map(quote, ["key", *fields])), keys):
        yield (
            key,
            [None if value is None else read(value) for read, value in zip(readers, values, strict=True)],
        )


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
    bulk.insert(model._meta.db_table, columns, ending=_replacing(list(columns)))


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


def instant_text(value: datetime | None) -> str | None:
    """Canonical text of an instant read from the database (naive there, UTC by decision)."""
    return None if value is None else _instant_text(value)


def _key_lists(keys: Iterable[str]) -> Iterator[list[str]]:
    """The keys that can be stored, in order, as many together as one query asks for."""
    ordered = iter(sorted(key for key in keys if len(key) <= KEY_LENGTH))
    while part := list(islice(ordered, KEYS_PER_QUERY)):
        yield part


def _asked(
    model: type[ImportedRow], selected: str, keys: list[str], *, lock: bool = False
) -> Iterator[tuple[Any, ...]]:
    """What is selected of the rows of these keys; `place` is a key's among them, counted as the database does.

    The keys are sent as one JSON text, which is one literal to write and for the server one to read.
    """
    quote = connection.ops.quote_name
    suffix = " FOR UPDATE" if lock and connection.features.has_select_for_update else ""
    source, asked = bulk.given(orjson.dumps(keys).decode())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {selected} FROM {_KEYS[connection.vendor].replace('?', source)} {quote(model._meta.db_table)} "
            f"ON {quote('key')} = wanted{suffix}",
            *asked,
        )
        yield from cursor.fetchall()


# One row a key that is asked for; joined in this order, so that each is looked up by the primary key.
_KEYS = {
    "mysql": (
        "JSON_TABLE(?, '$[*]' COLUMNS(place FOR ORDINALITY, "
        f"wanted varchar({KEY_LENGTH}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$')) asked STRAIGHT_JOIN"
    ),
    "sqlite": "(SELECT key AS place, value AS wanted FROM json_each(?)) CROSS JOIN",
}


def _replacing(columns: Sequence[str]) -> str:
    """What becomes of a row whose key exists: all of it is replaced."""
    quote = connection.ops.quote_name
    replaced = [quote(name) for name in columns if name != "key"]
    if connection.vendor == "mysql":
        return f" ON DUPLICATE KEY UPDATE {', '.join(f'{name} = VALUES({name})' for name in replaced)}"
    updates = ", ".join(f"{name} = excluded.{name}" for name in replaced)
    return f" ON CONFLICT ({quote('key')}) DO UPDATE SET {updates}"


def _field(column: Column) -> str:
    return "lake_id" if column.kind is Kind.ID else column.name


def _extra_json(extra: Extra) -> str | None:
    return orjson.dumps(extra, option=orjson.OPT_SORT_KEYS).decode() if extra else None


def _as_it_is(instants: pa.Array) -> pa.Array:
    return instants


def _as_django_writes_them(instants: pa.Array) -> pa.Array:
    """Django's SQLite back end leaves zero microseconds out, and compares instants as text."""
    return pc.replace_substring_regex(instants, r"\.000000$", "")


_INSTANT: dict[str, Callable[[pa.Array], pa.Array]] = {"sqlite": _as_django_writes_them, "mysql": _as_it_is}


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
# The same in SQL; the other kinds need no more than a cast.
_TEXT_SQL = {Kind.BOOL: "ELT(1 + ({} <> 0), 'false', 'true')"}
