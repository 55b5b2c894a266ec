"""Figures as people read them: instants, ages, durations, sizes, amounts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hub.figures import NOTHING, age, count, instant, size, span

__all__ = [
    "NOTHING",
    "age",
    "amount",
    "command_line",
    "count",
    "instant",
    "per_second",
    "rate",
    "shown",
    "size",
    "span",
]


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
