"""Whole CSV files in chunks: headers, numbers of lines, where to go on."""

import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.errors import FatalError
from hub.lakes import FileFormat, RawChunk
from tests.conftest import LakeFolder

QUOTED = FileFormat(writing="rfc4180")
Rows = list[tuple[str | None, ...]]


def chunks_of(
    lake: LakeFolder, content: str | bytes, *, first_line: int = 0, rows: int = 100, form: FileFormat | None = None,
    name: str = "part.csv",
) -> list[RawChunk]:  # fmt: skip
    lake.write(f"acme/club/member/{name}", content)
    table = lake.table("acme", "club", "member", form)
    (file,) = table.files()
    return list(table.chunks(file, first_line=first_line, rows=rows))


def rows_of(chunks: list[RawChunk]) -> Rows:
    return [
        row for chunk in chunks for row in zip(*(cells.to_pylist() for cells in chunk.cells), strict=True)
    ]


def test_a_file_has_the_columns_of_its_first_line(lake: LakeFolder) -> None:
    (chunk,) = chunks_of(lake, "id,name\n1,Ada\n")
    assert (chunk.columns, rows_of([chunk])) == (("id", "name"), [("1", "Ada")])


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        (b"\xef\xbb\xbfid,name\n", ("id", "name")),
        (b"id,name\r\n", ("id", "name")),
        (b' id ,"name"\n', ("id", "name")),
        (b"id,name", ("id", "name")),
        (b"\n  \nid,name\n", ("id", "name")),  # empty lines before the header
        (b"id,name,\n", ("id", "name", "")),
    ],
)
def test_headers(lake: LakeFolder, content: bytes, columns: tuple[str, ...]) -> None:
    (chunk,) = chunks_of(lake, content)
    assert (chunk.columns, chunk.rows) == (columns, 0)


def test_a_quoted_header(lake: LakeFolder) -> None:
    (chunk,) = chunks_of(lake, b'"id","name"\n1,"a,b"\n', form=QUOTED)
    assert (chunk.columns, rows_of([chunk])) == (("id", "name"), [("1", "a,b")])


def test_rows_keep_the_number_of_their_physical_line(lake: LakeFolder) -> None:
    (chunk,) = chunks_of(lake, "\nid,name\n\n1,Ada\n\n2,Boris")
    assert chunk.lines.to_pylist() == [4, 6]


def test_a_file_without_header_is_given_its_columns(lake: LakeFolder) -> None:
    (chunk,) = chunks_of(lake, "1,Ada\n2,Boris\n", form=FileFormat(columns=("id", "name")))
    assert (chunk.lines.to_pylist(), rows_of([chunk])) == ([1, 2], [("1", "Ada"), ("2", "Boris")])


def test_chunks_hold_as_many_rows_as_asked_for(lake: LakeFolder) -> None:
    chunks = chunks_of(lake, "id\n" + "".join(f"{number}\n" for number in range(250)), rows=100)
    assert [chunk.rows for chunk in chunks] == [100, 100, 50]
    assert [chunk.next_line for chunk in chunks] == [102, 202, 252]


@pytest.mark.parametrize("form", [FileFormat(), QUOTED])
def test_reading_goes_on_where_a_chunk_ended(lake: LakeFolder, form: FileFormat) -> None:
    content = "id,name\n" + "".join(f"{number},x\n" for number in range(9))
    first, *_ = chunks_of(lake, content, rows=4, form=form)
    rest = chunks_of(lake, content, first_line=first.next_line, rows=4, form=form)
    assert [row[0] for row in rows_of(rest)] == ["4", "5", "6", "7", "8"]


def test_a_cell_of_several_lines_at_the_border_of_chunks_is_read_once(lake: LakeFolder) -> None:
    content = 'id,name\n1,a\n2,"b\nb\nb"\n3,c\n'
    chunks = chunks_of(lake, content, rows=2, form=QUOTED)
    assert rows_of(chunks) == [("1", "a"), ("2", "b\nb\nb"), ("3", "c")]
    assert [chunk.lines.to_pylist() for chunk in chunks] == [[2, 3], [6]]


