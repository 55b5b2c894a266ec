"""Write the rows of the hub's tables for the peers: the lake's columns in canonical text, in the order of files.

    python -m bench.peer_rows FOLDER

A table becomes a Parquet file and, for LOAD DATA, a file of tab-separated lines.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
ENGINE_COLUMNS = (
    "raw_checksum", "checksum", "cursor_at", "lake_position", "missing_since", "batch_id", "extra",
)  # fmt: skip
ROWS_AT_ONCE = 50_000
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n"})


def main(folder: Path) -> None:
    import django

    django.setup()
    from pipelines.billing.feeds import entities

    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.*"):
        file.unlink()
    for model in entities().values():
        write(model._meta.db_table, [str(field.column) for field in model._meta.local_fields], folder)


def write(table: str, columns: list[str], folder: Path) -> None:
    """Both files of one table; none where it is empty."""
    kept = [column for column in columns if column not in ENGINE_COLUMNS]
    schema = pa.schema([(column, pa.string()) for column in kept])
    writer: parquet.ParquetWriter | None = None
    for rows in _rows(table, kept):
        writer = writer or parquet.ParquetWriter(folder / f"{table}.parquet", schema)
        writer.write_table(
            pa.table([pa.array(column, pa.string()) for column in zip(*rows, strict=True)], schema)
        )
        with (folder / f"{table}.tsv").open("a", encoding="utf-8", newline="") as lines:
            lines.writelines("\t".join(map(_cell, row)) + "\n" for row in rows)
    if writer:
        writer.close()


def _rows(table: str, columns: list[str]) -> Iterator[list[tuple[Any, ...]]]:
    """In the order of the lake, which is not that of the keys."""
    from django.db import connection

    texts = ", ".join(f"CAST(`{column}` AS CHAR)" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {texts} FROM `{table}` ORDER BY lake_position, `key`")
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield list(rows)


def _cell(text: str | None) -> str:
    return "\\N" if text is None else text.translate(ESCAPES)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
