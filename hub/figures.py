"""Figures as people read them: instants, ages, durations, numbers, sizes. Pure but for Django's word for sizes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.template.defaultfilters import filesizeformat

NOTHING = "–"  # noqa: RUF001  an en dash reads as "no value" better than an empty cell
_STEPS = ((48 * 3_600, 86_400, "d"), (3_600, 3_600, "h"), (60, 60, "min"))  # from, size, unit


def instant(moment: datetime | None) -> str:
    """To the second, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if moment else NOTHING


def span(length: timedelta) -> str:
    """`3 d`, `40 h`, `12 min`, `4.2 s`: the largest unit that fits, and no days before there are two."""
    seconds = max(length.total_seconds(), 0.0)
    for least, size, unit in _STEPS:
        if seconds >= least:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def age(moment: datetime | None, now: datetime) -> str:
    """How long ago."""
    return f"{span(now - moment)} ago" if moment else NOTHING


def count(number: int) -> str:
    return f"{number:,}"


def size(number: int) -> str:
    """Bytes in the unit that fits."""
    return filesizeformat(number)
