"""Delivery's card on the front page. All reads are bounded."""

from __future__ import annotations

from typing import Any

from audit.blocks import badge
from hub import clock, figures
from hub.cards import Guarded
from hub.navigation import list_address
from hub.registry import Card, cards
from pipelines.delivery.admin.targets import TONES
from pipelines.delivery.standing import Standing, standings


def targets() -> dict[str, Any]:
    """Every target with its state, what waits and what is dead."""
    return {
        "title": "Deliveries",
        "template": "delivery/card.html",
        "href": list_address("delivery.target"),
        "targets": [_line(each) for each in standings()],
    }


def _line(each: Standing) -> dict[str, Any]:
    return {
        "name": each.target.name,
        "href": f"{list_address('delivery.target')}{each.target.pk}/change/",
        "badge": badge(each.state, TONES[each.state], each.reason),
        "waiting": each.waiting_told if each.waiting else "",
        "dead": each.dead_told if each.dead else "",
        "dead_href": list_address("delivery.delivery", target=each.target.pk, state="dead"),
        "age": figures.age(each.last_good_at, clock.now()),
    }


cards.add(Card(name="outbox.targets", render=Guarded(permission="delivery.view_target", render=targets)))
