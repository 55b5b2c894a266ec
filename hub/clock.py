"""The one door through which time comes in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_fixed: ContextVar[datetime | None] = ContextVar("fixed_instant", default=None)


def now() -> datetime:
    """The current instant, aware and in UTC; the fixed one inside `fixed()`."""
    return _fixed.get() or datetime.now(UTC)


def business_date(zone: str, at: datetime | None = None) -> date:
    """The calendar date of an instant (default: now) in a tenant's time zone."""
    return (at or now()).astimezone(ZoneInfo(zone)).date()


@contextmanager
def fixed(instant: datetime) -> Iterator[datetime]:
    """Let `now()` answer `instant` (aware) inside the block: for tests and for replaying a day."""
    if instant.tzinfo is None:
        raise ValueError("a fixed instant needs a time zone")
    token = _fixed.set(instant.astimezone(UTC))
    try:
        yield instant
    finally:
        _fixed.reset(token)
