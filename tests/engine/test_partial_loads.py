"""Loads that are delivered in part: files that are missing, cut off, completed, or written anew with fewer rows."""

import gzip

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipelines.engine.models import LakeFile
from tests.conftest import touch
from tests.engine.conftest import HEADER, Club, csv_of, member, quarantined

pytestmark = pytest.mark.django_db
DAY = "2025-02-02"
PATH = f"acme/club/member/load_date={DAY}"


def members(count: int, **cells: str) -> list[dict[str, str]]:
    return [member(f"m{number}", **cells) for number in range(count)]


def test_files_of_a_load_that_come_later_are_read_then(club: Club) -> None:
    club.deliver_dated(DAY, member("b"), name="part-002.csv")
    club.imports()
    club.deliver_dated("2025-02-03", member("c"))
    club.imports()
    club.deliver_dated(DAY, member("a"), name="part-001.csv")
    assert club.imports().counts.created == 1
    assert sorted(club.names()) == ["a", "b", "c"]


def test_a_manifest_that_names_files_that_are_not_there_is_told_until_they_are(club: Club) -> None:
    club.deliver_dated(DAY, member("a"))
    club.lake.write(f"{PATH}/_manifest", "part-001.csv\npart-002.csv\n\npart-003.csv\n")
    note = f"a manifest names files that are not there: {PATH}/part-002.csv, {PATH}/part-003.csv"
    assert note in club.imports().notes
    assert note in club.imports().notes
    club.deliver_dated(DAY, member("b"), name="part-002.csv")
    club.deliver_dated(DAY, member("c"), name="part-003.csv")
    report = club.imports()
    assert (report.counts.created, report.notes) == (2, [])


def test_a_file_that_was_cut_off_in_a_row_is_mended_by_its_whole(club: Club) -> None:
    whole = csv_of(*members(4))
    club.lake.write(f"{PATH}/part-001.csv", whole[: len(whole) - 60])
    club.imports()
    assert (len(club.names()), len(quarantined())) == (3, 1)
    club.lake.write(f"{PATH}/part-001.csv", whole)
    report = club.imports()
    assert (report.counts.created, report.counts.unchanged, quarantined()) == (1, 3, [])


def test_a_file_that_was_cut_off_in_its_last_cell_is_put_right_by_its_whole(club: Club) -> None:
    """What stands there reads, so nobody can tell; the file written anew counts more than what it held."""
    header = (*HEADER[:7], *HEADER[8:], "note")
    whole = csv_of(*members(2, note="likes tea and coffee"), header=header)
    club.lake.write(f"{PATH}/part-001.csv", whole[: -len(" and coffee\n")])
    club.imports()
    assert club.get("m1").note == "likes tea"
    club.lake.write(f"{PATH}/part-001.csv", whole)
    club.imports()
    assert club.get("m1").note == "likes tea and coffee"


def test_a_file_written_anew_with_fewer_rows_is_told_and_removes_nothing(club: Club) -> None:
    club.deliver_dated(DAY, *members(5))
    club.imports()
    club.deliver_dated(DAY, *members(2))
    report = club.imports()
    (note,) = report.notes
    assert note.startswith(f"files written anew with fewer lines: {PATH}/part-001.csv (3 lines, 6 before)")
    assert (len(club.names()), report.counts.unchanged) == (5, 2)
    assert club.imports().notes == []


def test_rows_that_such_a_file_no_longer_holds_are_flagged_by_the_next_key_list(club: Club) -> None:
    club.deliver_dated(DAY, *members(3))
    club.imports()
    club.deliver_dated(DAY, *members(2))
    club.imports()
    club.deliver_keys("2025-02-03", "m0", "m1")
    assert club.reconcile().counts.deleted == 1
    assert club.get("m2").missing_since is not None


def test_a_file_that_grew_is_not_told_as_one_that_shrank(club: Club) -> None:
    club.deliver_dated(DAY, *members(2))
    club.imports()
    club.deliver_dated(DAY, *members(5))
    assert club.imports().notes == []


def test_a_half_read_file_that_comes_back_shorter_is_read_from_its_start(club: Club) -> None:
    club.deliver_dated(DAY, *members(6))
    club.imports(limit=4, chunk_rows=2)
    club.deliver_dated(DAY, *members(2), member("new"))
    report = club.imports()
    assert (report.counts.created, report.counts.unchanged, len(club.names())) == (1, 2, 5)


def cut_gzip() -> bytes:
    return gzip.compress(csv_of(*members(500, note="x" * 40)).encode())[:-200]


def cut_parquet(club: Club) -> bytes:
    rows = members(50)
    table = pa.table({name: [row[name] for row in rows] for name in HEADER})
    path = club.lake.folder / "whole.parquet"
    parquet.write_table(table, path)
    return path.read_bytes()[:-100]


@pytest.mark.parametrize("kind", ["csv.gz", "parquet"])
def test_a_packed_file_that_was_cut_off_is_named_and_holds_up_no_other(club: Club, kind: str) -> None:
    club.deliver_dated("2025-02-01", member("a"))
    club.lake.write(f"{PATH}/part-001.{kind}", cut_gzip() if kind == "csv.gz" else cut_parquet(club))
    club.deliver_dated("2025-02-03", member("c"))
    report = club.fails()
    assert f"{PATH}/part-001.{kind} cannot be read" in report.error
    assert "deliver it again" in report.hint
    assert {"a", "c"} <= set(club.names())
    assert "Ada" not in report.error


def test_a_packed_file_that_is_delivered_again_whole_is_read_whole(club: Club) -> None:
    club.lake.write(f"{PATH}/part-001.csv.gz", cut_gzip())
    club.fails(chunk_rows=50)
    whole = gzip.compress(csv_of(*members(500, note="x" * 40)).encode())
    touch(club.lake.write(f"{PATH}/part-001.csv.gz", whole), club.lake.next_load)
    club.imports(chunk_rows=50)
    assert (len(club.names()), quarantined()) == (500, [])
    assert LakeFile.objects.get().status == "done"


def test_an_empty_file_is_only_begun(club: Club) -> None:
    club.lake.write(f"{PATH}/part-001.csv", "")
    assert club.imports().files == 0
    club.deliver_dated(DAY, member("a"))
    assert club.imports().counts.created == 1
