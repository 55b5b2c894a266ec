"""What goes into the outbox: once, in the caller's transaction, for everybody who is to have it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from pipelines.delivery.models import Delivery, OutboxMessage, Target
from pipelines.delivery.outbox import Message, OutsideTransaction, UnfitMessage, VersionTaken, enqueue
from pipelines.delivery.parcels import idempotency_key
from tests.delivery.conftest import at_once, message, put, states, target_of

ADDRESS = "https://crm.example/orders"


@pytest.mark.django_db
def test_enqueued_twice_makes_one() -> None:
    target_of(ADDRESS)
    assert [put(message()), put(message()), put(message(), message())] == [1, 0, 0]
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_back_and_forth_is_three_versions() -> None:
    target_of(ADDRESS)
    versions = [message(version=number, state=state) for number, state in enumerate("ABA", 1)]
    assert put(*versions) == 3


@pytest.mark.django_db
def test_each_target_of_topic_and_brand_gets_it_paused_ones_too() -> None:
    every = target_of(ADDRESS, name="every")
    own = target_of(ADDRESS, name="own", tenant="polder", paused=True)
    target_of(ADDRESS, name="other-brand", tenant="lumiere")
    target_of(ADDRESS, name="other-topic", topic="profile")
    assert put(message()) == 2
    assert set(Delivery.objects.values_list("target_id", flat=True)) == {every.pk, own.pk}


@pytest.mark.django_db
def test_a_target_that_came_later_gets_it_when_it_is_enqueued_again() -> None:
    assert put(message()) == 0
    target_of(ADDRESS)
    assert put(message()) == 1


@pytest.mark.django_db
def test_the_same_version_with_another_body_is_refused() -> None:
    put(message(price="1"))
    with pytest.raises(VersionTaken):
        put(message(price="2"))
    with pytest.raises(VersionTaken):
        put(message("A-S2", price="1"), message("A-S2", price="2"))


@pytest.mark.django_db
def test_a_key_is_the_same_with_and_without_its_brand() -> None:
    bare = Message(tenant="polder", topic="order", event="order.changed", key="A-S1", version=1, body="{}")
    whole = Message(
        tenant="polder", topic="order", event="order.changed", key="polder:A-S1", version=1, body="{}"
    )
    put(bare, whole)
    assert OutboxMessage.objects.get().key == "polder:A-S1"


@pytest.mark.django_db
def test_two_brands_may_use_the_same_number() -> None:
    target_of(ADDRESS)
    assert put(message("A-S1", tenant="polder"), message("A-S1", tenant="lumiere")) == 2


@pytest.mark.django_db(transaction=True)
def test_it_commits_with_the_change_or_not_at_all() -> None:
    target_of(ADDRESS)
    with transaction.atomic():
        enqueue([message()])
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()
    with pytest.raises(OutsideTransaction):
        enqueue([message()])


@pytest.mark.parametrize(
    "changed",
    [
        {"tenant": ""}, {"tenant": "Polder"}, {"topic": "or.der"}, {"topic": ""}, {"event": "order changed"},
        {"event": ".order"}, {"key": ""}, {"key": "a\n"}, {"key": "a "}, {"key": "k" * 195}, {"version": -1},
        {"version": 2**63}, {"body": ""}, {"body": '{"a":\n1}'},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.django_db
def test_a_message_out_of_shape_is_refused(changed: dict[str, Any]) -> None:
    fields: dict[str, Any] = {
        "tenant": "polder",
        "topic": "order",
        "event": "order.changed",
        "key": "A",
        "version": 1,
        "body": "{}",
    }
    with pytest.raises(UnfitMessage):
        put(Message(**(fields | changed)))


@pytest.mark.django_db
def test_a_thousand_messages_take_a_few_statements(django_assert_max_num_queries: Any) -> None:
    target_of(ADDRESS)
    with django_assert_max_num_queries(16 if connection.vendor == "sqlite" else 20):
        assert put(*(message(f"A-S{number}") for number in range(1000))) == 1000


@pytest.mark.django_db
def test_keys_that_differ_in_case_or_accent_are_different() -> None:
    target_of(ADDRESS)
    assert put(message("a-s1"), message("A-S1"), message("Á-S1")) == 3
    assert len(states()) == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_enqueue_the_same_at_once_make_one() -> None:
    target_of(ADDRESS)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        for number in range(20):
            put(*(message(f"A-S{number}-{each}") for each in range(5)))

    at_once(work, 2)
    assert (OutboxMessage.objects.count(), Delivery.objects.count()) == (100, 100)


@given(st.lists(st.tuples(st.text(min_size=1, max_size=12), st.integers(0, 99)), unique=True))
def test_idempotency_keys_are_plain_and_never_the_same_for_two(versions: list[tuple[str, int]]) -> None:
    made = [idempotency_key("order", key, version) for key, version in versions]
    assert len(set(made)) == len(made)
    assert all(one.isascii() and one.isprintable() and not set(one) & set(" .,") for one in made)


def test_targets_are_told_by_name() -> None:
    assert str(Target(name="crm")) == "crm"
