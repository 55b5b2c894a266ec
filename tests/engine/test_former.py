"""What rows referred to before: read from the trail."""

from typing import Any

import pytest
from django.db import transaction

from audit.context import Actor, acting
from audit.record import Change, record
from hub.ids import new_id
from pipelines.billing.models import Contact, Invoice
from pipelines.engine.former import former_values

pytestmark = pytest.mark.django_db
KEY = "nordlicht:home"


@transaction.atomic
def change(
    before: dict[str, Any], after: dict[str, Any], *, key: str = KEY, model: str = "billing.contact"
) -> int:
    """One recorded update; the id it lies behind."""
    since = new_id()
    with acting(Actor.command("test"), source="test"):
        record(Change(tenant="nordlicht", model=model, key=key, action="updated", before=before, after=after))
    return since


def former(since: int, *columns: str, keys: tuple[str, ...] = (KEY,)) -> list[tuple[str, str]]:
    return sorted(former_values(Contact, keys, columns, since=since))


def test_a_reference_that_changed_is_told_as_it_was(tenants):
    since = change({"account_id": "ada", "city": "Kiel"}, {"account_id": "boris", "city": "Bonn"})
    assert former(since, "account_id") == [("account_id", "ada")]


def test_a_reference_that_was_taken_away_is_told(tenants):
    assert former(change({"account_id": "ada"}, {}), "account_id") == [("account_id", "ada")]


def test_a_reference_that_was_none_before_is_not(tenants):
    assert former(change({}, {"account_id": "ada"}), "account_id") == []


def test_every_step_of_a_row_that_moved_twice_is_told(tenants):
    since = change({"account_id": "ada"}, {"account_id": "boris"})
    change({"account_id": "boris"}, {"account_id": "chen"})
    assert former(since, "account_id") == [("account_id", "ada"), ("account_id", "boris")]


def test_what_changed_before_is_not_told_again(tenants):
    change({"account_id": "ada"}, {"account_id": "boris"})
    assert former(change({"account_id": "boris"}, {"account_id": "chen"}), "account_id") == [
        ("account_id", "boris")
    ]


def test_rows_of_other_tables_and_other_keys_are_not_told(tenants):
    since = change({"account_id": "ada"}, {"account_id": "boris"}, model=Invoice._meta.label_lower)
    change({"account_id": "ada"}, {"account_id": "boris"}, key="nordlicht:other")
    assert former(since, "account_id") == []


def test_where_no_column_leads_anywhere_nothing_is_asked(tenants, django_assert_num_queries):
    since = change({"account_id": "ada"}, {"account_id": "boris"})
    with django_assert_num_queries(0):
        assert former(since) == []


def test_a_document_that_changed_as_a_whole_tells_its_references(tenants):
    before = {"account_id": "ada", **{f"a{number}": "x" * 500 for number in range(400)}}
    after = {"account_id": "boris", **{f"a{number}": "y" * 500 for number in range(400)}}
    assert former(change(before, after), "account_id") == [("account_id", "ada")]
