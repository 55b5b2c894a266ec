"""Key lists against the table: what is gone, what is back, and lists that are not to be believed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models import QuerySet

from hub.commands import _stop
from pipelines.engine import reconcile
from pipelines.engine.models import FeedEntry
from pipelines.engine.reconcile import Reconciliation
from tests.engine.club.models import Member
from tests.engine.conftest import Club, member, mutations

pytestmark = pytest.mark.django_db


def gone() -> list[str]:
    return list(Member.objects.exclude(missing_since=None).order_by("key").values_list("lake_id", flat=True))


@pytest.fixture
def flagged(club: Club) -> Club:
    """Of two members one is not on the list of the second of February."""
    club.lists_one_of_two()
    assert (club.reconcile().counts.deleted, gone()) == (1, ["a"])
    return club


def test_a_row_on_a_later_list_is_back(flagged: Club) -> None:
    flagged.deliver_keys("2025-02-03", "a", "b")
    report = flagged.reconcile()
    assert (gone(), report.counts.updated, report.notes) == ([], 1, [])
    assert mutations("a") == ["created", "deleted", "restored"]
    assert FeedEntry.objects.latest("number").updated == ["acme:a"]


def test_the_same_list_again_changes_nothing(flagged: Club) -> None:
    trail = mutations()
    assert flagged.reconcile().counts.deleted == 0
    assert (gone(), mutations()) == (["a"], trail)


def test_ids_of_rows_that_are_deleted_or_newer_than_the_list_are_not_called_unknown(club: Club) -> None:
    club.deliver_dated("2025-02-01", member("a"), member("b", is_deleted="true"))
    club.deliver_dated("2025-02-03", member("a", "2025-02-03 01:00:00", name="Bea"))
    club.imports()
    club.deliver_keys("2025-02-02", "a", "b", "new")
    assert club.reconcile().notes == [
        "ids upstream that were never imported: 1, see Quarantined rows in the admin"
    ]


def test_a_list_that_misses_too_much_is_refused_with_the_share_that_would_let_it_through(club: Club) -> None:
    club.deliver_dated("2025-02-01", *(member(key) for key in "abc"))
    club.imports()
    club.deliver_keys("2025-02-02", "a")
    report = club.reconcile(least_share=0.9)
    assert ("holds 1 of 3" in report.error, gone()) == (True, [])
    assert "--brand acme --entity member --least-share 0.33" in report.hint


def test_an_empty_list_is_never_believed(club: Club) -> None:
    club.deliver_dated("2025-02-01", member("a"))
    club.imports()
    club.deliver_keys("2025-02-02")
    assert "the list is empty" in club.reconcile(least_share=0).hint


def test_a_list_without_its_heading_is_refused_because_its_first_id_would_be_lost(club: Club) -> None:
    club.deliver_dated("2025-02-01", member("a"), member("b"))
    club.imports()
    club.deliver_keys("2025-02-02", text="a\nb\n")
    report = club.reconcile()
    assert ("its first line is not the heading id" in report.error, gone()) == (True, [])


def test_a_list_with_bytes_that_are_no_text_is_told_in_one_line(club: Club) -> None:
    club.deliver_dated("2025-02-01", member("a"))
    club.imports()
    club.lake.write("acme/club/_keys/member/load_date=2025-02-02/keys.csv", b"id\na\xff\n")
    report = club.reconcile()
    assert ("cannot be read" in report.error, "defect" in report.hint) == (True, False)


def test_a_signal_ends_it_between_two_batches(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    club.deliver_dated("2025-02-01", *(member(key) for key in "abc"))
    club.imports()
    club.deliver_keys("2025-02-02", "a", "z")
    monkeypatch.setattr(reconcile, "ROWS_PER_CHUNK", 1)
    monkeypatch.setattr(_stop, "requested", True)
    assert (club.reconcile().status, gone()) == ("interrupted", ["b"])


def test_a_list_that_writes_ids_in_another_way_is_not_waved_through(club: Club) -> None:
    club.deliver_dated("2025-02-01", member("a"), member("b"))
    club.imports()
    club.deliver_keys("2025-02-02", "A", "B")
    report = club.reconcile(least_share=0.9)
    assert ("0 of 2 known ids" in report.error, "--least-share" in report.hint) == (True, False)


def test_blanks_around_the_ids_of_a_list_do_not_matter(club: Club) -> None:
    club.deliver_dated("2025-02-01", member("a"), member("b"))
    club.imports()
    club.deliver_keys("2025-02-02", " a ", "b ")
    assert (club.reconcile().counts.deleted, gone()) == (0, [])


def test_a_late_file_from_before_the_list_brings_no_row_back(flagged: Club) -> None:
    flagged.deliver_dated("2025-02-01", member("a", "2025-02-01 08:00:00"), name="part-002.csv")
    assert (flagged.imports().counts.stale, gone()) == (1, ["a"])


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_closed_while_the_list_was_sorted_is_opened_again(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    club.lists_one_of_two()
    errors = [OperationalError(2006, "MySQL server has gone away")]
    real = QuerySet._fetch_all

    def fetch(rows: QuerySet[Any]) -> None:
        if rows.model is Member and errors:
            raise errors.pop()
        real(rows)

    monkeypatch.setattr(QuerySet, "_fetch_all", fetch)
    assert (club.reconcile().counts.deleted, gone()) == (1, ["a"])


def meanwhile(monkeypatch: pytest.MonkeyPatch, step: str, happens: Callable[[], object]) -> None:
    """Let something happen between the comparison of keys and what it leads to."""
    real = getattr(Reconciliation, step)

    def late(*given: Any) -> Any:
        happens()
        return real(*given)

    monkeypatch.setattr(Reconciliation, step, late)


def backfilled(club: Club) -> None:
    club.imports(since=datetime(2025, 1, 1, tzinfo=UTC))


def test_a_row_that_a_backfill_brought_in_meanwhile_is_not_flagged(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    club.lists_one_of_two()

    def delivered() -> None:
        club.deliver_dated("2025-02-03", member("a", "2025-01-11 08:00:00"))
        backfilled(club)

    meanwhile(monkeypatch, "_flag", delivered)
    assert club.reconcile().counts.deleted == 0
    assert club.get("a").missing_since is None


def test_a_row_that_a_backfill_brought_back_meanwhile_is_not_restored_twice(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    club.lists_one_of_two()
    club.reconcile()
    club.deliver_keys("2025-02-04", "a", "b")
    club.deliver_dated("2025-02-03", member("a", "2025-01-11 08:00:00"))
    meanwhile(monkeypatch, "_unflag", lambda: backfilled(club))
    assert club.reconcile().counts.updated == 0
    assert mutations("a") == ["created", "deleted", "restored"]
