"""The import under strain, cases 7, 8, 14, 31 and 49: where a read begins and ends, and who decides that."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub import clock
from hub.errors import UsageError
from hub.lakes import RawChunk, TableReader
from pipelines.engine.models import Watermark
from pipelines.engine.rows import spec_of
from pipelines.engine.window import Window
from tests.conftest import NOW
from tests.engine.club.models import Member
from tests.engine.conftest import Club, meddling, member, mutations

pytestmark = pytest.mark.django_db
AT_EIGHT = "2025-01-10 08:00:00"
OPTIONS = {
    "brand": ["acme"], "entity": ["member"], "since": None, "until": None, "closed": False, "full": False,
    "limit": None, "minutes": None, "watermark": None, "dry_run": False, "max_quarantined": 0.05,
    "chunk_rows": 10,
    "workers": 1,
}  # fmt: skip


def asked(**options: object) -> Window:
    return Window.from_options(OPTIONS | options)


def test_07_with_an_open_boundary_the_row_at_the_watermark_is_not_read_again(club: Club) -> None:
    club.reads(mode="cursor", boundary="open", overlap_hours=0)
    club.deliver(member("a", AT_EIGHT))
    club.imports()
    club.deliver(member("b", "2025-01-10 08:00:00.000001"))
    report = club.imports()
    assert (report.counts.read, report.counts.created) == (1, 1)


def test_07_a_closed_boundary_reads_it_again(club: Club) -> None:
    club.reads(mode="cursor", overlap_hours=0)
    club.deliver(member("a", AT_EIGHT))
    club.imports()
    club.deliver(member("b", "2025-01-10 08:00:00.000001"))
    assert club.imports().counts.read == 2


def test_07_a_row_whose_time_does_not_read_is_no_row_before_an_open_boundary(club: Club) -> None:
    club.reads(mode="cursor", boundary="open", overlap_hours=0)
    club.deliver(member("a", AT_EIGHT))
    club.imports()
    club.deliver(member("b", "soon"))
    assert club.imports().counts.quarantined == 1


def test_08_a_closed_end_takes_in_the_day_or_the_instant_that_it_names(club: Club) -> None:
    club.deliver(
        member("a", "2025-01-10 00:00:00"),
        member("b", "2025-01-10 08:00:00"),
        member("c", "2025-01-10 23:59:59.999999"),
        member("d", "2025-01-11 00:00:00"),
    )
    for until, closed, read in [
        ("2025-01-10", False, 0),
        ("2025-01-10", True, 3),
        ("2025-01-10T08:00", False, 1),
        ("2025-01-10T08:00", True, 2),
    ]:
        window = asked(since="2025-01-01", until=until, closed=closed)
        assert club.imports(since=window.since, until=window.until).counts.read == read, (until, closed)


def test_08_a_closed_end_needs_an_end() -> None:
    with pytest.raises(UsageError, match="--closed needs --until"):
        asked(since="2025-01-01", closed=True)


def test_08_what_a_run_keeps_of_a_closed_end_means_the_same_when_it_is_typed_again() -> None:
    first = asked(since="2025-01-01", until="2025-01-10", closed=True)
    again = first.as_dict()
    assert asked(since=again["since"], until=again["until"]).until == first.until


@pytest.fixture
def hours_pass(club: Club, monkeypatch: pytest.MonkeyPatch) -> Iterator[Club]:
    """An hour passes while the first chunk is read."""
    with clock.fixed(NOW):
        moments = [NOW]
        monkeypatch.setattr(clock, "now", lambda: moments[-1])
        meddling(club, lambda: None)
        reader = club.wrap

        def slow(table: TableReader) -> TableReader:
            found = reader(table)
            original = found.chunks

            def chunks(*args: Any, **kwargs: Any) -> Iterator[RawChunk]:
                for chunk in original(*args, **kwargs):
                    moments.append(moments[-1] + timedelta(hours=1))
                    yield chunk

            monkeypatch.setattr(type(found), "chunks", lambda self, *a, **k: chunks(*a, **k))
            club.wrap = lambda table: found
            return found

        club.wrap = slow
        yield club


@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_14_a_time_limit_ends_a_run_and_the_next_one_loses_no_row_of_a_group_of_equal_times(
    hours_pass: Club, mode: str
) -> None:
    hours_pass.reads(mode=mode, overlap_hours=0)
    hours_pass.deliver(*(member(f"m{number}", AT_EIGHT) for number in range(7)))
    report = hours_pass.imports(minutes=30, chunk_rows=3)
    assert report.counts.created == 3
    assert "the time was up: 1 files are left to the next run" in report.notes
    assert hours_pass.imports(chunk_rows=3).counts.created == 4
    assert (len(hours_pass.names()), len(mutations())) == (7, 7)


def test_14_a_time_limit_in_an_unordered_table_leaves_the_watermark(hours_pass: Club) -> None:
    hours_pass.reads(mode="cursor", overlap_hours=0)
    hours_pass.deliver(member("a", "2025-01-12 08:00:00"), member("b", "2025-01-11 08:00:00"))
    hours_pass.imports(minutes=30, chunk_rows=1)
    assert hours_pass.watermark is None
    hours_pass.imports(chunk_rows=1)
    assert hours_pass.watermark == "2025-01-12 08:00:00.000000"


def test_14_a_run_that_is_through_when_its_time_is_up_is_through(hours_pass: Club) -> None:
    hours_pass.reads(mode="cursor", overlap_hours=0)
    hours_pass.deliver(member("a", AT_EIGHT))
    report = hours_pass.imports(minutes=30)
    assert (report.notes, hours_pass.watermark) == ([], "2025-01-10 08:00:00.000000")


@pytest.mark.parametrize("minutes", [0, -1, float("inf"), float("nan")])
def test_14_a_time_limit_is_a_span_of_time(minutes: float) -> None:
    with pytest.raises(UsageError, match="--minutes"):
        asked(minutes=minutes)


@pytest.fixture
def by_day(club: Club, monkeypatch: pytest.MonkeyPatch) -> Iterator[Club]:
    """Members whose change time is the day they joined."""
    monkeypatch.setattr(Member, "cursor", "joined")
    spec_of.cache_clear()
    club.reads(mode="cursor", overlap_hours=0)
    yield club
    monkeypatch.undo()
    spec_of.cache_clear()


@pytest.mark.parametrize(("hours", "read"), [(0, 1), (1, 2), (24, 2), (25, 3), (72, 4)])
def test_31_an_overlap_of_days_is_one_of_whole_days(by_day: Club, hours: float, read: int) -> None:
    by_day.deliver(*(member(f"m{day}", joined=f"2025-01-0{day}") for day in range(1, 8)))
    by_day.imports()
    assert (by_day.watermark or "")[:10] == "2025-01-07"
    by_day.reads(overlap_hours=hours)
    assert by_day.imports().counts.read == read


def test_31_a_date_is_stored_and_compared_as_its_midnight(by_day: Club) -> None:
    by_day.deliver(member("a", joined="2025-01-07", name="New"))
    by_day.imports()
    by_day.deliver(member("a", joined="2025-01-06", name="Old"))
    assert by_day.imports(full=True).counts.stale >= 1
    assert by_day.get("a").cursor_at == datetime(2025, 1, 7, tzinfo=UTC)
    assert by_day.names() == {"a": "New"}


def test_31_an_overlap_of_seconds_is_exact(club: Club) -> None:
    club.reads(mode="cursor", overlap_hours=90 / 3600)
    club.deliver(member("a", AT_EIGHT))
    club.imports()
    club.deliver(member("b", "2025-01-10 07:58:30"), member("c", "2025-01-10 07:58:29.999999"))
    assert club.imports().counts.created == 1


def moved(club: Club) -> Club:
    """The watermark was taken from another column than the one that is read now."""
    club.deliver(member("a"))
    club.imports()
    Watermark.objects.update(cursor="created_date")
    club.deliver(member("b", "2025-01-09 08:00:00"))
    return club


CHOICE = {"brands": ("acme",), "entities": ("member",)}


def test_49_the_three_ways_out_are_named(club: Club) -> None:
    hint = moved(club).fails().hint
    assert all(flag in hint for flag in ("--full", "--watermark keep", "--watermark TIME"))


def test_49_the_value_may_be_kept_for_the_new_column(club: Club) -> None:
    club.reads(mode="cursor", overlap_hours=0)
    report = moved(club).imports(watermark="keep", **CHOICE)
    assert (report.counts.created, club.watermark) == (0, "2025-01-10 08:00:00.000000")
    assert Watermark.objects.get().cursor == "updated_date"
    assert club.imports().counts.created == 0


def test_49_another_value_may_be_set(club: Club) -> None:
    club.reads(mode="cursor", overlap_hours=0)
    chosen = datetime(2025, 1, 9, tzinfo=UTC)
    report = moved(club).imports(watermark=chosen, **CHOICE)
    assert (report.counts.created, club.watermark) == (1, "2025-01-10 08:00:00.000000")
    assert "the watermark was set to 2025-01-09" in report.notes[0]


def test_49_a_dry_run_chooses_nothing(club: Club) -> None:
    moved(club).imports(watermark="keep", dry_run=True, **CHOICE)
    assert Watermark.objects.get().cursor == "created_date"


@pytest.mark.parametrize(
    "options",
    [
        {"brand": None},
        {"entity": None},
        {"full": True},
        {"since": "2025-01-01"},
        {"watermark": "yesterday"},
    ],
)
def test_49_a_choice_is_one_about_one_feed(options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        asked(**({"watermark": "keep"} | options))
