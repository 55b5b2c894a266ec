"""Models that only the audited writer may change: everything else is refused where it is attempted.

Signals would not do: bulk writes go past them. What is not stopped (SQL typed by hand, Django's private
calls) shows up later as a row whose checksum differs from its newest mutation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from hub.errors import FatalError
from hub.tenancy import TenantManager, TenantQuerySet

_writing: ContextVar[bool] = ContextVar("audited_writing", default=False)
ModelT = TypeVar("ModelT", bound=models.Model)


class LockedRow(FatalError):
    """A row of an audited model was about to be changed without leaving a trace."""


@contextmanager
def audited_writing() -> Iterator[None]:
    """Allow writes to locked models: for the code that records the change in the same transaction."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def _check(model: type[models.Model]) -> None:
    if issubclass(model, LockedModel):
        model.check_writable()


class LockedQuerySet(TenantQuerySet[ModelT]):
    """A query set that reads freely and writes only inside `audited_writing()`."""

    def create(self, **kwargs: Any) -> ModelT:
        _check(self.model)
        return super().create(**kwargs)

    def update(self, **kwargs: Any) -> int:
        _check(self.model)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        _check(self.model)
        return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[ModelT]:
        _check(self.model)
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        _check(self.model)
        return super().bulk_update(*args, **kwargs)

    def get_or_create(self, *args: Any, **kwargs: Any) -> tuple[ModelT, bool]:
        _check(self.model)
        return super().get_or_create(*args, **kwargs)

    def update_or_create(self, *args: Any, **kwargs: Any) -> tuple[ModelT, bool]:
        _check(self.model)
        return super().update_or_create(*args, **kwargs)


class LockedManager(TenantManager[ModelT]):
    """The rows of the tenants in scope."""

    queryset_class = LockedQuerySet


class UnscopedManager(models.Manager[ModelT]):
    """The rows of all tenants: for internal look-ups by key, where the tenant is part of the key."""

    def get_queryset(self) -> LockedQuerySet[ModelT]:
        return LockedQuerySet(self.model, using=self._db)


class LockedModel(models.Model):
    """A model with a `tenant` column whose rows change only together with their mutation."""

    objects: ClassVar[LockedManager[Self]] = LockedManager()
    unscoped: ClassVar[UnscopedManager[Self]] = UnscopedManager()

    class Meta:
        abstract = True
        base_manager_name = "unscoped"  # Django's own would be a door without a lock

    @classmethod
    def check_writable(cls) -> None:
        """Raise unless the audited writer is at work."""
        if not _writing.get():
            raise LockedRow(
                f"{cls._meta.label_lower} is changed by its audited writer only",
                hint="record the change with audit.record and write inside audit.locked.audited_writing()",
            )

    def _save_table(self, *args: Any, **kwargs: Any) -> bool:
        # Not save(): fixtures are loaded past it, and past an overridden save_base() too.
        self.check_writable()
        inserted: bool = super()._save_table(*args, **kwargs)  # type: ignore[misc]  # not in the stubs
        return inserted

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.check_writable()
        return super().delete(*args, **kwargs)
