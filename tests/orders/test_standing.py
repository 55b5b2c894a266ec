"""What doctor and the front page say of orders."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub import clock
from hub.registry import checks
from hub.tenancy import every_tenant
from pipelines.engine import feed, positions
from pipelines.engine.feed import Keys
from pipelines.engine.models import Run, Tenant
from pipelines.orders import doctor, standing
from pipelines.orders.admin.front import orders as card
from tests.orders.admin.making import allocation, document, order, tombstone

CONTACT = "billing.contact"


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenants", "now")]


def shown_card() -> dict[str, Any]:
    """As a request of the admin renders it; doctor is asked without any tenant in scope."""
    with every_tenant():
        return card()


def ran(hours: float, status: str = "done", **arguments: Any) -> Run:
    at = clock.now() - timedelta(hours=hours)
    return Run.objects.create(
        job="assemble_orders", status=status, started_at=at, business_date=at.date(), arguments=arguments
    )


def published(*keys: str, hours: float = 0) -> None:
    with every_tenant(), clock.fixed(clock.now() - timedelta(hours=hours)):
        feed.publish("polder", CONTACT, 7001, Keys(updated=keys))


def test_the_checks_are_registered() -> None:
    assert {"orders.documents", "orders.assembly", "orders.feed", "orders.money"} <= set(checks.names())


def test_valid_documents_are_well() -> None:
    order()
    assert doctor.documents_are_valid().level == "ok"


def test_an_invalid_order_is_named_with_what_to_type() -> None:
    order(tombstone("s1", "test"), status="invalid", why="invalid", problem="state breaks enum", version=0)
    finding = doctor.documents_are_valid()
    assert finding.message == "1 order documents are not valid, e.g. polder:s1: state breaks enum"
    assert finding.hint == "python manage.py assemble_orders --order polder:s1 --explain"


def test_an_order_that_could_not_be_renewed_is_named() -> None:
    order(problem="term breaks type", next_due_on=date(2025, 6, 1))
    finding = doctor.documents_are_valid()
    assert (finding.level, "term breaks type" in finding.message) == ("warn", True)


def test_one_that_is_invalid_and_due_is_counted_once() -> None:
    order(status="invalid", problem="x", next_due_on=date(2025, 6, 1))
    assert doctor.documents_are_valid().message.startswith("1 order documents")


@pytest.mark.parametrize(
    ("hours", "status", "arguments", "level"),
    [
        (1, "done", {}, "ok"),
        (1, "quarantined", {}, "ok"),
        (1, "done", {"full": True}, "ok"),
        (37, "done", {}, "warn"),
        (1, "failed", {}, "warn"),
        (1, "done", {"order": "A-S1"}, "warn"),
        (1, "done", {"brand": ["polder"]}, "warn"),
        (1, "done", {"date": "2025-01-01"}, "warn"),
    ],
)
def test_assembly_is_recent(hours: float, status: str, arguments: dict[str, Any], level: str) -> None:
    ran(hours, status, **arguments)
    assert doctor.assembly_is_recent().level == level


def test_without_a_run_nothing_was_assembled() -> None:
    assert doctor.assembly_is_recent().message == "no orders were assembled yet"


def test_without_brands_nothing_is_missed() -> None:
    Tenant.objects.update(active=False)
    assert doctor.assembly_is_recent().level == "ok"


@pytest.mark.parametrize(("hours", "level"), [(1, "ok"), (13, "warn")])
def test_changes_may_wait_for_half_a_day(hours: float, level: str) -> None:
    published("polder:c1", hours=hours)
    assert doctor.assembly_keeps_up().level == level


def test_what_was_read_does_not_wait() -> None:
    published("polder:c1", hours=20)
    published("polder:c2", hours=1)
    with every_tenant():
        positions.advance("orders", "polder", CONTACT, 1)
    assert doctor.assembly_keeps_up().level == "ok"


def test_what_waits_is_named_by_its_brand_and_table() -> None:
    published("polder:c1", hours=20)
    finding = doctor.assembly_keeps_up()
    assert (
        finding.message
        == "changes of polder wait to be assembled, the oldest (billing.contact) from 20 h ago"
    )
    assert finding.hint == "python manage.py assemble_orders --brand polder"


def test_contradictions_are_counted() -> None:
    assert doctor.money_is_clear().level == "ok"
    allocation("9", outcome="quarantine")
    assert doctor.money_is_clear().message == "a refund or credit memo contradicts itself"
    allocation("8", outcome="quarantine")
    assert doctor.money_is_clear().message == "2 refunds or credit memos contradict themselves"


def test_the_card_tells_states_and_what_to_look_at() -> None:
    order()
    order(document("s2", state={"value": "cancelled", "reason": "cancelled"}))
    order(document("s3"))
    allocation("9", outcome="quarantine")
    found = shown_card()
    assert [(each["name"], each["count"]) for each in found["states"]] == [
        ("Active", "2"),
        ("Cancelled", "1"),
    ]
    assert [(each["name"], each["count"]) for each in found["look_at"]] == [
        ("Refunds that contradict themselves", "1")
    ]


def test_the_card_counts_no_further_than_its_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "COUNTED", 1)
    order()
    order(document("s2"))
    with CaptureQueriesContext(connection) as queries:
        assert shown_card()["states"][0]["count"] == "over 1"
    own = [query["sql"] for query in queries if "orders_order" in query["sql"]]
    assert all("LIMIT" in sql for sql in own)


def test_the_front_page_shows_the_card(staff: Client) -> None:
    ran(2)
    order()
    html = staff.get(reverse("admin:index")).content.decode()
    assert "?state=active" in html
    assert "2 h ago" in html


def test_without_orders_the_card_says_what_to_type(staff: Client) -> None:
    assert "manage.py assemble_orders" in staff.get(reverse("admin:index")).content.decode()
