"""Amounts in the minor unit of their currency (ISO 4217: JPY has none, EUR hundredths, KWD thousandths). Pure.

A stored amount may have up to nine decimals; it is rounded once, half up (away from zero), as billing platforms round
the documents that the customer holds. What is counted in whole minor units after that adds up exactly.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache

from iso4217 import Currency

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)  # what the process at large rounds to does not matter here
USUAL_DIGITS = 2


@cache
def digits_of(currency: str | None) -> int | None:
    """Digits behind the point; None where there is no such currency or it has no minor unit (gold)."""
    try:
        exponent: int | None = Currency(currency or "").exponent
    except ValueError:
        return None
    return exponent


@cache
def decimals(currency: str | None) -> int:
    """The same, two where ISO 4217 names none."""
    known = digits_of(currency)
    return USUAL_DIGITS if known is None else known


def minor(amount: Decimal, currency: str | None) -> int:
    """An amount in whole minor units: 1.005 EUR is 101, -1.005 EUR is -101."""
    return int(amount.scaleb(decimals(currency), EXACT).to_integral_value(context=EXACT))


@lru_cache(maxsize=4096)  # prices repeat, and zero most of all
def major(units: int, currency: str | None) -> Decimal:
    """Whole minor units as an amount with all its decimals: 2990 in EUR is 29.90."""
    return Decimal(units).scaleb(-decimals(currency), EXACT)


def rounded(amount: Decimal, currency: str | None) -> Decimal:
    """The amount in whole minor units, with all its decimals."""
    return major(minor(amount, currency), currency)


def is_whole(amount: Decimal, currency: str | None) -> bool:
    """Whether rounding to the minor unit leaves the amount as it is."""
    return rounded(amount, currency) == amount


@lru_cache(maxsize=1 << 16)
def money_text(amount: Decimal, currency: str | None) -> str:
    """The amount as documents carry it: "29.90" in EUR, "1000" in JPY; zero has no sign."""
    return f"{rounded(amount, currency):f}"
