"""Writing down what came of a claim: receipts, where each document stands now, how the target does. One transaction."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from audit.insert import insert
from hub import clock
from hub.ids import new_ids
from hub.transactions import in_transaction
from pipelines.delivery import breaker
from pipelines.delivery.claims import Claim, circuit_state
from pipelines.delivery.models import DETAIL_LENGTH, Attempt, Circuit, Delivery, Target
from pipelines.delivery.pausing import pause
from pipelines.delivery.retrying import is_over, wait_after
from pipelines.delivery.sending import Tried
from pipelines.delivery.verdict import Fate, Verdict

REQUEST_LENGTH = 100  # of its id in a receipt


@dataclass(kw_only=True)
class Counts:
    """Documents by what became of them. `lost`: their claim had lapsed, so somebody else answers for them."""

    delivered: int = 0
    retried: int = 0
    dead: int = 0
    lost: int = 0

    def add(self, other: Counts) -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def as_dict(self) -> dict[str, int]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


def settle(target: Target, held: Claim, tried: Sequence[Tried]) -> Counts:
    """Settle what was tried, by the claim's token."""
    return in_transaction(lambda: _settled(target, held, tried)) if tried else Counts()


def _settled(target: Target, held: Claim, tried: Sequence[Tried]) -> Counts:
    counts, now = Counts(), clock.now()
    good = [one for one in tried if one.verdict.fate is Fate.DELIVERED]
    counts.add(_delivered(held, good, now))
    for one in tried:
        if one.verdict.fate is not Fate.DELIVERED:
            counts.add(_failed(target, held, one, now))
    _write_receipts(tried)
    _note_target(target, [one.verdict for one in tried], now)
    if any(one.verdict.gone for one in tried):
        why = next(one.verdict.why for one in tried if one.verdict.gone)
        pause(target, reason=why)
    return counts


def _delivered(held: Claim, good: Sequence[Tried], now: datetime) -> Counts:
    ids = sorted(delivery.pk for one in good for delivery in one.load.deliveries)
    changed = Delivery.objects.filter(pk__in=ids, claim=held.token).update(
        state=Delivery.State.DELIVERED,
        due_at=None,
        claim=None,
        settled_at=now,
        attempts=F("attempts") + 1,
        first_attempt_at=_first(now),
        last_error="",
    )
    return Counts(delivered=changed, lost=len(ids) - changed)


def _failed(target: Target, held: Claim, one: Tried, now: datetime) -> Counts:
    counts = Counts()
    for delivery in one.load.deliveries:
        standing = _standing(target, delivery, one, now)
        changed = Delivery.objects.filter(pk=delivery.pk, claim=held.token).update(
            claim=None,
            attempts=F("attempts") + 1,
            first_attempt_at=_first(now),
            last_error=one.verdict.why[:DETAIL_LENGTH],
            **standing,
        )
        if not changed:
            counts.lost += 1
        elif standing["state"] == Delivery.State.DEAD:
            counts.dead += 1
        else:
            counts.retried += 1
    return counts


def _standing(target: Target, delivery: Delivery, one: Tried, now: datetime) -> dict[str, Any]:
    """Where a document stands after a failed attempt."""
    verdict, attempts = one.verdict, delivery.attempts + 1
    waiting = {"state": Delivery.State.WAITING}
    if verdict.fate is Fate.DEAD:
        if len(one.load.deliveries) == 1:
            return {"state": Delivery.State.DEAD, "due_at": None, "settled_at": now}
        return waiting | {"due_at": delivery.created_at, "alone": True}  # one of them is what was refused
    if verdict.gone:
        return waiting | {"due_at": now}
    if verdict.wait is not None:
        return waiting | {"due_at": now + timedelta(seconds=verdict.wait)}
    since = now - (delivery.first_attempt_at or now)
    limit = timedelta(hours=target.max_age_hours)
    if is_over(attempts, since, max_attempts=target.max_attempts, max_age=limit):
        return {"state": Delivery.State.DEAD, "due_at": None, "settled_at": now}
    return waiting | {"due_at": now + wait_after(attempts, random.random())}


def _first(now: datetime) -> Coalesce:
    return Coalesce("first_attempt_at", Value(now))


def _write_receipts(tried: Sequence[Tried]) -> None:
    """One a document, written by columns: as models they take longer than all the rest of a batch."""
    rows = [(delivery, one) for one in tried for delivery in one.load.deliveries]
    insert(
        Attempt,
        {
            "id": pa.array(new_ids(len(rows)), pa.int64()),
            "delivery": pa.array([delivery.pk for delivery, _ in rows], pa.int64()),
            "tenant": _texts(str(delivery.tenant) for delivery, _ in rows),
            "at": _texts(str(connection.ops.adapt_datetimefield_value(one.at)) for _, one in rows),
            "seconds": _texts(f"{one.answer.seconds:.6f}" for _, one in rows),
            "status": pa.array([one.answer.status for _, one in rows], pa.int64()),
            "outcome": _texts(one.answer.outcome for _, one in rows),
            "request": _texts(one.load.parcel.id[:REQUEST_LENGTH] for _, one in rows),
            "sent_bytes": pa.array([len(one.load.parcel.body) for _, one in rows], pa.int64()),
            "answer_bytes": pa.array([one.answer.answer_bytes for _, one in rows], pa.int64()),
            "detail": _texts(one.verdict.why[:DETAIL_LENGTH] for _, one in rows),
            "excerpt": _texts(one.answer.excerpt for _, one in rows),
        },
    )


def _texts(values: Iterable[str]) -> pa.Array:
    return pa.array(values, pa.string())


def _note_target(target: Target, verdicts: Sequence[Verdict], now: datetime) -> None:
    circuit = Circuit.objects.select_for_update().get(target=target)
    state = breaker.after(circuit_state(circuit), verdicts, now)
    circuit.failures, circuit.openings = state.failures, state.openings
    circuit.closed_until, circuit.reason = state.closed_until, state.reason[:DETAIL_LENGTH]
    if any(verdict.fate is Fate.DELIVERED for verdict in verdicts):
        circuit.last_good_at = now
    circuit.save(update_fields=["failures", "openings", "closed_until", "reason", "last_good_at"])
