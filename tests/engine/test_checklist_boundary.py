"""The import under strain, cases 1 to 14: boundaries and ties. A test bears the number of its case."""

from datetime import UTC, datetime
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.engine.models import FeedEntry, Run, Watermark
from tests.engine.club.models import Member
from tests.engine.conftest import HEADER, Club, batches, member, mutations

pytestmark = pytest.mark.django_db

AT_EIGHT = "2025-01-10 08:00:00"


def test_01_rows_equal_to_the_watermark_are_read_again_and_nothing_is_written(by_cursor: Club) -> None:
    by_cursor.deliver(member("a", AT_EIGHT))
    by_cursor.imports()
    first = by_cursor.get("a").batch_id
    again = by_cursor.imports()
    assert (again.counts.read, again.counts.unchanged) == (1, 1)
    assert (mutations(), by_cursor.get("a").batch_id, FeedEntry.objects.count()) == (["created"], first, 1)


def test_02_a_new_row_at_the_watermark_is_imported(by_cursor: Club) -> None:
    by_cursor.deliver(member("a", AT_EIGHT))
    by_cursor.imports()
    by_cursor.deliver(member("b", AT_EIGHT))
    assert by_cursor.imports().counts.created == 1


@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_03_a_change_at_the_watermark_is_seen_and_counted(club: Club, mode: str) -> None:
    club.reads(mode=mode, overlap_hours=0)
    club.deliver(member("a", AT_EIGHT))
    club.imports()
    club.deliver(member("a", AT_EIGHT, name="Boris"))
    report = club.imports()
    assert (report.counts.updated, report.counts.same_time) == (1, 1)
    assert "1 rows changed without a newer change time" in report.notes


@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_04_a_chunk_may_end_inside_a_group_of_equal_times(club: Club, mode: str) -> None:
    club.reads(mode=mode, overlap_hours=0)
    club.deliver(*(member(f"m{number}", AT_EIGHT) for number in range(7)))
    assert club.imports(chunk_rows=3).counts.created == 7
    assert club.imports(chunk_rows=2).counts.created == 0


def test_05_a_table_with_one_time_everywhere_is_imported_without_growing_state(by_cursor: Club) -> None:
    by_cursor.deliver(*(member(f"m{number}", AT_EIGHT) for number in range(2_000)))
    by_cursor.imports(chunk_rows=700)
    state = Watermark.objects.get().state
    again = by_cursor.imports(chunk_rows=700)
    assert (again.counts.unchanged, Watermark.objects.get().state) == (2_000, state)
    assert len(str(state)) < 200


def test_06_times_of_whole_days_the_last_day_is_read_again(by_cursor: Club) -> None:
    by_cursor.deliver(member("a", "2025-01-09 00:00:00"), member("b", "2025-01-10 00:00:00"))
    by_cursor.imports()
    by_cursor.deliver(member("c", "2025-01-10 00:00:00"))
    report = by_cursor.imports()
    assert (report.counts.read, report.counts.created) == (2, 1)


def test_08_adjacent_ranges_neither_overlap_nor_leave_a_gap(club: Club) -> None:
    edges = [datetime(2025, 1, day, tzinfo=UTC) for day in (1, 2, 3, 4)]
    times = (
        "2025-01-01 00:00:00",
        "2025-01-02 00:00:00",
        "2025-01-02 23:59:59.999999",
        "2025-01-03 00:00:00",
    )
    club.deliver(*(member(f"m{number}", time) for number, time in enumerate(times)))
    ranges = pairwise(edges)
    assert [club.imports(since=low, until=high).counts.read for low, high in ranges] == [1, 2, 1]


def test_08_a_range_reads_in_the_zone_of_the_source(club: Club) -> None:
    club.reads(naive_zone="Europe/Berlin")
    club.deliver(member("a", "2025-01-02 00:30:00"))  # half past eleven of the day before, in UTC
    until = datetime(2025, 1, 2, tzinfo=UTC)
    assert club.imports(since=datetime(2025, 1, 1, tzinfo=UTC), until=until).counts.created == 1


@pytest.mark.parametrize("mode", ["files", "cursor"])
@pytest.mark.parametrize("order", [(3, 2, 1), (1, 3, 2), (1, 2, 3)])
def test_09_the_watermark_is_the_greatest_time_seen(club: Club, mode: str, order: tuple[int, ...]) -> None:
    club.reads(mode=mode)
    club.deliver(*(member(f"m{day}", f"2025-01-0{day} 08:00:00") for day in order))
    club.imports(chunk_rows=1)
    assert club.watermark == "2025-01-03 08:00:00.000000"


def test_10_chunks_without_anything_new_are_not_the_end(by_cursor: Club) -> None:
    old = [member(f"m{number}", AT_EIGHT) for number in range(4)]
    by_cursor.deliver(*old)
    by_cursor.imports()
    before = [member(f"n{number}", "2025-01-01 08:00:00") for number in range(4)]
    by_cursor.deliver(*before, *old, member("new", "2025-01-11 08:00:00"))
    assert by_cursor.imports(chunk_rows=2).counts.created == 1


