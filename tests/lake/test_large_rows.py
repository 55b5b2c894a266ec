"""Rows too large to be written, and chunks that end early because their rows are wide."""

from hashlib import sha256

import pyarrow as pa
import pytest

from hub.lakes import FileFormat, RawChunk
from pipelines.lake import files
from pipelines.lake.cells import KEPT_BYTES, MAX_ROW_BYTES
from tests.conftest import LakeFolder
from tests.lake.test_csv_files import QUOTED, chunks_of, rows_of
from tests.lake.test_parquet_files import parquet

LONG = "x" * MAX_ROW_BYTES
PARTS = [
    ("part.csv", f"id,name\n1,a\n2,{LONG}\n3,c\n", FileFormat()),
    ("part.csv", f'id,name\n1,a\n2,"{LONG}"\n3,c\n', QUOTED),
    ("part.csv", f'id,name\n1,a\n2,"{LONG[:600_000]}\n{LONG[:600_000]}"\n3,c\n', QUOTED),
    ("part.csv", f'id,name\n1,a\n2,"{LONG}\n3,c\n', QUOTED),  # and its quote is never closed
    (
        "part.jsonl",
        f'{{"id": 1, "name": "a"}}\n{{"id": 2, "name": "{LONG}"}}\n{{"id": 3, "name": "c"}}\n',
        None,
    ),
    ("part.parquet", parquet(id=pa.array(["1", "2", "3"]), name=pa.array(["a", LONG, "c"])), None),
]


@pytest.fixture(params=PARTS, ids=["naive", "quoted", "lines", "unclosed", "jsonl", "parquet"])
def chunks(request: pytest.FixtureRequest, lake: LakeFolder) -> list[RawChunk]:
    name, content, form = request.param
    return chunks_of(lake, content, name=name, form=form)


def test_a_row_too_large_is_a_fault_and_costs_no_other(chunks: list[RawChunk]) -> None:
    (fault,) = [fault for chunk in chunks for fault in chunk.faults.values()]
    assert fault.code == "too_large"
    assert [row for row in rows_of(chunks) if row[0]] == [("1", "a"), ("3", "c")]


def test_how_it_begins_is_kept_and_never_taken_for_the_row(chunks: list[RawChunk], lake: LakeFolder) -> None:
    (fault,) = [fault for chunk in chunks for fault in chunk.faults.values()]
    assert len(fault.raw) < KEPT_BYTES + 200
    assert b"too large to be kept" in fault.raw
    assert b"xxxx" in fault.raw
    for form in (FileFormat(), QUOTED):
        assert lake.table("acme", "club", "member", form).cut(fault.raw, ("id", "name")) is None


def test_a_row_too_large_is_known_by_its_size_and_digest(lake: LakeFolder) -> None:
    row = f"2,{LONG}".encode()
    (chunk,) = chunks_of(lake, b"id,name\n" + row + b"\r\n")
    said = f"\n{len(row)} bytes, SHA-256 {sha256(row).hexdigest()}, "
    assert chunk.faults[0].raw.startswith(said.encode())


def test_a_row_at_the_limit_is_read(lake: LakeFolder) -> None:
    (chunk,) = chunks_of(lake, f"id,name\n1,{LONG[2:]}\n")
    assert rows_of([chunk]) == [("1", LONG[2:])]


WIDE = [f"{number:0>50}" for number in range(40)]
WIDE_PARTS = [
    ("part.csv", "id\n" + "\n".join(WIDE), FileFormat()),
    ("part.csv", 'id\n"' + '"\n"'.join(WIDE) + '"\n', QUOTED),
    ("part.jsonl", "".join(f'{{"id": "{text}"}}\n' for text in WIDE), None),
    ("part.parquet", parquet(id=pa.array(WIDE)), None),
]


@pytest.mark.parametrize(("name", "content", "form"), WIDE_PARTS)
def test_a_chunk_of_wide_rows_ends_early(
    lake: LakeFolder,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: str | bytes,
    form: FileFormat | None,
) -> None:
    monkeypatch.setattr(files, "CHUNK_BYTES", 500)
    monkeypatch.setattr(files, "BATCH_ROWS", 2)
    chunks = chunks_of(lake, content, name=name, form=form, rows=30)
    assert [row for (row,) in rows_of(chunks)] == WIDE
    assert max(chunk.rows for chunk in chunks) <= 10
    second = chunks_of(lake, content, name=name, form=form, rows=30, first_line=chunks[0].next_line)
    assert rows_of(second)[0] == rows_of(chunks[1:])[0]


def test_a_line_longer_than_a_chunk_is_a_chunk(lake: LakeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CHUNK_BYTES", 10)
    chunks = chunks_of(lake, "id\n" + "\n".join(WIDE))
    assert [chunk.rows for chunk in chunks] == [1] * len(WIDE)


def test_a_cell_of_several_lines_goes_on_behind_an_early_end(
    lake: LakeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "CHUNK_BYTES", 30)
    chunks = chunks_of(lake, f'id,name\n1,{WIDE[0]}\n2,"b\nb\nb"\n3,c\n', form=QUOTED)
    assert rows_of(chunks) == [("1", WIDE[0]), ("2", "b\nb\nb"), ("3", "c")]
