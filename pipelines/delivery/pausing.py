"""Stopping and resuming a target, and giving up what waits for one that will not come back."""

from __future__ import annotations

from django.db import transaction

from audit.record import Change, record
from hub import clock
from hub.errors import UsageError
from pipelines.delivery.models import DETAIL_LENGTH, Circuit, Delivery, Target

MODEL = "delivery.target"
_ENDED = (Delivery.State.DELIVERED, Delivery.State.SUPERSEDED, Delivery.State.DISMISSED)


@transaction.atomic
def pause(target: Target, *, reason: str) -> bool:
    """Send nothing more to a target, in the name of whoever acts; False when it was paused already."""
    found = Target.objects.select_for_update().get(pk=target.pk)
    if found.paused:
        return False
    found.paused, found.paused_because = True, reason[:DETAIL_LENGTH]
    _kept(found, before="false", reason=reason)
    target.paused, target.paused_because = True, found.paused_because
    return True


@transaction.atomic
def resume(target: Target, *, reason: str) -> bool:
    """Send to a target again, without waiting for its breaker; False when it was not paused."""
    found = Target.objects.select_for_update().get(pk=target.pk)
    if not found.paused:
        return False
    found.paused, found.paused_because = False, ""
    _kept(found, before="true", reason=reason)
    Circuit.objects.filter(target=target).update(failures=0, openings=0, closed_until=None, reason="")
    target.paused, target.paused_because = False, ""
    return True


@transaction.atomic
def abandon(target: Target, *, reason: str) -> int:
    """Dismiss all that waits for a paused target and all its dead letters; returns how many that were.

    While they wait, their bodies are kept: a target that nobody asks for any more would keep them for ever.
    """
    found = Target.objects.select_for_update().get(pk=target.pk)
    if not found.paused:
        raise UsageError(f"{found.name} is not paused", hint="pause it first")
    left = Delivery.objects.filter(target=found).exclude(state__in=_ENDED)
    number = left.update(
        state=Delivery.State.DISMISSED, due_at=None, claim=None, settled_at=clock.now(), last_error="given up"
    )
    record(
        Change(
            tenant=str(found.tenant),
            model=MODEL,
            key=str(found.pk),
            action="updated",
            before={"waiting": str(number)},
            after={"waiting": "0"},
            reason=reason,
        )
    )
    return number


def _kept(target: Target, *, before: str, reason: str) -> None:
    """Saved as a model, so that its history has the version too."""
    target.save(update_fields=["paused", "paused_because"])
    record(
        Change(
            tenant=str(target.tenant),
            model=MODEL,
            key=str(target.pk),
            action="updated",
            before={"paused": before},
            after={"paused": "true" if target.paused else "false"},
            reason=reason,
        )
    )
