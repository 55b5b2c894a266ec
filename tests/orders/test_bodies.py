"""The stored text of a document is its canonical form, which is written without looking for nulls again."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.protect import checksum
from hub.canonical import canonical_json, without_nulls
from pipelines.billing.entities import Subscription
from pipelines.orders.document.entry import known
from pipelines.orders.draft import PERSONAL
from tests.orders.conftest import Shop

names, leaves = st.text(max_size=5), st.none() | st.text(max_size=5) | st.integers(0, 99) | st.booleans()
entries = st.dictionaries(names, leaves | st.lists(st.text(max_size=5)), max_size=6)


@given(entries)
def test_what_is_not_known_is_absent_and_what_is_known_stays_as_it_is(entry: dict[str, Any]) -> None:
    assert known(entry) == without_nulls(entry)
    assert known(known(entry)) == known(entry)


def nulls_in(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return sum(map(nulls_in, value)) if isinstance(value, list) else value is None


@pytest.mark.django_db
@pytest.mark.parametrize("root", ["one", "test", "gone"])
def test_body_and_checksums_are_those_of_the_canonical_document(shop: Shop, root: str) -> None:
    """Of a live order, of a test customer's and of one that was deleted."""
    shop.sells("one", account="buyer", promotion_code_c=None)
    shop.sells("test", account="tester")
    shop.sells("gone", account="leaver")
    shop.refunds("r", "4", account="buyer", payment="payment-one-1")
    shop.judge("tester", left_out=True)
    shop.assembles()
    shop.put(Subscription, "gone", is_deleted=True)
    shop.assembles()
    order = shop.order(root)
    document = orjson.loads(order.body)
    assert nulls_in(document) == 0
    assert canonical_json(document).decode() == order.body
    assert checksum(document, PERSONAL) == bytes(order.checksum)
