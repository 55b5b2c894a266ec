"""Load the peers' rows with dlt, as its documentation does. Runs in an environment of its own.

    python bench/dlt_load.py NAME FOLDER

The last line printed says how many rows in how many seconds, files read included, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.update(RUNTIME__DLTHUB_TELEMETRY="false", RUNTIME__LOG_LEVEL="ERROR")

import dlt
from pyarrow import Table, parquet

ROWS_AT_ONCE = 10_000
ONE_IN = 10


def main(name: str, folder: Path) -> None:
    address, _, dataset = os.environ["DATABASE_URL"].replace("mysql:", "mysql+pymysql:").rpartition("/")
    files = sorted(folder.glob("*.parquet"))
    rows = sum(parquet.read_metadata(file).num_rows for file in files)
    with TemporaryDirectory() as state:
        destination = dlt.destinations.sqlalchemy(f"{address}/")
        pipeline = dlt.pipeline("bench", pipelines_dir=state, destination=destination, dataset_name=dataset)
        begun = time.perf_counter()
        if name == "dlt append":
            pipeline.run([dlt.resource(objects(file), name=file.stem) for file in files])
        elif name == "dlt append, Arrow":
            sources = [dlt.resource(tables(file), name=file.stem) for file in files]
            pipeline.run(sources, loader_file_format="parquet")
        else:
            merged = [
                dlt.resource(tenth(file), name=file.stem, primary_key="key", write_disposition="merge")
                for file in files
            ]
            pipeline.run(merged, loader_file_format="parquet")
            rows //= ONE_IN
        print(json.dumps({"rows": rows, "seconds": time.perf_counter() - begun}))


def objects(file: Path) -> Iterator[list[dict[str, Any]]]:
    for table in tables(file):
        yield table.to_pylist()


def tables(file: Path) -> Iterator[Table]:
    for batch in parquet.ParquetFile(file).iter_batches(ROWS_AT_ONCE):
        yield Table.from_batches([batch])


def tenth(file: Path) -> Iterator[Table]:
    for table in tables(file):
        yield table.take(list(range(0, table.num_rows, ONE_IN)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
