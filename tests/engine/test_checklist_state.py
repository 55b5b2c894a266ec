"""The import under strain, cases 44, 45 and 48: the database is put back, emptied, older than the code, or damaged."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from audit.locked import audited_writing
from pipelines.engine.models import LakeFile, Watermark
from tests.engine.club.models import Member
from tests.engine.conftest import Club, batches, member, mutations

pytestmark = pytest.mark.django_db
TENTH = "2025-01-10 08:00:00.000000"
Tables = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def taken_down() -> Tables:
    """A back-up of everything the database holds."""
    found: Tables = {}
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in apps.get_models()}):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = [column[0] for column in cursor.description], list(cursor.fetchall())
    return found


def put_back(tables: Tables) -> None:
    """The database as it was when the back-up was taken."""
    quote = connection.ops.quote_name
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for table, (columns, rows) in tables.items():
            cursor.execute(f"DELETE FROM {quote(table)}")
            marks = ", ".join(["%s"] * len(columns))
            names = ", ".join(map(quote, columns))
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})", rows)


@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_44_a_database_that_is_put_back_to_yesterday_catches_up(club: Club, mode: str) -> None:
    club.reads(mode=mode)
    club.deliver(member("a"), member("b"), member("bad", fee="x"))
    club.imports()
    yesterday = taken_down()
    club.deliver(member("a", "2025-01-11 08:00:00", name="Boris"), member("c", "2025-01-11 08:00:00"))
    club.imports()
    today = club.names(), club.watermark, mutations(), len(batches())
    put_back(yesterday)
    assert (club.names(), club.watermark, mutations()) == ({"a": "Ada", "b": "Ada"}, TENTH, ["created"] * 2)
    report = club.imports()
    assert (report.counts.created, report.counts.updated) == (1, 1)
    assert (club.names(), club.watermark, mutations(), len(batches())) == today


def removed(*keys: str) -> None:
    with audited_writing(), connection.cursor() as cursor:
        for key in keys:
            cursor.execute(f"DELETE FROM {Member._meta.db_table} WHERE lake_id = %s", [key])


def two(club: Club) -> Club:
    club.deliver(member("a"), member("z", "2025-01-05 08:00:00"))
    club.imports()
    return club


@pytest.mark.parametrize("mode", ["files", "cursor"])
def test_45_a_table_that_lost_the_row_of_its_watermark_is_refused(club: Club, mode: str) -> None:
    club.reads(mode=mode)
    two(club)
    removed("a")
    report = club.fails()
    assert f"the row that lifted the watermark to {TENTH} is gone" in report.error
    assert report.hint == "type import_billing --brand acme --entity member --full"


def test_45_a_full_run_brings_the_rows_back(club: Club) -> None:
    two(club)
    removed("a")
    assert club.imports(full=True).counts.created == 1
    assert club.imports().notes == []


def test_45_an_older_copy_of_the_table_is_told_of(club: Club) -> None:
    two(club)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Member._meta.db_table} SET cursor_at = %s WHERE lake_id = 'a'",
            [connection.ops.adapt_datetimefield_value(datetime(2025, 1, 2, 8, tzinfo=UTC))],
        )
    (note,) = club.imports().notes
    assert f"the watermark ({TENTH}) is later than anything the table holds" in note


def test_45_a_row_that_lost_its_change_time_is_no_loss(club: Club) -> None:
    club.reads(null_cursor="accept")
    two(club)
    club.deliver(member("a", "", name="Boris"), member("c", TENTH[:19]))
    club.imports()
    assert club.imports().notes == []


def test_48_the_watermark_of_a_release_that_kept_nothing_beside_it_is_taken_over(club: Club) -> None:
    two(club)
    Watermark.objects.update(state={})
    assert club.imports().notes == []
    assert Watermark.objects.get().state["witness"] == {"key": "acme:a", "at": TENTH}


@pytest.mark.parametrize("kept", [{"witness": 7}, {"witness": {"key": 1, "at": None}}, {"witness": {}}])
def test_48_what_another_release_keeps_otherwise_is_no_obstacle(club: Club, kept: dict[str, Any]) -> None:
    two(club)
    Watermark.objects.update(state=kept)
    assert club.imports().notes == []


def damage(table: str, column: str, value: int | str) -> None:
    with connection.cursor() as cursor:
        quote = connection.ops.quote_name
        cursor.execute(f"UPDATE {quote(table)} SET {quote(column)} = %s", [value])


WATERMARK, FILE = Watermark._meta.db_table, LakeFile._meta.db_table
DAMAGE = [
    (WATERMARK, "state", "[1, 2]", "watermark"),
    (WATERMARK, "state", '"text"', "watermark"),
    (FILE, "next_line", -3, "file"),
    (FILE, "status", "eaten", "file"),
]


@pytest.mark.parametrize(("table", "column", "value", "named"), DAMAGE)
def test_48_a_damaged_row_of_state_is_named_and_a_full_run_writes_it_anew(
    club: Club, table: str, column: str, value: int | str, named: str
) -> None:
    two(club)
    damage(table, column, value)
    report = club.fails()
    assert f"the {named} row of acme/acme/member is damaged" in report.error
    assert report.hint.endswith("--full, which writes it anew")
    club.imports(full=True)
    assert club.imports().error == ""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="MariaDB takes neither: it checks what it stores")
@pytest.mark.parametrize(("column", "value"), [("state", "{no json"), ("value", "yesterday")])
def test_48_a_state_that_is_no_json_or_no_time_is_named(club: Club, column: str, value: str) -> None:
    two(club)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
    damage(WATERMARK, column, value)
    assert "the watermark row of acme/acme/member is damaged" in club.fails().error
    club.imports(full=True)
    assert club.imports().error == ""
