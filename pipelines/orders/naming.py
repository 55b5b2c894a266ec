"""From what a person calls an order, its key or its number, to the order."""

from __future__ import annotations

from collections.abc import Collection

from hub.errors import UsageError
from pipelines.billing.entities import Subscription
from pipelines.engine.lookup import texts_by
from pipelines.engine.models import Tenant
from pipelines.orders.lookup import Reader
from pipelines.orders.versions import roots_of


def named_order(name: str, brands: Collection[str] = ()) -> tuple[Tenant, str]:
    """The tenant and root of `brand:id` or of a number; refused where none or several brands have it."""
    tenants = {tenant.code: tenant for tenant in Tenant.objects.filter(kind=Tenant.Kind.BRAND)}
    code, colon, lake_id = name.partition(":")
    if colon and code in tenants:
        found = [(code, root) for root in roots_of(Reader(code), [lake_id])]
    else:
        found = [
            (code, root)
            for code in sorted(brands or tenants)
            for root in roots_of(Reader(code), _versions_called(name, code))
        ]
    if not found:
        raise UsageError(f"there is no order {name!r}", hint="name it by brand:id or by its A-S number")
    if len(found) > 1:
        keys = ", ".join(f"{code}:{root}" for code, root in found)
        raise UsageError(f"several orders are called {name!r}", hint=f"add --brand, or say which: {keys}")
    code, root = found[0]
    return tenants[code], root


def _versions_called(number: str, tenant: str) -> list[str]:
    rows = texts_by(Subscription, "name", [number], ["lake_id"], tenant=tenant)
    return [str(version) for (version,) in rows]
