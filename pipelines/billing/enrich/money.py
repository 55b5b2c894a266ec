"""Amounts of imported rows in whole minor units, where their currency is known. Pure."""

from __future__ import annotations

from decimal import Decimal

from hub.money import digits_of, minor


def known_currency(*codes: str | None) -> str | None:
    """The first code that is a currency with minor units."""
    return next((code for code in codes if code and digits_of(code) is not None), None)


def in_minor_units(amount: Decimal | None, currency: str | None) -> int | None:
    """Rounded once; None without an amount or a known currency."""
    return None if amount is None or digits_of(currency) is None else minor(amount, currency)
