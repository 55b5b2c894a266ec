"""Which tenants' rows a piece of code may see. Fail-closed: without a scope, a query raises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models

from hub.errors import FatalError

_scope: ContextVar[frozenset[str] | None] = ContextVar("tenant_scope", default=None)
EVERY_TENANT: frozenset[str] = frozenset({"*"})

ModelT = TypeVar("ModelT", bound=models.Model)


class TenantScopeMissing(FatalError):
    """A query on tenant data was made outside a tenant scope."""


@contextmanager
def tenant_scope(*codes: str) -> Iterator[None]:
    """Show only the rows of these tenants inside the block."""
    with _entered(frozenset(codes)):
        yield


@contextmanager
def every_tenant() -> Iterator[None]:
    """Show the rows of all tenants inside the block: a decision that is visible where it is taken."""
    with _entered(EVERY_TENANT):
        yield


@contextmanager
def _entered(scope: frozenset[str]) -> Iterator[None]:
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


def current_scope() -> frozenset[str]:
    """The codes in scope; raises when none was chosen."""
    scope = _scope.get()
    if scope is None:
        raise TenantScopeMissing(hint="wrap the code in tenant_scope(code) or every_tenant()")
    return scope


class TenantQuerySet(models.QuerySet[ModelT]):
    """A query set that starts from the rows in scope."""

    def in_scope(self) -> TenantQuerySet[ModelT]:
        scope = current_scope()
        return self if scope is EVERY_TENANT else self.filter(tenant__in=scope)


class TenantManager(models.Manager[ModelT]):
    """The default manager of every model with a `tenant` column."""

    queryset_class: type[TenantQuerySet[Any]] = TenantQuerySet

    def get_queryset(self) -> TenantQuerySet[ModelT]:
        return self.queryset_class(self.model, using=self._db).in_scope()
