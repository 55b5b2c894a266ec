"""Plain bulk inserts into the trail's own tables.

The ORM spends more time preparing a row than the database spends storing it, and it knows no insert that
leaves an existing row alone without also hiding real errors on MySQL.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, models

from hub import bulk


def insert(model: type[models.Model], fields: Mapping[str, bulk.Values], *, keep: bool = False) -> None:
    """Insert rows, given by fields; with `keep`, rows that exist stay as they are."""
    columns = {_column(model, field): values for field, values in fields.items()}
    bulk.insert(model._meta.db_table, columns, ending=_keep(model) if keep else "")


def _column(model: type[models.Model], field: str) -> str:
    column = model._meta.get_field(field)
    assert isinstance(column, models.Field)  # the models here have no relations
    return str(column.column)


def _keep(model: type[models.Model]) -> str:
    key = connection.ops.quote_name(str(model._meta.pk.column))
    if connection.vendor == "mysql":
        return f" ON DUPLICATE KEY UPDATE {key} = {key}"
    return f" ON CONFLICT ({key}) DO NOTHING"
