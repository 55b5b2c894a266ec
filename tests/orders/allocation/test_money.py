"""Whole minor units, and shares that add up."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.money import decimals, is_whole, major, minor
from pipelines.orders.allocation.shares import spread

weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=8).filter(any)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("JPY", 0), ("EUR", 2), ("KWD", 3), ("CLF", 4), ("XAU", 2), ("ZZZ", 2), ("", 2)],
)
def test_a_currency_has_its_digits_and_two_where_none_are_named(currency: str, digits: int) -> None:
    assert decimals(currency) == digits


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("29.90", "EUR", 2990),
        ("1.005", "EUR", 101),  # half up, not half even
        ("-1.005", "EUR", -101),  # away from zero, so that un-applying undoes applying
        ("1.004999999", "EUR", 100),
        ("0.5", "JPY", 1),
        ("1.0005", "KWD", 1001),
        ("999999999999999999.999999999", "EUR", 100000000000000000000),
    ],
)
def test_an_amount_is_rounded_half_up_to_the_minor_unit(amount: str, currency: str, units: int) -> None:
    assert minor(Decimal(amount), currency) == units


def test_what_the_process_rounds_to_does_not_matter() -> None:
    with localcontext() as context:
        context.prec = 3
        assert (minor(Decimal("12345.678"), "EUR"), str(major(1234568, "EUR"))) == (1234568, "12345.68")


@pytest.mark.parametrize(
    ("units", "currency", "text"), [(0, "EUR", "0.00"), (0, "JPY", "0"), (-5, "KWD", "-0.005")]
)
def test_an_amount_is_told_with_all_its_decimals(units: int, currency: str, text: str) -> None:
    assert str(major(units, currency)) == text


@pytest.mark.parametrize(("amount", "whole"), [("1.10", True), ("1.100000000", True), ("1.101", False)])
def test_more_decimals_than_the_currency_has_are_seen(amount: str, whole: bool) -> None:
    assert is_whole(Decimal(amount), "EUR") is whole


@given(st.integers(0, 10**12), weights)
def test_shares_add_up_to_the_total(total: int, over: list[int]) -> None:
    assert sum(spread(total, over)) == total


@given(st.integers(0, 10**12), weights)
def test_each_share_is_its_quota_rounded_down_or_up(total: int, over: list[int]) -> None:
    quotas = [Fraction(total * weight, sum(over)) for weight in over]
    assert all(abs(share - quota) < 1 for share, quota in zip(spread(total, over), quotas, strict=True))


@given(st.data(), weights)
def test_no_share_is_above_its_weight(data: st.DataObject, over: list[int]) -> None:
    total = data.draw(st.integers(0, sum(over)))
    assert all(share <= weight for share, weight in zip(spread(total, over), over, strict=True))


@given(st.integers(0, 10**12), weights)
def test_the_last_units_go_to_the_largest_remainders_and_the_first_of_equals(
    total: int, over: list[int]
) -> None:
    quotas = [Fraction(total * weight, sum(over)) for weight in over]
    shares = [quota.numerator // quota.denominator for quota in quotas]
    while sum(shares) < total:  # one unit after another to whom the most is missing
        missing = [quota - share for quota, share in zip(quotas, shares, strict=True)]
        shares[missing.index(max(missing))] += 1
    assert spread(total, over) == shares


def test_without_any_weight_nothing_can_be_shared() -> None:
    with pytest.raises(ValueError, match="nothing to spread"):
        spread(5, [0, 0])
