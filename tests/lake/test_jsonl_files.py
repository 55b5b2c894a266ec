"""JSONL: every value as the text that stands there."""

import gzip

import pytest

from tests.conftest import LakeFolder
from tests.lake.test_csv_files import chunks_of, rows_of


def value_of(lake: LakeFolder, json: str) -> str | None:
    ((value,),) = rows_of(chunks_of(lake, f'{{"fee": {json}}}\n', name="part.jsonl"))
    return value


@pytest.mark.parametrize(
    ("json", "text"),
    [
        ("12.50", "12.50"),  # a float would lose the zero
        ("0.1", "0.1"),
        ("1e-9", "1e-9"),
        ("-0", "-0"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("9999999999999999.999999999", "9999999999999999.999999999"),
        ("true", "true"),
        ("null", None),
        ('""', ""),
        ('"12.50"', "12.50"),
        ('"Zo\\u00eb \\ud83d\\ude00"', "Zoë 😀"),
        ("NaN", "NaN"),  # it reads as text and is refused where an amount is due
        ('["a", null]', '["a", null]'),
        ('{"a": "ë"}', '{"a": "ë"}'),
    ],
)
def test_values(lake: LakeFolder, json: str, text: str | None) -> None:
    assert value_of(lake, json) == text


def test_the_columns_are_the_keys_of_all_objects(lake: LakeFolder) -> None:
    (chunk,) = chunks_of(lake, '{"id": "1"}\n{"name": "Boris", "id": "2"}\n', name="part.jsonl")
    assert chunk.columns == ("id", "name")
    assert rows_of([chunk]) == [("1", None), ("2", "Boris")]


@pytest.mark.parametrize(
    "line",
    [
        b'{"id": ',
        b"[1, 2]",
        b"7",
        b'{"id": "\xff"}',
        b'{"id": "\xed\xa0\x80"}',  # half a pair as bytes, which is no UTF-8
        b'{"id": "\\ud800"}',  # half a surrogate pair: no database takes it
        b"[" * 100_000,
    ],
)
def test_a_line_that_is_no_object_is_a_fault_and_costs_no_other(lake: LakeFolder, line: bytes) -> None:
    (chunk,) = chunks_of(lake, b'{"id": "1"}\n' + line + b'\n{"id": "3"}\n', name="part.jsonl")
    assert {index: (fault.code, fault.raw) for index, fault in chunk.faults.items()} == {
        1: ("bad_json", line)
    }
    assert rows_of([chunk]) == [("1",), (None,), ("3",)]


def test_empty_lines_are_left_out(lake: LakeFolder) -> None:
    (chunk,) = chunks_of(lake, '\ufeff{"id": "1"}\r\n\r\n{"id": "2"}', name="part.jsonl")
    assert chunk.lines.to_pylist() == [1, 3]


def test_chunks_and_going_on(lake: LakeFolder) -> None:
    content = "".join(f'{{"id": {number}}}\n' for number in range(7))
    first, *_ = chunks_of(lake, content, rows=3, name="part.jsonl")
    assert (first.rows, first.next_line) == (3, 4)
    rest = chunks_of(lake, content, first_line=4, rows=3, name="part.jsonl")
    assert rows_of(rest) == [("3",), ("4",), ("5",), ("6",)]


def test_a_compressed_file_is_not_listed_as_jsonl(lake: LakeFolder) -> None:
    lake.write("acme/club/member/part.jsonl.gz", gzip.compress(b"{}"))
    assert lake.table("acme", "club", "member").files() == []


def test_what_stands_inside_a_cell_keeps_its_numbers(lake: LakeFolder) -> None:
    line = b'{"a": [1, 2.50, "x", true, null], "b": {"c": 1e400}}'
    (chunk,) = chunks_of(lake, line + b"\n", name="part.jsonl")
    assert rows_of([chunk]) == [('[1, 2.50, "x", true, null]', '{"c": 1e400}')]
