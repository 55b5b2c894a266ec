"""One lake of files and four ways to read it: as a folder, and as tables of Athena by each way of fetching."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hub.addresses import parse_lake
from hub.lakes import FileFormat, RawChunk, TableReader
from pipelines.lake.athena import AthenaLake
from pipelines.lake.athena.habits import Habits, Way
from tests.athena.declaring import PARQUET, STRING, declare_keys, how_written, statement
from tests.athena.server import StandIn, standing_in
from tests.conftest import LakeFolder

FOLDER, WAYS = "folder", ("results", "pages", "unload")
NAME = "acme_club_member"
BELOW = "acme/club/member"
Row = tuple[str | None, ...]


@dataclass
class AnyLake:
    """Files of one table, and its reader in one of the lakes. Athena's tables are declared when it is asked for."""

    lake: LakeFolder
    standin: StandIn
    way: str

    def write(self, path: str, content: str | bytes, **when: Any) -> Path:
        return self.lake.write(f"{BELOW}/{path}", content, **when)

    def reader(
        self, columns: dict[str, str] | None = None, form: FileFormat | None = None, *, parquet: bool = False,
        dated: bool = True, how: str = "", keys_dated: bool = True,
    ) -> TableReader:  # fmt: skip
        """The table's reader; `columns` are their declared types by name."""
        form = form or FileFormat()
        if self.way == FOLDER:
            return self.lake.table("acme", "club", "member", form)
        how = how or (PARQUET if parquet else how_written(form))
        given = columns or {"id": STRING, "name": STRING}
        text = statement(NAME, BELOW, given, how, dated=dated, header=not parquet and "Json" not in how)
        self.standin.declare(text)
        declare_keys(self.standin, "acme", "member", "club", dated=keys_dated)
        return self.athena().table("acme", "club", "member", form)

    def athena(self, **habits: Any) -> AthenaLake:
        way: Way = "unload" if self.way == "unload" else "pages" if self.way == "pages" else "results"
        chosen: dict[str, Any] = {"read": way, "poll": 0.01, "backoff": 0.01} | habits
        return AthenaLake(address=parse_lake(self.standin.address, Path()), habits=Habits(**chosen))


@pytest.fixture
def standin(lake: LakeFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with standing_in(lake.folder, tmp_path / "staging") as found:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture(autouse=True)
def _reasons(standin: StandIn) -> Iterator[None]:
    """Shown where a test fails: why the stand-in let a query fail."""
    yield
    print(*(query.cause for query in standin.queries if query.cause), sep="\n")


@pytest.fixture(params=[FOLDER, *WAYS])
def any_lake(request: pytest.FixtureRequest, lake: LakeFolder, standin: StandIn) -> AnyLake:
    return AnyLake(lake, standin, request.param)


@pytest.fixture(params=WAYS)
def in_athena(request: pytest.FixtureRequest, lake: LakeFolder, standin: StandIn) -> AnyLake:
    """For what the two lakes do not have in common."""
    return AnyLake(lake, standin, request.param)


def chunks_of(reader: TableReader, *, first_line: int = 0, rows: int = 100) -> list[RawChunk]:
    """All chunks of all files."""
    files = reader.files()
    reader.expect([(file, first_line) for file in files])
    return [
        chunk
        for file in files
        for chunk in reader.chunks(file, first_line=first_line, rows=rows)
        if chunk.rows
    ]


def rows_of(reader: TableReader, *, rows: int = 100) -> list[Row]:
    """All rows of all files: in a folder in their order, in Athena in the order of their cells."""
    return [
        row
        for chunk in chunks_of(reader, rows=rows)
        for row in zip(*(cells.to_pylist() for cells in chunk.cells), strict=True)
    ]
