"""How targets do, for pages, doctor and the front page: read through indexes and up to a cap, never counted whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub import clock
from hub.tenancy import every_tenant
from pipelines.delivery.claims import circuit_state
from pipelines.delivery.models import Circuit, Delivery, Target

COUNTED = 1000


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One target: `state` is running, resting (its breaker is open, or it asked to wait), ailing or paused."""

    target: Target
    state: str
    reason: str = ""
    until: datetime | None = None
    failures: int = 0
    last_good_at: datetime | None = None
    waiting: int = 0
    dead: int = 0
    oldest: datetime | None = None

    @property
    def waiting_told(self) -> str:
        return told(self.waiting)

    @property
    def dead_told(self) -> str:
        return told(self.dead)


def told(number: int) -> str:
    """A number that was counted up to the cap."""
    return f"{number:,}" if number <= COUNTED else f"over {COUNTED:,}"


def standings() -> list[Standing]:
    return [standing_of(target) for target in Target.objects.all()]


def standing_of(target: Target) -> Standing:
    circuit = Circuit.objects.filter(target=target).first() or Circuit(target=target)
    state, now = circuit_state(circuit), clock.now()
    word = "ailing" if state.failures else "running"
    if state.resting(now):
        word = "resting"
    with every_tenant():
        rows = Delivery.objects.filter(target=target)
        waiting = rows.filter(due_at__isnull=False).order_by("due_at")
        dead = rows.filter(state=Delivery.State.DEAD)
        return Standing(
            target=target,
            state="paused" if target.paused else word,
            reason=target.paused_because if target.paused else state.reason,
            until=state.closed_until if word == "resting" and not target.paused else None,
            failures=state.failures,
            last_good_at=circuit.last_good_at,
            waiting=len(waiting.values_list("pk")[: COUNTED + 1]),
            dead=len(dead.order_by().values_list("pk")[: COUNTED + 1]),
            oldest=waiting.values_list("created_at", flat=True).first(),
        )
