"""Rows found by the values of one indexed column, many at a time. Knows SQL, decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import orjson
from django.db import connection, models

from hub import bulk
from pipelines.engine.columns import KEY_LENGTH, Amount
from pipelines.engine.spec import AMOUNT_SCALE

VALUES_PER_QUERY = 1000  # each a parameter
VALUES_IN_JSON = 10_000  # all of them one parameter
Text = str | None


def texts_by(
    model: type[models.Model],
    column: str,
    wanted: Iterable[str],
    names: Sequence[str],
    *,
    tenant: str = "",
    live: bool = False,
) -> Iterator[Sequence[Text]]:
    """The canonical text of the named columns of every row whose `column` holds one of the wanted values.

    A row may be one of several for a value, and comes in no order. Only a key names its tenant: where another
    column is asked for, say whose rows are meant. `live` leaves out those that were deleted upstream. The database
    writes the texts; MySQL as one JSON array a row, so that the driver has one value to take apart.
    """
    vendor = connection.vendor
    columns = [(model._meta.get_field(name), connection.ops.quote_name(name)) for name in names]
    selected = ", ".join(_text_sql(field, vendor).format(name) for field, name in columns)
    for part in parts_of(wanted, most=VALUES_IN_JSON):
        if vendor == "mysql":
            rows = asked(model, f"JSON_ARRAY({selected})", part, column=column, tenant=tenant, live=live)
            yield from orjson.loads(f"[{','.join(text for (text,) in rows)}]")
        else:
            yield from asked(model, selected, part, column=column, tenant=tenant, live=live)


def parts_of(
    values: Iterable[str], *, most: int | None = None, length: int = KEY_LENGTH
) -> Iterator[list[str]]:
    """The values that can be stored, in order, as many together as one query asks for."""
    ordered = iter(sorted(value for value in values if len(value) <= length))
    while part := list(islice(ordered, most or VALUES_PER_QUERY)):
        yield part


def asked(
    model: type[models.Model],
    selected: str,
    values: list[str],
    *,
    column: str = "key",
    tenant: str = "",
    live: bool = False,
    lock: bool = False,
) -> Sequence[tuple[Any, ...]]:
    """What is selected of the rows with these values; `place` is a value's among them, as the database counts.

    The values are sent as one JSON text, which is one literal to write and for the server one to read.
    """
    quote = connection.ops.quote_name
    (source, *mark), parameters = _given(orjson.dumps(values).decode(), *([tenant] if tenant else []))
    suffix = f" AND {quote('tenant')} = {mark[0]}" if mark else ""
    suffix += f" AND {quote('missing_since')} IS NULL AND {quote('is_deleted')} IS NOT TRUE" if live else ""
    suffix += " FOR UPDATE" if lock and connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {selected} FROM {_WANTED[connection.vendor].replace('?', source)} "
            f"{quote(model._meta.db_table)} ON {quote(column)} = wanted{suffix}",
            *([parameters] if parameters else []),
        )
        return list(cursor.fetchall())


def _given(*texts: str) -> tuple[list[str], list[str]]:
    """What stands for each text in a statement, and what is passed on beside it."""
    pairs = [bulk.given(text) for text in texts]
    return [mark for mark, _ in pairs], [text for _, lists in pairs for part in lists for text in part]


# One row a value that is asked for; joined in this order, so that each is looked up by the column's index.
_WANTED = {
    "mysql": (
        "JSON_TABLE(?, '$[*]' COLUMNS(place FOR ORDINALITY, "
        f"wanted varchar({KEY_LENGTH}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$')) asked STRAIGHT_JOIN"
    ),
    "sqlite": "(SELECT key AS place, value AS wanted FROM json_each(?)) CROSS JOIN",
}


def instant_text(value: datetime | None) -> Text:
    """Canonical text of an instant read from the database (naive there, UTC by decision)."""
    return None if value is None else value.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def _text_sql(field: Any, vendor: str) -> str:
    """What makes canonical text of a column: a kind that is not named here needs no more than a cast.

    SQLite keeps amounts as whole numbers of their last decimal, and instants without a fraction that is zero. A cast
    also keeps its driver from making dates of texts.
    """
    for kind, text in _TEXTS[vendor]:
        if isinstance(field, kind):
            return text
    return "CAST({} AS CHAR)" if vendor == "mysql" else "CAST({} AS TEXT)"


_ONE = 10**AMOUNT_SCALE
_TEXTS: Mapping[str, tuple[tuple[type[models.Field[Any, Any]], str], ...]] = {
    "mysql": ((models.BooleanField, "ELT(1 + ({} <> 0), 'false', 'true')"),),
    "sqlite": (
        (models.BooleanField, "CASE {0} WHEN 0 THEN 'false' WHEN 1 THEN 'true' END"),
        (models.DateTimeField, f"substr({{}} || '.{'0' * 6}', 1, {len('2025-01-01 00:00:00.000000')})"),
        (
            Amount,
            "CASE WHEN {0} < 0 THEN '-' WHEN {0} >= 0 THEN '' END"
            f" || printf('%%d.%%0{AMOUNT_SCALE}d', abs({{0}}) / {_ONE}, abs({{0}}) %% {_ONE})",
        ),
    ),
}
