"""The databases that are measured: each empty and migrated before its first phase, with the three brands in it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import pymysql

from bench.child import ROOT, manage
from hub.addresses import parse_database
from hub.errors import UsageError

TENANTS = Path(__file__).with_name("tenants.json")
SERVER_GONE = (pymysql.OperationalError, pymysql.InterfaceError)


class Database(Protocol):
    """One database to measure."""

    @property
    def name(self) -> str:
        """Of its kind."""

    @property
    def url(self) -> str:
        """Its address, for DATABASE_URL."""

    def missing(self) -> str:
        """Why it cannot be measured here; empty when it can."""

    def version(self) -> str:
        """Of the engine or the server."""

    def empty(self) -> None:
        """Leave nothing of an earlier measurement."""


@dataclass(frozen=True)
class SQLite:
    """A file; whatever stood there is deleted, so its name must say that it is for this."""

    path: Path
    name: str = "SQLite"

    def __post_init__(self) -> None:
        _refuse_unmarked(f"{self.path.absolute().parent.name}/{self.path.name}", "--sqlite")

    @property
    def url(self) -> str:
        return f"sqlite:///{quote(str(self.path.absolute()))}"

    def missing(self) -> str:
        return ""

    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def empty(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


@dataclass(frozen=True)
class MariaDB:
    """A database of a server; it is dropped and created, so its name must say that it is for this."""

    url: str
    name: str = "MariaDB"

    def __post_init__(self) -> None:
        _refuse_unmarked(self._address["NAME"], "--mysql")

    def missing(self) -> str:
        try:
            self._ask("SELECT 1")
        except SERVER_GONE as error:
            return str(error.args[-1])
        return ""

    def version(self) -> str:
        buffer = int(self._ask("SELECT @@innodb_buffer_pool_size")) >> 20
        flush = self._ask("SELECT @@innodb_flush_log_at_trx_commit")
        return f"{self._ask('SELECT VERSION()')} (buffer pool {buffer} MB, flush at commit {flush})"

    def empty(self) -> None:
        self.drop()
        self._ask(f"CREATE DATABASE {self._quoted} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")

    def drop(self) -> None:
        """Leave nothing at all."""
        self._ask(f"DROP DATABASE IF EXISTS {self._quoted}")

    def beside(self, suffix: str) -> MariaDB:
        """Another database of the same server."""
        return MariaDB(f"{self.url}{suffix}")

    def stop_queries(self) -> None:
        """End what a killed client left running: the server does not notice by itself.

        A client that names the database in each statement need not have chosen it.
        """
        running = (
            "SELECT GROUP_CONCAT(id) FROM information_schema.processlist "
            "WHERE id <> CONNECTION_ID() AND (db = %s OR LOCATE(%s, info))"
        )
        for number in (self._ask(running, self.database, self.database) or "").split(","):
            if number:
                self._ask(f"KILL {int(number)}")

    @property
    def database(self) -> str:
        """Its name on the server."""
        return str(self._address["NAME"])

    @property
    def _quoted(self) -> str:
        return f"`{self.database.replace('`', '``')}`"

    @property
    def _address(self) -> dict[str, Any]:
        return parse_database(self.url, ROOT)

    def _ask(self, statement: str, *values: str) -> Any:
        address = self._address
        server = pymysql.connect(
            host=address["HOST"], port=address["PORT"], user=address["USER"], password=address["PASSWORD"]
        )
        with server, server.cursor() as cursor:
            cursor.execute(statement, values or None)
            row = cursor.fetchone()
        return row and row[0]


def prepare(database: Database) -> None:
    """An empty database with the tables and the brands, and nothing else."""
    database.empty()
    env = {"DATABASE_URL": database.url, "HUB_DEMO": "1"}
    manage("migrate", env=env)
    manage("loaddata", str(TENANTS), env=env)


def _refuse_unmarked(name: str, flag: str) -> None:
    if "bench" not in name:
        raise UsageError(f"{flag} names {name}, which would be emptied", hint='use a name with "bench" in it')
