"""How consumers keep their place in the change feed."""

import pytest
from django.db import transaction

from hub.ids import new_id
from pipelines.engine.feed import Keys, publish
from pipelines.engine.positions import advance, head, position, rewind, unread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_tenants", "now")]

MODEL = "club.member"


@pytest.fixture(autouse=True)
def _three_batches(db: None) -> None:
    for keys in (["a", "b"], ["c"], ["d", "e", "f"]):
        publish("acme", MODEL, new_id(), Keys(created=keys))


def numbers(consumer: str, **bounds: int) -> list[int]:
    return [entry.number for entry in unread(consumer, "acme", MODEL, **bounds)]


def test_a_new_consumer_has_read_nothing() -> None:
    assert (position("orders", "acme", MODEL), numbers("orders")) == (0, [1, 2, 3])


def test_the_head_is_the_newest_entry() -> None:
    assert (head("acme", MODEL), head("acme", "club.nothing")) == (3, 0)


def test_what_was_read_is_not_read_again() -> None:
    advance("orders", "acme", MODEL, 2)
    assert numbers("orders") == [3]


def test_two_consumers_do_not_know_of_each_other() -> None:
    advance("orders", "acme", MODEL, 3)
    assert (numbers("orders"), numbers("enrich")) == ([], [1, 2, 3])


def test_tenants_have_positions_of_their_own() -> None:
    advance("orders", "other", MODEL, 3)
    assert numbers("orders") == [1, 2, 3]


def test_a_position_never_goes_back_by_itself() -> None:
    advance("orders", "acme", MODEL, 3)
    advance("orders", "acme", MODEL, 1)
    assert position("orders", "acme", MODEL) == 3


def test_a_position_is_put_back_where_somebody_asks_for_it() -> None:
    advance("orders", "acme", MODEL, 3)
    rewind("orders", "acme", MODEL, 1)
    assert numbers("orders") == [2, 3]


def test_a_rewind_skips_nothing() -> None:
    rewind("orders", "acme", MODEL, 2)
    assert position("orders", "acme", MODEL) == 0


@pytest.mark.parametrize(
    ("keys", "expected"), [(1, [1]), (2, [1]), (3, [1, 2]), (4, [1, 2, 3]), (99, [1, 2, 3])]
)
def test_a_round_takes_as_few_entries_as_hold_so_many_keys(keys: int, expected: list[int]) -> None:
    assert numbers("orders", keys=keys) == expected


def test_a_rolled_back_round_is_read_again() -> None:
    with transaction.atomic():
        advance("orders", "acme", MODEL, 3)
        transaction.set_rollback(True)
    assert numbers("orders") == [1, 2, 3]
