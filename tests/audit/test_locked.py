"""Subject stands for every locked model."""

import pytest
from django.core import serializers
from django.db import transaction

from audit.locked import LockedRow, audited_writing
from audit.models import Mutation, Subject
from audit.record import Change, record
from hub.clock import now
from hub.tenancy import TenantScopeMissing, tenant_scope


def subject(source_id: str = "1", tenant: str = "acme") -> Subject:
    return Subject(
        key=f"{tenant}:contact:{source_id}",
        tenant=tenant,
        kind="contact",
        source_id=source_id,
        key_version=1,
        created_at=now(),
    )


@pytest.fixture
def ada(db):
    with audited_writing():
        ada = subject("ada")
        ada.save()
    return ada


WRITES = {
    "update": lambda rows: rows.update(kind="x"),
    "delete": lambda rows: rows.delete(),
    "create": lambda rows: rows.create(key="k"),
    "bulk_create": lambda rows: rows.bulk_create([subject("2")]),
    "bulk_update": lambda rows: rows.bulk_update(list(rows), ["kind"]),
    "get_or_create": lambda rows: rows.get_or_create(key="k"),
    "update_or_create": lambda rows: rows.update_or_create(key="k"),
}


@pytest.mark.parametrize("manager", [Subject.unscoped, Subject._base_manager], ids=["unscoped", "base"])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_query_set_refuses_to_write(ada, write, manager):
    with pytest.raises(LockedRow) as caught:
        write(manager.all())
    assert "audited_writing" in caught.value.hint


def test_an_instance_refuses_to_be_saved_or_deleted(ada):
    with pytest.raises(LockedRow):
        ada.save()
    with pytest.raises(LockedRow):
        ada.delete()
    with pytest.raises(LockedRow):
        subject("2").save()


def test_a_fixture_is_refused_too(ada):
    (loaded,) = serializers.deserialize("json", serializers.serialize("json", [ada]))
    with pytest.raises(LockedRow):
        loaded.save()


def test_the_audited_writer_may_write(ada):
    with audited_writing():
        Subject.unscoped.filter(pk=ada.pk).update(kind="account")
    assert Subject.unscoped.get().kind == "account"


def test_the_permission_ends_with_the_block(ada):
    with audited_writing():
        pass
    with pytest.raises(LockedRow):
        Subject.unscoped.all().update(kind="x")


def test_rows_are_seen_only_in_a_tenant_scope(ada):
    with pytest.raises(TenantScopeMissing):
        Subject.objects.count()
    with tenant_scope("other"):
        assert not Subject.objects.exists()
    with tenant_scope("acme"):
        assert Subject.objects.get() == ada


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_the_trail_is_append_only_even_for_the_audited_writer(as_import, write):
    with transaction.atomic():
        record(
            Change(
                tenant="acme", model="billing.product", key="acme:1", action="created", after={"name": "Box"}
            )
        )
    with audited_writing(), pytest.raises(LockedRow):
        write(Mutation.objects.all())


def test_a_mutation_cannot_be_saved_or_deleted(as_import):
    with transaction.atomic():
        record(
            Change(
                tenant="acme", model="billing.product", key="acme:1", action="created", after={"name": "Box"}
            )
        )
    mutation = Mutation.objects.get()
    with audited_writing(), pytest.raises(LockedRow):
        mutation.save()
    with audited_writing(), pytest.raises(LockedRow):
        mutation.delete()
