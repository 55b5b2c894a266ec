"""A hub of its own for tests that start, kill and race the real command."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pymysql
import pytest
from django.conf import settings

PROJECT = Path(__file__).parents[2]
TENANTS = """
from pipelines.engine.models import Tenant
for code, zone in [("nordlicht", "Europe/Berlin"), ("lumiere", "Europe/Paris"), ("polder", "Europe/Amsterdam")]:
    Tenant.objects.create(code=code, name=code, currency="EUR", time_zone=zone)
"""


@dataclass
class Hub:
    """An installation with its own database and lake, driven through manage.py alone."""

    database: str
    lake: Path

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.database,
            "LAKE_URL": f"duckdb:///{self.lake}",
            "HUB_DEMO": "1",
            "HUB_LOG_LEVEL": "WARNING",
        }

    @property
    def with_workers(self) -> tuple[str, ...]:
        """Several workers, where the database lets more than one write at a time."""
        return () if self.database.startswith("sqlite") else ("--workers", "3")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(PROJECT / "manage.py"), *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def report(self, *arguments: str) -> dict[str, Any]:
        code, out, err = self.run(*arguments, "--json")
        assert code in {0, 1, 3}, err
        report: dict[str, Any] = json.loads(out)
        return report

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query answers, straight from the database."""
        if self.database.startswith("sqlite"):
            import sqlite3

            with sqlite3.connect(self.database.removeprefix("sqlite:///")) as connection:
                return list(connection.execute(sql))
        with _mysql(self.database) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A migrated hub with the sample's brands and an empty lake, on the database of this lane."""
    database, drop = _database(tmp_path)
    new = Hub(database=database, lake=tmp_path / "lake")
    try:
        assert new.run("migrate", "-v0")[0] == 0
        assert new.run("shell", "-v0", "-c", TENANTS)[0] == 0
        yield new
    finally:
        drop()


def _database(folder: Path) -> tuple[str, Any]:
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{folder / 'hub.sqlite3'}", lambda: None
    lane = os.environ["DATABASE_URL"]
    name = f"hub_process_{secrets.token_hex(4)}"
    address = lane.rpartition("/")[0] + f"/{name}"

    def execute(sql: str) -> None:
        with _mysql(lane.rpartition("/")[0] + "/") as connection, connection.cursor() as cursor:
            cursor.execute(sql)

    execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    return address, lambda: execute(f"DROP DATABASE {name}")


def _mysql(address: str) -> pymysql.Connection[Any]:
    parts = urlsplit(address)
    return pymysql.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=parts.username,
        password=parts.password or "",
        database=parts.path.lstrip("/") or None,
        autocommit=True,
    )
