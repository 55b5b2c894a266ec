"""Plain bulk inserts: one statement for many rows, as both drivers run them fastest.

The ORM spends more time preparing a row than the database spends storing it, and it knows no insert that
leaves an existing row alone without also hiding real errors on MySQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

ROWS_PER_STATEMENT = 1000


def insert(
    model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence[Any]], *, keep: bool = False
) -> None:
    """Insert rows, values in the order of the fields; with `keep`, rows that exist stay as they are."""
    statement = _statement(model, fields) + (_keep(model) if keep else "")
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_PER_STATEMENT):
            cursor.executemany(statement, rows[start : start + ROWS_PER_STATEMENT])


def _statement(model: type[models.Model], fields: Sequence[str]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(_column(model, field)) for field in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"


def _column(model: type[models.Model], field: str) -> str:
    column = model._meta.get_field(field)
    assert isinstance(column, models.Field)  # the models here have no relations
    return str(column.column)


def _keep(model: type[models.Model]) -> str:
    key = connection.ops.quote_name(str(model._meta.pk.column))
    if connection.vendor == "mysql":
        return f" ON DUPLICATE KEY UPDATE {key} = {key}"
    return f" ON CONFLICT ({key}) DO NOTHING"
