"""Taking deliveries that are due, so that nobody else takes them for as long as a claim lasts.

A claim is a token on the row and a time at which it lapses. Whoever sends a parcel settles it by the token, so a
worker that was thought dead cannot overwrite what came after it; one that was killed loses nothing, its deliveries
are due again when their claim has lapsed, under the same idempotency key.

Per document only the oldest version that is open is ever taken: version n + 1 waits until n is settled.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, OuterRef

from hub import clock
from hub.transactions import in_transaction
from pipelines.delivery import breaker
from pipelines.delivery.models import Circuit, Delivery, Target


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Deliveries to send before `lapses` (of the monotonic clock); `state` is how the target did till then.

    `file_number` is given where they are written to a file.
    """

    token: int
    deliveries: Sequence[Delivery]
    lapses: float
    state: breaker.State
    file_number: int = 0

    def lasts(self, seconds: float) -> bool:
        """Whether a parcel that takes so long is still ours when it ends."""
        return time.monotonic() + seconds < self.lapses


@dataclass(frozen=True, kw_only=True)
class Resting:
    """Nothing may be sent to the target now."""

    until: datetime
    reason: str


def claim(target: Target, *, most: int, due: datetime | None = None) -> Claim | Resting:
    """Take up to `most` deliveries that are due at `due` (default: now); a breaker that probes lets one parcel out."""
    return in_transaction(lambda: _claimed(target, most, due))


def give_back(held: Claim, deliveries: Iterable[Delivery]) -> int:
    """Let go of deliveries that were not tried: they are due at once."""
    ids = sorted(delivery.pk for delivery in deliveries)
    if not ids:
        return 0
    rows = Delivery.objects.filter(pk__in=ids, claim=held.token)
    return in_transaction(
        lambda: rows.update(state=Delivery.State.PENDING, claim=None, due_at=F("created_at"))
    )


def circuit_state(circuit: Circuit) -> breaker.State:
    return breaker.State(
        failures=circuit.failures,
        openings=circuit.openings,
        closed_until=circuit.closed_until,
        reason=circuit.reason,
    )


def lifetime(target: Target) -> timedelta:
    """Two requests may take as long as they can, and a dead worker's claim lapses some seconds later."""
    return timedelta(seconds=2 * target.answer_seconds + settings.HUB_DELIVERY_CLAIM_SECONDS)


def open_before() -> Exists:
    """Whether an older version of the same document is still on its way to the same target.

    The target is compared as the result of a sum: by the column itself MariaDB, while it has no statistics of a queue
    that was just filled, would look for each row through all that the target has.
    """
    others = Delivery.objects.annotate(receiver=F("target") + 0)
    return Exists(
        others.filter(
            receiver=OuterRef("target"),
            key=OuterRef("key"),
            version__lt=OuterRef("version"),
            due_at__isnull=False,
        )
    )


def _claimed(target: Target, most: int, due: datetime | None) -> Claim | Resting:
    now = clock.now()
    circuit, _ = Circuit.objects.get_or_create(target=target)
    state = circuit_state(circuit)
    if state.resting(now):
        return Resting(until=state.closed_until or now, reason=state.reason)
    probe = state.probes(now)
    until = now + lifetime(target)
    if probe and not _may_probe(circuit, until):
        return Resting(until=until, reason=state.reason)
    token, lapses = secrets.randbits(63), time.monotonic() + lifetime(target).total_seconds()
    taken = _taken(target, 1 if probe else most, due or now)
    if probe and not taken:  # there was nothing to try it with
        Circuit.objects.filter(pk=circuit.pk).update(closed_until=None)
    ids = [delivery.pk for delivery in taken]
    Delivery.objects.filter(pk__in=ids).update(state=Delivery.State.SENDING, claim=token, due_at=until)
    number = _next_file(circuit) if taken and target.writes_files else 0
    return Claim(token=token, deliveries=taken, lapses=lapses, file_number=number, state=state)


def _may_probe(circuit: Circuit, until: datetime) -> bool:
    """Only one of all workers gets the probe: the others find the breaker closed for as long as it may take."""
    untouched = Circuit.objects.filter(
        pk=circuit.pk, failures=circuit.failures, closed_until=circuit.closed_until
    )
    return bool(untouched.update(closed_until=until))


def _taken(target: Target, most: int, due: datetime) -> list[Delivery]:
    """The first ones that are due, locked; what another worker has locked is passed over.

    The second look is for a version that was made open again between the reading of its row and ours.
    """
    rows = Delivery.objects.filter(~open_before(), target=target, due_at__lte=due).order_by("due_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    locked = list(rows.values_list("pk", flat=True)[:most])
    found = Delivery.objects.filter(~open_before(), pk__in=locked).select_related("message")
    place = {pk: at for at, pk in enumerate(locked)}
    ordered = sorted(found, key=lambda delivery: place[delivery.pk])
    return _of_one_kind(ordered) if target.batched else ordered


def _of_one_kind(found: list[Delivery]) -> list[Delivery]:
    """One that is to go alone goes alone; others wait for the next claim."""
    if found and found[0].alone:
        return found[:1]
    return [delivery for delivery in found if not delivery.alone]


def _next_file(circuit: Circuit) -> int:
    Circuit.objects.filter(pk=circuit.pk).update(files=F("files") + 1)
    return int(Circuit.objects.values_list("files", flat=True).get(pk=circuit.pk))