def test_11_nothing_to_read_is_a_success_that_moves_nothing(club: Club) -> None:
    club.deliver(member("a", AT_EIGHT))
    club.imports()
    before = club.watermark
    report = club.run()
    assert (report.status, report.total.read, report.exit_code) == ("done", 0, 0)
    assert club.watermark == before == "2025-01-10 08:00:00.000000"
    assert Run.objects.filter(status="done").count() == 2


def test_11_a_run_that_finds_only_files_in_the_making_says_so(club: Club) -> None:
    club.deliver(member("a"), at=datetime.now(UTC))
    assert club.imports().notes == ["files of the last minute, left to the next run: 1"]


def test_11_files_in_the_making_are_told_beside_others_too(club: Club) -> None:
    club.deliver(member("a"))
    club.deliver(member("b"), at=datetime.now(UTC))
    report = club.imports()
    assert (report.counts.created, len(report.notes)) == (1, 1)


def test_11_a_table_that_the_lake_does_not_have_is_told(club: Club) -> None:
    assert club.imports().notes == ["the lake has no table acme/club/member: is the name right?"]


def test_11_a_file_with_a_header_alone_is_read_once(club: Club) -> None:
    club.deliver()
    assert (club.imports().files, club.imports().files) == (1, 0)


def test_12_of_one_key_twice_in_a_chunk_the_latest_wins_with_one_mutation(club: Club) -> None:
    club.deliver(
        member("a", "2025-01-12 08:00:00", name="Late"), member("a", "2025-01-11 08:00:00", name="Early")
    )
    report = club.imports()
    assert (club.names(), mutations()) == ({"a": "Late"}, ["created"])
    assert (report.counts.created, report.counts.duplicate) == (1, 1)


def test_12_of_one_key_and_time_twice_the_later_line_wins(club: Club) -> None:
    club.deliver(member("a", name="First"), member("a", name="Second"))
    club.imports()
    assert club.names() == {"a": "Second"}


def test_12_two_contents_of_one_key_and_time_are_told(club: Club) -> None:
    club.deliver(member("a", name="First"), member("a", name="Second"))
    report = club.imports()
    assert (report.counts.same_time, report.notes) == (1, ["1 rows changed without a newer change time"])


@pytest.mark.parametrize("chunk_rows", [1, 10])
def test_12_which_of_two_wins_does_not_depend_on_what_is_stored(club: Club, chunk_rows: int) -> None:
    club.deliver(member("a", name="Second"))
    club.imports()
    club.deliver(member("a", name="First"), member("a", name="Second"))
    club.imports(chunk_rows=chunk_rows)
    assert club.names() == {"a": "Second"}


def test_13_names_of_key_columns_may_be_written_in_any_case(club: Club) -> None:
    club.deliver_text("\n".join([",".join(HEADER).upper(), ",".join(member("a").values())]))
    assert club.imports().counts.created == 1


def test_13_a_file_without_the_key_is_refused_before_anything_is_written(club: Club) -> None:
    header = tuple(name for name in HEADER if name != "id")
    path = club.deliver(member("a"), header=header)
    report = club.fails()
    assert all(word in report.error for word in (path, "member", "id"))
    assert (club.names(), batches(), club.watermark) == ({}, [], None)


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_14_a_limit_stops_after_so_many_rows_and_the_next_run_goes_on(club: Club, limit: int) -> None:
    club.deliver(*(member(f"m{number}", AT_EIGHT) for number in range(5)))
    assert club.imports(limit=limit, chunk_rows=2).counts.read == limit
    assert club.imports(chunk_rows=2).counts.read == 5 - limit
    assert (len(club.names()), len(mutations())) == (5, 5)


def test_14_a_limit_may_end_between_two_files(club: Club) -> None:
    club.deliver(member("a"), member("b"))
    club.deliver(member("c"), member("d"))
    assert [club.imports(limit=2).counts.created for _ in range(3)] == [2, 2, 0]


def test_14_a_limit_in_an_unordered_table_leaves_the_watermark(by_cursor: Club) -> None:
    by_cursor.deliver(member("a", "2025-01-12 08:00:00"), member("b", "2025-01-11 08:00:00"))
    assert "the limit was reached" in by_cursor.imports(limit=1).notes[0]
    assert not Watermark.objects.exists()
    by_cursor.imports()
    assert (sorted(by_cursor.names()), by_cursor.watermark) == (["a", "b"], "2025-01-12 08:00:00.000000")


fresh = count()
rows = st.builds(
    member,
    st.sampled_from("abc"),
    st.sampled_from([f"2025-01-0{day} 08:00:00" for day in (1, 2, 3)]),
    name=st.sampled_from(["Ada", "Boris", "Chen"]),
    fee=st.sampled_from(["1.0", "1.00", "x"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(st.lists(st.lists(rows, min_size=1, max_size=4), min_size=1, max_size=3), st.integers(1, 4))
def test_50_any_size_of_chunks_gives_the_same_final_rows(club: Club, files: list, size: int) -> None:
    finals = []
    for chunk_rows in (10_000, size):
        club.reads(tenant=f"t{next(fresh)}")  # Hypothesis tries many lakes in one test
        for part in files:
            club.deliver(*part)
        club.run(chunk_rows=chunk_rows)
        found = Member.objects.filter(tenant=club.feed.tenant)
        finals.append(sorted(found.values_list("lake_id", "name", "fee", "cursor_at")))
    assert finals[0] == finals[1]
