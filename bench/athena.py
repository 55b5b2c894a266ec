"""Read a table of Athena's stand-in by every way of fetching: rows a second and memory, each in a process of its own.

`python -m bench.athena --rows 1000000`. The stand-in runs on the same machine, so the rates are those of both
together; what counts is that memory does not grow with the rows.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from hub.addresses import parse_lake
from hub.lakes import FileFormat
from pipelines.lake.athena import AthenaLake
from pipelines.lake.athena.habits import Habits, Way
from tests.athena.declaring import STRING, how_written, statement
from tests.athena.server import StandIn, standing_in

WAYS: tuple[Way, ...] = ("results", "pages", "unload")
BELOW, NAME = "acme/bench/row", "acme_bench_row"
CHUNK_ROWS = 10_000
LOADED_AT = 1_738_368_000  # seconds since 1970: long ago enough for everybody


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a process saw: rows, whether they came in order, seconds, megabytes after the first chunk and at most."""

    way: str
    rows: int
    in_order: bool
    seconds: float
    first_mb: float
    most_mb: float


def write_rows(lake: Path, rows: int) -> None:
    """One file whose rows come in no order."""
    path = lake / BELOW / "load_date=2025-02-01" / "part-1.csv"
    path.parent.mkdir(parents=True)
    with path.open("w") as file:
        file.write("id,name\n")
        for number in range(rows):
            file.write(f"{number * 7_919 % rows:09},name {number % 97}\n")
    os.utime(path, (LOADED_AT, LOADED_AT))


def declare(standin: StandIn) -> None:
    columns = {"id": STRING, "name": STRING}
    standin.declare(statement(NAME, BELOW, columns, how_written(FileFormat())))


def measure(standin: StandIn, way: Way) -> Reading:
    """One reading in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.athena", "--child", way, "--address", standin.address],
        env=os.environ | standin.environment,
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        check=True,
    )
    return Reading(**json.loads(done.stdout))


def read(way: Way, address: str) -> Reading:
    """Read every row of the table, chunk by chunk, as an import does."""
    lake = AthenaLake(address=parse_lake(address, Path()), habits=Habits(read=way, poll=0.1))
    table = lake.table("acme", "bench", "row", FileFormat())
    (file,) = table.files()
    begun, rows, last, in_order, sizes = time.monotonic(), 0, "", True, list[float]()
    for chunk in table.chunks(file, first_line=0, rows=CHUNK_ROWS):
        ids = chunk.cells[0].to_pylist()
        in_order = in_order and ids == sorted(ids) and (not ids or last < ids[0])
        rows, last = rows + chunk.rows, ids[-1] if ids else last
        sizes.append(psutil.Process().memory_info().rss / 1e6)
    return Reading(
        way=way,
        rows=rows,
        in_order=in_order,
        seconds=time.monotonic() - begun,
        first_mb=sizes[0],
        most_mb=max(sizes),
    )


def measured(rows: int, ways: tuple[Way, ...] = WAYS) -> Iterator[Reading]:
    with TemporaryDirectory() as folder:
        write_rows(Path(folder) / "lake", rows)
        with standing_in(Path(folder) / "lake", Path(folder) / "staging") as standin:
            declare(standin)
            for way in ways:
                yield measure(standin, way)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--child", choices=WAYS)
    parser.add_argument("--address")
    options = parser.parse_args()
    if options.child:
        print(json.dumps(asdict(read(options.child, options.address))))
        return
    for each in measured(options.rows):
        print(
            f"{each.way:8} {each.rows:>9,} rows {each.seconds:6.1f} s {each.rows / each.seconds:>9,.0f} rows/s, "
            f"memory {each.first_mb:.0f} MB after the first chunk, {each.most_mb:.0f} MB at most"
        )


if __name__ == "__main__":
    main()
