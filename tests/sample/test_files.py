"""The files: same arguments, same bytes; laid out as each brand writes; lined up with the truth."""

import csv
import hashlib
import io
import os
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.sample.brands import BRANDS
from pipelines.sample.layout import BOM
from pipelines.sample.tables import Table
from pipelines.sample.truth import file_facts, keys_upstream, true_rows
from tests.sample.conftest import FIRST, LAST, all_rows, read_lines, write_lake


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_arguments_write_the_same_bytes(tmp_path: Path) -> None:
    first = write_lake(tmp_path / "a", subscriptions=120, days=3)
    assert digests(first) == digests(write_lake(tmp_path / "b", subscriptions=120, days=3))


def test_another_seed_writes_another_business(tmp_path: Path) -> None:
    first = digests(write_lake(tmp_path / "a", subscriptions=60))
    other = digests(write_lake(tmp_path / "b", subscriptions=60, seed=7))
    account = "nordlicht/billing/account/load_date=2026-01-05/part-0000.csv"
    assert first[account] != other[account]


def test_further_days_leave_earlier_files_as_they_were(tmp_path: Path) -> None:
    one = digests(write_lake(tmp_path / "a", subscriptions=120, days=1))
    three = digests(write_lake(tmp_path / "b", subscriptions=120, days=3))
    del one["_sample.json"]
    assert one.items() <= three.items()


def test_processes_write_what_one_process_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = digests(write_lake(tmp_path / "a", subscriptions=120, days=2))
    monkeypatch.setattr("pipelines.sample.generate.ALONE_BELOW", 1)
    assert digests(write_lake(tmp_path / "b", subscriptions=120, days=2)) == alone


def test_every_line_of_the_truth_holds_the_id_of_its_row(lake: Path) -> None:
    """But for rows that lost it on purpose, or were cut off before it: Polder has its id further right."""
    for brand, _, true in all_rows(lake):
        lines = read_lines(lake, true.file)
        lost = true.kind == "missing_key" or (brand == "polder" and true.kind == "truncated")
        if true.row and not lost:
            assert true.key.encode() in b"\n".join(lines[true.line - 1 : true.line + 4]), (
                true.file,
                true.line,
            )


def test_every_line_of_a_naive_file_is_in_the_truth(lake: Path) -> None:
    """A line without a truth is the second half of a row cut in two."""
    told: dict[str, set[int]] = defaultdict(set)
    for brand, _, true in all_rows(lake):
        if BRANDS[brand].layout.naive:
            told[true.file].add(true.line)
            if true.kind == "split_row":
                told[true.file].add(true.line + 1)
    for name, numbers in told.items():
        assert numbers == set(range(2, len(read_lines(lake, name)))), name


def test_clean_rows_of_naive_files_split_into_exactly_their_columns(
    lake: Path, tables: dict[str, Table]
) -> None:
    for brand, table, true in all_rows(lake):
        layout = BRANDS[brand].layout
        if layout.naive and true.kind == "clean":
            line = read_lines(lake, true.file)[true.line - 1]
            assert line.count(layout.delimiter.encode()) == len(tables[table].columns) - 1
            assert b'"' not in line


def test_clean_rows_of_quoted_files_are_read_back_exactly(clean_lake: Path, tables: dict[str, Table]) -> None:
    for table in tables.values():
        truths = list(true_rows(clean_lake, "polder", table.name))
        text = b"\n".join(read_lines(clean_lake, truths[0].file)).decode()
        read = list(csv.DictReader(io.StringIO(text, newline="")))
        names = [column.in_lake for column in table.columns if not column.binding]
        assert [[row[name.upper()] or None for name in names] for row in read] == [
            [true.row[name] for name in names] for true in truths
        ]


def test_quoted_text_may_hold_delimiters_quotes_and_line_breaks(clean_lake: Path) -> None:
    notes = "".join(true.row["notes"] or "" for true in true_rows(clean_lake, "polder", "account"))
    assert all(sign in notes for sign in ',"\n')


def test_truth_names_every_column_in_the_order_of_the_lake(lake: Path, tables: dict[str, Table]) -> None:
    for _, table, true in all_rows(lake):
        assert not true.row or list(true.row) == tables[table].names


def test_polder_orders_its_columns_otherwise_and_shouts(clean_lake: Path, tables: dict[str, Table]) -> None:
    name = "polder/billing/account/load_date=2026-01-05/part-0000.csv"
    header = read_lines(clean_lake, name)[0].decode().split(",")
    assert header == sorted(name.upper() for name in tables["account"].names)


def test_files_carry_the_time_of_their_load(lake: Path) -> None:
    path = lake / "nordlicht/billing/account/load_date=2026-01-05/part-0000.csv"
    assert datetime.fromtimestamp(os.stat(path).st_mtime, UTC) == datetime(2026, 1, 5, 3, tzinfo=UTC)


def test_a_byte_order_mark_and_a_trailer_stand_where_the_facts_say(
    lake: Path, tables: dict[str, Table]
) -> None:
    facts = [fact for brand in BRANDS for table in tables for fact in file_facts(lake, brand, table)]
    for fact in facts:
        lines = read_lines(lake, fact["_file"])
        assert lines[0].startswith(BOM) == fact["bom"]
        assert lines[-2].startswith(b"Total rows: ") == fact["trailer"]
        assert len(lines) - 1 == fact["lines"]
    assert any(fact["bom"] for fact in facts)
    assert any(fact["trailer"] for fact in facts)


def test_key_lists_hold_every_row_upstream(lake: Path, tables: dict[str, Table]) -> None:
    for table in tables:
        keys = keys_upstream(lake, "nordlicht", table, FIRST)
        assert {true.key for true in true_rows(lake, "nordlicht", table, until=FIRST) if true.row} <= keys


def test_rows_erased_upstream_are_in_no_later_key_list(lake: Path, tables: dict[str, Table]) -> None:
    gone = [
        keys_upstream(lake, brand, table, FIRST) - keys_upstream(lake, brand, table, LAST)
        for brand in BRANDS
        for table in tables
    ]
    assert any(gone)
