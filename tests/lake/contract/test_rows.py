"""What either lake says of the same files: their order, their rows, their cells; and where Athena cannot."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from hub.errors import RetryableError
from hub.lakes import FileFormat
from pipelines.lake.cells import MAX_ROW_BYTES
from tests.athena.declaring import JSON, NAIVE
from tests.conftest import touch
from tests.lake.contract.conftest import FOLDER, AnyLake, chunks_of, rows_of
from tests.lake.test_parquet_files import parquet

QUOTED = FileFormat(writing="rfc4180")
DAY = "load_date=2025-02-01"


def test_naive_rows(any_lake: AnyLake) -> None:
    any_lake.write(f"{DAY}/part-1.csv", 'id,name\n1,Ada\n2,\n3,"x"\n4,a,b\n5\n6,\\N\n7, é \n')
    assert rows_of(any_lake.reader()) == [
        ("1", "Ada"),
        ("2", "" if any_lake.way == FOLDER else None),  # '' is null wherever rows are compared
        ("3", '"x"'),
        ("4", "a,b"),
        ("5", None),
        ("6", "\\N"),
        ("7", " é "),
    ]


def test_quoted_rows(any_lake: AnyLake) -> None:
    any_lake.write(f"{DAY}/part-1.csv", 'id,name\n1,"a,b"\n2,"say ""so"""\n3,plain\n4,""\n5,back\\slash\n')
    assert rows_of(any_lake.reader(form=QUOTED)) == [
        ("1", "a,b"),
        ("2", 'say "so"'),
        ("3", "plain"),
        ("4", ""),
        ("5", "back\\slash"),
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_gzipped_rows_with_either_end_of_lines(any_lake: AnyLake, newline: str) -> None:
    any_lake.write(f"{DAY}/part-1.csv.gz", gzip.compress(newline.join(["id;name", "1;Ada", ""]).encode()))
    assert rows_of(any_lake.reader(form=FileFormat(delimiter=";"))) == [("1", "Ada")]


def test_values_of_parquet_files_are_the_same_text(any_lake: AnyLake) -> None:
    moments = [datetime(2025, 1, 2, 3, 4, 5, 500_000), datetime(2025, 1, 2), None]
    content = parquet(
        id=pa.array(["1", "2", "3"]),
        whole=pa.array([7, -1, None], pa.int64()),
        amount=pa.array([Decimal("12.50"), Decimal("-0.01"), None], pa.decimal128(10, 2)),
        long=pa.array([Decimal("1.5"), Decimal("100"), None], pa.decimal128(30, 12)),
        ratio=pa.array([1e7, 0.1, None], pa.float64()),
        tiny=pa.array([1e-9, 2.5, None], pa.float64()),
        flag=pa.array([True, False, None]),
        day=pa.array([datetime(2025, 1, 2).date(), datetime(1969, 1, 1).date(), None]),
        moment=pa.array(moments, pa.timestamp("us")),
        zoned=pa.array(
            [each and each.replace(tzinfo=UTC) for each in moments], pa.timestamp("us", "Europe/Berlin")
        ),
        text=pa.array(["", "NULL", None]),
    )
    any_lake.write(f"{DAY}/part-1.parquet", content)
    kinds = {
        "id": "string", "whole": "bigint", "amount": "decimal(10,2)", "long": "decimal(30,12)",
        "ratio": "double", "tiny": "double", "flag": "boolean", "day": "date", "moment": "timestamp",
        "zoned": "timestamptz", "text": "string",
    }  # fmt: skip
    assert rows_of(any_lake.reader(kinds, parquet=True)) == [
        ("1", "7", "12.50", "1.5", "10000000.0", "1e-09", "true", "2025-01-02", "2025-01-02 03:04:05.5",
         "2025-01-02T03:04:05.500000Z", ""),
        ("2", "-1", "-0.01", "100", "0.1", "2.5", "false", "1969-01-01", "2025-01-02 00:00:00",
         "2025-01-02T00:00:00.000000Z", "NULL"),
        ("3", *[None] * 10),
    ]  # fmt: skip


def test_jsonl_rows(any_lake: AnyLake) -> None:
    any_lake.write(
        f"{DAY}/part-1.jsonl", '{"id": "1", "name": "Zoë"}\n{"id": 2, "name": null}\n{"id": "3"}\n'
    )
    assert rows_of(any_lake.reader(how=JSON)) == [("1", "Zoë"), ("2", None), ("3", None)]


def test_files_come_by_load_then_name_with_the_same_places(any_lake: AnyLake) -> None:
    for name in (
        "load_date=2025-02-02/part-2.csv",
        "load_date=2025-02-02/part-1.csv",
        f"{DAY}/x-20250201_0830.csv",
    ):
        any_lake.write(name, "id,name\n1,Ada\n")
    found = any_lake.reader().files()
    assert [file.path.split("/", 1 if any_lake.way != FOLDER else 3)[-1] for file in found] == [
        f"{DAY}/x-20250201_0830.csv",
        "load_date=2025-02-02/part-1.csv",
        "load_date=2025-02-02/part-2.csv",
    ]
    day = datetime(2025, 2, 1, tzinfo=UTC).timestamp()
    assert [(file.position >> 31) - day for file in found] == [8.5 * 3600, 86_401, 86_402]


def test_a_file_in_no_partition_was_loaded_when_it_was_written(any_lake: AnyLake) -> None:
    at = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
    any_lake.write("part-1.csv", "id,name\n1,Ada\n", at=at)
    (file,) = any_lake.reader(dated=False).files()
    assert (file.loaded_at, file.part, file.size) == (at, 0, 14)


def test_a_file_is_unchanged_until_it_is_written_again(any_lake: AnyLake) -> None:
    path = any_lake.write(f"{DAY}/part-1.csv", "id,name\n1,Ada\n")
    reader = any_lake.reader()
    (file,) = reader.files()
    assert reader.unchanged(file)
    path.write_text("id,name\n1,Eva\n")
    touch(path, datetime(2025, 5, 1, tzinfo=UTC))
    assert not reader.unchanged(file)
    path.unlink()
    assert not reader.unchanged(file)


def test_chunks_hold_as_many_rows_as_asked_for_and_name_where_to_go_on(any_lake: AnyLake) -> None:
    any_lake.write(f"{DAY}/part-1.csv", "id,name\n" + "".join(f"{n:03},x\n" for n in range(250)))
    chunks = chunks_of(any_lake.reader(), rows=100)
    assert [chunk.rows for chunk in chunks] == [100, 100, 50]
    rest = chunks_of(any_lake.reader(), first_line=chunks[0].next_line, rows=100)
    assert rest[0].cells[0].to_pylist() == chunks[1].cells[0].to_pylist()
    assert rest[0].lines.to_pylist() == chunks[1].lines.to_pylist()


def test_a_table_that_nobody_delivers_has_no_files_and_one_that_is_not_declared_is_not_there(
    any_lake: AnyLake,
) -> None:
    assert any_lake.reader().files() == []
    other = any_lake.athena().table("acme", "club", "away", FileFormat())
    assert not other.is_there()
    assert other.files() == []


def test_a_row_too_large_is_a_fault_and_costs_no_other(any_lake: AnyLake) -> None:
    any_lake.write(f"{DAY}/part-1.csv", f"id,name\n1,a\n2,{'x' * MAX_ROW_BYTES}\n3,c\n")
    (chunk,) = chunks_of(any_lake.reader())
    assert {index: fault.code for index, fault in chunk.faults.items()} == {1: "too_large"}
    assert chunk.cells[1].to_pylist()[0::2] == ["a", "c"]


def test_the_ids_of_the_newest_key_list(any_lake: AnyLake) -> None:
    any_lake.lake.write("acme/club/_keys/member/load_date=2025-02-01/keys.csv", "id\nold\n")
    any_lake.lake.write("acme/club/_keys/member/load_date=2025-02-02/keys.csv", "id\nb\nB\na \nb\n10\n9\n")
    found = any_lake.reader().keys()
    assert found is not None
    assert found.ended_at == datetime(2025, 2, 2, 23, 59, 59, tzinfo=UTC)
    assert [key for part in found.ids for key in part] == ["10", "9", "B", "a", "b"]


def test_a_table_without_a_key_list_has_none(any_lake: AnyLake) -> None:
    assert any_lake.reader().keys() is None


# What Athena cannot do, and the hub does not pretend to.


def test_lines_are_numbered_by_the_order_of_cells_and_the_same_every_time(in_athena: AnyLake) -> None:
    in_athena.write(f"{DAY}/part-1.csv", "id,name\n3,c\n1,b\n2,\n1,a\n1,a\n")
    (chunk,) = chunks_of(in_athena.reader())
    assert chunk.lines.to_pylist() == [1, 2, 3, 4, 5]
    assert chunk.cells[0].to_pylist() == ["1", "1", "1", "2", "3"]
    assert chunk.cells[1].to_pylist() == ["a", "a", "b", None, "c"]


def test_every_way_of_fetching_numbers_the_same_rows_alike(in_athena: AnyLake) -> None:
    in_athena.write(
        f"{DAY}/part-1.csv", "id,name\n" + "".join(f"{n * 7 % 500},é{n % 3}\n" for n in range(500))
    )
    reader = in_athena.reader()
    (file,) = reader.files()
    chunks = list(reader.chunks(file, first_line=0, rows=1000))
    assert chunks[0].cells[0].to_pylist() == sorted(str(n) for n in range(500))


def test_an_overflow_is_dropped_where_the_table_does_not_keep_it(in_athena: AnyLake) -> None:
    in_athena.write(f"{DAY}/part-1.csv", "id,name\n1,a,b,c\n")
    drops = NAIVE.replace("{delimiter}", ",").replace("'true'", "'false'")
    reader = in_athena.reader(how=drops)
    assert rows_of(reader) == [("1", "a")]
    assert reader.delimiter_of("part-1.csv") is None
    assert in_athena.reader().delimiter_of("part-1.csv") == ","


def test_a_quoted_cell_of_two_lines_is_two_rows_that_lack_it(in_athena: AnyLake) -> None:
    in_athena.write(f"{DAY}/part-1.csv", 'id,name\n1,"a\nb"\n')
    assert rows_of(in_athena.reader(form=QUOTED)) == [("1", None), (None, None)]


def test_bytes_that_are_no_text_show_as_the_replacement_character(in_athena: AnyLake) -> None:
    in_athena.write(f"{DAY}/part-1.csv", b"id,name\n1,\xff\n")
    (chunk,) = chunks_of(in_athena.reader())
    assert (chunk.cells[1].to_pylist(), chunk.faults) == (["\ufffd"], {})


def test_an_empty_line_is_a_row(in_athena: AnyLake) -> None:
    in_athena.write(f"{DAY}/part-1.csv", "id,name\n1,a\n\n")
    assert rows_of(in_athena.reader()) == [("1", "a"), (None, None)]


def test_an_object_is_ready_as_soon_as_it_is_there(in_athena: AnyLake) -> None:
    path = in_athena.write(f"{DAY}/part-1.csv", "id,name\n1,a\n")
    touch(path, datetime.now(UTC))
    reader = in_athena.reader()
    assert (len(reader.files()), reader.waiting()) == (1, 0)


def test_a_file_without_rows_is_not_listed(in_athena: AnyLake) -> None:
    in_athena.write(f"{DAY}/part-1.csv", "id,name\n")
    assert in_athena.reader().files() == []


def test_a_time_of_parquet_has_three_digits_of_a_second(in_athena: AnyLake) -> None:
    moment = pa.array([datetime(2025, 1, 2, 3, 4, 5, 123_456)], pa.timestamp("us"))
    in_athena.write(f"{DAY}/part-1.parquet", parquet(id=pa.array(["1"]), moment=moment))
    reader = in_athena.reader({"id": "string", "moment": "timestamp"}, parquet=True)
    assert rows_of(reader) == [("1", "2025-01-02 03:04:05.123")]


def test_what_stands_inside_a_cell_is_json(in_athena: AnyLake) -> None:
    content = parquet(id=pa.array(["1"]), tags=pa.array([["a", None]]), pair=pa.array([{"x": 1}]))
    in_athena.write(f"{DAY}/part-1.parquet", content)
    kinds = {"id": "string", "tags": "array<string>", "pair": "struct<x:bigint>"}
    assert rows_of(in_athena.reader(kinds, parquet=True)) == [("1", '["a",null]', '{"x":1}')]


def test_files_that_are_expected_together_are_read_by_one_query(in_athena: AnyLake) -> None:
    for number in range(5):
        in_athena.write(f"{DAY}/part-{number}.csv", f"id,name\n{number},a\n{number},b\n")
    assert [row[0] for row in rows_of(in_athena.reader(), rows=1)] == [n for n in "01234" for _ in "ab"]
    assert len(in_athena.standin.queries) == 2  # one lists, one reads


def test_a_file_left_in_the_middle_costs_the_next_one_nothing(in_athena: AnyLake) -> None:
    for number in range(3):
        in_athena.write(f"{DAY}/part-{number}.csv", f"id,name\n{number},a\n{number},b\n{number},c\n")
    reader = in_athena.reader()
    files = reader.files()
    reader.expect([(file, 0) for file in files])
    firsts = [next(iter(reader.chunks(file, first_line=0, rows=1))).cells[0].to_pylist() for file in files]
    assert firsts == [["0"], ["1"], ["2"]]
    assert len(in_athena.standin.queries) == 2


def test_a_file_whose_rows_are_other_than_listed_is_not_believed(in_athena: AnyLake) -> None:
    path = in_athena.write(f"{DAY}/part-1.csv", "id,name\n1,a\n2,b\n")
    reader = in_athena.reader()
    (file,) = reader.files()
    for content in ("id,name\n1,a\n", "id,name\n1,a\n2,b\n3,c\n"):
        path.write_text(content)
        with pytest.raises(RetryableError, match="changed while it was being read"):
            list(reader.chunks(file, first_line=0, rows=10))


def test_names_and_paths_with_quotes_are_read_as_they_are(in_athena: AnyLake) -> None:
    in_athena.write("load_date=2025-02-01/it's \\ 50 % é.csv", "id,na me\n1,a\n")
    assert rows_of(in_athena.reader({"id": "string", "na me": "string"})) == [("1", "a")]


def test_an_engine_that_tells_no_times_leaves_them_to_s3(in_athena: AnyLake) -> None:
    in_athena.write(f"{DAY}/part-1.csv", "id,name\n1,a\n")
    in_athena.reader()
    in_athena.standin.service.engine.hidden = frozenset({"$path"})
    lake = in_athena.athena()
    lake.address.options["times"] = "no"
    reader = lake.table("acme", "club", "member", FileFormat())
    (file,) = reader.files()
    assert (file.size, reader.unchanged(file)) == (12, True)


def test_an_increment_looks_into_no_partition_long_before_it(in_athena: AnyLake) -> None:
    for day in ("01", "20", "28"):
        in_athena.write(f"load_date=2025-02-{day}/part-1.csv", "id,name\n1,a\n")
    found = in_athena.reader().files(since=datetime(2025, 2, 27, tzinfo=UTC))
    assert [file.loaded_at.day for file in found] == [20, 28]  # seven days' lag
    assert in_athena.standin.queries[-1].scanned == 2 * 12
