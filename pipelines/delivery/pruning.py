"""Forgetting the bodies of documents that everybody has received: they hold personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import Combinable
from rich.console import Console

from hub import clock
from hub.commands import EXIT_DONE, EXIT_FAILED, stop_requested
from hub.errors import UsageError
from hub.tenancy import every_tenant
from hub.transactions import in_transaction
from pipelines.delivery.models import Delivery, OutboxMessage

PRUNE = "prune_deliveries"
AT_ONCE = 500  # messages a transaction
MOST_DAYS = 36_500  # a hundred years; the calendar begins before long


@dataclass(kw_only=True)
class PruneReport:
    """How many bodies were removed, and from how long ago on."""

    days: int
    pruned: int = 0
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        return EXIT_FAILED if self.interrupted else EXIT_DONE

    def as_dict(self) -> dict[str, Any]:
        status = "interrupted" if self.interrupted else "done"
        return {"job": PRUNE, "status": status, "days": self.days, "pruned": self.pruned}

    def show(self, console: Console) -> None:
        console.print(
            f"{self.pruned:,} bodies removed that every target received more than {self.days} days ago"
        )


def prune(*, days: int) -> PruneReport:
    """Remove the bodies of messages that every target has had for `days` days; those of dead letters stay.

    A message that no target was to receive counts from the day it was enqueued.
    """
    if not 0 <= days <= MOST_DAYS:
        raise UsageError(f"--days must be between 0 and {MOST_DAYS}")
    report, last = PruneReport(days=days), 0
    with every_tenant():
        while ids := _next(days, last):
            if stop_requested():
                report.interrupted = True
                break
            last = ids[-1]
            report.pruned += in_transaction(partial(_prune, ids, days))
    return report


def _next(days: int, last: int) -> list[int]:
    rows = OutboxMessage.objects.filter(_prunable(days), pk__gt=last, pruned_at=None)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def _prune(ids: list[int], days: int) -> int:
    rows = OutboxMessage.objects.filter(_prunable(days), pk__in=ids)
    return rows.update(body=None, pruned_at=clock.now())


def _prunable(days: int) -> Combinable:
    before = clock.now() - timedelta(days=days)
    needed = Q(due_at__isnull=False) | Q(state=Delivery.State.DEAD) | Q(settled_at__gt=before)
    return Q(created_at__lte=before) & ~Exists(Delivery.objects.filter(needed, message=OuterRef("pk")))
