"""Many rows through every way of fetching: all of them, in order, in memory that does not grow with them.

`python -m bench.athena` does the same with a million.
"""

import pytest

from bench.athena import WAYS, measured

ROWS = 100_000
GROWTH_MB = 60  # a million rows were measured to take 21 MB more than the first chunk


@pytest.mark.slow
def test_every_way_gives_all_rows_in_order_in_flat_memory() -> None:
    found = list(measured(ROWS))
    assert [each.way for each in found] == list(WAYS)
    assert [each.rows for each in found] == [ROWS] * 3
    assert all(each.in_order for each in found)
    assert all(each.most_mb - each.first_mb < GROWTH_MB for each in found)
