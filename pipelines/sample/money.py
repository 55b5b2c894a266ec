"""Amounts in minor units (cents, yen, fils) inside the sample, with nine decimals in a row."""

from __future__ import annotations

from functools import lru_cache

ZERO = "0.000000000"


@lru_cache(maxsize=1 << 16)
def amount(units: int, digits: int = 2) -> str:
    """`-12.500000000` of -1250; `digits` is what the currency has behind the point, 0 to 3."""
    sign, units = ("-", -units) if units < 0 else ("", units)
    whole, rest = divmod(units, 10**digits)
    return f"{sign}{whole}.{rest:0{digits}d}{'0' * (9 - digits)}" if digits else f"{sign}{whole}.000000000"


def tax_on(cents: int, per_mille: int) -> int:
    """Tax on a net amount, half a unit rounded away from zero."""
    sign, cents = (-1, -cents) if cents < 0 else (1, cents)
    return sign * ((cents * per_mille * 2 + 1000) // 2000)
