from datetime import UTC, datetime, timedelta

import pytest

from audit import subject
from audit.context import Actor
from audit.models import Mutation, Subject, Tombstone
from audit.subject import SubjectRef, Tombstones, bury
from hub import clock
from hub.identifiers import digest

DITA = SubjectRef(tenant="acme", kind="account", source_id="d1")
EMAILS = ["dita@one.example", "dita@two.example"]
BY = Actor(kind="user", id="support")
pytestmark = pytest.mark.django_db


def test_nobody_was_erased_yet(django_assert_num_queries):
    tombstones = Tombstones.for_tenant("acme")
    with django_assert_num_queries(1):
        assert tombstones.empty
        assert not tombstones.hits("email", digest("email", EMAILS[0]))
        assert tombstones.hits_many("email", [digest("email", text) for text in EMAILS]) == set()


def test_all_identifiers_of_an_erased_person_are_hit():
    bury(DITA, {"email": EMAILS}, by=BY)
    tombstones = Tombstones.for_tenant("acme")
    assert not tombstones.empty
    assert all(tombstones.hits("email", digest("email", text)) for text in EMAILS)
    assert tombstones.hits("subject:account", digest("subject:account", "d1"))


def test_a_tombstone_counts_for_its_kind_and_tenant_only():
    bury(DITA, {"email": EMAILS[0]}, by=BY)
    value = digest("email", EMAILS[0])
    assert not Tombstones.for_tenant("acme").hits("phone", value)
    assert not Tombstones.for_tenant("other").hits("email", value)


def test_too_many_to_hold_are_looked_up_by_batch(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(subject, "HELD_IN_MEMORY", 1)
    bury(DITA, {"email": EMAILS}, by=BY)
    tombstones = Tombstones.for_tenant("acme")
    assert not tombstones.empty
    with django_assert_num_queries(1):
        wanted = [digest("email", text) for text in [*EMAILS, "ada@example.com"]]
        assert tombstones.hits_many("email", wanted) == set(wanted[:2])


def test_an_erasure_during_a_run_is_seen_after_a_refresh():
    start = datetime(2026, 11, 21, tzinfo=UTC)
    with clock.fixed(start):
        tombstones = Tombstones.for_tenant("acme")
        assert tombstones.empty
    with clock.fixed(start + timedelta(minutes=5)):
        bury(DITA, {"email": EMAILS[0]}, by=BY)
        tombstones.refresh()
    assert tombstones.hits("email", digest("email", EMAILS[0]))


def test_burying_destroys_the_key_and_is_recorded_without_a_value():
    bury(DITA, {"email": EMAILS}, by=BY, reason="request 12")
    buried = Subject.unscoped.get(pk="acme:account:d1")
    assert buried.wrapped_key is None
    assert buried.erased_at is not None
    mutation = Mutation.unscoped.get()
    assert (mutation.action, mutation.subject, mutation.actor_id) == ("erased", "account:d1", "support")
    assert mutation.diff is None


def test_burying_twice_changes_nothing_more():
    bury(DITA, {"email": EMAILS}, by=BY)
    bury(DITA, {"email": EMAILS}, by=BY)
    assert Tombstone.unscoped.count() == 3
    assert Mutation.unscoped.count() == 2
