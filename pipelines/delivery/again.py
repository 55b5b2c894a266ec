"""What a person decides on one delivery: to send it once more, under the same idempotency key, or to let it be.

An older version never follows a newer one: what a newer version has overtaken is not sent again, but set aside.
"""

from __future__ import annotations

from enum import Enum

from django.db import transaction
from django.db.models import QuerySet

from audit.record import Change, record
from hub import clock
from pipelines.delivery.models import Delivery

MODEL = "delivery.delivery"
AT_ONCE = 1000


class Result(Enum):
    """What became of the wish to send something again."""

    DUE = "due"  # it is sent in the next pass
    OVERTAKEN = "overtaken"  # a newer version was sent or is being sent
    NOT_NOW = "not_now"  # it is on its way already, or its body was pruned


def redrive(delivery: Delivery, *, reason: str) -> Result:
    """Send a dead letter again; one that was overtaken is settled as superseded."""
    return _again(delivery, Delivery.State.DEAD, reason)


def resend(delivery: Delivery, *, reason: str) -> Result:
    """Send a delivered document again: for a receiver that lost it."""
    return _again(delivery, Delivery.State.DELIVERED, reason)


def redrive_all(dead: QuerySet[Delivery], *, reason: str, most: int = AT_ONCE) -> dict[Result, int]:
    """Redrive up to `most` dead letters, the oldest first; returns how many came to what."""
    found = dict.fromkeys(Result, 0)
    for delivery in dead.filter(state=Delivery.State.DEAD).order_by("id")[:most]:
        found[redrive(delivery, reason=reason)] += 1
    return found


@transaction.atomic
def dismiss(delivery: Delivery, *, reason: str) -> bool:
    """Put a dead letter aside for good; False when it is none any more."""
    own = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if own.state != Delivery.State.DEAD:
        return False
    _change(own, Delivery.State.DISMISSED, reason)
    return True


@transaction.atomic
def _again(delivery: Delivery, state: Delivery.State, reason: str) -> Result:
    versions = Delivery.objects.filter(target=delivery.target_id, key=delivery.key).order_by("version")
    rows = list(versions.select_for_update().select_related(None))
    own = next((row for row in rows if row.pk == delivery.pk), None)
    if own is None or own.state != state:
        return Result.NOT_NOW
    if any(_went_out(row) for row in rows if row.version > own.version):
        if state == Delivery.State.DEAD:
            _change(own, Delivery.State.SUPERSEDED, reason)
        return Result.OVERTAKEN
    if own.message.body is None:
        return Result.NOT_NOW
    _change(own, Delivery.State.PENDING, reason)
    return Result.DUE


def _went_out(row: Delivery) -> bool:
    """Whether a version has reached the receiver, or may be reaching it now."""
    if row.state in {Delivery.State.SENDING, Delivery.State.DELIVERED}:
        return True
    return row.due_at is not None and row.attempts > 0


def _change(row: Delivery, state: Delivery.State, reason: str) -> None:
    before, now = row.state, clock.now()
    row.state = state
    if state == Delivery.State.PENDING:
        row.attempts, row.first_attempt_at, row.due_at, row.settled_at = 0, None, now, None
    else:
        row.settled_at = now
    row.save(update_fields=["state", "attempts", "first_attempt_at", "due_at", "settled_at"])
    record(
        Change(
            tenant=str(row.tenant),
            model=MODEL,
            key=str(row.pk),
            action="updated",
            before={"state": str(before)},
            after={"state": str(state)},
            reason=reason,
        )
    )
