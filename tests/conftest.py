"""What tests of every room lean on: a clock that stands still, tenants, and a lake to write files into."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import settings

from hub import clock
from hub.lakes import FileFormat
from hub.tenancy import every_tenant
from pipelines.engine.models import Tenant
from pipelines.lake.duckdb import DuckDBLake, FolderTable

settings.register_profile(
    "hub", deadline=None
)  # how long an example takes says nothing of the code on a busy machine
settings.load_profile("hub")

TOUCH_A_DATABASE = {"db", "transactional_db", "hub"}  # fixtures; the last drives real processes


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that never touches a database says the same on every one: it runs in the lane of SQLite alone."""
    if connection.vendor == "sqlite":
        return
    touching = [item for item in items if _touches_a_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _touches_a_database(item)])
    items[:] = touching


def _touches_a_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or not fixtures.isdisjoint(TOUCH_A_DATABASE)


NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
FIRST_LOAD = datetime(2025, 2, 1, tzinfo=UTC)


@dataclass
class LakeFolder:
    """A lake in a folder. Files appear one hour after another, long enough ago to be ready."""

    folder: Path
    next_load: datetime = field(default=FIRST_LOAD)

    def write(self, path: str, content: str | bytes, *, at: datetime | None = None) -> Path:
        """Write one file; `at` is when it was loaded."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        touch(file, at or self.next_load)
        self.next_load += timedelta(hours=1)
        return file

    def table(self, brand: str, area: str, table: str, form: FileFormat | None = None) -> FolderTable:
        return DuckDBLake(folder=self.folder).table(brand, area, table, form or FileFormat())


def touch(file: Path, at: datetime) -> None:
    os.utime(file, (at.timestamp(), at.timestamp()))


@pytest.fixture
def now() -> Iterator[datetime]:
    """A clock that stands still."""
    with clock.fixed(NOW) as instant:
        yield instant


@pytest.fixture
def lake(tmp_path: Path) -> LakeFolder:
    (tmp_path / "lake").mkdir()
    return LakeFolder(tmp_path / "lake")


@pytest.fixture
def tenants(db: None) -> dict[str, Tenant]:
    """The three brands of the sample."""
    brands = [
        Tenant(code="lumiere", name="Lumière", currency="EUR", time_zone="Europe/Paris"),
        Tenant(code="nordlicht", name="Nordlicht", currency="EUR", time_zone="Europe/Berlin"),
        Tenant(code="polder", name="Polder", currency="EUR", time_zone="Europe/Amsterdam"),
    ]
    return {tenant.code: tenant for tenant in Tenant.objects.bulk_create(brands)}


@pytest.fixture
def all_tenants() -> Iterator[None]:
    with every_tenant():
        yield


@pytest.fixture
def staff(client: Client, django_user_model: Any) -> Client:
    """Somebody who may see and do everything in the admin."""
    client.force_login(django_user_model.objects.create_superuser("ada"))
    return client
