"""How orders do, for doctor and the front page: read through indexes and up to a cap, never counted whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, QuerySet

from hub import clock
from pipelines.engine import positions
from pipelines.engine.models import FeedEntry, Run, Tenant
from pipelines.orders.allocation.vocabulary import PENDING, QUARANTINE
from pipelines.orders.jobs import ASSEMBLE
from pipelines.orders.models import Allocation, Order
from pipelines.orders.pending import CONSUMER, STREAMS

COUNTED = 1000
RUNS_LOOKED_AT = 50
ENDED_WELL = (Run.Status.DONE, Run.Status.QUARANTINED)


@dataclass(frozen=True, kw_only=True)
class Behind:
    """A brand whose change feed holds what assembly has not read: since when, and of which table."""

    tenant: str
    since: datetime
    model: str


def counted(rows: QuerySet[Model]) -> int:
    """Up to one more than the cap."""
    return len(rows.order_by().values_list("pk")[: COUNTED + 1])


def told(number: int) -> str:
    """A number that was counted up to the cap."""
    return f"{number:,}" if number <= COUNTED else f"over {COUNTED:,}"


def in_state(state: str) -> int:
    return counted(Order.objects.filter(state=state))


def with_status(status: str) -> int:
    return counted(Order.objects.filter(status=status))


def quarantined() -> int:
    """Refunds and credit memos that a person must look at."""
    return counted(Allocation.objects.filter(outcome=QUARANTINE))


def waiting() -> int:
    """Refunds and credit memos of which something is missing or not final."""
    return counted(Allocation.objects.filter(outcome=PENDING))


def stuck(brand: Tenant) -> list[Order]:
    """Some orders whose newest document could not be stored: they stay due until it can be."""
    today = clock.business_date(brand.time_zone)
    due = Order.objects.filter(tenant=brand.code, next_due_on__lte=today).exclude(problem="")
    return list(due.order_by("next_due_on").defer("body")[: COUNTED + 1])


def last_assembly() -> Run | None:
    """The newest run that assembled what had changed in every brand, and ended well."""
    good = Run.objects.filter(job=ASSEMBLE, status__in=ENDED_WELL).order_by("-id")[:RUNS_LOOKED_AT]
    return next((run for run in good if not run.arguments.keys() & {"order", "brand", "date"}), None)


def brands() -> list[Tenant]:
    return list(Tenant.objects.filter(kind=Tenant.Kind.BRAND, active=True).order_by("code"))


def behind(brand: Tenant) -> Behind | None:
    """The oldest change that assembly has not read yet, of one brand."""
    oldest = [found for model in STREAMS if (found := _oldest_unread(brand.code, model))]
    return min(oldest, key=lambda found: found.since, default=None)


def _oldest_unread(tenant: str, model: str) -> Behind | None:
    read = positions.position(CONSUMER, tenant, model)
    if read >= positions.head(tenant, model):
        return None
    entries = FeedEntry.objects.filter(stream=f"{tenant}/{model}", number__gt=read).order_by("number")
    since = entries.values_list("at", flat=True).first()
    return Behind(tenant=tenant, since=since, model=model) if since else None
