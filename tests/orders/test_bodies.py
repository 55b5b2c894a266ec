"""The stored text of a document is its canonical form, which is written without looking for nulls again."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.protect import checksum
from hub.canonical import canonical_json, sorted_json, without_nulls
from pipelines.billing.entities import Subscription
from pipelines.orders.document.body import known
from pipelines.orders.store import PERSONAL
from tests.orders.conftest import Shop

names, leaves = st.text(max_size=5), st.none() | st.text(max_size=5) | st.integers(0, 99) | st.booleans()
entries = st.recursive(
    st.dictionaries(names, leaves | st.lists(st.text(max_size=5)), max_size=4),
    lambda inner: st.dictionaries(names, leaves | inner | st.lists(inner, max_size=3), max_size=4),
)


def nulls_in(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return sum(map(nulls_in, value)) if isinstance(value, list) else value is None


@given(entries)
def test_what_is_not_known_is_absent_at_any_depth_of_entries_and_lists(entry: dict[str, Any]) -> None:
    assert nulls_in(known(entry)) == 0


@given(entries)
def test_what_is_known_stays_as_it_is(entry: dict[str, Any]) -> None:
    assert known(known(entry)) == known(entry)
    assert known(entry).keys() == without_nulls(entry).keys()


@given(entries)
def test_without_nulls_sorted_json_is_the_canonical_form(entry: dict[str, Any]) -> None:
    assert sorted_json(known(entry)) == canonical_json(known(entry))


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
    assert canonical_json(document).decode() == order.body
    assert checksum(document, PERSONAL) == bytes(order.checksum)
