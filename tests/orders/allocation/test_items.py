"""An invoice's money on its lines."""

from __future__ import annotations

import doctest
from decimal import Decimal
from fractions import Fraction
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.money import decimals, minor
from pipelines.orders.allocation import balance, items
from pipelines.orders.allocation.items import Item, share_out, tax_split

CURRENCIES = st.sampled_from(["JPY", "EUR", "KWD"])


def line(id: str, charge: str, tax: str = "0", **more: Any) -> Item:
    return Item(id=id, charge=Decimal(charge), tax=Decimal(tax), **more)


def shares(amount: str, *lines: Item, currency: str = "EUR") -> dict[str, str]:
    return {id: str(share) for id, share in share_out(Decimal(amount), lines, currency)}


@pytest.mark.parametrize(
    ("amount", "lines", "expected"),
    [
        ("10.00", [line("a", "20.00"), line("b", "10.00")], {"a": "6.67", "b": "3.33"}),
        ("0.01", [line("b", "5.00"), line("a", "5.00")], {"a": "0.01", "b": "0.00"}),  # a tie
        ("11.90", [line("a", "10.00", "1.90"), line("b", "11.90", "1.90", tax_inclusive=True)],
         {"a": "5.95", "b": "5.95"}),
        # a discount on one line, then the same on none in particular
        ("20.00", [line("a", "20.00"), line("b", "10.00"), line("d", "-10.00", applied_to="a")],
         {"a": "10.00", "b": "10.00", "d": "0.00"}),
        ("20.00", [line("a", "20.00"), line("b", "10.00"), line("d", "-15.00")],
         {"a": "13.33", "b": "6.67", "d": "0.00"}),
        # more than its line: the rest makes the others cheaper
        ("6.00", [line("a", "5.00"), line("b", "8.00"), line("c", "4.00"), line("d", "-11.00", applied_to="a")],
         {"a": "0.00", "b": "4.00", "c": "2.00", "d": "0.00"}),
        # a free invoice that was paid all the same: by what it would have cost
        ("3.00", [line("a", "20.00"), line("b", "10.00"), line("d", "-30.00")],
         {"a": "2.00", "b": "1.00", "d": "0.00"}),
        ("3.00", [line("a", "0"), line("b", "0")], {"a": "1.50", "b": "1.50"}),
        ("-3.00", [line("a", "20.00"), line("b", "10.00")], {"a": "-2.00", "b": "-1.00"}),
        ("-3.00", [line("a", "-20.00"), line("b", "-10.00")], {"a": "-2.00", "b": "-1.00"}),  # a negative invoice
        ("0.00", [line("a", "20.00")], {"a": "0.00"}),
        ("5.00", [], {}),
        # nine decimals weigh exactly
        ("1.00", [line("a", "0.333333333"), line("b", "0.666666667")], {"a": "0.33", "b": "0.67"}),
    ],
)  # fmt: skip
def test_an_amount_is_shared_by_what_the_lines_cost(
    amount: str, lines: list[Item], expected: dict[str, str]
) -> None:
    assert shares(amount, *lines) == expected


amounts = st.decimals("-1000", "1000", places=9)
lists = st.lists(
    st.builds(
        Item,
        id=st.sampled_from("abcdef"),
        charge=amounts,
        tax=st.decimals("0", "50", places=9),
        tax_inclusive=st.booleans(),
        applied_to=st.none() | st.sampled_from("abcdefx"),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda item: item.id,
)


@given(amounts, lists, CURRENCIES)
def test_the_shares_add_up_to_the_amount(amount: Decimal, lines: list[Item], currency: str) -> None:
    found = share_out(amount, lines, currency)
    assert sum(minor(share, currency) for _, share in found) == minor(amount, currency)


@given(st.decimals("0", "1000", places=9), lists, CURRENCIES)
def test_no_share_of_what_was_paid_is_negative(amount: Decimal, lines: list[Item], currency: str) -> None:
    assert all(share >= 0 for _, share in share_out(amount, lines, currency))


@given(amounts, lists, CURRENCIES, st.randoms())
def test_the_order_of_lines_does_not_matter(
    amount: Decimal, lines: list[Item], currency: str, chance: Random
) -> None:
    turned = [*lines, *lines]
    chance.shuffle(turned)
    assert share_out(amount, turned, currency) == share_out(amount, lines, currency)


@given(st.integers(0, 10**6), st.lists(st.integers(1, 10**6), min_size=1, max_size=5), CURRENCIES)
def test_without_discounts_a_share_is_within_a_unit_of_the_exact_one(
    units: int, costs: list[int], currency: str
) -> None:
    lines = [Item(id=f"{place}", charge=Decimal(cost)) for place, cost in enumerate(costs)]
    amount = Decimal(units).scaleb(-decimals(currency))
    found = dict(share_out(amount, lines, currency))
    exact = {item.id: Fraction(units) * Fraction(item.charge) / sum(costs) for item in lines}
    assert all(abs(minor(found[id], currency) - exact[id]) < 1 for id in exact)


@pytest.mark.parametrize(
    ("amount", "net", "tax", "currency", "expected"),
    [
        ("11.90", "30.00", "5.70", "EUR", ("10.00", "1.90")),
        ("0.01", "1.00", "1.00", "EUR", ("0.00", "0.01")),  # half a cent of tax is rounded up
        ("100", "1000", "100", "JPY", ("91", "9")),
        ("1.000", "10.000", "0.500", "KWD", ("0.952", "0.048")),
        ("5.00", "0", "0", "EUR", ("5.00", "0.00")),
        ("5.00", "10.00", "-10.00", "EUR", ("5.00", "0.00")),
        ("-11.90", "-30.00", "-5.70", "EUR", ("-10.00", "-1.90")),
    ],
)
def test_the_tax_in_an_amount(
    amount: str, net: str, tax: str, currency: str, expected: tuple[str, str]
) -> None:
    found = tax_split(Decimal(amount), Decimal(net), Decimal(tax), currency=currency)
    assert tuple(map(str, found)) == expected


@given(amounts, amounts, amounts, CURRENCIES)
def test_net_and_tax_add_up(amount: Decimal, net: Decimal, tax: Decimal, currency: str) -> None:
    parts = tax_split(amount, net, tax, currency=currency)
    assert sum(minor(part, currency) for part in parts) == minor(amount, currency)


@pytest.mark.parametrize("module", [items, balance], ids=["items", "balance"])
def test_the_examples_in_the_code_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
