"""Cells split at every delimiter, the way a lake's simple reader does it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.lakes import FileFormat
from pipelines.lake.cells import Rows, split_lines

Row = tuple[str | None, ...]


def split(*lines: bytes, width: int = 3, count: int | None = None, **form: Any) -> Rows:
    return split_lines(lines, len(lines) if count is None else count, 2, width, FileFormat(**form))


def rows_of(rows: Rows) -> list[Row]:
    return list(zip(*(cells.to_pylist() for cells in rows.cells), strict=True))


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        (b"1,Ada,x", ("1", "Ada", "x")),
        (b"1,Ada", ("1", "Ada", None)),
        (b"1", ("1", None, None)),
        (b"1,,", ("1", "", "")),
        (b"1,Ada,x,y,z", ("1", "Ada", "x,y,z")),  # the overflow stays in the last cell
        (b'1,"Ada, x"', ("1", '"Ada', ' x"')),  # quotes mean nothing
        (b" 1 , Ada ,x", (" 1 ", " Ada ", "x")),
        ("1,Zoë 😀,x".encode(), ("1", "Zoë 😀", "x")),
        (b"1,a\rb\x00,x", ("1", "a\rb\x00", "x")),
        (b"1,Ada,x\r", ("1", "Ada", "x")),
        (b"1,Ada,x\r\r", ("1", "Ada", "x\r")),
    ],
)
def test_cells(line: bytes, cells: Row) -> None:
    assert rows_of(split(line)) == [cells]


def test_short_and_long_rows_do_not_disturb_their_neighbours() -> None:
    found = rows_of(split(b"1,Ada,x", b"2", b"3,Boris,y,z"))
    assert found == [("1", "Ada", "x"), ("2", None, None), ("3", "Boris", "y,z")]


def test_empty_lines_are_left_out_and_the_others_keep_their_number() -> None:
    rows = split(b"1,a,b", b"", b"\r", b"2,a,b")
    assert (rows.lines, rows.taken) == ([2, 5], 4)


def test_another_delimiter() -> None:
    assert rows_of(split(b"1;2,5;x", delimiter=";")) == [("1", "2,5", "x")]


def test_another_encoding() -> None:
    assert rows_of(split("1,Zoë,x".encode("cp1252"), encoding="cp1252")) == [("1", "Zoë", "x")]


def test_a_line_that_is_not_utf_8_becomes_a_fault_with_its_bytes() -> None:
    rows = split(b"1,Ada,x", b"2,Zo\xeb,y", b"3,Boris,z")
    assert {index: (fault.code, fault.raw) for index, fault in rows.faults.items()} == {
        1: ("bad_encoding", b"2,Zo\xeb,y")
    }
    assert rows_of(rows)[2] == ("3", "Boris", "z")


def test_no_lines_give_empty_columns() -> None:
    assert [len(cells) for cells in split().cells] == [0, 0, 0]


cells = st.text(st.characters(codec="utf-8", exclude_characters=",\n"), max_size=5)


@given(st.lists(st.lists(cells, min_size=1, max_size=6), max_size=8))
def test_joining_the_cells_gives_the_line_back(table: list[list[str]]) -> None:
    lines = [",".join(row).encode() for row in table]
    found = [",".join(cell for cell in row if cell is not None) for row in rows_of(split(*lines))]
    ended = [line.decode().removesuffix("\r") for line in lines]
    assert found == [line for line in ended if line]
