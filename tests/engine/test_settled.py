"""What reads whole imports only: half of one is refused, and what commits meanwhile is not seen."""

from collections.abc import Iterator
from functools import partial
from threading import Thread
from typing import Any

import pytest
from django.db import OperationalError, connection

from hub import clock
from hub.tenancy import every_tenant
from hub.transactions import in_transaction
from pipelines.engine import settled
from pipelines.engine.leases import leases
from pipelines.engine.models import FeedStream, Lease, Run
from pipelines.engine.settled import Unsettled, settled_snapshot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("all_tenants")]

FEED = "acme/main/member"
DONE, FAILED, QUARANTINED = Run.Status.DONE, Run.Status.FAILED, Run.Status.QUARANTINED
RUNNING, INTERRUPTED, LOCKED = Run.Status.RUNNING, Run.Status.INTERRUPTED, Run.Status.LOCKED
Import = tuple[str, dict[str, Any]]
ONLY_MEMBERS = {"entity": ["member"]}


@pytest.fixture(autouse=True)
def _imports_of_the_club(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settled, "importing_jobs", {"import_club"})
    yield
    Lease.objects.all().delete()


def ran(status: str, job: str = "import_club", **arguments: Any) -> Run:
    return Run.objects.create(
        job=job,
        status=status,
        business_date="2025-06-01",
        started_at=clock.now(),
        actor="command test",
        arguments=arguments,
    )


def is_settled(tenant: str = "acme") -> bool:
    try:
        with settled_snapshot(tenant):
            return True
    except Unsettled:
        return False


def elsewhere(work: Any) -> None:
    """Do something over a connection of one's own, and wait for it."""

    def job() -> None:
        try:
            with every_tenant():
                work()
        finally:
            connection.close()

    thread = Thread(target=job)
    thread.start()
    thread.join()


def test_without_any_import_all_is_settled() -> None:
    assert is_settled()


@pytest.mark.parametrize(
    ("runs", "expected"),  # oldest first
    [
        ([(DONE, {})], True),
        ([(FAILED, {})], True),  # a file that nobody can read holds nobody up
        ([(QUARANTINED, {})], True),
        ([(INTERRUPTED, {})], False),
        ([(RUNNING, {})], False),  # its leases are free: it has just ended, and nobody knows how
        ([(INTERRUPTED, {}), (DONE, {})], True),
        ([(DONE, {}), (INTERRUPTED, {})], False),
        ([(INTERRUPTED, {}), (LOCKED, {})], False),
        ([(DONE, {}), (LOCKED, {})], True),
        ([(INTERRUPTED, {}), (DONE, ONLY_MEMBERS)], False),
        ([(INTERRUPTED, ONLY_MEMBERS), (DONE, ONLY_MEMBERS)], True),
        ([(INTERRUPTED, {}), (INTERRUPTED, ONLY_MEMBERS), (DONE, ONLY_MEMBERS)], False),
        ([(INTERRUPTED, {}), (DONE, {"limit": 5})], False),
        ([(INTERRUPTED, {"since": "2025-01-01"}), (DONE, {"since": "2025-02-01"})], False),
        ([(INTERRUPTED, {"since": "2025-01-01"}), (DONE, {"since": "2025-01-01"})], True),
        ([(INTERRUPTED, {"brand": ["other"]})], True),
        ([(INTERRUPTED, {"brand": ["acme", "other"]})], False),
        ([(INTERRUPTED, {}), (DONE, {"brand": ["other"]})], False),
    ],
)  # fmt: skip
def test_the_newest_import_decides(runs: list[Import], expected: bool) -> None:
    for status, arguments in runs:
        ran(status, **arguments)
    assert is_settled() is expected


def test_runs_of_other_jobs_are_no_imports() -> None:
    ran(INTERRUPTED, job="enrich_club")
    assert is_settled()


def test_while_a_feed_is_leased_nothing_is_settled() -> None:
    with leases([FEED], run_id=ran(RUNNING, job="replay").pk):
        assert (is_settled("acme"), is_settled("other")) == (False, True)


def test_a_backfill_beside_the_usual_import_counts_too() -> None:
    with leases([FEED], run_id=ran(RUNNING, job="replay").pk, mode="backfill"):
        assert not is_settled()


def test_a_job_downstream_is_no_import_of_a_tenant_that_is_called_like_it() -> None:
    with leases(["enrich/acme"], run_id=ran(RUNNING, job="enrich").pk):
        assert is_settled("enrich")


def test_a_tenant_whose_code_begins_alike_is_another() -> None:
    with leases(["acme2/main/member"], run_id=ran(RUNNING, job="replay").pk):
        assert is_settled("acme")


def test_the_error_names_the_feed_and_says_what_to_do() -> None:
    run = ran(RUNNING, job="replay")
    with leases([FEED], run_id=run.pk), pytest.raises(Unsettled, match=f"{FEED} .* run {run.pk}") as error:
        settled_snapshot("acme").__enter__()
    assert (error.value.status, "import_billing" in error.value.hint) == ("locked", True)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="nobody else may write meanwhile")
def test_what_commits_meanwhile_is_not_seen() -> None:
    with settled_snapshot("acme"):
        elsewhere(lambda: FeedStream.objects.create(name="acme/club.member", last=1))
        assert not FeedStream.objects.exists()
    assert FeedStream.objects.exists()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="has one kind of transaction")
def test_the_next_transaction_is_an_ordinary_one() -> None:
    with settled_snapshot("acme"):
        pass

    def look() -> bool:
        assert not FeedStream.objects.exists()
        elsewhere(lambda: FeedStream.objects.create(name="acme/club.member", last=1))
        return FeedStream.objects.exists()

    assert in_transaction(look)


def test_an_error_inside_rolls_back() -> None:
    def work() -> None:
        FeedStream.objects.create(name="acme/club.member", last=1)
        raise KeyError

    with pytest.raises(KeyError), settled_snapshot("acme"):
        work()
    assert not FeedStream.objects.exists()


def test_a_passing_error_is_tried_again_in_a_new_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.transactions.time.sleep", lambda seconds: None)
    errors = [
        OperationalError(1020, "Record has changed since last read"),
        OperationalError(1213, "Deadlock"),
    ]

    def work() -> int:
        FeedStream.objects.create(name=f"acme/{len(errors)}")
        if errors:
            raise errors.pop()
        return FeedStream.objects.count()

    assert in_transaction(work, within=partial(settled_snapshot, "acme")) == 1


def test_inside_another_transaction_the_question_is_asked_all_the_same() -> None:
    ran(INTERRUPTED)
    with pytest.raises(Unsettled):
        in_transaction(lambda: in_transaction(lambda: None, within=partial(settled_snapshot, "acme")))
