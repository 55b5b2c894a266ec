"""Versions for tests: one active version of a yearly subscription, with what a test changes about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from pipelines.billing.chains import Chain, State, Version, resolve, state_of

TODAY = date(2025, 6, 1)
FIRST = Version(
    id="v1", number="A-S00000001", version=1, status="Active", account_id="ada", original_id="v1", previous_id=None,
    is_latest=True, term_type="TERMED", auto_renew=True, term_start=date(2025, 1, 1), term_end=date(2026, 1, 1),
    start=date(2025, 1, 1), end=date(2026, 1, 1), cancelled=None, service_activation=date(2025, 1, 1),
    contract_effective=date(2025, 1, 1), predecessor=None, created_at=datetime(2025, 1, 1, 9, tzinfo=UTC),
    updated_at=datetime(2025, 1, 1, 9, tzinfo=UTC), deleted=False,
)  # fmt: skip


def version(**changes: Any) -> Version:
    """The first version with changes; moments may be given as (month, day) of 2025."""
    for name in ("created_at", "updated_at"):
        if isinstance(changes.get(name), tuple):
            month, day = changes[name]
            changes[name] = datetime(2025, month, day, 9, tzinfo=UTC)
    return replace(FIRST, **changes)


def later(place: int, /, **changes: Any) -> Version:
    """A further version of the same chain, made on the first of its own month."""
    row: dict[str, Any] = {"id": f"v{place}", "version": place, "previous_id": f"v{place - 1}"}
    month = min(place, 12)
    return version(**{**row, "created_at": (month, 1), "updated_at": (month, 1), **changes})


def superseded(place: int = 1, /, **changes: Any) -> Version:
    row = {"status": "Expired", "is_latest": False, **changes}
    return version(**row) if place == 1 else later(place, **row)


def cancelled(place: int, on: date, /, **changes: Any) -> Version:
    """The latest version, as the platform writes a cancellation."""
    return later(place, status="Cancelled", cancelled=on, end=on, term_end=on, **changes)


def chain(*versions: Version) -> Chain:
    """The one chain of these versions."""
    (found,) = resolve(versions)
    return found


def state(*versions: Version, on: date = TODAY, overdue: bool = False) -> State:
    return state_of(chain(*versions), on, overdue=overdue)


def odd(found: Chain) -> list[tuple[str, str]]:
    return [(anomaly.code, anomaly.about) for anomaly in found.anomalies]
