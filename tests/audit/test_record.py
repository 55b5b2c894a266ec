import json
from typing import Any

import pytest
from django.db import connection, transaction

from audit.context import Actor, NobodyActs, acting
from audit.diff import revert
from audit.keys import SubjectRef
from audit.models import Mutation, Subject
from audit.protect import checksum, is_protected, reveal
from audit.record import Change, OutsideTransaction, record, record_many
from hub.tenancy import every_tenant

MARKER = "ada@marker.example"
PERSONAL = frozenset({"work_email", "extra"})
ADA = SubjectRef(tenant="acme", kind="contact", source_id="1")
BEFORE = {"country": "DE", "work_email": MARKER}


def change(action: str = "created", **given: Any) -> Change:
    fields: dict[str, Any] = {
        "tenant": "acme",
        "model": "billing.contact",
        "key": "acme:1",
        "personal": PERSONAL,
        "subject": ADA,
    }
    return Change(action=action, **(fields | given))


@pytest.fixture
def recorded(as_import):
    def write(*args: str, **given: Any) -> Mutation:
        with transaction.atomic():
            identifier = record(change(*args, **given))
        return Mutation.objects.get(pk=identifier)

    return write


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded():
    with acting(Actor.command("x"), source="import"), pytest.raises(OutsideTransaction):
        record(change(after=BEFORE))


@pytest.mark.django_db
def test_without_an_actor_nothing_is_recorded():
    with pytest.raises(NobodyActs):
        record(change(after=BEFORE))


def test_a_mutation_is_stamped_with_who_when_and_why(recorded):
    mutation = recorded(after=BEFORE, reason="first import")
    assert (mutation.actor_kind, mutation.actor_id, mutation.source) == (
        "command",
        "import_billing",
        "import",
    )
    assert (mutation.run_id, mutation.reason, mutation.subject) == (7, "first import", "contact:1")
    assert mutation.correlation_id
    assert mutation.at.tzinfo is not None


def test_created_keeps_a_checksum_and_no_values(recorded):
    mutation = recorded(after=BEFORE)
    assert mutation.diff is None
    assert mutation.checksum_before is None
    assert mutation.checksum_after == checksum(BEFORE, PERSONAL)


def test_updated_keeps_operations_with_personal_values_protected(recorded):
    mutation = recorded("updated", before=BEFORE, after={"country": "AT", "work_email": "new@marker.example"})
    country, email = mutation.diff
    assert country == {"op": "replace", "path": "country", "old": "DE", "new": "AT"}
    assert is_protected(email["old"])
    assert email["old"]["d"] != email["new"]["d"]
    context = ("billing.contact", "acme:1", "work_email")
    assert reveal(email["old"], tenant="acme", subject_key="contact:1", context=context) == MARKER


def test_an_update_of_nothing_personal_needs_no_key(recorded):
    recorded("updated", before=BEFORE, after={"country": "AT", "work_email": MARKER})
    assert not Subject.unscoped.exists()


def test_an_absent_null_is_no_change(recorded):
    mutation = recorded("updated", before={"country": "DE", "city": None}, after={"country": "DE"})
    assert mutation.diff == []
    assert mutation.checksum_before == mutation.checksum_after


def test_deleted_keeps_the_last_document(recorded):
    mutation = recorded("deleted", before=BEFORE)
    (operation,) = mutation.diff
    assert (operation["op"], operation["path"], operation["old"]["country"]) == ("remove", "", "DE")
    assert is_protected(operation["old"]["work_email"])
    assert revert({}, mutation.diff) == operation["old"]


@pytest.mark.parametrize("given", [{"after": BEFORE}, {"before": {"country": "AT"}, "after": BEFORE}])
def test_restored_takes_the_shape_of_what_is_given(recorded, given):
    assert (recorded("restored", **given).diff is None) == ("before" not in given)


def test_an_action_without_documents_is_a_fact(recorded):
    mutation = recorded(
        "exported", model="retargeting.audience", key="a1", personal=frozenset(), subject=None
    )
    assert (mutation.diff, mutation.checksum_after, mutation.subject) == (None, None, None)


def test_checksums_that_are_given_are_kept(recorded):
    mutation = recorded(
        "updated", before={}, after={"a": "1"}, checksum_before=b"b" * 16, checksum_after=b"a" * 16
    )
    assert (mutation.checksum_before, mutation.checksum_after) == (b"b" * 16, b"a" * 16)


def test_unknown_columns_of_a_row_without_subject_get_a_key_of_their_own(recorded):
    mutation = recorded("updated", before={}, after={"extra": {"note": MARKER, "n": 1}}, subject=None)
    assert mutation.subject == "billing.contact:acme:1"
    note = mutation.diff[0]["new"]["note"]
    context = ("billing.contact", "acme:1", "extra.note")
    assert reveal(note, tenant="acme", subject_key=mutation.subject, context=context) == MARKER


HOSTILE = [
    ({"work_email": MARKER}, {"work_email": None}),
    ({"extra": {"a": {"b": [MARKER, {"c": MARKER}]}}}, {"extra": {"a": "x"}}),
    ({"extra": {"people": [{"id": MARKER, "n": "1"}]}}, {"extra": {"people": [{"id": MARKER, "n": "2"}]}}),
    ({"work_email": MARKER, "country": "x" * 40_000}, {"work_email": MARKER, "country": "y" * 40_000}),
    (BEFORE, None),
]


@pytest.mark.parametrize(("before", "after"), HOSTILE)
def test_no_personal_value_is_in_clear_in_any_table(recorded, before, after):
    recorded("updated", before=before, after=after)
    recorded("updated", before=after, after=before)
    stored = ""
    for model in (Mutation, Subject):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            stored += repr(cursor.fetchall())
    assert "billing.contact" in stored
    assert "marker" not in stored


@pytest.mark.parametrize("action", ["updated", "deleted"])
def test_an_address_in_a_column_that_is_not_personal_is_protected_all_the_same(recorded, action):
    after = {"country": "DE"} if action == "updated" else None
    mutation = recorded(action, before={"country": "ada@marker.example"}, after=after)
    assert "marker" not in json.dumps(mutation.diff)


def test_ids_come_back_in_the_order_of_the_changes(as_import, django_assert_max_num_queries):
    changes = [change(key=f"acme:{n}", after={"country": str(n)}) for n in range(2500)]
    with transaction.atomic():
        ids = record_many(changes)
    assert ids == sorted(set(ids))
    assert list(Mutation.objects.order_by("id").values_list("object_key", flat=True)) == [
        c.key for c in changes
    ]


def test_keys_are_compared_byte_for_byte(recorded):
    recorded(key="acme:sub_A", after=BEFORE)
    assert not Mutation.objects.filter(object_key="acme:sub_a").exists()


def test_odd_text_survives(recorded):
    odd = "\\' \" % %s \u2028 😀 \x1f"
    mutation = recorded("updated", before={"country": "DE"}, after={"country": odd}, reason=odd)
    assert mutation.diff[0]["new"] == odd
    assert mutation.reason == odd
    assert json.dumps(mutation.diff)


def test_nothing_is_written_for_no_changes(as_import):
    with transaction.atomic():
        assert record_many([]) == []


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_no_mutation_and_no_key():
    with acting(Actor.command("x"), source="import"), transaction.atomic():
        record(change("deleted", before=BEFORE))
        transaction.set_rollback(True)
    with every_tenant():
        assert not Mutation.objects.exists()
    assert not Subject.unscoped.exists()
