"""A person's data shows up where it belongs and nowhere else, whatever goes wrong."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError, connection

from pipelines.engine import commit
from tests.engine.club.models import Member
from tests.engine.conftest import HEADER, Club, csv_of, member

pytestmark = pytest.mark.django_db(transaction=True)
MARKER = "ada@marker.example"
WORD = "marker"
ADA = {"email": MARKER, "name": f"Ada {MARKER}", "note": f"write to {MARKER}"}
HOME = {Member._meta.db_table}


def text_of(value: Any) -> str:
    """Everything a column can hold, as text; JSON with its escapes undone."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    try:
        return str(json.loads(value)) if isinstance(value, str) else str(value)
    except ValueError:
        return str(value)


def tables_with(word: str) -> set[str]:
    """The tables in which any column of any row holds the word."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if any(word in text_of(value) for row in cursor.fetchall() for value in row):
                found.add(table)
    return found


def fine(club: Club, patch: pytest.MonkeyPatch) -> None:
    club.deliver(member("a", **ADA))


def changed(club: Club, patch: pytest.MonkeyPatch) -> None:
    club.deliver(member("a", **ADA))
    club.run()
    club.deliver(member("a", "2025-01-11 08:00:00", **ADA | {"email": f"new.{MARKER}"}))


def unreadable(club: Club, patch: pytest.MonkeyPatch) -> None:
    club.deliver(member("a", **ADA | {"fee": MARKER, "level": MARKER, "updated_date": MARKER}))


def in_the_ids_place(club: Club, patch: pytest.MonkeyPatch) -> None:
    club.deliver_text(csv_of(member("b")) + f"Ada {MARKER},a,{MARKER}\n")


def not_utf_8(club: Club, patch: pytest.MonkeyPatch) -> None:
    club.deliver_text(csv_of(member("b")).encode() + b"a,M0001,Zo\xeb," + MARKER.encode() + b"\n")


def mended(club: Club, patch: pytest.MonkeyPatch) -> None:
    club.deliver(member("a", note=f"write, {MARKER}, today"))


def drifted(club: Club, patch: pytest.MonkeyPatch) -> None:
    club.deliver(*(member(f"m{number}", fee=MARKER) for number in range(20)))


def flooded(club: Club, patch: pytest.MonkeyPatch) -> None:
    wrong = ("fee", "level", "joined")
    club.deliver(*(member(f"m{number}", **{wrong[number % 3]: MARKER}) for number in range(21)))


def unknown_column(club: Club, patch: pytest.MonkeyPatch) -> None:
    club.deliver(member("a", other=MARKER), header=(*HEADER, "other"))


def refused_by_the_database(club: Club, patch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise OperationalError(1366, f"Incorrect string value: '{MARKER}' for column 'email'")

    patch.setattr("pipelines.engine.store.write_rows", refuse)
    club.deliver(member("a", **ADA))


def defect(club: Club, patch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise ValueError(f"cannot use {MARKER}")

    patch.setattr(commit, "compare", fail)
    club.deliver(member("a", **ADA))


def dry(club: Club, patch: pytest.MonkeyPatch) -> None:
    changed(club, patch)
    patch.setattr(club, "run", lambda run=club.run: run(dry_run=True))


CASES = [
    fine,
    changed,
    unreadable,
    in_the_ids_place,
    not_utf_8,
    mended,
    drifted,
    flooded,
    unknown_column,
    refused_by_the_database,
    defect,
    dry,
]


@pytest.mark.parametrize("happens", CASES, ids=lambda case: case.__name__)
def test_a_persons_data_is_in_their_row_and_nowhere_else(
    club: Club,
    happens: Callable[[Club, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(
        logging.INFO
    )  # SQL is logged when a developer asks for it
    happens(club, monkeypatch)
    report = club.run()
    out, err = capfd.readouterr()
    assert WORD not in json.dumps(report.as_dict())
    assert WORD not in caplog.text + out + err
    assert tables_with(WORD) <= HOME


def test_the_search_finds_what_is_there(club: Club) -> None:
    club.deliver(member("a", **ADA))
    club.run()
    assert tables_with(WORD) == HOME
    assert Member in apps.get_models()
