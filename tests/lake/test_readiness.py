"""Which files of a folder are ready, in which order they come, and when they were loaded."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.addresses import LakeAddress
from hub.errors import ConfigError, FatalError
from pipelines.lake import open_lake
from tests.conftest import LakeFolder, touch

FOLDER = "acme/club/member"


def young() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


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
    touch(lake.write(f"{FOLDER}/part.csv", "id\n"), young())
    assert names(lake) == []


def test_a_file_from_the_future_does_not_wait_for_it(lake: LakeFolder) -> None:
    touch(lake.write(f"{FOLDER}/part.csv", "id\n"), young() + timedelta(days=3))
    assert names(lake) == ["part.csv"]


def test_links_to_files_and_folders_are_followed(lake: LakeFolder) -> None:
    lake.write("elsewhere/part.csv", "id\n")
    folder = lake.folder / FOLDER
    folder.mkdir(parents=True)
    (folder / "load_date=2025-01-31").symlink_to(lake.folder / "elsewhere")
    (folder / "again.csv").symlink_to(lake.folder / "elsewhere/part.csv")
    (folder / "loop").symlink_to(folder)
    assert sorted(names(lake)) == ["again.csv", "load_date=2025-01-31/part.csv"]


def test_a_link_that_leads_nowhere_is_told(lake: LakeFolder) -> None:
    (lake.folder / FOLDER).mkdir(parents=True)
    (lake.folder / FOLDER / "part.csv").symlink_to("gone")
    with pytest.raises(FatalError, match=r"part\.csv cannot be looked into"):
        names(lake)


def test_a_folder_that_may_not_be_read_is_told(lake: LakeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.write(f"{FOLDER}/load_date=2025-01-31/part.csv", "id\n")
    real = Path.iterdir

    def guarded(path: Path) -> Iterator[Path]:  # root, as whom CI runs, may read everything
        if path.name.startswith("load_date"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "iterdir", guarded)
    with pytest.raises(FatalError, match="load_date=2025-01-31 cannot be looked into"):
        names(lake)


def test_a_file_without_content_waits(lake: LakeFolder) -> None:
    lake.write(f"{FOLDER}/part.csv", "")
    assert names(lake) == []


def test_a_manifest_says_which_young_files_are_complete(lake: LakeFolder) -> None:
    for name in ("a.csv", "b b.csv", "c.csv"):
        touch(lake.write(f"{FOLDER}/{name}", "id\n"), young())
    lake.write(f"{FOLDER}/_manifest", "a.csv\r\nb b.csv\n")
    assert names(lake) == ["a.csv", "b b.csv"]


def test_a_manifest_speaks_for_its_own_folder_only(lake: LakeFolder) -> None:
    touch(lake.write(f"{FOLDER}/load_date=2025-01-31/a.csv", "id\n"), young())
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


def test_a_path_that_no_record_can_hold_is_told(lake: LakeFolder) -> None:
    lake.write(f"{FOLDER}/{'x' * 120}/{'y' * 130}.csv", "id\n")
    with pytest.raises(ConfigError, match="longer than 255 characters") as raised:
        lake.table("acme", "club", "member").files()
    assert "shorten" in (raised.value.hint or "")
