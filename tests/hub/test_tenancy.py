"""Without a scope nobody sees anything."""

from threading import Thread

import pytest

from hub.tenancy import TenantScopeMissing, current_scope, every_tenant, tenant_scope
from pipelines.engine.models import Watermark


@pytest.fixture
def watermarks(db: None, now) -> None:
    with every_tenant():
        for tenant in ("acme", "bolt"):
            Watermark(
                name=f"{tenant}/x/y", tenant=tenant, source="x", entity="y", cursor="z", updated_at=now
            ).save()


def seen() -> list[str]:
    return sorted(mark.tenant for mark in Watermark.objects.all())


def test_a_query_outside_of_a_scope_is_refused(db: None) -> None:
    with pytest.raises(TenantScopeMissing) as error:
        Watermark.objects.all()
    assert "tenant_scope" in error.value.hint


@pytest.mark.parametrize(
    "query",
    [
        lambda: Watermark.objects.count(),
        lambda: Watermark.objects.filter(tenant="acme"),  # naming the tenant is not choosing a scope
        lambda: Watermark.objects.get(pk="acme/x/y"),
        lambda: Watermark.objects.create(name="a", tenant="acme"),
    ],
)
def test_every_way_in_is_closed_without_a_scope(db: None, query) -> None:
    with pytest.raises(TenantScopeMissing):
        query()


def test_a_scope_shows_its_tenants_only(watermarks: None) -> None:
    with tenant_scope("acme"):
        assert seen() == ["acme"]


def test_a_scope_of_nobody_shows_nothing(watermarks: None) -> None:
    with tenant_scope():
        assert seen() == []


def test_an_inner_scope_wins_and_ends(watermarks: None) -> None:
    with every_tenant():
        with tenant_scope("bolt"):
            assert seen() == ["bolt"]
        assert seen() == ["acme", "bolt"]


def test_a_scope_ends_also_after_an_error() -> None:
    with pytest.raises(KeyError), tenant_scope("acme"):
        raise KeyError
    with pytest.raises(TenantScopeMissing):
        current_scope()


def test_another_thread_does_not_inherit_the_scope() -> None:
    raised: list[BaseException] = []

    def look() -> None:
        try:
            current_scope()
        except TenantScopeMissing as error:
            raised.append(error)

    with tenant_scope("acme"):
        thread = Thread(target=look)
        thread.start()
        thread.join()
    assert raised
