"""The import under strain, cases 15 to 28: missing and odd change times, types and time zones."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from hub import clock
from pipelines.engine.models import Watermark
from pipelines.engine.progress import advance, moment, text_of, watermark_of
from tests.conftest import NOW
from tests.engine.conftest import HEADER, Club, batches, member, mutations, quarantined

pytestmark = pytest.mark.django_db


def test_15_without_a_change_time_a_row_is_quarantined_by_default(club: Club) -> None:
    club.deliver(member("a", ""), member("b"))
    assert club.imports().counts.quarantined == 1
    assert (quarantined(), list(club.names())) == ([("unreadable", "updated_date")], ["b"])


def test_15_without_a_change_time_a_row_may_be_accepted(club: Club) -> None:
    club.reads(null_cursor="accept")
    club.deliver(member("a", ""), member("b"))
    club.imports()
    assert (club.get("a").cursor_at, quarantined()) == (None, [])


def test_15_without_a_change_time_a_run_may_be_made_to_fail(club: Club) -> None:
    club.reads(null_cursor="fail")
    club.deliver(member("a"), member("b", ""))
    report = club.fails()
    assert "1 rows have no updated_date" in report.error
    assert (club.names(), batches(), club.watermark) == ({}, [], None)


@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_15_a_row_without_a_change_time_neither_moves_nor_resets_the_watermark(club: Club, mode: str) -> None:
    club.reads(null_cursor="accept", mode=mode)
    club.deliver(member("a", "2025-01-10 08:00:00"))
    club.imports()
    club.deliver(member("b", ""))
    club.imports()
    assert club.watermark == "2025-01-10 08:00:00.000000"


def test_15_a_row_without_a_change_time_is_not_a_change_every_night(by_cursor: Club) -> None:
    by_cursor.reads(null_cursor="accept")
    by_cursor.deliver(member("a", ""), member("b"))
    by_cursor.imports()
    again = by_cursor.imports()
    assert (again.counts.unchanged, mutations("a")) == (2, ["created"])


def test_15_a_change_of_a_row_without_a_change_time_is_seen(club: Club) -> None:
    club.reads(null_cursor="accept")
    club.deliver(member("a", ""))
    club.imports()
    club.deliver(member("a", "", name="Boris"))
    assert club.imports().counts.updated == 1


def test_15_a_snapshot_needs_no_change_times(club: Club) -> None:
    club.reads(mode="snapshot")
    club.deliver(member("a", ""))
    assert club.imports().counts.created == 1


def test_16_without_its_column_of_change_times_an_entity_is_refused(club: Club) -> None:
    club.deliver(member("a"), header=tuple(name for name in HEADER if name != "updated_date"))
    error = club.fails().error
    assert "member" in error
    assert "updated_date" in error


def test_17_rows_without_a_change_time_do_not_let_old_ones_in(by_cursor: Club) -> None:
    by_cursor.reads(null_cursor="accept")
    by_cursor.deliver(member("a", "2025-01-10 08:00:00"))
    by_cursor.imports()
    by_cursor.deliver(
        member("old", "2025-01-09 08:00:00"), member("none", ""), member("new", "2025-01-11 08:00:00")
    )
    by_cursor.imports()
    assert sorted(by_cursor.names()) == ["a", "new", "none"]


def test_18_another_column_may_stand_in_for_the_change_time(club: Club) -> None:
    club.reads(null_cursor="created_date")
    club.deliver(member("a", "", created_date="2024-05-01 08:00:00"))
    club.imports()
    assert club.get("a").cursor_at == datetime(2024, 5, 1, 8, tzinfo=UTC)
    assert club.watermark == "2024-05-01 08:00:00.000000"


@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("", "unreadable"),
        ("0000-00-00 00:00:00", "unreadable"),
        ("0000-01-01 00:00:00", "unreadable"),
        ("9999-12-31 23:59:59", "cursor_implausible"),
        ("9999-12-31 23:59:59-05:00", "unreadable"),
        ("1970-01-01 00:00:00", "cursor_implausible"),
        ("1900-01-01 00:00:00", "cursor_implausible"),
        ("yesterday", "unreadable"),
        ("1736496000", "unreadable"),  # 26: seconds since 1970
        ("2025-01-10", "unreadable"),  # 26: a date where an instant is due
        ("2025-01-10 08:00:00 Europe/Berlin", "unreadable"),  # 24: the name of a zone
    ],
)
@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_19_odd_change_times_are_quarantined_and_not_compared(
    club: Club, mode: str, time: str, code: str
) -> None:
    club.reads(mode=mode)
    club.deliver(member("good", "2025-01-10 08:00:00"))
    club.imports()
    club.deliver(member("odd", time, created_date="1800-01-01 00:00:00"))
    club.imports()
    assert (quarantined(), club.watermark) == ([(code, "updated_date")], "2025-01-10 08:00:00.000000")


def test_20_a_change_time_in_the_future_is_not_believed_and_told(club: Club) -> None:
    club.deliver(member("a", "2099-01-01 00:00:00"))
    report = club.imports()
    assert (report.counts.ahead, club.watermark, club.get("a").cursor_at) == (1, None, None)
    assert any(note.startswith("1 rows changed in the future") for note in report.notes)


@pytest.mark.parametrize("full", [False, True])
def test_20_a_row_from_the_future_gives_way_to_its_correction_of_the_next_day(club: Club, full: bool) -> None:
    club.deliver_dated("2025-02-01", member("a", "2099-01-01 00:00:00", name="Bea"))
    club.imports()
    club.deliver_dated("2025-02-02", member("a", "2025-02-01 20:00:00", name="Cleo"))
    club.imports(full=full)
    assert club.names() == {"a": "Cleo"}
    assert club.imports(full=True).counts.changed == 0


def test_20_the_watermark_never_passes_the_start_of_the_run(club: Club) -> None:
    club.deliver(member("a", "2025-06-01 20:00:00"), at=NOW)  # a clock that is some hours ahead of ours
    report = club.imports()
    assert (club.watermark, report.counts.ahead) == (text_of(NOW), 1)


def test_20_unchanged_rows_from_the_future_do_not_lift_the_watermark_either(club: Club) -> None:
    club.deliver(member("a", "2099-01-01 00:00:00"), member("b", "2025-01-10 08:00:00"), at=NOW)
    club.imports()
    report = club.imports(full=True)
    assert (report.counts.unchanged, club.watermark) == (2, "2025-01-10 08:00:00.000000")


@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_20_a_change_time_in_the_future_does_not_hide_later_rows(club: Club, mode: str) -> None:
    club.reads(mode=mode, overlap_hours=0)
    club.deliver(member("a", "2099-01-01 00:00:00"))
    club.imports()
    with clock.fixed(NOW + timedelta(days=1)):
        club.deliver(member("a", "2025-06-01 18:00:00", name="Boris"), member("b", "2025-06-01 18:00:00"))
        club.imports()
    assert club.names() == {"a": "Boris", "b": "Ada"}


@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_21_a_source_that_went_back_in_time_does_not_take_the_watermark_along(club: Club, mode: str) -> None:
    club.reads(mode=mode, overlap_hours=24 * 365)
    club.deliver(member("a", "2025-01-10 08:00:00"))
    club.imports()
    (club.folder / "part-001.csv").unlink()
    club.deliver(member("b", "2025-01-05 08:00:00"))
    report = club.imports()
    assert club.watermark == "2025-01-10 08:00:00.000000"
    assert any("--since 2025-01-05" in note for note in report.notes)


@pytest.mark.parametrize(
    "writing", ["2025-01-10T07:00:00Z", "2025-01-10 07:00:00 UTC", "2025-01-10T08:00:00+01:00"]
)
def test_22_times_with_and_without_a_zone_are_the_same_times(club: Club, writing: str) -> None:
    club.reads(naive_zone="Europe/Berlin")
    for time in ("2025-01-10 08:00:00", writing, "2025-01-10T08:00:00"):
        club.deliver(member("a", time))
        club.imports()
    assert (mutations(), club.watermark) == (["created"], "2025-01-10 07:00:00.000000")


@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_22_a_source_may_switch_to_zones_and_back(club: Club, mode: str) -> None:
    club.reads(mode=mode, naive_zone="Europe/Berlin", overlap_hours=0)
    times = ["2025-01-10 08:00:00", "2025-01-10T07:30:00Z", "2025-01-10 09:00:00"]
    for number, time in enumerate(times):
        club.deliver(member(f"m{number}", time))
        assert club.imports().counts.created == 1


def test_24_the_hour_that_comes_twice_loses_no_row(by_cursor: Club) -> None:
    by_cursor.reads(naive_zone="Europe/Berlin", overlap_hours=1)
    by_cursor.deliver(member("a", "2024-10-27 02:59:00"))
    by_cursor.imports()
    by_cursor.deliver(member("b", "2024-10-27 02:10:00"))  # the second ten past two, told like the first
    by_cursor.imports()
    assert sorted(by_cursor.names()) == ["a", "b"]


@pytest.mark.parametrize("digits", ["", ".1", ".123", ".123456", ".123456789"])
@pytest.mark.parametrize("between", ["T", " "])
def test_25_however_the_time_is_written_the_row_at_the_boundary_is_read(
    by_cursor: Club, digits: str, between: str
) -> None:
    time = f"2025-01-10{between}08:00:00{digits}"
    by_cursor.deliver(member("a", time))
    by_cursor.imports()
    by_cursor.deliver(member("b", time))
    assert by_cursor.imports().counts.created == 1


def test_25_a_part_of_a_microsecond_does_not_hide_a_row(by_cursor: Club) -> None:
    by_cursor.deliver(member("a", "2025-01-10 08:00:00.123456900"))
    by_cursor.imports()
    by_cursor.deliver(member("b", "2025-01-10 08:00:00.123456100"))
    assert by_cursor.imports().counts.created == 1


@pytest.mark.parametrize("microsecond", [0, 1, 123_456, 999_999])
def test_28_a_stored_watermark_is_exact_to_the_microsecond(club: Club, microsecond: int) -> None:
    value = datetime(2025, 1, 10, 8, 0, 0, microsecond, tzinfo=UTC)
    advance(club.feed, "updated_date", text_of(value), token=1, run_id=1)
    connection.ensure_connection()
    mark = watermark_of(club.feed, "updated_date")
    assert mark is not None
    assert mark.value == value == moment(text_of(value))


def test_28_stored_change_times_are_exact_to_the_microsecond(club: Club) -> None:
    club.deliver(member("a", "2025-01-10 08:00:00.000001"))
    club.imports()
    club.deliver(member("a", "2025-01-10 08:00:00.000000", name="Older"))
    assert club.imports().counts.stale == 1
    assert Watermark.objects.get().value == datetime(2025, 1, 10, 8, 0, 0, 1, tzinfo=UTC)


def test_15_a_row_that_lost_its_change_time_is_placed_by_its_delivery(club: Club) -> None:
    club.reads(null_cursor="accept")
    for updated, name in (("2025-01-10 08:00:00", "Ada"), ("", "Bea"), ("2025-01-09 08:00:00", "Cleo")):
        club.deliver(member("a", updated, name=name))
        club.imports()
    assert club.names() == {"a": "Cleo"}


def test_16_a_snapshot_needs_no_cursor_column(club: Club) -> None:
    club.reads(mode="snapshot")
    without = tuple(name for name in HEADER if name != "updated_date")
    for name in ("Ada", "Bea"):
        club.deliver(member("a", name=name), header=without)
        club.imports()
    assert (club.names(), club.watermark) == ({"a": "Bea"}, None)


def test_a_row_with_a_cell_too_few_is_looked_at_whatever_stands_in_the_cursors_place(club: Club) -> None:
    """Its other times slid into the cursor's column, and would put it before the watermark for good."""
    moved = ("updated_date", "created_date", "is_deleted", "note")
    header = (*(name for name in HEADER if name not in moved), *moved)
    club.reads(mode="cursor", overlap_hours=0)
    club.deliver(member("m1"), header=header)
    club.imports()
    cells = [member("m2", "2025-02-10 08:00:00")[name] for name in header]
    del cells[header.index("number")]
    club.deliver_text(f"{','.join(header)}\n{','.join(cells)}\n")
    club.imports(max_quarantined=1.0)
    assert "m2" in club.names()
    assert (club.get("m2").number, str(club.get("m2").updated_date)) == (None, "2025-02-10 08:00:00+00:00")
