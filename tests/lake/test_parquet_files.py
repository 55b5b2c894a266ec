"""Parquet through DuckDB: typed cells come back as text that loses nothing."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hub.errors import FatalError
from tests.conftest import LakeFolder
from tests.lake.test_csv_files import chunks_of, rows_of


def parquet(**columns: pa.Array) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, row_group_size=4)
    return out.getvalue()


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pa.array(["Zoë 😀"]), "Zoë 😀"),
        (pa.array([""]), ""),
        (pa.array([None], pa.string()), None),
        (pa.array([Decimal("123456789.123456789")], pa.decimal128(18, 9)), "123456789.123456789"),
        (pa.array([Decimal("12.5")], pa.decimal128(18, 2)), "12.50"),
        (pa.array([Decimal("12.5")], pa.decimal128(38, 18)), "12.5"),  # 18 digits are no amount here
        (pa.array([Decimal("-100")], pa.decimal128(38, 18)), "-100"),
        (pa.array([Decimal(0)], pa.decimal128(38, 10)), "0"),
        (pa.array([Decimal("0.0000000001")], pa.decimal128(38, 18)), "0.0000000001"),  # nothing is rounded
        (pa.array([2**62], pa.int64()), "4611686018427387904"),
        (pa.array(["Zoë".encode()], pa.binary()), "Zoë"),  # text that was not declared as such
        (pa.array([b"\xff"], pa.binary()), "\\xFF"),
        (pa.array([True]), "true"),
        (pa.array([date(2025, 1, 31)]), "2025-01-31"),
        (
            pa.array([datetime(2025, 1, 31, 8, 0, 0, 123456)], pa.timestamp("us")),
            "2025-01-31 08:00:00.123456",
        ),
        (
            pa.array([datetime(2025, 1, 31, 8, tzinfo=UTC)], pa.timestamp("us", "Europe/Berlin")),
            "2025-01-31T08:00:00.000000Z",  # whatever zone this machine is in
        ),
    ],
)
def test_values(lake: LakeFolder, values: pa.Array, text: str | None) -> None:
    assert rows_of(chunks_of(lake, parquet(value=values), name="part.parquet")) == [(text,)]


def test_rows_keep_their_order_and_number(lake: LakeFolder) -> None:
    content = parquet(id=pa.array([str(number) for number in range(10)]))
    first, *others = chunks_of(lake, content, rows=3, name="part.parquet")
    assert (first.lines.to_pylist(), first.next_line) == ([1, 2, 3], 4)
    assert [row[0] for row in rows_of([first, *others])] == [str(number) for number in range(10)]


def test_reading_goes_on_where_a_chunk_ended(lake: LakeFolder) -> None:
    content = parquet(id=pa.array([str(number) for number in range(10)]))
    assert rows_of(chunks_of(lake, content, first_line=9, name="part.parquet")) == [("8",), ("9",)]


def test_a_file_without_rows_still_names_its_columns(lake: LakeFolder) -> None:
    (chunk,) = chunks_of(lake, parquet(id=pa.array([], pa.string())), name="part.parquet")
    assert (chunk.columns, chunk.rows) == (("id",), 0)


def test_odd_column_names_are_quoted(lake: LakeFolder) -> None:
    (chunk, _) = chunks_of(
        lake, parquet(**{'a "b"': pa.array(["1"]), "line": pa.array(["2"])}), name="part.parquet"
    )
    assert (chunk.columns, rows_of([chunk])) == (('a "b"', "line"), [("1", "2")])


def test_the_folders_of_a_file_are_no_columns(lake: LakeFolder) -> None:
    name = "load_date=2025-01-31/part.parquet"
    (chunk, _) = chunks_of(lake, parquet(id=pa.array(["1"])), name=name)
    assert chunk.columns == ("id",)


@pytest.mark.parametrize(
    "name", ["p*.parquet", "p?.parquet", "p[ab].parquet", "[p]a.parquet", "{pa}.parquet"]
)
def test_a_name_that_looks_like_a_pattern_means_one_file(lake: LakeFolder, name: str) -> None:
    chunks = chunks_of(lake, parquet(id=pa.array(["1"])), name=name)
    lake.write("acme/club/member/pa.parquet", parquet(id=pa.array(["2"])))
    table = lake.table("acme", "club", "member")
    (file,) = [file for file in table.files() if file.path.endswith(name)]
    again = list(table.chunks(file, first_line=0, rows=10))
    assert rows_of(chunks) == rows_of(again) == [("1",)]


def test_a_damaged_file_is_named_and_not_quoted(lake: LakeFolder) -> None:
    with pytest.raises(FatalError, match=r"part\.parquet cannot be read"):
        chunks_of(lake, b"PAR1 ada@marker.example", name="part.parquet")


def test_bytes_that_are_no_text_are_a_fault_of_their_row(lake: LakeFolder) -> None:
    content = parquet(id=pa.array(["1", "2"]), name=pa.array([b"J\xf6", b"Ada"], pa.binary()))
    (chunk, _) = chunks_of(lake, content, name="part.parquet")
    assert {row: fault.code for row, fault in chunk.faults.items()} == {0: "bad_encoding"}
    assert b"J\\\\xF6" in chunk.faults[0].raw


def test_names_that_differ_in_case_alone_stay_as_they_are(lake: LakeFolder) -> None:
    content = parquet(Country=pa.array(["DE"]), country=pa.array(["FR"]))
    (chunk, _) = chunks_of(lake, content, name="part.parquet")
    assert (chunk.columns, rows_of([chunk])) == (("Country", "country"), [("DE", "FR")])


def test_a_name_that_the_reader_keeps_for_itself_is_told(lake: LakeFolder) -> None:
    with pytest.raises(FatalError, match="has a column called file_row_number"):
        chunks_of(lake, parquet(file_row_number=pa.array(["1"])), name="part.parquet")
