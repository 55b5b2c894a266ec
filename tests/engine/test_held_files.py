"""A file whose columns changed: it is held, the others are read, and the source file says how it is to be read."""

import shutil
from datetime import UTC, date, datetime

import pytest

from hub.lakes import FileFormat
from pipelines.engine.contract import Version
from pipelines.engine.models import LakeFile
from tests.engine.conftest import HEADER, Club, batches, csv_of, member, quarantined

pytestmark = pytest.mark.django_db
DAY = "2025-02-02"
TRUE_HEADING = (*HEADER[:7], "channel", *HEADER[7:])
ON_THAT_DAY = Version(from_load=date(2025, 2, 2), until_load=date(2025, 2, 2), heading=TRUE_HEADING)


def drifted(*rows: dict[str, str], delimiter: str = ",") -> str:
    """Every row has a cell more than the heading, in front of the note."""
    lines = [delimiter.join([*list(row.values())[:7], "WEB", *list(row.values())[7:]]) for row in rows]
    return "\n".join([delimiter.join(HEADER), *lines]) + "\n"


def write(club: Club, day: str, text: str, name: str = "part-001.csv") -> None:
    club.lake.write(f"acme/club/member/load_date={day}/{name}", text)


def three_days(club: Club) -> Club:
    """The second of three files has drifted."""
    club.deliver_dated("2025-02-01", *(member(f"m{number}") for number in range(6)))
    changed = [member(f"m{number}", "2025-01-11 08:00:00", name="Boris") for number in range(6)]
    write(club, DAY, drifted(*changed))
    club.deliver_dated("2025-02-03", member("m0", "2025-01-12 08:00:00", name="Chen"), member("new"))
    return club


def test_files_behind_a_held_one_are_read_and_the_run_fails(club: Club) -> None:
    report = three_days(club).fails()
    assert (report.status, report.files, report.counts.created, report.counts.updated) == ("failed", 2, 7, 1)
    assert f"load_date={DAY}/part-001.csv: its columns changed" in report.error
    assert [file.status for file in LakeFile.objects.order_by("path")] == ["done", "drifted", "done"]


def test_what_is_wrong_with_a_held_file_is_told_without_its_cells(club: Club) -> None:
    error = three_days(club).fails().error
    assert "its lines have 13 cells, its heading 12" in error
    assert "they read if what is new stands before note" in error
    assert "WEB" not in error + LakeFile.objects.get(status="drifted").reason


def test_a_held_file_comes_in_as_its_version_says_and_overwrites_nothing_newer(club: Club) -> None:
    three_days(club).fails()
    club.reads(versions=(ON_THAT_DAY,))
    report = club.imports()
    assert (report.counts.updated, report.counts.stale, report.counts.dropped) == (5, 1, 0)
    assert club.names() == {"m0": "Chen", "new": "Ada"} | {f"m{number}": "Boris" for number in range(1, 6)}
    assert (club.get("m1").extra, quarantined()) == ({"channel": "WEB"}, [])
    assert not LakeFile.objects.exclude(status="done").exists()


def test_held_or_not_the_rows_end_the_same(club: Club) -> None:
    three_days(club).fails()
    club.reads(versions=(ON_THAT_DAY,))
    club.imports()
    late = club.names()
    shutil.copytree(club.folder, club.lake.folder / "bolt" / "club" / "member")  # with the times of its files
    club.reads(tenant="bolt")
    club.imports()
    assert club.names() == late


def test_a_column_that_a_version_ignores_is_not_kept(club: Club) -> None:
    three_days(club).fails()
    ignoring = Version(files="*/load_date=2025-02-02/*", heading=TRUE_HEADING, ignored=frozenset({"channel"}))
    club.reads(versions=(ignoring,))
    club.imports()
    assert club.get("m1").extra is None


def test_of_two_versions_for_a_file_the_last_counts(club: Club) -> None:
    three_days(club).fails()
    club.reads(versions=(Version(files="*", absent=frozenset({"fee"})), ON_THAT_DAY))
    assert club.imports().counts.updated == 5


def test_a_version_reads_quoted_files_by_the_true_number_of_cells(club: Club) -> None:
    club.form = FileFormat(writing="rfc4180", delimiter=";")
    row = member("a", note='"likes; tea"')
    write(club, DAY, drifted(*[row | {"id": f"m{number}"} for number in range(6)], delimiter=";"))
    club.fails()
    club.reads(versions=(ON_THAT_DAY,))
    assert club.imports().counts.created == 6
    assert club.get("m1").note == "likes; tea"


def test_a_version_reads_files_without_a_heading_from_their_first_line(club: Club) -> None:
    club.form = FileFormat(columns=HEADER)
    write(club, DAY, drifted(*(member(f"m{number}") for number in range(6))).partition("\n")[2])
    club.fails()
    club.reads(versions=(ON_THAT_DAY,))
    assert club.imports().counts.created == 6


def test_a_version_may_rename_columns_of_some_loads(club: Club) -> None:
    renamed = tuple("remark" if name == "note" else name for name in HEADER)
    club.deliver_dated("2025-02-01", member("a", note="x"))
    write(club, DAY, csv_of(member("b", remark="y"), header=renamed))
    club.reads(versions=(Version(from_load=date(2025, 2, 2), columns={"remark": ("note",)}),))
    club.imports()
    assert [club.get(key).note for key in "ab"] == ["x", "y"]


