"""The addresses that choose the engines: DATABASE_URL and LAKE_URL, parsed with errors that say what to write.

Three slashes and a name are a path relative to the project, four slashes an absolute one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from hub.errors import ConfigError

DATABASE_EXAMPLE = "DATABASE_URL=sqlite:///var/hub.sqlite3 or mysql://user:password@host:3306/name"
SILENCE = (
    600  # seconds a server may take to answer: altering a large table takes minutes, a dead one for ever
)
LAKE_EXAMPLE = "LAKE_URL=duckdb:///var/lake or athena://region/workgroup/database?staging=s3://bucket/prefix"
ATHENA_OPTIONS = {  # what may stand behind the question mark, and what holds where it does not
    "staging": "",
    "catalog": "AwsDataCatalog",
    "tables": "{brand}_{area}_{table}",
    "keys": "{brand}_{area}_{table}_keys",
    "partition": "load_date",
    "times": "yes",
}


@dataclass(frozen=True, kw_only=True)
class LakeAddress:
    """Where rows are read from: `kind` is duckdb (with `folder`) or athena (with the rest)."""

    kind: str
    folder: Path | None = None
    region: str = ""
    workgroup: str = ""
    database: str = ""
    options: dict[str, str] = field(default_factory=dict)


def parse_database(url: str, base: Path) -> dict[str, Any]:
    """Django's DATABASES entry for an address."""
    parts = _parts("DATABASE_URL", url, DATABASE_EXAMPLE)
    if parts.scheme == "sqlite":
        return _sqlite(_local_path(url, base, DATABASE_EXAMPLE))
    if parts.scheme == "mysql":
        return _mysql(url)
    raise ConfigError(
        f"DATABASE_URL starts with {parts.scheme or 'nothing'}:, not sqlite: or mysql:", hint=DATABASE_EXAMPLE
    )


def parse_lake(url: str, base: Path) -> LakeAddress:
    """The lake an address names."""
    parts = _parts("LAKE_URL", url, LAKE_EXAMPLE)
    if parts.scheme == "duckdb":
        return LakeAddress(kind="duckdb", folder=_local_path(url, base, LAKE_EXAMPLE))
    if parts.scheme == "athena":
        return _athena(url)
    raise ConfigError(
        f"LAKE_URL starts with {parts.scheme or 'nothing'}:, not duckdb: or athena:", hint=LAKE_EXAMPLE
    )


def _parts(name: str, url: str, example: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # half a pair of brackets; its text may quote the password
        raise ConfigError(f"{name} is no address", hint=example) from None


def _local_path(url: str, base: Path, example: str) -> Path:
    parts = urlsplit(url)
    if parts.netloc or not parts.path.startswith("/") or parts.path == "/":
        raise ConfigError(f"{url} names no path after three slashes", hint=example)
    return base / unquote(parts.path[1:])  # a fourth slash makes the rest absolute, which wins over base


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": 60,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
        },
        # The test database is a file too: threads and child processes of a test must see the same rows.
        "TEST": {"NAME": str(path.with_name(f"test_{path.name}"))},
    }


def _mysql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    try:
        port = parts.port or 3306
    except ValueError:
        raise ConfigError("the port of DATABASE_URL is not a number", hint=DATABASE_EXAMPLE) from None
    if not (parts.hostname and name):
        raise ConfigError("DATABASE_URL needs a host and a database name", hint=DATABASE_EXAMPLE)
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname,
        "PORT": port,
        "CONN_MAX_AGE": 300,  # seconds: a TLS handshake costs more than most transactions
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "charset": "utf8mb4",
            "isolation_level": "read committed",
            "read_timeout": SILENCE,
            "write_timeout": SILENCE,
            "init_command": "SET sql_mode='STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE', "
            # MariaDB else joins two single-column indexes where the trail's own (column, id) serves at once.
            "innodb_lock_wait_timeout=20, optimizer_switch='index_merge_intersection=off', "
            "group_concat_max_len=1048576",  # MySQL would cut the answer about many keys after 1024 bytes
        },
        "TEST": {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_bin"},
    }


def _athena(url: str) -> LakeAddress:
    parts = urlsplit(url)
    names = [unquote(part) for part in parts.path.split("/") if part]
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not parts.netloc or len(names) != 2:
        raise ConfigError("LAKE_URL needs region, workgroup and database", hint=LAKE_EXAMPLE)
    if not re.fullmatch(r"s3://[\w.-]+(/[^\s?#]*)?", given.get("staging", "")):
        raise ConfigError("LAKE_URL needs ?staging=s3://bucket/prefix", hint=LAKE_EXAMPLE)
    if unknown := sorted(given.keys() - ATHENA_OPTIONS.keys()):
        raise ConfigError(
            f"LAKE_URL has an unknown option {unknown[0]}", hint=f"known: {', '.join(ATHENA_OPTIONS)}"
        )
    options = ATHENA_OPTIONS | given
    for name in ("tables", "keys"):
        if any(mark not in options[name] for mark in ("{brand}", "{table}")):
            raise ConfigError(
                f"LAKE_URL's {name} must hold {{brand}} and {{table}}", hint=f"{name}={ATHENA_OPTIONS[name]}"
            )
    return LakeAddress(
        kind="athena", region=parts.netloc, workgroup=names[0], database=names[1], options=options
    )
