"""Load the peers' rows into tables of the hub's types and indexes, without the engine's own columns.

    python -m bench.peer_load NAME HUB_DATABASE FOLDER

The last line printed says how many rows in how many seconds, files read included, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import pymysql
from pyarrow import parquet

from bench.child import ROOT
from bench.peer_rows import ENGINE_COLUMNS
from hub.addresses import parse_database

ROWS_A_STATEMENT, ROWS_A_TRANSACTION = 1000, 10_000
Row = tuple[Any, ...]


def main(name: str, hub: str, folder: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    files = {file.stem: file for file in sorted(folder.glob("*.parquet"))}
    address = parse_database(os.environ["DATABASE_URL"], ROOT)
    with pymysql.connect(
        host=address["HOST"],
        port=address["PORT"],
        user=address["USER"],
        password=address["PASSWORD"],
        database=address["NAME"],
        charset="utf8mb4",
        local_infile=True,
    ) as connection:
        for table in files:
            make_table(connection, table, hub)
        begun = time.perf_counter()
        rows = sum(LOADERS[name](connection, table, file) for table, file in files.items())
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - begun}))


def make_table(connection: Any, table: str, hub: str) -> None:
    drops = ", ".join(f"DROP COLUMN `{column}`" for column in ENGINE_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE `{table}` LIKE `{hub}`.`{table}`")
        cursor.execute(f"ALTER TABLE `{table}` {drops}")


def load_data(connection: Any, table: str, file: Path) -> int:
    names = ", ".join(f"`{name}`" for name in parquet.read_schema(file).names)
    with connection.cursor() as cursor:
        rows: int = cursor.execute(
            f"LOAD DATA LOCAL INFILE %s INTO TABLE `{table}` CHARACTER SET utf8mb4 ({names})",
            [str(file.with_suffix(".tsv"))],
        )
    connection.commit()
    return rows


def executemany(connection: Any, table: str, file: Path) -> int:
    names = parquet.read_schema(file).names
    marks = ", ".join(["%s"] * len(names))
    statement = f"INSERT INTO `{table}` ({', '.join(f'`{name}`' for name in names)}) VALUES ({marks})"
    count = 0
    with connection.cursor() as cursor:
        for rows in _transactions(file):
            for begin in range(0, len(rows), ROWS_A_STATEMENT):
                cursor.executemany(statement, rows[begin : begin + ROWS_A_STATEMENT])
            connection.commit()
            count += len(rows)
    return count


def bulk_create(connection: Any, table: str, file: Path) -> int:
    from django.db import transaction

    model, names = _plain_model(table), parquet.read_schema(file).names
    count = 0
    for rows in _transactions(file):
        objects = [model(**dict(zip(names, row, strict=True))) for row in rows]
        with transaction.atomic():
            model._default_manager.bulk_create(objects, batch_size=ROWS_A_STATEMENT)
        count += len(objects)
    return count


def _plain_model(table: str) -> Any:
    """The hub's model as Django alone would have it: neither locked nor audited."""
    import django

    django.setup()
    from django.db import models

    from pipelines.billing.feeds import entities

    hub = next(model for model in entities().values() if model._meta.db_table == table)
    fields = {
        field.name: field.clone() for field in hub._meta.local_fields if field.column not in ENGINE_COLUMNS
    }
    meta = type("Meta", (), {"app_label": "peers", "managed": False, "db_table": table})
    return type(f"Peer{hub.__name__}", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})


def _transactions(file: Path) -> Iterator[list[Row]]:
    """Rows as Python values, as many as go into one transaction, sorted by key."""
    rows = _rows(file)
    while part := list(islice(rows, ROWS_A_TRANSACTION)):
        yield sorted(part, key=itemgetter(0))


def _rows(file: Path) -> Iterator[Row]:
    for batch in parquet.ParquetFile(file).iter_batches(ROWS_A_TRANSACTION):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


LOADERS: Mapping[str, Callable[[Any, str, Path], int]] = {
    "LOAD DATA LOCAL INFILE": load_data,
    "executemany, sorted": executemany,
    "Django bulk_create": bulk_create,
}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
