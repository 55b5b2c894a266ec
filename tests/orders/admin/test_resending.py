"""An order's document is sent again: to whom, under what key, and with what trail."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from audit.models import Mutation
from hub import clock
from hub.errors import UsageError
from pipelines.delivery.models import Delivery, OutboxMessage, Target
from pipelines.delivery.outbox import Message, VersionTaken, enqueue, refill
from pipelines.orders.models import Order
from pipelines.orders.resending import resend_order
from tests.orders.admin.conftest import page, shown
from tests.orders.admin.making import document, order, tombstone

pytestmark = pytest.mark.django_db


@pytest.fixture
def crm() -> Target:
    return Target.objects.create(name="crm", kind="folder", address="crm")


def message(sent: Order, event: str = "order.changed") -> Message:
    return Message(
        tenant="polder", topic="order", event=event, key=str(sent.key), version=sent.version, body=str(sent.body)
    )  # fmt: skip


def delivered(sent: Order, state: str = "delivered", **changed: Any) -> Delivery:
    """The order's document as it was delivered to everybody there is."""
    with transaction.atomic():
        enqueue([message(sent)])
    fields = {"state": state, "due_at": None, "settled_at": clock.now(), "attempts": 1} | changed
    Delivery.objects.update(**fields)
    return Delivery.objects.get(key=sent.key)


def press(client: Client, key: str = "polder:s1", reason: str = "they lost it") -> Any:
    where = reverse("admin:orders_order_resend", args=[key.replace(":", "_3A")])
    return client.post(where, {"_form_submitted": "True", "reason": reason})


def test_a_delivered_document_is_sent_again(staff: Client, crm: Target) -> None:
    delivery = delivered(order())
    press(staff)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.version) == ("pending", 1)
    assert "sent with the next pass to crm" in shown(staff, page("order", "polder:s1"))


def test_sending_again_leaves_a_trail_with_its_reason(staff: Client, crm: Target) -> None:
    delivered(order())
    press(staff)
    trail = Mutation.objects.order_by("id").values_list("model", "action", "reason", "actor_id")
    assert list(trail) == [
        ("delivery.delivery", "updated", "they lost it", "ada"),
        ("orders.order", "exported", "they lost it", "ada"),
    ]


def test_a_dead_letter_is_sent_again(crm: Target) -> None:
    delivered(order(), "dead")
    assert resend_order("polder:s1", reason="mended").due == ["crm"]


def test_a_target_that_came_since_gets_it_for_the_first_time(crm: Target) -> None:
    delivered(order())
    Target.objects.create(name="erp", kind="folder", address="erp")
    assert resend_order("polder:s1", reason="new").due == ["crm", "erp"]
    assert Delivery.objects.get(target__name="erp").state == "pending"


def test_what_is_on_its_way_is_left_alone(crm: Target) -> None:
    delivered(order(), "sending", due_at=clock.now(), settled_at=None)
    assert resend_order("polder:s1", reason="again").under_way == ["crm"]


def test_what_was_dismissed_stays_dismissed(crm: Target) -> None:
    delivered(order(), "dismissed")
    assert resend_order("polder:s1", reason="again").left == ["crm"]


def test_a_body_that_was_pruned_is_put_back(crm: Target) -> None:
    sent = order()
    delivered(sent)
    OutboxMessage.objects.update(body=None, pruned_at=clock.now())
    assert resend_order("polder:s1", reason="again").due == ["crm"]
    found = OutboxMessage.objects.get()
    assert (found.body, found.pruned_at) == (sent.body, None)


def test_another_body_is_never_put_back(crm: Target) -> None:
    sent = order()
    delivered(sent)
    OutboxMessage.objects.update(body=None, pruned_at=clock.now())
    with pytest.raises(VersionTaken), transaction.atomic():
        refill(message(sent, event="order.withdrawn"))
    assert OutboxMessage.objects.get().body is None


def test_a_body_that_is_there_is_not_touched(crm: Target) -> None:
    sent = order()
    delivered(sent)
    assert refill(message(sent)) is False


def test_a_tombstone_can_be_sent_again(crm: Target) -> None:
    order(tombstone("s1", "test"), version=2)
    assert resend_order("polder:s1", reason="again").due == ["crm"]
    assert OutboxMessage.objects.get().event == "order.withdrawn"


@pytest.mark.parametrize(("status", "version"), [("held", 0), ("invalid", 0), ("live", 0)])
def test_what_nobody_may_have_is_not_sent(staff: Client, crm: Target, status: str, version: int) -> None:
    order(status=status, version=version)
    assert "Send again" not in shown(staff, page("order", "polder:s1"))
    with pytest.raises(UsageError):
        resend_order("polder:s1", reason="again")
    assert not Delivery.objects.exists()


def test_without_a_target_the_page_says_that_nobody_receives_it(staff: Client) -> None:
    order()
    press(staff)
    assert "Nobody receives orders of this brand" in shown(staff, page("order", "polder:s1"))


def test_it_takes_a_reason_and_a_post(staff: Client, crm: Target) -> None:
    delivery = delivered(order())
    press(staff, reason="")
    staff.get(reverse("admin:orders_order_resend", args=["polder_3As1"]))
    delivery.refresh_from_db()
    assert delivery.state == "delivered"


def test_an_onlooker_may_not(onlooker: Client, crm: Target) -> None:
    delivery = delivered(order())
    assert press(onlooker).status_code == 403
    assert "Send again" not in shown(onlooker, page("order", "polder:s1"))
    delivery.refresh_from_db()
    assert delivery.state == "delivered"


def test_the_page_shows_where_its_documents_are(staff: Client, crm: Target) -> None:
    delivered(order(), "dead", last_error="HTTP 422: refused")
    html = shown(staff, page("order", "polder:s1"))
    assert "HTTP 422: refused" in html
    assert "Dead letter" in html


def test_deliveries_of_other_documents_under_its_key_are_not_its_own(staff: Client) -> None:
    Target.objects.create(name="profiles", topic="profile", kind="folder", address="profiles")
    order()
    other = Message(
        tenant="polder", topic="profile", event="profile.changed", key="polder:s1", version=1, body="{}"
    )
    with transaction.atomic():
        enqueue([other])
    assert "nobody yet" in shown(staff, page("order", "polder:s1"))


def test_an_order_of_another_version_is_sent_as_it_stands_now(crm: Target) -> None:
    sent = order(document(country="NL"), version=3)
    delivered(sent)
    resend_order("polder:s1", reason="again")
    assert [(each.version, each.state) for each in Delivery.objects.all()] == [(3, "pending")]
