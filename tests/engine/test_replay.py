"""Replay of quarantined rows: what is newer stays, what still does not read waits, whatever comes between."""

from collections.abc import Iterable

import pytest
from django.db import OperationalError

from audit.models import DayKey
from hub import clock
from hub.commands import _stop
from pipelines.engine import quarantine
from pipelines.engine.models import QuarantineEntry, Run
from tests.engine.conftest import Club, member, quarantined

pytestmark = pytest.mark.django_db
MENDED = {
    "absent": frozenset({"fee"}),
    "null_markers": ("x", "y"),
}  # the fee that did not read is left out now


def two_versions(club: Club) -> None:
    """A file whose one row was bad, and bad in another way after it was rewritten."""
    club.deliver_dated("2025-02-01", member("a", fee="x", name="First"), member("b"))
    club.imports()
    club.deliver_dated("2025-02-01", member("a", fee="y", name="Second"), member("b"))
    club.imports()


def test_two_versions_of_one_line_are_replayed_one_after_the_other(club: Club) -> None:
    two_versions(club)
    club.reads(**MENDED)
    assert (club.replay().counts.read, club.names()["a"], quarantined()) == (2, "Second", [])


def test_a_row_that_was_corrected_in_its_file_is_not_replayed_over_the_correction(club: Club) -> None:
    club.deliver_dated("2025-02-01", member("a", fee="x", name="Wrong"), member("b"))
    club.imports()
    club.deliver_dated("2025-02-01", member("a", name="Right"), member("b"))
    club.imports()
    club.reads(**MENDED)
    assert (club.replay().counts.read, club.names()["a"]) == (0, "Right")


def test_entries_whose_key_has_expired_hold_up_no_others(club: Club) -> None:
    club.deliver(member("a", fee="x"))
    club.imports()
    DayKey.objects.all().delete()
    QuarantineEntry.objects.update(sealed_on=clock.now().date().replace(day=2))
    club.deliver(member("b", fee="x"))
    club.imports()
    club.reads(**MENDED)
    report = club.replay()
    assert (list(club.names()), report.counts.quarantined) == (["b"], 1)
    assert "1 entries cannot be opened any more" in report.notes[0]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_tried_again_counts_once(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    club.deliver(member("a", fee="x"), member("b", fee="y"))
    club.imports()
    club.reads(**MENDED)
    close, calls = quarantine.close, []

    def deadlocks_once(entries: Iterable[QuarantineEntry]) -> None:
        close(entries)
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError(1213, "Deadlock found")

    monkeypatch.setattr(quarantine, "close", deadlocks_once)
    report = club.replay()
    assert (report.error, report.counts.read, report.counts.created) == ("", 2, 2)


def test_a_limit_counts_what_is_taken_up_so_that_bad_rows_in_front_do_not_block(club: Club) -> None:
    club.deliver(member("a", fee="still bad"), member("b", fee="x"), member("c", fee="y"))
    club.imports()
    club.reads(**MENDED)
    club.replay(limit=1)
    club.replay(limit=1)
    assert sorted(club.names()) == ["b", "c"]


def test_a_signal_ends_it_between_two_files(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("a", "b"):
        club.deliver(member(key, fee="x"))
    club.imports()
    club.reads(**MENDED)
    monkeypatch.setattr(_stop, "requested", True)
    assert club.replay().status == "interrupted"
    assert (list(club.names()), Run.objects.latest("id").status) == (["a"], "interrupted")
