"""Physical lines: what stands between two line feeds."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import FatalError
from pipelines.lake import lines as module
from pipelines.lake.lines import read_lines


def lines_of(file: Path) -> list[bytes]:
    return [line for block in read_lines(file) for line in block]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"a\nb\n", [b"a", b"b"]),
        (b"a\nb", [b"a", b"b"]),  # no line end at the end
        (b"a\r\nb\r\n", [b"a\r", b"b\r"]),  # a quoted cell may go on behind it
        (b"a\r\nb\nc\r\n", [b"a\r", b"b", b"c\r"]),  # two programs wrote to it
        (b"a\rb\nc", [b"a\rb", b"c"]),  # a lone CR is part of a cell
        (b"a\n\n\nb\n", [b"a", b"", b"", b"b"]),  # empty lines keep their number
        (b"\n", [b""]),
        (b"", []),
        (b"\xef\xbb\xbfid\n", [b"id"]),
        (b"\xef\xbb\xbf", []),
        (b"a\n\xef\xbb\xbfb\n", [b"a", b"\xef\xbb\xbfb"]),  # a mark inside is content
        (b"a\x00b\x1a\nc", [b"a\x00b\x1a", b"c"]),
        (b"\xff\xfe\n", [b"\xff\xfe"]),
        ("a\u2028b\u0085c\n".encode(), ["a\u2028b\u0085c".encode()]),  # only \n ends a line
    ],
)
def test_lines(tmp_path: Path, content: bytes, lines: list[bytes]) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(content)
    assert lines_of(file) == lines


def test_a_gz_file_is_decompressed(tmp_path: Path) -> None:
    file = tmp_path / "file.csv.gz"
    file.write_bytes(gzip.compress(b"\xef\xbb\xbfa\nb"))
    assert lines_of(file) == [b"a", b"b"]


def test_a_gz_file_of_several_parts_is_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "file.csv.gz"
    file.write_bytes(gzip.compress(b"a\n") + gzip.compress(b"b\n"))
    assert lines_of(file) == [b"a", b"b"]


@given(
    st.lists(st.binary(max_size=9).map(lambda line: line.replace(b"\n", b"").rstrip(b"\r")), min_size=1),
    st.sampled_from([b"\n", b"\r\n"]),
    st.integers(1, 7),
)
def test_the_size_of_the_blocks_does_not_matter(tmp_path_factory, lines, ending, size) -> None:
    lines = [b"x" + line for line in lines]  # neither a byte order mark nor an empty last line
    file = tmp_path_factory.mktemp("lines") / "file.csv"
    file.write_bytes(ending.join(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK_BYTES", max(size, 3))
        assert lines_of(file) == ending.join(lines).split(b"\n")


def test_a_long_line_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(b"a\n" + b"x" * (module.BLOCK_BYTES + 10) + b"\nb\n")
    assert [len(line) for line in lines_of(file)] == [1, module.BLOCK_BYTES + 10, 1]


def test_a_line_without_end_stops_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LINE_BYTES", 1 << 20)
    file = tmp_path / "file.csv"
    file.write_bytes(b"x" * (module.BLOCK_BYTES + 10))
    with pytest.raises(FatalError, match=r"file\.csv holds a line"):
        lines_of(file)
