"""An order's document, as it stands, once more to everybody who receives it: for a receiver that lost it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from audit.record import Change, record
from hub.errors import UsageError
from hub.transactions import in_transaction
from pipelines.delivery import again
from pipelines.delivery.again import Result
from pipelines.delivery.models import Delivery
from pipelines.delivery.outbox import Message, enqueue, refill
from pipelines.orders import store
from pipelines.orders.assembling import EVENTS, TOPIC
from pipelines.orders.models import Order

SENT = {  # an order's status, and the step that its newest document was sent for
    Order.Status.LIVE: "changed",
    Order.Status.WITHDRAWN: "withdrawn",
}


@dataclass(kw_only=True)
class Resent:
    """Targets by what became of the wish: due in the next pass, on their way already, or left as they are."""

    due: list[str] = field(default_factory=list)
    under_way: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def can_be_sent(order: Order) -> bool:
    """Whether there is anything that receivers may have: what was held back or is not valid never left."""
    return order.status in SENT and order.version > 0


def resend_order(key: str, *, reason: str) -> Resent:
    """Send the newest version again under its idempotency key, and for the first time to targets that came since."""
    return in_transaction(lambda: _resend(key, reason))


def _resend(key: str, reason: str) -> Resent:
    order = Order.unscoped.select_for_update().get(pk=key)
    if not can_be_sent(order):
        raise UsageError(f"{order} is {order.get_status_display().lower()}: there is nothing to send")
    message = Message(
        tenant=order.tenant,
        topic=TOPIC,
        event=EVENTS[SENT[Order.Status(order.status)]],
        key=order.key,
        version=order.version,
        body=order.body,
    )
    refill(message)
    enqueue([message])
    resent = Resent()
    for delivery in newest_deliveries(order):
        _put(resent, delivery, reason)
    _record(order, reason)
    return resent


def newest_deliveries(order: Order) -> Sequence[Delivery]:
    """Where the newest version stands with each target."""
    rows = Delivery.objects.filter(key=order.key, version=order.version, message__topic=TOPIC)
    return list(rows.select_related("target").order_by("target__name"))


def _put(resent: Resent, delivery: Delivery, reason: str) -> None:
    name = str(delivery.target.name)
    if delivery.due_at is not None:
        (resent.due if delivery.attempts == 0 else resent.under_way).append(name)
        return
    how = again.redrive if delivery.state == Delivery.State.DEAD else again.resend
    (resent.due if how(delivery, reason=reason) is Result.DUE else resent.left).append(name)


def _record(order: Order, reason: str) -> None:
    masked = bytes(order.checksum)
    record(
        Change(
            tenant=order.tenant,
            model=store.MODEL,
            key=order.key,
            action="exported",
            reason=reason,
            checksum_before=masked,
            checksum_after=masked,
        )
    )
