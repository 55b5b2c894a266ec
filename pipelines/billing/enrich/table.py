"""The tables of enriched records, read and written set-wise. Decides nothing.

A record's document is its columns in canonical text: whole numbers and flags as text, lists as lists, nothing
for null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
import pyarrow as pa
from django.db import connection, models

from hub import bulk
from hub.bulk import Values
from pipelines.billing.enrich.models import EnrichedRow
from pipelines.engine.lookup import asked, parts_of, texts_by

Document = dict[str, Any]
OUTSIDE = frozenset({"key", "tenant", "checksum", "batch_id", "rules_version", "rules_fingerprint"})
FLAG = {True: "true", False: "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record as it shall stand."""

    key: str
    document: Document
    checksum: bytes


@cache
def columns_of(model: type[EnrichedRow]) -> dict[str, models.Field[Any, Any]]:
    """The columns that a document is made of."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: field for name, field in fields.items() if name not in OUTSIDE}


def checksums(model: type[EnrichedRow], keys: Iterable[str]) -> dict[str, bytes]:
    """The stored checksums by key."""
    selected = ", ".join(map(connection.ops.quote_name, ("key", "checksum")))
    return {
        str(key): bytes(checksum) for part in parts_of(keys) for key, checksum in asked(model, selected, part)
    }


def documents(model: type[EnrichedRow], keys: Iterable[str]) -> dict[str, Document]:
    """The stored documents by key."""
    fields = columns_of(model)
    lists = {name for name, field in fields.items() if isinstance(field, models.JSONField)}
    return {
        str(key): {
            name: orjson.loads(text) if name in lists else text
            for name, text in zip(fields, texts, strict=True)
            if text is not None
        }
        for key, *texts in texts_by(model, "key", keys, ("key", *fields))
    }


def text_of(value: Any) -> Any:
    """A value as a document holds it."""
    if isinstance(value, bool):
        return FLAG[value]
    return str(value) if isinstance(value, int) else value


def write(
    model: type[EnrichedRow], tenant: str, records: Sequence[Record], batch: int, beside: Mapping[str, Values]
) -> None:
    """Insert or replace records, sorted by key; `beside` are columns that stand outside the documents."""
    columns: dict[str, Values] = {
        "key": pa.array([record.key for record in records], pa.string()),
        "tenant": tenant,
        "checksum": pa.array([record.checksum for record in records], pa.binary()),
        "batch_id": batch,
        **beside,
    }
    for name, field in columns_of(model).items():
        columns[name] = _column(field, [record.document.get(name) for record in records])
    bulk.upsert(model._meta.db_table, columns)


def _column(field: models.Field[Any, Any], values: list[Any]) -> pa.Array:
    if isinstance(field, models.BooleanField):
        return pa.array([int(value == FLAG[True]) for value in values], pa.int8())
    if isinstance(field, models.BigIntegerField):
        return pa.array([None if value is None else int(value) for value in values], pa.int64())
    if isinstance(field, models.JSONField):
        return pa.array([orjson.dumps(value or []).decode() for value in values], pa.string())
    return pa.array(values, pa.string())
