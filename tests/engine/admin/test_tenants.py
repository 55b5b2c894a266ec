"""Tenants are edited, and every version is kept."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from audit.models import Mutation
from pipelines.engine.models import (
    Tenant,
)
from tests.engine.admin.conftest import address, shown


def test_a_tenant_is_edited_and_its_history_reverted(staff):
    form = {
        "name": "Polder",
        "kind": "brand",
        "currency": "EUR",
        "time_zone": "Europe/Amsterdam",
        "active": "on",
    }
    assert staff.post(address("tenant", "polder"), form | {"name": "Polder BV"}).status_code == 302
    assert staff.post(address("tenant", "polder"), form | {"name": "Wrong"}).status_code == 302
    history = shown(staff, address("tenant", "polder", "history"))
    assert "Wrong" in history
    version = Tenant.history.filter(name="Polder BV").get().history_id
    revert = reverse("admin:engine_tenant_simple_history", args=["polder", version])
    old = shown(staff, revert)
    assert "Polder BV" in old
    assert "actionDropdownOpen" not in old  # a button that leads nowhere breaks the page's script
    assert staff.post(revert, form | {"name": "Polder BV"}).status_code == 302
    assert Tenant.objects.get(code="polder").name == "Polder BV"
    trail = Mutation.objects.filter(model="engine.tenant", object_key="polder").order_by("id")
    assert [mutation.diff[0]["new"] for mutation in trail if mutation.diff] == [
        "Polder BV",
        "Wrong",
        "Polder BV",
    ]
    assert {mutation.actor_id for mutation in trail} == {"ada"}


@pytest.fixture
def onlooker(client, django_user_model):
    """May see tenants, but not change them."""
    user = django_user_model.objects.create_user("chen", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_tenant"))
    client.force_login(user)
    return client


def version_of(tenant: Tenant) -> str:
    tenant.save()
    return reverse("admin:engine_tenant_simple_history", args=[tenant.pk, tenant.history.latest().pk])


def test_who_may_only_see_a_tenant_can_not_change_it_through_an_old_version(onlooker, tenants):
    version = version_of(tenants["polder"])
    form = {"name": "Mine", "kind": "brand", "currency": "EUR", "time_zone": "UTC", "active": "on"}
    assert onlooker.post(version, form).status_code == 403
    assert Tenant.objects.get(code="polder").name == "Polder"


def test_who_may_only_see_a_tenant_sees_its_old_versions_as_text(onlooker, tenants):
    html = shown(onlooker, version_of(tenants["polder"]))
    assert "Europe/Amsterdam" in html
    assert 'name="time_zone"' not in html
    assert "Revert" not in html
    assert "bg-blue-50" not in html  # an empty box


@pytest.mark.parametrize("version", ["abc", "999", "9" * 30, "9" * 5000])
def test_a_version_that_is_not_there_is_no_page(staff, version):
    where = reverse("admin:engine_tenant_simple_history", args=["polder", version])
    assert staff.get(where).status_code == 404


def test_a_tenant_saved_unchanged_gets_no_new_version(staff, tenants):
    form = {"name": "Polder", "kind": "brand", "currency": "EUR", "time_zone": "Europe/Amsterdam"}
    for _ in range(2):
        staff.post(address("tenant", "polder"), form | {"active": "on"})
    assert Tenant.history.count() == 0


def test_the_versions_of_a_tenant_tell_the_time_in_utc_and_who(staff, tenants, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    version_of(tenants["polder"])
    at = tenants["polder"].history.latest().history_date
    html = shown(staff, address("tenant", "polder", "history"))
    assert f">{at:%Y-%m-%d %H:%M:%S}<" in html
    assert "a command" in html


def test_tenants_stand_under_the_same_heading_as_in_the_side_bar(staff):
    assert re.search(r">Settings</span>\s*<span[^>]*>chevron_right", shown(staff, address("tenant")))


def test_a_new_tenant_is_in_the_trail_and_one_saved_unchanged_is_not(staff):
    form = {"name": "Fjord", "kind": "brand", "currency": "NOK", "time_zone": "Europe/Oslo", "active": "on"}
    staff.post(reverse("admin:engine_tenant_add"), form | {"code": "fjord"})
    staff.post(address("tenant", "fjord"), form)
    assert [str(mutation) for mutation in Mutation.objects.all()] == ["engine.tenant fjord created"]


@pytest.mark.parametrize(("field", "value"), [("time_zone", "Europe/Atlantis"), ("currency", "eur")])
def test_a_tenant_that_would_stop_a_job_is_refused(staff, field, value):
    form = {"name": "Polder", "kind": "brand", "currency": "EUR", "time_zone": "UTC", "active": "on"}
    assert staff.post(address("tenant", "polder"), form | {field: value}).status_code == 200
    assert getattr(Tenant.objects.get(code="polder"), field) != value


def test_a_tenant_keeps_its_code_and_is_never_deleted(staff):
    form = {"code": "other", "name": "P", "kind": "brand", "currency": "EUR", "time_zone": "UTC"}
    staff.post(address("tenant", "polder"), form)
    assert not Tenant.objects.filter(code="other").exists()
    assert staff.post(address("tenant", "polder", "delete"), {"post": "yes"}).status_code == 403
