"""Orders' card on the front page: how they stand, and what somebody should look at. All reads are bounded."""

from __future__ import annotations

from typing import Any

from hub import clock, figures
from hub.cards import Guarded
from hub.navigation import list_address, page_address
from hub.registry import Card, cards
from pipelines.orders import standing
from pipelines.orders.admin import words
from pipelines.orders.admin.filters import allowed
from pipelines.orders.allocation.vocabulary import PENDING, QUARANTINE
from pipelines.orders.models import Order

ORDER, ALLOCATION = "orders.order", "orders.allocation"


def orders() -> dict[str, Any]:
    """Orders by state, counted up to a cap; what waits for a person; when they were last assembled."""
    run = standing.last_assembly()
    states = {state: standing.in_state(state) for state in allowed("state")}
    largest = max(states.values(), default=0) or 1
    return {
        "title": "Orders",
        "template": "orders/card.html",
        "href": list_address(ORDER),
        "states": [
            {
                "name": words.titled(state),
                "count": standing.told(number),
                "share": max(1, 100 * number // largest),  # of nought the bar itself is left out
                "href": list_address(ORDER, state=state),
            }
            for state, number in states.items()
            if number
        ],
        "look_at": [each for each in _look_at() if each["count"]],
        "age": figures.age(run.started_at, clock.now()) if run else "",
        "run": page_address("engine.run", str(run.pk)) if run else "",
    }


def _look_at() -> list[dict[str, Any]]:
    """What is shown only where there is any of it."""
    invalid = standing.with_status(Order.Status.INVALID)
    stuck = [
        order
        for brand in standing.brands()
        for order in standing.stuck(brand)
        if order.status != Order.Status.INVALID
    ]
    first = page_address(ORDER, str(stuck[0].key)) if stuck else ""  # no filter finds them all
    odd = standing.quarantined()
    found = (
        ("Invalid documents", invalid, "danger", list_address(ORDER, status=Order.Status.INVALID)),
        ("Not up to date: the newest is not valid", len(stuck), "danger", first),
        (
            "Refunds that contradict themselves",
            odd,
            "danger",
            list_address(ALLOCATION, outcome=QUARANTINE),
        ),
        ("Refunds that do not count yet", standing.waiting(), "", list_address(ALLOCATION, outcome=PENDING)),
    )
    return [
        {"name": name, "count": number and standing.told(number), "tone": tone, "href": href}
        for name, number, tone, href in found
    ]


cards.add(Card(name="orders.states", render=Guarded(permission="orders.view_order", render=orders)))
