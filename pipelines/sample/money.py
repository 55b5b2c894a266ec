"""Amounts in cents inside the sample, with nine decimals in a row."""

from __future__ import annotations

from functools import lru_cache

ZERO = "0.000000000"


@lru_cache(maxsize=1 << 16)
def amount(cents: int) -> str:
    """`-12.500000000` of -1250."""
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100}.{cents % 100:02d}0000000"


def tax_on(cents: int, per_mille: int) -> int:
    """Tax on a net amount, half a cent rounded away from zero."""
    sign, cents = (-1, -cents) if cents < 0 else (1, cents)
    return sign * ((cents * per_mille * 2 + 1000) // 2000)
