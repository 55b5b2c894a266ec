"""Reading what imports have committed as a whole: never a subscription whose plans are still to come.

An import takes its leases before its first chunk and gives them back after its last. So a transaction that sees
one state of the database throughout, in which no feed of a tenant is leased and no import of it was cut short,
sees whole imports only. On MySQL and MariaDB that takes a snapshot (REPEATABLE READ) instead of our usual READ
COMMITTED; on SQLite our transactions hold the only right to write.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from hub.errors import LockedError
from pipelines.engine.models import Lease, Run

importing_jobs: set[str] = set()  # the rooms that import put their jobs' names here
RUNS_LOOKED_AT = 200
PART_OF_THE_LAKE = ("since", "until", "limit", "minutes")
_Status = Run.Status
_CUT_SHORT = frozenset({_Status.RUNNING, _Status.INTERRUPTED})
_ENDED = frozenset({_Status.DONE, _Status.QUARANTINED, _Status.FAILED})


class Unsettled(LockedError):
    """The rows of a tenant are half imported."""


@contextmanager
def settled_snapshot(tenant: str) -> Iterator[None]:
    """One transaction in which reads see the same whole imports of a tenant from beginning to end.

    Raises Unsettled where an import is under way or was cut short. For what a database may refuse for a moment
    use `in_transaction(work, within=partial(settled_snapshot, tenant))`. Inside another transaction (a dry run)
    it is that one's view of things that counts.
    """
    if connection.in_atomic_block:
        refuse_unsettled(tenant)
        yield
        return
    with transaction.atomic():
        if connection.vendor == "mysql":
            with connection.cursor() as cursor:  # of this transaction alone, which has not begun yet
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        refuse_unsettled(tenant)
        yield


def refuse_unsettled(tenant: str) -> None:
    """Raise where the rows of a tenant are half imported, as this transaction sees it."""
    if lease := next(_feeds_at_work(tenant), None):
        raise Unsettled(
            f"{lease.name} is being imported by run {lease.run_id}",
            hint="wait until it ends; what a dead run left is finished by the next import_billing",
        )
    if run := _cut_short(tenant):
        raise Unsettled(
            f"the rows of {tenant} are half imported: run {run.pk} ({run.job}) is {run.status}",
            hint=f"type import_billing --brand {tenant}, which goes on where it stopped, then this again",
        )


def _feeds_at_work(tenant: str) -> Iterator[Lease]:
    """Leases on feeds, tenant/source/entity: those of jobs downstream have two parts."""
    following = chr(ord("/") + 1)
    own = Lease.objects.filter(name__gt=f"{tenant}/", name__lt=f"{tenant}{following}", run_id__isnull=False)
    return (lease for lease in own.order_by("name") if str(lease.name).count("/") == 2)


def _cut_short(tenant: str) -> Run | None:
    """The newest import that was begun and not ended, unless a later one has read all that it was to read."""
    runs = Run.objects.filter(job__in=importing_jobs).exclude(status=_Status.LOCKED).defer("report")
    later: list[dict[str, Any]] = []
    for run in runs[:RUNS_LOOKED_AT]:
        if tenant not in (run.arguments.get("brand") or [tenant]):
            continue
        if run.status in _CUT_SHORT and not any(_covers(other, run.arguments) for other in later):
            return run
        if run.status in _ENDED:
            if _covers(run.arguments, {}):
                return None
            later.append(run.arguments)
    return None


def _covers(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether a run with these arguments reads at least what one with the others reads, of a tenant both read."""
    if any(one.get(name) != other.get(name) for name in PART_OF_THE_LAKE if one.get(name)):
        return False
    wanted = set(one.get("entity") or ())
    return not wanted or (bool(other.get("entity")) and wanted >= set(other["entity"]))
