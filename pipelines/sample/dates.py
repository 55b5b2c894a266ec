"""Days as ordinals, instants as the text they are written in (which sorts as they do)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import cache

DAY_SECONDS = 86_400


@cache
def iso(day: int) -> str:
    """`YYYY-MM-DD` of an ordinal."""
    return date.fromordinal(day).isoformat()


@cache
def add_months(day: int, months: int) -> int:
    """The same day of another month, or that month's last day."""
    start = date.fromordinal(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).toordinal()


@cache
def day_of_month(day: int) -> int:
    return date.fromordinal(day).day


@cache
def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def instant(day: int, second: int, micro: int = 0) -> str:
    """`YYYY-MM-DD HH:MM:SS.ffffff` in UTC."""
    return f"{iso(day)} {_clock(second)}.{micro:06d}"
