"""One small lake of five loads, written once for all tests that only read it."""

import gzip
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hub.progress import SilentMeter
from pipelines.sample.brands import BRANDS
from pipelines.sample.customer import TABLES
from pipelines.sample.generate import generate
from pipelines.sample.request import Request
from pipelines.sample.tables import Table, billing_tables
from pipelines.sample.truth import TrueRow, true_rows

FIRST = date(2026, 1, 5)
LOADS = 5
LAST = FIRST + timedelta(days=LOADS - 1)


def write_lake(out: Path, **changes: Any) -> Path:
    generate(Request(out=out, **changes), billing_tables(), SilentMeter())
    return out


@cache
def read_lines(lake: Path, name: str) -> list[bytes]:
    """The physical lines of a file, without their ends; line 1 is the first."""
    data = (lake / name).read_bytes()
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    return [line.removesuffix(b"\r") for line in data.split(b"\n")]


def all_rows(lake: Path, *tables: str) -> Iterator[tuple[str, str, TrueRow]]:
    for brand in BRANDS:
        for table in tables or TABLES:
            for row in true_rows(lake, brand, table):
                yield brand, table, row


@pytest.fixture(scope="session")
def tables() -> dict[str, Table]:
    """The tables whose rows the sample invents."""
    return {name: table for name, table in billing_tables().items() if name in TABLES}


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lake(tmp_path_factory.mktemp("lake") / "dirty", subscriptions=3000, days=LOADS)


@pytest.fixture(scope="session")
def clean_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lake(tmp_path_factory.mktemp("lake") / "clean", subscriptions=3000, damage=False)
