"""Where an order's documents are: its newest deliveries, for whoever may see deliveries."""

from __future__ import annotations

from audit.blocks import Block, Fact, Table, facts, list_link, record_link, start_of, table
from hub import figures
from hub.navigation import may_see
from pipelines.delivery.admin.deliveries import state_badge
from pipelines.delivery.models import Delivery
from pipelines.orders.admin import words
from pipelines.orders.assembling import TOPIC
from pipelines.orders.models import Order

MODEL = "delivery.delivery"
SHOWN = 10


def deliveries(order: Order) -> list[Block]:
    """The newest first; those of documents that others enqueued under the same key are left out."""
    if not may_see(MODEL):
        return []
    rows = Delivery.objects.filter(key=order.key, message__topic=TOPIC).select_related("target")
    found = list(rows.order_by("-id")[: SHOWN + 1])
    if not found:
        none = Fact(label="Sent to", value="nobody yet: who receives orders stands under Targets", wide=True)
        return [facts("Deliveries", none)]
    headers = ("Version", "Target", "State", "Enqueued (UTC)", "Settled (UTC)", "Attempts", "Last error")
    lines = [_line(each) for each in found[:SHOWN]]
    blocks = [table("Deliveries, the newest first", Table(headers=headers, rows=lines))]
    if len(found) > SHOWN:
        link = list_link(MODEL, "All of this order", q=order.key)
        blocks.append(facts("", Fact(label="Older deliveries", value=link)))
    return blocks


def _line(delivery: Delivery) -> tuple[object, ...]:
    return (
        record_link(MODEL, delivery.pk, f"version {delivery.version}"),
        record_link("delivery.target", delivery.target_id, str(delivery.target.name)),
        state_badge(delivery),
        figures.instant(delivery.created_at),
        figures.instant(delivery.settled_at),
        figures.count(delivery.attempts),
        start_of(delivery.last_error, 40) if delivery.last_error else words.NOTHING,
    )