def test_a_file_with_fewer_cells_than_its_heading_is_read_by_its_version(club: Club) -> None:
    text = csv_of(
        *(member(f"m{number}") for number in range(6)), header=tuple(n for n in HEADER if n != "note")
    )
    write(club, DAY, ",".join(HEADER) + "\n" + text.partition("\n")[2])
    assert "its lines have 11 cells, its heading 12" in club.fails().error
    club.reads(versions=(Version(files="*", heading=tuple(n for n in HEADER if n != "note")),))
    assert club.imports().counts.created == 6


def test_a_heading_for_a_file_that_names_its_own_columns_is_refused(club: Club) -> None:
    club.lake.write("acme/club/member/part-1.jsonl", '{"id": "a"}\n')
    club.reads(versions=(Version(files="*", heading=TRUE_HEADING),))
    assert "such a file names its own columns" in club.fails().error


def test_rows_of_a_file_that_nobody_will_explain_may_be_quarantined_instead(club: Club) -> None:
    three_days(club).fails()
    club.reads(versions=(Version(files=f"*{DAY}*", damaged="quarantine"),))
    report = club.run(max_quarantined=1.0).entities[0]
    assert (report.error, report.counts.quarantined, len(quarantined())) == ("", 6, 6)
    assert not LakeFile.objects.exclude(status="done").exists()


def test_such_rows_come_in_by_replay_once_a_version_says_how(club: Club) -> None:
    three_days(club).fails()
    club.reads(versions=(Version(files=f"*{DAY}*", damaged="quarantine"),))
    club.run(max_quarantined=1.0)
    club.reads(versions=(ON_THAT_DAY,))
    report = club.replay()
    assert (report.counts.updated, report.counts.stale, quarantined()) == (5, 1, [])
    assert club.names()["m1"] == "Boris"


def test_quarantined_rows_of_such_a_file_do_not_fail_those_behind_it(club: Club) -> None:
    write(club, "2025-02-01", drifted(*(member(f"m{number}") for number in range(30))))
    club.deliver_dated("2025-02-03", member("a"), member("b", fee="x"))
    club.reads(versions=(Version(until_load=date(2025, 2, 1), damaged="quarantine"),))
    report = club.run(max_quarantined=1.0).entities[0]
    assert (report.error, list(club.names())) == ("", ["a"])


def test_read_by_change_time_a_held_file_holds_the_watermark_so_that_none_of_its_rows_is_left_out(
    by_cursor: Club,
) -> None:
    three_days(by_cursor).fails()
    assert (by_cursor.watermark, by_cursor.names()["m0"]) == (None, "Chen")
    by_cursor.reads(versions=(ON_THAT_DAY,))
    by_cursor.imports()
    assert by_cursor.names()["m1"] == "Boris"
    assert by_cursor.watermark == "2025-01-12 08:00:00.000000"


def test_two_held_files_are_told_in_one_line(club: Club) -> None:
    for day in ("2025-02-01", "2025-02-02"):
        write(club, day, drifted(*(member(f"m{number}") for number in range(6))))
    assert club.fails().error.endswith("and 1 more files like it wait")


def test_a_held_file_that_is_delivered_again_as_it_should_be_needs_no_version(club: Club) -> None:
    three_days(club).fails()
    club.deliver_dated(
        DAY, *(member(f"m{number}", "2025-01-11 08:00:00", name="Dita") for number in range(6))
    )
    club.imports()
    assert club.names()["m1"] == "Dita"


def test_a_held_file_that_left_the_lake_is_waited_for_no_longer(club: Club) -> None:
    three_days(club).fails()
    (club.folder / f"load_date={DAY}" / "part-001.csv").unlink()
    report = club.imports()
    assert report.notes == [
        f"files that waited to be read are no longer in the lake: acme/club/member/load_date={DAY}/part-001.csv"
    ]
    assert LakeFile.objects.filter(status="gone").count() == 1
    assert club.imports().notes == []


def test_it_is_read_when_it_comes_back(club: Club) -> None:
    three_days(club).fails()
    path = club.folder / f"load_date={DAY}" / "part-001.csv"
    path.unlink()
    club.imports()
    club.reads(versions=(ON_THAT_DAY,))
    write(club, DAY, drifted(member("back")))
    assert club.imports().counts.created == 1


def test_a_backfill_over_a_held_file_says_so_and_notes_nothing(club: Club) -> None:
    three_days(club)
    report = club.fails(since=datetime(2025, 1, 1, tzinfo=UTC))
    assert ("its columns changed" in report.error, LakeFile.objects.exists()) == (True, False)
    assert batches()


def test_read_by_change_time_rows_that_slid_are_seen_whatever_stands_in_the_place_of_their_time(
    by_cursor: Club,
) -> None:
    """In these rows it is the day they were created, far before the watermark."""
    by_cursor.deliver_dated("2025-02-01", member("a"))
    by_cursor.imports()
    write(by_cursor, DAY, drifted(*(member(f"m{number}", "2025-01-11 08:00:00") for number in range(6))))
    assert "its columns changed" in by_cursor.fails().error
