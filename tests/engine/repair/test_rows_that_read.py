"""What may stand in a column, and that rows which read are left alone."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.lakes import RawChunk
from pipelines.engine.chunk import open_chunk
from pipelines.engine.mapping import plan_columns
from pipelines.engine.reading import Origin, RowsRead, read_rows
from pipelines.engine.source import Feed
from tests.engine.conftest import HEADER, member
from tests.engine.repair.rows import COLUMNS, SPEC, naive, reads


@pytest.mark.parametrize(
    ("cell", "column", "expected"),
    [
        (None, "note", True),
        (None, "name", False),
        ("", "name", False),
        ("x", "email", True),  # patterns of text do not bind
        ("Gold", "level", True),
        ("Goldx", "level", False),
        ("TRUE", "is_deleted", True),
        ("falſe", "is_deleted", False),
        ("٣", "visits", False),
        ("12.5", "fee", True),
        ("2024-01-31T00:00:00Z", "joined", True),
        ("2024-01-31 00:00:00\n", "created_date", False),
    ],
)
def test_what_may_stand_in_a_column(cell: str | None, column: str, expected: bool) -> None:
    assert reads(cell, SPEC.column(column)) is expected


FEED = Feed(tenant="acme", source="acme", entity="member", table="member")


texts = st.text(st.characters(codec="utf-8", exclude_characters="\n\r\x1f"), max_size=8)


members = st.builds(
    member,
    st.sampled_from(["m1", "m2"]),
    name=texts.filter(lambda text: "," not in text and text),
    note=texts,
    email=texts,
    visits=st.integers(0, 100_000).map(str) | texts,
    fee=st.decimals(-9999, 9999, places=2).map(str) | texts,
    joined=st.dates().map(str) | texts,
)


def read(*lines: str) -> RowsRead:
    columns = zip(*map(naive, lines), strict=True)
    raw = RawChunk(
        columns=HEADER,
        cells=[pa.array(cells, pa.string()) for cells in columns],
        lines=pa.array(range(2, 2 + len(lines))),
        next_line=2 + len(lines),
    )
    chunk = open_chunk(raw, plan_columns(SPEC, FEED, HEADER, "part.csv"))
    return read_rows(chunk, chunk.raw_checksums(), Origin(delimiter=",", in_lines=True))


@given(members)
def test_a_row_that_reads_is_never_mended(row: dict[str, str]) -> None:
    accepted = read(",".join(row[name] for name in HEADER)).rows
    clean = all("," not in row[name] and reads(row[name] or None, SPEC.column(name)) for name in HEADER)
    assert not (clean and any(incoming.repair for incoming in accepted))


@given(members)
def test_a_mended_row_always_reads(row: dict[str, str]) -> None:
    found = read(",".join(row[name] for name in HEADER))
    for incoming in found.rows:
        if incoming.repair is not None:
            assert all(map(reads, incoming.repair.rows[0], COLUMNS))
    assert len(found.rows) + len(found.rejected) == 1


@given(members, members)
def test_a_damaged_row_never_changes_how_its_neighbour_reads(
    row: dict[str, str], other: dict[str, str]
) -> None:
    lines = [",".join(each[name] for name in HEADER) for each in (row, other)]
    together = read(*lines).rows
    alone = read(lines[0]).rows
    assert [each.document for each in together if each.line == 2] == [each.document for each in alone]
