"""A run's queries of the lake: written down, added up, and found when their run is dead."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from hub import clock
from hub.ids import new_id
from pipelines.engine.leases import EXPIRES_AFTER, leases
from pipelines.engine.models import LakeFile, LakeQuery, Lease, Run
from pipelines.engine.progress import listed_since
from pipelines.engine.queries import QueryTotals, RunQueries
from pipelines.engine.source import Feed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "all_tenants")]


def log(run_id: int, *, dry_run: bool = False) -> RunQueries:
    return RunQueries(run_id=run_id, dry_run=dry_run, totals=QueryTotals())


def a_query(queries: RunQueries, token: str = "t") -> None:
    queries.asking(token=token, statement="SELECT 1")
    queries.started(token=token, query_id=f"id of {token}")


def test_a_query_is_followed_from_asking_to_its_end() -> None:
    queries = log(1)
    queries.asking(token="t", statement="SELECT 1")
    (query,) = LakeQuery.objects.all()
    assert (query.run_id, query.statement, query.query_id, query.ended_at) == (1, "SELECT 1", "", None)
    queries.started(token="t", query_id="q")
    queries.ended(token="t", state="succeeded", scanned=7, price=Decimal("0.00005"))
    query.refresh_from_db()
    assert (query.query_id, query.state, query.bytes_scanned) == ("q", "succeeded", 7)
    assert (query.price, query.ended_at) == (Decimal("0.00005"), clock.now())


def test_totals_are_sums() -> None:
    queries = log(1)
    for token in "ab":
        a_query(queries, token)
        queries.ended(token=token, state="failed", scanned=10, price=Decimal("0.5"))
    assert queries.totals.as_dict() == {
        "queries": 2,
        "bytes_scanned": 20,
        "price_usd": "1.0",
        "query_ids": ["id of a", "id of b"],
    }


def test_queries_of_a_run_without_a_lease_are_left_over() -> None:
    a_query(log(1))
    (left,) = log(2).left_over()
    assert (left.token, left.query_id, left.statement) == ("t", "id of t", "SELECT 1")


def test_queries_that_ended_and_our_own_are_not() -> None:
    a_query(log(1), "own")
    ended = log(2)
    a_query(ended, "other")
    ended.ended(token="other", state="succeeded", scanned=0, price=Decimal(0))
    assert log(1).left_over() == []


@pytest.mark.django_db(transaction=True)
def test_queries_of_a_living_run_are_not_and_those_of_a_stalled_one_are() -> None:
    a_query(log(5))
    with leases(["a/b/c"], run_id=5):
        assert log(6).left_over() == []
        Lease.objects.update(heartbeat_at=clock.now() - EXPIRES_AFTER - timedelta(seconds=1))
        assert len(log(6).left_over()) == 1


def test_a_dry_run_writes_nothing_and_stops_nothing() -> None:
    a_query(log(1))
    queries = log(2, dry_run=True)
    a_query(queries, "dry")
    queries.ended(token="dry", state="succeeded", scanned=5, price=Decimal(1))
    assert LakeQuery.objects.count() == 1
    assert queries.left_over() == []
    assert queries.totals.scanned == 5


FEED = Feed(tenant="acme", source="acme", entity="member", table="member")


def a_file(day: int, status: str = "done", year: int = 2025) -> None:
    at = clock.now().replace(year=year, month=2, day=day)
    LakeFile(
        feed="acme/acme/member", tenant="acme", entity="member", path=f"{day}-{year}", size=1, modified_ns=1,
        loaded_at=at, status=status, run_id=1,
    ).save()  # fmt: skip


@pytest.mark.parametrize(
    ("files", "day"),
    [
        ([], None),
        ([(1, "done"), (9, "done"), (5, "done")], 9),
        ([(9, "done"), (3, "drifted"), (5, "partial")], 3),
    ],
)
def test_files_are_looked_for_from_the_newest_load_or_the_oldest_unread_one(
    files: list, day: int | None
) -> None:
    for file in files:
        a_file(*file)
    since = listed_since(FEED)
    assert (since and since.day) == day


def test_a_load_dated_in_the_future_hides_no_later_one() -> None:
    a_file(1, year=2099)
    assert listed_since(FEED) == clock.now()


def test_the_page_of_a_run_shows_its_queries(admin_client) -> None:
    run = Run(
        id=new_id(), job="import_billing", business_date=clock.now().date(), started_at=clock.now(), actor="x"
    )
    run.save()
    queries = log(run.pk)
    a_query(queries)
    queries.ended(token="t", state="succeeded", scanned=12_000_000, price=Decimal("0.00006"))
    page = admin_client.get(reverse("admin:engine_run_change", args=[run.pk])).content.decode()
    assert "id of t" in page
    assert "0.000060 USD" in page
