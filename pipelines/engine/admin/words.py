"""Figures as people read them: instants, ages, durations, sizes, amounts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

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


def per_second(rows: int, seconds: float) -> str:
    return f"{rows / seconds:,.0f}" if seconds else NOTHING


def rate(rows: int, seconds: float) -> str:
    return f"{rows / seconds:,.0f} rows/s" if seconds else NOTHING


def amount(value: Decimal) -> str:
    """Without the zeros that fill its scale, but with two decimals: 12.90, 0.125."""
    whole, _, decimals = f"{value:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<2}"


def shown(value: Any) -> Any:
    """A typed value as text."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return amount(value)
    if isinstance(value, datetime):
        return f"{instant(value)} UTC"
    return value.isoformat() if isinstance(value, date) else value


def command_line(job: str, arguments: Mapping[str, Any]) -> str:
    """What to type to run a job again with the same arguments."""
    words = [f"manage.py {job}"]
    for name, value in arguments.items():
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            words.append(flag)
        elif value not in (None, False):
            words += [f"{flag} {each}" for each in (value if isinstance(value, list) else [value])]
    return " ".join(words)
