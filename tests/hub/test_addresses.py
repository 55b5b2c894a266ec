"""Addresses: what they become, and what is said about those that cannot be used."""

from pathlib import Path

import pytest

from hub.addresses import ATHENA_OPTIONS, parse_database, parse_lake
from hub.errors import ConfigError

BASE = Path("/project")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///var/hub.sqlite3", "/project/var/hub.sqlite3"),
        ("sqlite:////data/hub.sqlite3", "/data/hub.sqlite3"),  # the fourth slash makes it absolute
        ("sqlite:///with%20blank.sqlite3", "/project/with blank.sqlite3"),
    ],
)
def test_sqlite_paths_are_relative_to_the_project_unless_absolute(url: str, path: str) -> None:
    assert parse_database(url, BASE)["NAME"] == path


def test_a_mysql_address_names_everything_in_one_line() -> None:
    found = parse_database("mysql://hub:p%40ss@db.internal:3307/hub", BASE)
    assert [found[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "hub", "p@ss", "db.internal", 3307, "hub",
    ]  # fmt: skip


def test_the_port_of_mysql_may_be_left_out() -> None:
    assert parse_database("mysql://root@localhost/hub", BASE)["PORT"] == 3306


@pytest.mark.parametrize(
    "url",
    [
        "",
        "var/hub.sqlite3",
        "postgres://localhost/hub",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite://var/hub.sqlite3",  # two slashes: `var` would be a host
        "mysql://",
        "mysql:///hub",
        "mysql://localhost",
        "mysql://localhost/",
        "mysql://localhost:port/hub",
        "mysql://localhost:99999/hub",
        "mysql://[::1",
    ],
)
def test_a_bad_database_address_says_what_to_write(url: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_database(url, BASE)
    assert "DATABASE_URL=sqlite:///" in error.value.hint


@pytest.mark.parametrize(
    "url", ["mysql://hub:pass-word@localhost:port/hub", "mysql://hub:pass-word@[::1/hub"]
)
def test_the_password_of_a_bad_address_is_not_repeated(url: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_database(url, BASE)
    assert "pass-word" not in error.value.message + error.value.hint


@pytest.mark.parametrize(
    ("url", "folder"),
    [("duckdb:///var/lake", "/project/var/lake"), ("duckdb:////srv/lake", "/srv/lake")],
)
def test_a_duckdb_lake_is_a_folder(url: str, folder: str) -> None:
    assert parse_lake(url, BASE).folder == Path(folder)


def test_an_athena_lake_has_region_workgroup_database_and_staging() -> None:
    found = parse_lake("athena://eu-central-1/hub/billing?staging=s3://bucket/prefix", BASE)
    assert (found.region, found.workgroup, found.database) == ("eu-central-1", "hub", "billing")
    assert found.options == ATHENA_OPTIONS | {"staging": "s3://bucket/prefix"}


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("poll=1", "unknown option poll"),
        ("tables={table}", "{brand} and {table}"),
        ("keys=all_keys", "{brand} and {table}"),
    ],
)
def test_an_option_of_an_athena_lake_that_cannot_be_used_is_told(option: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_lake(f"athena://eu-central-1/hub/billing?staging=s3://bucket&{option}", BASE)
    assert said in error.value.message


@pytest.mark.parametrize(
    "url",
    [
        "",
        "var/lake",
        "s3://bucket/lake",
        "duckdb:",
        "duckdb:///",
        "duckdb://var/lake",
        "athena://eu-central-1",
        "athena://eu-central-1/hub?staging=s3://bucket",
        "athena:///hub/billing?staging=s3://bucket",
        "athena://eu-central-1/hub/billing",
        "athena://eu-central-1/hub/billing?staging=/tmp",
        "athena://eu-central-1/hub/billing/more?staging=s3://bucket",
        "athena://[eu-central-1/hub/billing",
    ],
)
def test_a_bad_lake_address_says_what_to_write(url: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_lake(url, BASE)
    assert "LAKE_URL=duckdb:///" in error.value.hint
