"""Planted damage: as often as declared, of every kind, and told in the truth."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from pipelines.sample.brands import BRANDS
from pipelines.sample.damage.planter import rates_of
from pipelines.sample.damage.table import DAMAGE, expectation
from pipelines.sample.tables import Table
from tests.sample.conftest import FIRST, all_rows, read_lines, write_lake

FEED_KINDS = {"clean", "duplicate", "redelivered", "late", "stale", "same_cursor"}


def test_every_kind_is_planted(lake: Path) -> None:
    assert set(DAMAGE) <= {true.kind for _, _, true in all_rows(lake)}


def test_every_oddity_of_the_feed_occurs(lake: Path) -> None:
    kinds = {true.kind for _, _, true in all_rows(lake)}
    assert kinds >= FEED_KINDS


def test_what_is_expected_follows_from_kind_and_way_alone(lake: Path) -> None:
    for _, _, true in all_rows(lake):
        wanted = "accept" if true.kind in FEED_KINDS else expectation(true.kind, true.how)
        assert true.expect == wanted


def test_damage_comes_in_every_increment_too(lake: Path) -> None:
    damaged = Counter(true.load for _, _, true in all_rows(lake) if true.kind in DAMAGE)
    assert len(damaged) == 5


def test_without_damage_every_line_is_clean(clean_lake: Path) -> None:
    assert {true.kind for _, _, true in all_rows(clean_lake)} == {"clean"}


@pytest.mark.slow
def test_damage_is_as_frequent_as_declared(tmp_path: Path, tables: dict[str, Table]) -> None:
    """Counted over planted sites; glued rows are two truths of one site. Allowed: four deviations."""
    lake = write_lake(tmp_path / "lake", subscriptions=12_000, brands=("nordlicht",))
    planted: Counter[str] = Counter()
    wanted: dict[str, float] = defaultdict(float)
    for brand, table, true in all_rows(lake):
        planted[true.kind] += 1
        for kind, rate in rates_of(tables[table], BRANDS[brand].layout).items():
            wanted[kind] += rate * bool(true.row)
    planted["merged_lines"] //= 2
    for kind in ("shift_rest_kept", "left_shift", "split_row", "bad_value", "truncated", "decimal_comma"):
        assert abs(planted[kind] - wanted[kind]) < 4 * wanted[kind] ** 0.5 + 0.03 * wanted[kind], kind


def test_about_fifteen_in_a_thousand_naive_rows_are_damaged(lake: Path) -> None:
    kinds = Counter(
        true.kind in DAMAGE
        for brand, table, true in all_rows(lake, "account", "payment")
        if brand != "polder"
    )
    assert 0.010 < kinds[True] / kinds.total() < 0.022


def test_a_shifted_row_has_more_cells_than_columns(lake: Path, tables: dict[str, Table]) -> None:
    for brand, table, true in all_rows(lake):
        if true.kind == "shift_rest_kept":
            line = read_lines(lake, true.file)[true.line - 1].decode()
            assert line.count(BRANDS[brand].layout.delimiter) > len(tables[table].columns) - 1


def test_two_glued_rows_share_their_line(lake: Path) -> None:
    places = Counter((true.file, true.line) for _, _, true in all_rows(lake) if true.kind == "merged_lines")
    assert set(places.values()) == {2}


def test_one_file_of_the_third_load_has_a_column_nobody_announced(
    lake: Path, tables: dict[str, Table]
) -> None:
    drifted = {
        (brand, table, true.load) for brand, table, true in all_rows(lake) if true.kind == "drifted_file"
    }
    assert [(brand, table, (load - FIRST).days) for brand, table, load in drifted] == [
        ("nordlicht", "invoice_item", 2)
    ]


def test_a_row_cut_in_two_is_whole_when_joined(lake: Path, tables: dict[str, Table]) -> None:
    for brand, table, true in all_rows(lake):
        if true.kind == "split_row":
            both = b"".join(read_lines(lake, true.file)[true.line - 1 : true.line + 1]).decode()
            assert both.count(BRANDS[brand].layout.delimiter) == len(tables[table].columns) - 1
