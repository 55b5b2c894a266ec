"""Key lists: which ids exist upstream."""

import gzip
import time
from datetime import UTC, datetime

import pytest

from tests.conftest import LakeFolder, touch

KEYS = "acme/club/_keys/member"


def ids(lake: LakeFolder) -> list[str] | None:
    found = lake.table("acme", "club", "member").keys()
    return None if found is None else [key for part in found.ids for key in part]


def test_a_table_without_a_list_has_none(lake: LakeFolder) -> None:
    assert ids(lake) is None


def test_ids_come_sorted_and_once(lake: LakeFolder) -> None:
    lake.write(f"{KEYS}/keys.csv", "id\nb\na\nB\nb\n10\n9\n")
    assert ids(lake) == ["10", "9", "B", "a", "b"]


def test_ids_stay_text(lake: LakeFolder) -> None:
    lake.write(f"{KEYS}/keys.csv", "id\n007\n1e5\ntrue\n")
    assert ids(lake) == ["007", "1e5", "true"]


def test_the_newest_list_counts(lake: LakeFolder) -> None:
    lake.write(f"{KEYS}/load_date=2025-01-02/keys.csv", "id\nnew\n")
    lake.write(f"{KEYS}/load_date=2025-01-01/keys.csv", "id\nold\n")
    assert ids(lake) == ["new"]


def test_of_two_lists_in_one_folder_the_newer_counts(lake: LakeFolder) -> None:
    lake.write(f"{KEYS}/keys.csv", "id\nnew\n", at=datetime(2025, 1, 3, tzinfo=UTC))
    lake.write(f"{KEYS}/keys.csv.gz", gzip.compress(b"id\nold\n"), at=datetime(2025, 1, 2, tzinfo=UTC))
    assert ids(lake) == ["new"]


def test_a_compressed_list(lake: LakeFolder) -> None:
    lake.write(f"{KEYS}/keys.csv.gz", gzip.compress(b"id\na\n"))
    assert ids(lake) == ["a"]


@pytest.mark.parametrize("name", ["keys.csv.tmp", "keys.csv.gz.part", "old_keys.csv"])
def test_a_list_that_is_being_written_does_not_count(lake: LakeFolder, name: str) -> None:
    lake.write(f"{KEYS}/load_date=2025-01-01/keys.csv", "id\na\n")
    lake.write(f"{KEYS}/load_date=2025-01-02/{name}", "id\n")
    assert ids(lake) == ["a"]


def test_a_list_that_changed_a_moment_ago_does_not_count(lake: LakeFolder) -> None:
    touch(lake.write(f"{KEYS}/keys.csv", "id\na\n"), datetime.fromtimestamp(time.time(), UTC))
    assert ids(lake) is None


def test_a_list_without_ids_is_a_list(lake: LakeFolder) -> None:
    lake.write(f"{KEYS}/keys.csv", "id\n")
    assert ids(lake) == []


def test_the_position_of_a_list_is_behind_every_line_of_its_load(lake: LakeFolder) -> None:
    lake.write(f"{KEYS}/load_date=2025-01-02/keys.csv", "id\n")
    lake.write("acme/club/member/load_date=2025-01-02/part.csv", "id\n")
    lake.write("acme/club/member/load_date=2025-01-03/part.csv", "id\n")
    table = lake.table("acme", "club", "member")
    same, later = table.files()
    keys = table.keys()
    assert keys is not None
    assert same.position + 2_000_000_000 < keys.position < later.position
