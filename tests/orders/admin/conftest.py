"""Brands, and people who look: one who may see orders and no more, one who may also read and send them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from audit.context import Actor, acting
from hub.tenancy import every_tenant
from pipelines.engine.models import Tenant


@pytest.fixture(autouse=True)
def brands(tenants: dict[str, Tenant], now: Any) -> Iterator[dict[str, Tenant]]:
    with every_tenant(), acting(Actor(kind="user", id="ada"), source="test"):
        yield tenants


@pytest.fixture
def onlooker(client: Client, django_user_model: Any) -> Client:
    user = django_user_model.objects.create_user("chen", is_staff=True)
    names = ("view_order", "view_allocation", "view_mutation", "view_delivery")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    return client


def page(model: str, key: str = "", name: str = "change") -> str:
    if not key:
        return reverse(f"admin:orders_{model}_changelist")
    return reverse(f"admin:orders_{model}_{name}", args=[key.replace(":", "_3A")])


def shown(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return answer.content.decode()
