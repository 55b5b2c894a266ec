"""Which files of a folder are ready, in which order they come, and when they were loaded."""

import time
from datetime import UTC, datetime

import pytest

from hub.addresses import LakeAddress
from hub.errors import ConfigError
from pipelines.lake import open_lake
from tests.conftest import LakeFolder, touch

FOLDER = "acme/club/member"
YOUNG = datetime.fromtimestamp(time.time() + 3600, UTC)


def names(lake: LakeFolder) -> list[str]:
    return [file.path.removeprefix(f"{FOLDER}/") for file in lake.table("acme", "club", "member").files()]


@pytest.mark.parametrize(
    "name",
    [
        "part.csv",
        "part.csv.gz",
        "part.jsonl",
        "part.parquet",
        "load_date=2025-01-31/part.csv",
        "with blank é.csv",
    ],
)
def test_files_that_are_read(lake: LakeFolder, name: str) -> None:
    lake.write(f"{FOLDER}/{name}", "id\n")
    assert names(lake) == [name]


@pytest.mark.parametrize(
    "name",
    [
        ".part.csv",
        "_part.csv",
        "part.csv.tmp",
        "part.txt",
        "part.csv.crc",
        "_temporary/part.csv",
        ".staging/part.csv",
        "load_date=2025-01-31/_temporary/0/part.csv",
        "_SUCCESS",
        "_manifest",
    ],
)
def test_files_that_are_left_alone(lake: LakeFolder, name: str) -> None:
    lake.write(f"{FOLDER}/{name}", "id\n")
    assert names(lake) == []


def test_a_folder_that_looks_like_a_file_is_none(lake: LakeFolder) -> None:
    lake.write(f"{FOLDER}/part.parquet/part.csv", "id\n")
    assert names(lake) == ["part.parquet/part.csv"]


def test_a_file_that_changed_a_moment_ago_waits(lake: LakeFolder) -> None:
    touch(lake.write(f"{FOLDER}/part.csv", "id\n"), YOUNG)
    assert names(lake) == []


def test_a_file_without_content_waits(lake: LakeFolder) -> None:
    lake.write(f"{FOLDER}/part.csv", "")
    assert names(lake) == []


def test_a_manifest_says_which_young_files_are_complete(lake: LakeFolder) -> None:
    for name in ("a.csv", "b b.csv", "c.csv"):
        touch(lake.write(f"{FOLDER}/{name}", "id\n"), YOUNG)
    lake.write(f"{FOLDER}/_manifest", "a.csv\r\nb b.csv\n")
    assert names(lake) == ["a.csv", "b b.csv"]


def test_a_manifest_speaks_for_its_own_folder_only(lake: LakeFolder) -> None:
    touch(lake.write(f"{FOLDER}/load_date=2025-01-31/a.csv", "id\n"), YOUNG)
    lake.write(f"{FOLDER}/_manifest", "a.csv\n")
    assert names(lake) == []


def test_files_come_in_the_order_of_loading(lake: LakeFolder) -> None:
    lake.write(f"{FOLDER}/z.csv", "id\n", at=datetime(2025, 1, 1, tzinfo=UTC))
    lake.write(f"{FOLDER}/a.csv", "id\n", at=datetime(2025, 1, 3, tzinfo=UTC))
    lake.write(f"{FOLDER}/load_date=2025-01-02/m.csv", "id\n", at=datetime(2025, 2, 1, tzinfo=UTC))
    assert names(lake) == ["z.csv", "load_date=2025-01-02/m.csv", "a.csv"]


def test_files_of_one_load_come_by_name(lake: LakeFolder) -> None:
    for name in ("b", "a", "c"):
        lake.write(f"{FOLDER}/load_date=2025-01-02/{name}.csv", "id\n")
    assert names(lake) == [f"load_date=2025-01-02/{name}.csv" for name in "abc"]


def test_a_load_date_that_does_not_exist_is_named(lake: LakeFolder) -> None:
    lake.write(f"{FOLDER}/load_date=2025-02-30/part.csv", "id\n")
    with pytest.raises(ConfigError, match="load_date=2025-02-30"):
        names(lake)


def test_a_file_is_unchanged_until_it_changes(lake: LakeFolder) -> None:
    path = lake.write(f"{FOLDER}/part.csv", "id\n")
    table = lake.table("acme", "club", "member")
    (file,) = table.files()
    assert table.unchanged(file)
    path.write_text("id\n1\n")
    assert not table.unchanged(file)


def test_a_file_that_went_away_is_not_unchanged(lake: LakeFolder) -> None:
    path = lake.write(f"{FOLDER}/part.csv", "id\n")
    table = lake.table("acme", "club", "member")
    (file,) = table.files()
    path.unlink()
    assert not table.unchanged(file)


def test_a_table_that_nobody_delivers_has_no_files(lake: LakeFolder) -> None:
    assert names(lake) == []


def test_a_later_load_has_a_greater_position(lake: LakeFolder) -> None:
    for day in (1, 2):
        lake.write(f"{FOLDER}/load_date=2025-01-0{day}/part.csv", "id\n")
    first, second = lake.table("acme", "club", "member").files()
    assert first.position + 2_000_000_000 < second.position  # the last line of the first load


def test_a_lake_folder_that_does_not_exist_is_named(lake: LakeFolder) -> None:
    with pytest.raises(ConfigError, match="does not exist") as error:
        open_lake(LakeAddress(kind="duckdb", folder=lake.folder / "away"))
    assert "LAKE_URL" in error.value.hint
