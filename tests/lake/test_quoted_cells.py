"""Cells in quotes (RFC 4180), and what a quote that makes no sense may cost."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.lakes import FileFormat
from pipelines.lake.cells import MAX_JOINED_LINES, MAX_JOINED_TEXT, Rows, split_lines

QUOTED = FileFormat(writing="rfc4180")
Row = tuple[str | None, ...]


def split(*lines: bytes, width: int = 3, count: int | None = None) -> Rows:
    return split_lines(lines, len(lines) if count is None else count, 2, width, QUOTED)


def rows_of(rows: Rows) -> list[Row]:
    return list(zip(*(cells.to_pylist() for cells in rows.cells), strict=True))


def faults_of(rows: Rows) -> dict[int, tuple[str, bytes]]:
    return {index: (fault.code, fault.raw) for index, fault in rows.faults.items()}


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        (b"1,Ada,x", ("1", "Ada", "x")),
        (b'1,"Lovelace, Ada",x', ("1", "Lovelace, Ada", "x")),
        (b'1,"the ""great"" Ada",x', ("1", 'the "great" Ada', "x")),
        (b'1,"",x', ("1", "", "x")),
        (b'"1","Ada","x"', ("1", "Ada", "x")),
        (b'1,"Ada"', ("1", "Ada", None)),
        (b'1,"Ada",x,y', ("1", "Ada", "x,y")),
        (b'1,5"" screen,x', ("1", '5"" screen', "x")),  # quotes inside an unquoted cell are text
    ],
)
def test_cells(line: bytes, cells: Row) -> None:
    rows = split(line)
    assert (rows_of(rows), rows.faults) == ([cells], {})


def test_a_quoted_cell_may_go_on_over_lines() -> None:
    rows = split(b'1,"first', b"", b'last",x', b"2,b,c")
    assert rows_of(rows) == [("1", "first\n\nlast", "x"), ("2", "b", "c")]
    assert (rows.lines, rows.taken) == ([2, 5], 4)


def test_a_cell_keeps_its_own_line_breaks() -> None:
    rows = split(b'1,"first\r', b"\r", b'last",x\r', b"2,b,c\r", b"\r")
    assert rows_of(rows) == [("1", "first\r\n\r\nlast", "x"), ("2", "b", "c")]
    assert (rows.lines, rows.faults) == ([2, 5], {})


def test_a_cell_may_be_as_long_as_its_row() -> None:
    long = "x" * 900_000
    assert rows_of(split(f'1,"{long}",x'.encode())) == [("1", long, "x")]


def test_a_quoted_cell_that_runs_on_over_long_lines_is_not_believed() -> None:
    lines = [b'1,"open,b', *[b"x" * MAX_JOINED_TEXT] * 2, b'2,b,c"']
    assert faults_of(split(*lines))[0] == ("unclosed_quote", b'1,"open,b')


def test_a_record_that_begins_in_the_chunk_is_ended_with_the_lines_behind_it() -> None:
    rows = split(b"1,a,b", b'2,"first', b'last",x', b"3,b,c", count=2)
    assert rows_of(rows) == [("1", "a", "b"), ("2", "first\nlast", "x")]
    assert rows.taken == 3


def test_an_unclosed_quote_costs_its_own_line_only() -> None:
    rows = split(b'1,"open,b', b"2,b,c", b"3,b,c")
    assert faults_of(rows) == {0: ("unclosed_quote", b'1,"open,b')}
    assert rows_of(rows)[1:] == [("2", "b", "c"), ("3", "b", "c")]


def test_two_stray_quotes_do_not_swallow_the_good_rows_between_them() -> None:
    rows = split(b'1,5" screen,x', b"2,b,c", b"3,b,c", b'4,6" screen,x', b"5,b,c")
    assert sorted(faults_of(rows)) == [0, 3]
    assert [row for row in rows_of(rows) if row[0]] == [("2", "b", "c"), ("3", "b", "c"), ("5", "b", "c")]


def test_a_quote_that_stays_open_for_too_long_is_not_believed() -> None:
    behind = [b"%d,b,c" % number for number in range(MAX_JOINED_LINES)]
    rows = split(b'1,"open,b', *behind, b'9,close",c')
    assert len(rows.lines) == len(behind) + 2
    assert sorted(faults_of(rows)) == [0, len(behind) + 1]


def test_text_behind_a_closing_quote_is_a_fault() -> None:
    assert faults_of(split(b'1,"Ada"x,y')) == {0: ("unclosed_quote", b'1,"Ada"x,y')}


def test_a_line_that_is_not_utf_8_is_a_fault() -> None:
    rows = split(b"1,\xff,x", b"2,b,c")
    assert faults_of(rows) == {0: ("bad_encoding", b"1,\xff,x")}
    assert rows_of(rows)[1] == ("2", "b", "c")


def test_a_later_line_of_a_cell_that_is_not_utf_8_spoils_the_whole_record() -> None:
    rows = split(b'1,"first', b"\xff", b'last",x', b"2,b,c")
    assert faults_of(rows) == {0: ("bad_encoding", b'1,"first\n\xff\nlast",x')}
    assert rows_of(rows)[1] == ("2", "b", "c")


def test_a_quote_behind_a_bad_byte_still_closes() -> None:
    rows = split(b'1,"first', b'\xff last",x', b"2,b,c")
    assert (sorted(rows.faults), rows_of(rows)[1]) == ([0], ("2", "b", "c"))


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8))
def test_what_csv_writes_is_read_back(table: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)
    lines = out.getvalue().encode().split(b"\n")
    rows = split(*lines)
    assert rows_of(rows) == [tuple(row) for row in table if len(row) == 3]


STRAY = [
    [b'1,"Ada,x,y,z', b'2,Boris",x,y,z'],
    [b'1,"Ada,x,y,z', b"2,Boris,x,y,z", b'3,Chen",x,y,z'],
    [b'1,Ada,x,"y,z', b"2,Boris,x,y,z", b'3,Chen,x",y,z'],
]


@pytest.mark.parametrize("lines", STRAY)
def test_two_strays_do_not_make_one_row_of_several(lines: list[bytes]) -> None:
    rows = split(*lines, b"9,Dita,x,y,z", width=5)
    codes = [code for code, _ in faults_of(rows).values()]
    assert codes == ["unclosed_quote"] * 2  # the two lines with a stray each, and none of the others
    assert [row for index, row in enumerate(rows_of(rows)) if index not in rows.faults] == [
        tuple(line.decode().split(",")) for line in (*lines[1:-1], b"9,Dita,x,y,z")
    ]


def test_commas_in_a_text_of_several_lines_make_no_rows_of_it() -> None:
    rows = split(b'1,"dear, all', b"I was, once, late", b'so, yes",x,y,z', width=5)
    assert rows_of(rows) == [("1", "dear, all\nI was, once, late\nso, yes", "x", "y", "z")]
