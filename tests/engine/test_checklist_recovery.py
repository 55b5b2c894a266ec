"""The import under strain, cases 41 to 50: state, and runs that end before their end."""

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest

from audit.locked import audited_writing
from pipelines.engine import commit, progress
from pipelines.engine.models import FeedEntry, FeedStream, LakeFile, QuarantineEntry, Watermark
from tests.conftest import FIRST_LOAD
from tests.engine.club.models import Member
from tests.engine.conftest import Club, batches, member, mutations, quarantined

pytestmark = pytest.mark.django_db
TENTH = "2025-01-10 08:00:00.000000"


class Crash(Exception):
    """Something nobody foresaw."""


def crash(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, on_call: int = 1) -> None:
    """Let a function of the engine fail when it is called for the nth time, after its work."""
    original, calls = getattr(module, name), []

    def failing(*args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        answer = original(*args, **kwargs)
        if len(calls) == on_call:
            raise Crash
        return answer

    monkeypatch.setattr(module, name, failing)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "step", ["_keep_odd_rows", "_remember", "_batch_row"]
)  # the last writes of a chunk, each after all the others before it
def test_41_a_chunk_commits_with_everything_or_not_at_all(
    club: Club, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    club.deliver(member("a"), member("b", fee="x"))
    crash(monkeypatch, commit, step)
    report = club.fails()
    assert report.error.startswith("Crash at test_checklist_recovery.py")
    assert (club.names(), mutations(), batches(), club.watermark) == ({}, [], [], None)
    assert not any(model.objects.exists() for model in (LakeFile, QuarantineEntry, FeedStream, FeedEntry))


@pytest.mark.django_db(transaction=True)
def test_42_a_run_that_died_is_gone_on_with_behind_its_last_chunk(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    club.deliver(*(member(f"m{number}") for number in range(6)))
    with monkeypatch.context() as patch:
        crash(patch, commit, "_remember", on_call=2)
        club.fails(chunk_rows=2)
    assert len(club.names()) == 2
    assert club.imports(chunk_rows=2).counts.created == 4
    assert (len(mutations()), [batch.first_line for batch in batches()]) == (6, [0, 4, 6])


@pytest.mark.django_db(transaction=True)
def test_43_in_an_unordered_table_a_failed_run_leaves_no_watermark(
    by_cursor: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_cursor.deliver(member("a", "2025-01-12 08:00:00"), member("b", "2025-01-11 08:00:00"))
    with monkeypatch.context() as patch:
        crash(patch, commit, "_remember", on_call=2)
        by_cursor.fails(chunk_rows=1)
    assert (by_cursor.watermark, list(by_cursor.names())) == (None, ["a"])
    by_cursor.imports(chunk_rows=1)
    assert (by_cursor.watermark, len(mutations())) == ("2025-01-12 08:00:00.000000", 2)


@pytest.mark.django_db(transaction=True)
def test_43_one_entity_that_fails_keeps_what_it_had(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    club.deliver(member("a"))
    club.imports()
    club.deliver(member("b", "2025-01-20 08:00:00"))
    with monkeypatch.context() as patch:
        crash(patch, progress, "note_file")
        club.fails()
    assert (club.watermark, list(club.names())) == (TENTH, ["a"])
    assert club.imports().counts.created == 1


def test_45_a_watermark_without_rows_is_noticed(club: Club) -> None:
    club.deliver(member("a"))
    club.imports()
    Watermark.objects.update(tenant="bolt", name="bolt/acme/member")
    club.reads(tenant="bolt")
    club.deliver(member("b"))
    report = club.fails()
    assert "has a watermark (2025-01-10 08:00:00.000000) but no rows" in report.error
    assert "--full" in report.hint


def test_45_a_full_run_after_that_starts_over(club: Club) -> None:
    progress.advance(club.feed, "updated_date", TENTH, token=1, run_id=1)
    club.deliver(member("a", "2025-01-05 08:00:00"))
    club.imports(full=True)
    assert (list(club.names()), club.watermark) == (["a"], "2025-01-05 08:00:00.000000")


@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_46_a_full_run_reads_everything_and_writes_what_changed(club: Club, mode: str) -> None:
    club.reads(mode=mode)
    club.deliver(member("a"), member("b"))
    club.imports()
    report = club.imports(full=True)
    assert (report.counts.read, report.counts.unchanged, mutations()) == (2, 2, ["created"] * 2)


@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_46_a_full_run_ends_with_the_watermark_of_all_its_rows(club: Club, mode: str) -> None:
    club.reads(mode=mode)
    club.deliver(member("a", "2025-01-10 08:00:00"), member("b", "2025-01-02 08:00:00"))
    club.imports()
    club.deliver(member("c", "2025-01-03 08:00:00"))
    club.imports(full=True)
    assert club.watermark == TENTH


def test_46_what_a_full_run_has_read_is_not_read_again(club: Club) -> None:
    club.deliver(member("a"))
    club.deliver(member("b"))
    club.imports(full=True)
    assert club.imports().counts.read == 0


def test_47_a_backfill_by_change_time_leaves_the_watermark_alone(by_cursor: Club) -> None:
    by_cursor.deliver(member("a"))
    by_cursor.imports(since=datetime(2025, 1, 1, tzinfo=UTC))
    assert by_cursor.watermark is None


def test_47_a_backfill_leaves_watermark_and_files_alone(club: Club) -> None:
    club.deliver(member("a"))
    since, until = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)
    assert club.imports(since=since, until=until).counts.created == 1
    assert (club.watermark, LakeFile.objects.count()) == (None, 0)


def test_47_backfills_in_any_order_give_the_same_rows(club: Club) -> None:
    days = [datetime(2025, 1, day, tzinfo=UTC) for day in (1, 5, 10, 15)]
    club.deliver(*(member(f"m{day}", f"2025-01-{day:02} 08:00:00") for day in range(1, 15)))
    for low, high in reversed(list(itertools.pairwise(days))):
        club.imports(since=low, until=high)
    assert (len(club.names()), len(mutations())) == (14, 14)


def test_47_the_next_run_finds_what_a_backfill_wrote_unchanged(club: Club) -> None:
    club.deliver(member("a"))
    club.imports(since=datetime(2025, 1, 1, tzinfo=UTC))
    assert club.imports().counts.unchanged == 1
    assert club.watermark == TENTH


def test_47_an_old_row_does_not_overwrite_a_newer_one(club: Club) -> None:
    club.deliver(member("a", "2025-01-05 08:00:00", name="Old"))
    club.deliver(member("a", "2025-01-10 08:00:00", name="New"))
    club.imports()
    report = club.imports(since=datetime(2025, 1, 5, tzinfo=UTC), until=datetime(2025, 1, 6, tzinfo=UTC))
    assert (report.counts.stale, club.names()) == (1, {"a": "New"})


def test_48_what_another_release_keeps_in_a_watermark_stays(club: Club) -> None:
    club.deliver(member("a"))
    club.imports()
    Watermark.objects.update(state={"from_the_future": [1, 2]})
    club.deliver(member("b", "2025-01-12 08:00:00"))
    club.imports()
    state = Watermark.objects.get().state
    assert state["from_the_future"] == [1, 2]
    assert state["witness"]["key"] == "acme:b"


def test_49_another_cursor_column_forces_a_choice(club: Club) -> None:
    club.deliver(member("a"))
    club.imports()
    Watermark.objects.update(cursor="created_date")
    report = club.fails()
    assert "was taken from created_date, the feed now reads updated_date" in report.error
    assert "--full" in report.hint


def test_49_a_full_run_is_that_choice(club: Club) -> None:
    club.deliver(member("a"))
    club.imports()
    Watermark.objects.update(cursor="created_date")
    club.imports(full=True)
    assert Watermark.objects.get().cursor == "updated_date"


def test_50_a_file_that_grew_is_read_again_from_its_start(club: Club) -> None:
    club.deliver(member("a"))
    club.imports()
    club.delivered = 0
    club.deliver(member("z"), member("a"), at=FIRST_LOAD)
    report = club.imports()
    assert (report.counts.created, report.counts.unchanged, quarantined()) == (1, 1, [])


def six(club: Club) -> Club:
    """Six members, the newest first, in three files."""
    for day in (5, 3, 1):
        club.deliver(*(member(f"m{day + more}", f"2025-01-0{day + more} 08:00:00") for more in (1, 0)))
    return club


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["files", "cursor"])
@pytest.mark.parametrize("ended_by", ["a crash", "a limit"])
def test_46_a_full_run_that_ends_early_hides_nothing_from_the_next(
    club: Club, mode: str, ended_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    club.reads(mode=mode)
    six(club).imports()
    with audited_writing():
        Member.objects.all().delete()
    if ended_by == "a limit":
        club.imports(full=True, limit=3)
    else:
        with monkeypatch.context() as patch:
            crash(patch, commit, "_remember", on_call=2)
            club.fails(full=True, chunk_rows=2)
    club.imports()
    assert (len(club.names()), club.watermark) == (6, "2025-01-06 08:00:00.000000")


@pytest.mark.django_db(transaction=True)
def test_46_a_full_run_after_a_rule_changed_that_ends_early_is_gone_on_with(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in "abc":
        club.deliver(member(key, note="n/a"))
    club.imports()
    club.reads(null_markers=("n/a",))
    with monkeypatch.context() as patch:
        crash(patch, commit, "_remember", on_call=2)
        club.fails(full=True)
    club.imports()
    assert not Member.objects.filter(note="n/a").exists()


@pytest.mark.parametrize("window", [{"limit": 2}, {"limit": 2, "since": datetime(2025, 1, 1, tzinfo=UTC)}])
@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_50_runs_with_a_limit_come_to_the_end(club: Club, mode: str, window: dict[str, Any]) -> None:
    club.reads(mode=mode)
    six(club)
    for _ in range(4):
        club.imports(**window)
    assert len(club.names()) == 6


def test_50_blank_lines_at_the_end_of_an_unordered_table_do_not_hold_its_watermark(by_cursor: Club) -> None:
    six(by_cursor).deliver_text("\n\n")
    by_cursor.imports()
    assert by_cursor.watermark == "2025-01-06 08:00:00.000000"


def test_50_a_report_names_the_watermark_that_is_stored(by_cursor: Club) -> None:
    six(by_cursor)
    assert by_cursor.imports(limit=2).watermark is None
    assert by_cursor.imports().watermark == by_cursor.watermark
