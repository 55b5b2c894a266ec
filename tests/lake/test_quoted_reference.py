"""Quoted files are cut the fast way and the plain way, record by record, to the same rows."""

from hypothesis import given
from hypothesis import strategies as st

from hub.lakes import Fault, FileFormat
from pipelines.lake import cells
from pipelines.lake.cells import split_lines

QUOTED = FileFormat(writing="rfc4180")
lines = st.one_of(
    st.text("ab,", max_size=8).map(str.encode),
    st.lists(st.sampled_from([b"a", b",", b'"', b"\r", b"\xff", "é".encode()]), max_size=8).map(b"".join),
)


def one_by_one(content: list[bytes], count: int, width: int):
    """Every record through the same steps, plain or not: rows, their lines, lines taken, faults."""
    texts = [line.decode(errors="replace") for line in content]
    undecodable = {index for index, line in enumerate(content) if b"\xff" in line}
    rows: list[list[str | None]] = []
    begins, faults, index = list[int](), dict[int, Fault](), 0
    while index < min(count, len(content)):
        span, found = cells._record(texts, index, ",", width)
        raw = b"\n".join(content[index : index + span]).removesuffix(b"\r")
        if raw:
            code = "bad_encoding" if undecodable & {*range(index, index + span)} else "unclosed_quote"
            if code == "bad_encoding" or found is None:
                faults[len(rows)], found = Fault(code=code, raw=raw), None
            rows.append(cells._fit(found or [], width, ","))
            begins.append(2 + index)
        index += span
    return rows, begins, index, faults


@given(st.lists(lines, max_size=8), st.integers(0, 8), st.integers(1, 6))
def test_both_ways_find_the_same_rows(content, count, width) -> None:
    fast = split_lines(content, count, 2, width, QUOTED)
    rows = [list(row) for row in zip(*(column.to_pylist() for column in fast.cells), strict=True)]
    assert (rows, fast.lines, fast.taken, fast.faults) == one_by_one(content, count, width)
