"""What the queries of a run may scan together, and what that is estimated to cost."""

from decimal import Decimal

import pytest

from pipelines.lake.athena.spending import BudgetSpent, Spending, size


def test_prices_are_estimated_and_added_up() -> None:
    spending = Spending(budget=10**15, price=Decimal(5))
    assert spending.add("q1", 2 * 10**12) == Decimal(10)
    assert spending.add("q2", 0) == 0
    assert spending.scanned == 2 * 10**12
    assert [size(n) for n in (0, 999, 1500, 10**9, 5 * 10**12)] == [
        "0 B",
        "999 B",
        "1.5 kB",
        "1.0 GB",
        "5.0 TB",
    ]


def test_queries_that_run_at_once_share_the_budget() -> None:
    spending = Spending(budget=1000, price=Decimal(5))
    spending.allow("q1", 600, doing="listing")
    spending.allow("q1", 700, doing="listing")
    spending.allow("q2", 300, doing="listing")
    with pytest.raises(BudgetSpent, match="has scanned 700 B and would need 301 B more"):
        spending.allow("q2", 301, doing="listing")


def test_what_was_set_aside_for_a_query_ends_with_it() -> None:
    spending = Spending(budget=1000, price=Decimal(5))
    spending.allow("q1", 900, doing="listing")
    spending.add("q1", 100)
    spending.allow("q2", 900, doing="listing")
    spending.release("q2")
    spending.allow("q3", 900, doing="listing")
    assert spending.scanned == 100
