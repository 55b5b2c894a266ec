"""Rows of a brand by id or by what they refer to, a thousand a query, past the ORM: there are many."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal
from itertools import islice
from operator import itemgetter
from typing import Any

from django.db import models

from pipelines.billing.enrich.models import EnrichedRow
from pipelines.engine.columns import Amount
from pipelines.engine.lookup import texts_by
from pipelines.engine.rows import ImportedRow

Row = dict[str, Any]
Ids = Collection[str]
Keyed = ImportedRow | EnrichedRow


def rows_of(model: type[Keyed], tenant: str, ids: Iterable[str | None], *names: str) -> dict[str, Row]:
    """The rows that exist of these ids, by id."""
    keys = {f"{tenant}:{each}" for each in ids if each}
    return {id_of(row["key"]): row for row in _rows(model, "key", keys, ("key", *names))}


def rows_with(
    model: type[Keyed], tenant: str, column: str, ids: Iterable[str | None], *names: str
) -> list[Row]:
    """The rows whose column holds one of these ids, in the order of their keys."""
    wanted = {each for each in ids if each}
    found = _rows(model, column, wanted, ("key", column, *names), tenant=tenant)
    return sorted(found, key=itemgetter("key"))


def ids_with(model: type[Keyed], tenant: str, column: str, ids: Iterable[str | None]) -> set[str]:
    """The ids of the rows whose column holds one of these."""
    return {id_of(row["key"]) for row in rows_with(model, tenant, column, ids)}


def without_currency(rows: Iterable[Row]) -> set[str]:
    """The ids of those that name no currency of their own."""
    return {id_of(row["key"]) for row in rows if row["currency"] is None}


def column_of(model: type[Keyed], tenant: str, ids: Iterable[str | None], column: str) -> set[str]:
    """What stands in a column of the rows of these ids."""
    return {row[column] for row in rows_of(model, tenant, ids, column).values() if row[column]}


def _rows(
    model: type[Keyed], column: str, wanted: Iterable[str], names: tuple[str, ...], *, tenant: str = ""
) -> Iterator[Row]:
    """Amounts are decimals and flags are flags; all else is canonical text."""
    readers = [(name, read) for name in names if (read := _reader(model._meta.get_field(name)))]
    for texts in texts_by(model, column, wanted, names, tenant=tenant):
        row: Row = dict(zip(names, texts, strict=True))
        for name, read in readers:
            if row[name] is not None:
                row[name] = read(row[name])
        yield row


def _reader(field: object) -> Callable[[str], Any] | None:
    if isinstance(field, Amount):
        return Decimal
    return "true".__eq__ if isinstance(field, models.BooleanField) else None


def keys_behind(model: type[Keyed], tenant: str, key: str, most: int) -> list[str]:
    """The next keys of a brand in their order."""
    own: models.QuerySet[Any] = model.unscoped.filter(key__gt=key or f"{tenant}:", key__lt=f"{tenant};")
    return list(own.order_by("key").values_list("key", flat=True)[:most])


def grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """Rows by what stands in a column."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


def is_gone(row: Row) -> bool:
    """Deleted upstream, or missing there."""
    return bool(row["is_deleted"]) or row["missing_since"] is not None


def id_of(key: str) -> str:
    return key.partition(":")[2]


def parts(values: Iterable[str], size: int) -> Iterator[list[str]]:
    """The values, so many at a time."""
    left = iter(values)
    while part := list(islice(left, size)):
        yield part
