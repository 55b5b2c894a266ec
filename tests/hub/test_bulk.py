"""Rows written by columns: what comes back is what went in, on either database, whatever characters it holds."""

from collections.abc import Iterator

import pyarrow as pa
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import bulk

TABLE = "bulk_trial"
HARD = [
    None, "", "'", "\\", "\\'", "''", "\\\\n", "a\tb", "a\nb", "a\r\n", "\0", "\x1a", "\\0", "%s", "%", "{}",
    '"', "`", ";--", "NULL", "\\N", "é", "😀", "\u2028", "x" * 70_000,
]  # fmt: skip
texts = st.none() | st.text(st.characters(codec="utf-8"), max_size=20) | st.text("'\\\0%\n", max_size=5)
numbers = st.none() | st.integers(-(2**63), 2**63 - 1)
blobs = st.none() | st.binary(max_size=20)


@pytest.fixture
def table(transactional_db) -> Iterator[str]:
    text, blob = (
        ("longtext COLLATE utf8mb4_bin", "longblob") if connection.vendor == "mysql" else ("text", "blob")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, t {text}, n bigint, b {blob}, c {text})"
        )
    yield TABLE
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def written(rows, constant=None, ending="") -> None:
    columns: dict[str, bulk.Values] = {
        "id": pa.array([row[0] for row in rows], pa.int64()),
        "t": pa.array([row[1] for row in rows], pa.string()),
        "n": pa.array([row[2] for row in rows], pa.int64()),
        "b": pa.array([row[3] for row in rows], pa.binary()),
        "c": constant,
    }
    bulk.insert(TABLE, columns, ending=ending)


def stored() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, t, n, b, c FROM {TABLE} ORDER BY id")
        return [(key, t, n, None if b is None else bytes(b), c) for key, t, n, b, c in cursor.fetchall()]


@pytest.mark.parametrize("constant", HARD)
def test_hard_texts_come_back_as_they_were(table, constant) -> None:
    written([(number, text, None, None) for number, text in enumerate(HARD)], constant)
    assert stored() == [(number, text, None, None, constant) for number, text in enumerate(HARD)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.lists(st.tuples(texts, numbers, blobs), max_size=8), texts | st.integers(0, 99).map(str))
def test_any_rows_come_back_as_they_were(table, values, constant) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
    rows = [(number, *row) for number, row in enumerate(values)]
    written(rows, constant)
    assert stored() == [(*row, constant) for row in rows]


def test_more_rows_than_a_statement_takes_all_arrive(table) -> None:
    rows = [(number, f"row '{number}'", number, b"\0'") for number in range(2 * bulk.ROWS_PER_STATEMENT + 1)]
    written(rows, 7)
    assert stored() == [(*row, "7") for row in rows]


def test_the_ending_says_what_becomes_of_a_known_key(table) -> None:
    keep = {"mysql": " ON DUPLICATE KEY UPDATE id = id", "sqlite": " ON CONFLICT (id) DO NOTHING"}
    written([(1, "first", None, None)])
    written([(1, "second", None, None), (2, "new", None, None)], ending=keep[connection.vendor])
    assert [row[1] for row in stored()] == ["first", "new"]


def test_long_rows_are_spread_over_statements() -> None:
    long = "x" * (bulk.TEXT_PER_STATEMENT // 2)
    statements = list(bulk.row_texts({"id": pa.array([1, 2, 3, 4]), "t": pa.array([long, long, "y", "z"])}))
    assert [text.count("),(") + 1 for text in statements] == [1, 3]
    assert all(len(text) < 2 * bulk.TEXT_PER_STATEMENT for text in statements)


def test_a_row_longer_than_a_statement_stands_alone() -> None:
    longer = "x" * (bulk.TEXT_PER_STATEMENT + 1)
    statements = list(bulk.row_texts({"id": pa.array([1, 2, 3]), "t": pa.array(["a", longer, "b"])}))
    assert [text[:2] for text in statements] == ["(1", "(2", "(3"]
