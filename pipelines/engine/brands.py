"""Which brands a job is about."""

from __future__ import annotations

from collections.abc import Collection

from hub.errors import ConfigError, UsageError
from pipelines.engine.models import Tenant


def active_brands(wanted: Collection[str] = ()) -> list[Tenant]:
    """The active ones of the brands that were asked for (all when none was); an unknown one is refused."""
    brands = {tenant.code: tenant for tenant in Tenant.objects.filter(kind=Tenant.Kind.BRAND)}
    if unknown := sorted(set(wanted) - brands.keys()):
        raise UsageError(
            f"there is no brand {unknown[0]!r}", hint=f"known: {', '.join(sorted(brands)) or 'none'}"
        )
    chosen = [brands[code] for code in sorted(brands) if brands[code].active and code in (wanted or brands)]
    if not chosen:
        raise ConfigError("no active brand to work on", hint="add one under Tenants in the admin")
    return chosen
