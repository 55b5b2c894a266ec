"""Amounts in minor units: as many digits as the currency has, rounded once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.money import digits_of
from pipelines.billing.enrich.money import in_minor_units, known_currency


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("29.90", "EUR", 2990),
        ("0.005", "EUR", 1),  # half a cent is a cent ...
        ("-0.005", "EUR", -1),  # ... on both sides of zero
        ("0.004999999", "EUR", 0),
        ("2.675", "EUR", 268),  # as a float it would be less
        ("1200", "JPY", 1200),
        ("1200.5", "JPY", 1201),
        ("1.2345", "KWD", 1235),
        ("999999999.999999999", "KWD", 1_000_000_000_000),
        ("1", "XYZ", None),
        ("1", None, None),
        ("1", "", None),
        ("1", "XAU", None),  # gold has no minor unit
    ],
)
def test_an_amount_in_minor_units(amount: str, currency: str | None, minor: int | None) -> None:
    assert in_minor_units(Decimal(amount), currency) == minor


def test_without_an_amount_there_is_none() -> None:
    assert in_minor_units(None, "EUR") is None


@pytest.mark.parametrize(
    ("codes", "expected"),
    [(("EUR",), "EUR"), ((None, "CHF"), "CHF"), (("ZZZ", "CHF"), "CHF"), ((None,), None)],
)
def test_the_first_currency_that_is_one_is_taken(codes: tuple[str | None, ...], expected: str | None) -> None:
    assert known_currency(*codes) == expected


@given(st.integers(-(10**11), 10**11), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_what_is_exact_stays_exact(minor: int, currency: str) -> None:
    assert in_minor_units(Decimal(minor).scaleb(-(digits_of(currency) or 0)), currency) == minor
