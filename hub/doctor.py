"""The questions about the installation itself; rooms add theirs to the same registry."""

from __future__ import annotations

import shutil

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

from hub.commands import describe
from hub.errors import HubError
from hub.registry import Check, Finding, checks

LEAST_FREE_BYTES = 2 << 30


def ask(check: Check) -> Finding:
    """The check's finding; what keeps it from answering is a finding too."""
    try:
        return check.run()
    except HubError as error:
        return Finding(level="fail", message=error.message, hint=error.hint)
    except (DatabaseError, InterfaceError) as error:
        message, hint, _ = describe(error)
        return Finding(level="fail", message=message, hint=hint)
    except OSError as error:
        return Finding(
            level="fail", message=f"{error.strerror}: {error.filename}", hint="check the path in .env"
        )


def database_answers() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding(level="ok", message=f"{connection.display_name} answers")


def database_is_tuned() -> Finding:
    """WAL on SQLite; a binary collation and READ COMMITTED on MySQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()[0]
            return _expect(mode, {"wal"}, "journal mode", "delete -wal files only with the hub stopped")
        isolation = (
            "@@tx_isolation" if getattr(connection, "mysql_is_mariadb", False) else "@@transaction_isolation"
        )
        cursor.execute(f"SELECT @@collation_database, {isolation}")
        collation, level = cursor.fetchone()
    if level != "READ-COMMITTED":
        return Finding(
            level="fail", message=f"isolation is {level}", hint="leave DATABASE_URL's options alone"
        )
    hint = f"ALTER DATABASE {connection.settings_dict['NAME']} COLLATE utf8mb4_bin"
    return _expect(collation, {"utf8mb4_bin", "utf8mb4_0900_bin"}, "database collation", hint, level="warn")


def migrations_are_applied() -> Finding:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return Finding(
            level="fail", message=f"{len(plan)} migrations are missing", hint="python manage.py migrate"
        )
    return Finding(level="ok", message="all migrations are applied")


def secrets_are_real() -> Finding:
    """Demo mode lends fixed secrets; nothing real may be kept under them."""
    if settings.SECRET_KEY.startswith("not-a-secret-"):
        return Finding(
            level="warn", message="demo mode: the secrets are not secret", hint="make setup writes an .env"
        )
    return Finding(level="ok", message="secrets are set")


def disk_has_room() -> Finding:
    free = shutil.disk_usage(settings.BASE_DIR).free
    text = f"{free / (1 << 30):.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return Finding(level="warn", message=text, hint="make clean, or move var/ to a larger disk")
    return Finding(level="ok", message=text)


def _expect(found: str, wanted: set[str], what: str, hint: str, level: str = "fail") -> Finding:
    if found in wanted:
        return Finding(level="ok", message=f"{what} is {found}")
    return Finding(level="warn" if level == "warn" else "fail", message=f"{what} is {found}", hint=hint)


def register() -> None:
    for name, run in (
        ("hub.database", database_answers),
        ("hub.database_settings", database_is_tuned),
        ("hub.migrations", migrations_are_applied),
        ("hub.secrets", secrets_are_real),
        ("hub.disk", disk_has_room),
    ):
        checks.add(Check(name=name, run=run))
