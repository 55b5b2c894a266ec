"""What orders ask: is every document valid, is assembly up to date, does any refund contradict itself."""

from __future__ import annotations

from datetime import timedelta

from hub import clock, figures
from hub.registry import Check, Finding, checks
from hub.tenancy import every_tenant
from pipelines.engine.doctor import STALE_AFTER
from pipelines.orders import standing
from pipelines.orders.models import Order

LATE = timedelta(hours=12)  # an import may end long before the assembly of the day begins


def documents_are_valid() -> Finding:
    """Invalid ones, and those whose newest document could not take the place of an older one."""
    with every_tenant():
        invalid = standing.with_status(Order.Status.INVALID)
        first = Order.objects.filter(status=Order.Status.INVALID).order_by("key").defer("body").first()
        stuck = [order for brand in standing.brands() for order in standing.stuck(brand)]
    if first is None:
        first = next(iter(stuck), None)
    if first is None:
        return Finding(level="ok", message="every order document is valid and stored")
    number = invalid + sum(order.status != Order.Status.INVALID for order in stuck)
    return Finding(
        level="warn",
        message=f"{standing.told(number)} order documents are not valid, e.g. {first.key}: {first.problem}",
        hint=f"python manage.py assemble_orders --order {first.key} --explain",
    )


def assembly_is_recent() -> Finding:
    brands = standing.brands()
    if not brands:
        return Finding(level="ok", message="there is no brand whose orders were to be assembled")
    run, hint = standing.last_assembly(), "python manage.py assemble_orders"
    if run is None:
        return Finding(level="warn", message="no orders were assembled yet", hint=hint)
    age = figures.age(run.started_at, clock.now())
    if clock.now() - run.started_at > STALE_AFTER:
        return Finding(level="warn", message=f"orders were last assembled {age}", hint=hint)
    return Finding(level="ok", message=f"orders were assembled {age}")


def assembly_keeps_up() -> Finding:
    """Whatever was imported and enriched has been read from the change feed."""
    with every_tenant():
        found = [late for brand in standing.brands() if (late := standing.behind(brand))]
    oldest = min(found, key=lambda each: each.since, default=None)
    if oldest is None or clock.now() - oldest.since <= LATE:
        return Finding(level="ok", message="assembly has read the change feed")
    age = figures.age(oldest.since, clock.now())
    return Finding(
        level="warn",
        message=f"changes of {oldest.tenant} wait to be assembled, the oldest ({oldest.model}) from {age}",
        hint=f"python manage.py assemble_orders --brand {oldest.tenant}",
    )


def money_is_clear() -> Finding:
    with every_tenant():
        number = standing.quarantined()
    if not number:
        return Finding(level="ok", message="no refund and no credit memo contradicts itself")
    return Finding(
        level="warn",
        message="a refund or credit memo contradicts itself"
        if number == 1
        else f"{standing.told(number)} refunds or credit memos contradict themselves",
        hint="see Allocations in admin, outcome quarantine",
    )


def register() -> None:
    for name, run in (
        ("orders.documents", documents_are_valid),
        ("orders.assembly", assembly_is_recent),
        ("orders.feed", assembly_keeps_up),
        ("orders.money", money_is_clear),
    ):
        checks.add(Check(name=name, run=run))
