"""The import under strain, cases 59 to 63: being stopped, trying without comparing, sums that must come out."""

from datetime import datetime
from typing import Any

import pytest
from django.apps import apps

from audit.models import Mutation
from hub.commands import _stop
from pipelines.engine import commit, comparing
from pipelines.engine.counts import Counts
from pipelines.engine.models import Run
from tests.engine.conftest import Club, batches, member, mutations

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_stop, "requested", True)


def test_59_asked_to_stop_a_run_ends_its_chunk_and_says_so(club: Club, asked_to_stop: None) -> None:
    club.deliver(*(member(f"m{number}") for number in range(5)))
    report = club.run(chunk_rows=2)
    assert (report.status, report.exit_code, Run.objects.get().status) == ("interrupted", 1, "interrupted")
    assert len(club.names()) == 2


def test_59_the_next_run_goes_on(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    club.deliver(*(member(f"m{number}") for number in range(5)))
    with monkeypatch.context() as patch:
        patch.setattr(_stop, "requested", True)
        club.run(chunk_rows=2)
    assert club.imports(chunk_rows=2).counts.created == 3
    assert len(mutations()) == 5


def everything() -> dict[str, int]:
    """How many rows every table holds."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_62_a_dry_run_writes_nothing_at_all(club: Club, mode: str) -> None:
    club.reads(mode=mode)
    club.deliver(member("a"), member("b", fee="x"), member("c", note="likes tea, not coffee"))
    before = everything()
    report = club.run(dry_run=True)
    assert everything() == before
    assert (report.total.created, report.total.quarantined, report.total.repaired) == (2, 1, 1)
    assert report.run_id is None


@pytest.mark.django_db(transaction=True)
def test_62_a_dry_run_before_a_real_one_changes_nothing_about_it(club: Club) -> None:
    club.deliver(member("a"))
    tried = club.run(dry_run=True)
    done = club.run()
    assert tried.total == done.total == Counts(read=1, created=1)


def test_62_a_dry_run_shows_some_changes_without_personal_values(club: Club) -> None:
    club.deliver(member("a", email="ada@marker.example"))
    club.imports()
    club.deliver(member("a", "2025-01-11 08:00:00", email="new@marker.example", level="Silver"))
    (sample,) = club.imports(dry_run=True).samples
    assert (sample["key"], sample["action"]) == ("acme:a", "updated")
    assert {"op": "replace", "path": "level", "old": "Gold", "new": "Silver"} in sample["diff"]
    assert "marker" not in str(sample)


def test_62_a_dry_run_that_fails_says_why(club: Club) -> None:
    club.deliver_text("nothing,that,we,know\n1,2,3,4\n")
    assert "needs column" in club.fails(dry_run=True).error


@pytest.mark.django_db(transaction=True)
def test_63_sums_that_do_not_come_out_fail_the_run_and_write_nothing(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = comparing.compare

    def forgetful(*args: Any) -> Any:
        outcome = real(*args)
        outcome.counts.created -= 1
        return outcome

    monkeypatch.setattr(commit, "compare", forgetful)
    club.deliver(member("a"), member("b"))
    report = club.fails()
    assert report.error == "2 rows were to be accounted for, 1 were"
    assert (club.names(), mutations(), batches()) == ({}, [], [])


def test_63_every_batch_adds_up(club: Club) -> None:
    club.reads(trailers=("^Total",))
    club.deliver(member("a"), member("a"), member("b", fee="x"), member("c", note="likes tea, not coffee"))
    club.imports()
    club.deliver(
        member("a", "2025-01-01 08:00:00"), member("c", note="likes tea, not coffee"), member("Total")
    )
    club.imports(chunk_rows=2)
    names = Counts().as_dict()
    for batch in batches():
        Counts(**{name: getattr(batch, name) for name in names}).check()
    assert len(batches()) == 3


def test_a_report_is_the_same_in_the_run_and_in_the_answer(club: Club, now: datetime) -> None:
    club.deliver(member("a"), member("b", fee="x"))
    report = club.run()
    run = Run.objects.get()
    told = report.as_dict()
    assert {**(run.report or {}), "seconds": told["seconds"]} == told
    assert (run.status, run.actor, Mutation.objects.get().run_id) == (
        "quarantined",
        "command import_club",
        run.pk,
    )