names = st.text(st.sampled_from('ab ,"\né'), max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(names, min_size=1, max_size=30), st.integers(1, 7))
def test_the_size_of_chunks_does_not_matter(lake: LakeFolder, table: list[str], rows: int) -> None:
    quoted = [name.replace('"', '""') for name in table]
    content = "id,name\n" + "".join(f'{number},"{name}"\n' for number, name in enumerate(quoted))
    expected = [(str(number), name) for number, name in enumerate(table)]
    assert rows_of(chunks_of(lake, content, rows=rows, form=QUOTED)) == expected


def test_more_lines_than_one_block_holds(lake: LakeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.lake.lines.BLOCK_BYTES", 64)
    content = "id,name\n" + "".join(f"{number},name\n" for number in range(500))
    assert [row[0] for row in rows_of(chunks_of(lake, content, rows=60))] == [str(n) for n in range(500)]


def test_reading_goes_on_behind_the_first_block(lake: LakeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.lake.lines.BLOCK_BYTES", 64)
    content = "id,name\n" + "".join(f"{number},name\n" for number in range(500))
    assert rows_of(chunks_of(lake, content, first_line=450, rows=60))[0] == ("448", "name")


def test_a_compressed_file(lake: LakeFolder) -> None:
    chunks = chunks_of(lake, gzip.compress(b"id\n1\n"), name="part.csv.gz")
    assert rows_of(chunks) == [("1",)]


def test_a_damaged_compressed_file_is_named_and_not_quoted(lake: LakeFolder) -> None:
    content = gzip.compress(b"id\n" + bytes(range(256)) * 50)[:-200]
    with pytest.raises(FatalError, match=r"part\.csv\.gz cannot be read") as error:
        chunks_of(lake, content, name="part.csv.gz")
    assert error.value.hint


def test_a_line_that_cannot_be_decoded_is_a_fault_of_its_row(lake: LakeFolder) -> None:
    (chunk,) = chunks_of(lake, b"id,name\n1,a\n2,\xff\n3,c\n")
    assert {index: fault.raw for index, fault in chunk.faults.items()} == {1: b"2,\xff"}


def test_one_line_is_cut_as_its_table_is_written(lake: LakeFolder) -> None:
    table = lake.table("acme", "club", "member", QUOTED)
    assert table.cut(b'1,"a\nb"', ("id", "name")) == ["1", "a\nb"]


@pytest.mark.parametrize("line", [b'1,"open', b"1,\xff"])
def test_a_line_that_still_cannot_be_read_is_not_cut(lake: LakeFolder, line: bytes) -> None:
    assert lake.table("acme", "club", "member", QUOTED).cut(line, ("id", "name")) is None


def test_a_delimiter_that_is_two_bytes_in_utf_8_cuts_the_heading(lake: LakeFolder) -> None:
    form = FileFormat(delimiter="§", encoding="latin-1")
    (chunk, *_) = chunks_of(lake, "id§name\n1§Ada\n".encode("latin-1"), form=form)
    assert (chunk.columns, rows_of([chunk])) == (("id", "name"), [("1", "Ada")])


def test_a_quoted_heading_may_hold_the_delimiter(lake: LakeFolder) -> None:
    (chunk, *_) = chunks_of(lake, b'id,"e-mail, private"\n1,x\n', form=FileFormat(writing="rfc4180"))
    assert chunk.columns == ("id", "e-mail, private")


@pytest.mark.parametrize(
    "content", [b"id\rname\r1\r", "id,name\n1,Ada\n".encode("utf-16"), gzip.compress(b"id\n1\n", mtime=0)]
)
def test_a_first_line_that_is_no_heading_is_told(lake: LakeFolder, content: bytes) -> None:
    with pytest.raises(FatalError, match="its first line cannot be read"):
        chunks_of(lake, content)
