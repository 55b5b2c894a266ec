"""The import under strain, case 51: what a source file says of columns that come, go, or hold something else."""

from decimal import Decimal

import pytest

from pipelines.engine.contract import Contract
from pipelines.engine.models import QuarantineEntry
from tests.engine.conftest import HEADER, Club, member, mutations, quarantined

pytestmark = pytest.mark.django_db
ZODIAC = (*HEADER, "zodiac")
NO_NOTE = tuple(name for name in HEADER if name != "note")


def with_sign(club: Club, new_columns: str) -> Club:
    """A file with a column nobody announced, filled in one of its rows."""
    club.reads(contract=Contract(new_columns=new_columns))
    club.deliver(member("a", zodiac="Leo"), member("b", zodiac=""), header=ZODIAC)
    return club


def test_51_a_new_column_may_be_accepted(club: Club) -> None:
    report = with_sign(club, "accept").imports()
    assert (club.get("a").extra, report.counts.created) == ({"zodiac": "Leo"}, 2)


def test_51_a_new_column_may_be_ignored(club: Club) -> None:
    report = with_sign(club, "ignore").imports()
    assert (club.get("a").extra, report.notes, report.counts.created) == (None, [], 2)


def test_51_what_is_ignored_is_no_change(club: Club) -> None:
    with_sign(club, "ignore").imports()
    club.deliver(member("a", zodiac="Virgo"), header=ZODIAC)
    assert (club.imports().counts.unchanged, mutations()) == (1, ["created"] * 2)


def test_51_one_column_may_be_ignored_by_its_name(club: Club) -> None:
    club.reads(ignored=frozenset({"zodiac"}))
    club.deliver(member("a", Zodiac="Leo", shoe="38"), header=(*HEADER, "Zodiac", "shoe"))
    report = club.imports()
    assert (club.get("a").extra, report.notes) == ({"shoe": "38"}, ["unknown columns kept in extra: shoe"])


def test_51_rows_with_something_in_a_new_column_may_be_quarantined(club: Club) -> None:
    with_sign(club, "quarantine").imports()
    assert (quarantined(), list(club.names())) == ([("new_column", "zodiac")], ["b"])


def test_51_such_rows_come_in_by_replay_when_the_column_is_accepted(club: Club) -> None:
    with_sign(club, "quarantine").imports()
    club.reads(contract=Contract())
    assert club.replay().counts.created == 1
    assert (club.get("a").extra, quarantined()) == ({"zodiac": "Leo"}, [])


def test_51_a_new_column_that_is_no_name_is_told_by_its_place(club: Club) -> None:
    club.reads(contract=Contract(new_columns="quarantine"))
    club.deliver(member("a", **{"ada@example.org": "x"}), header=(*HEADER, "ada@example.org"))
    club.imports()
    assert QuarantineEntry.objects.get().columns == "column 13"


def test_51_a_new_column_may_stop_the_entity(club: Club) -> None:
    report = with_sign(club, "stop").fails()
    assert "has columns nobody declared: zodiac" in report.error
    assert (club.names(), "new_columns" in report.hint) == ({}, True)


def test_51_a_dropped_column_may_stop_the_entity(club: Club) -> None:
    club.reads(contract=Contract(dropped_columns="stop"))
    club.deliver(member("a"), header=NO_NOTE)
    report = club.fails()
    assert "does not deliver note" in report.error
    club.reads(absent=frozenset({"note"}))
    assert club.imports().counts.created == 1


def odd(club: Club, action: str) -> Club:
    """Whole numbers became decimal ones."""
    club.reads(contract=Contract(unreadable={"visits": action}))
    club.deliver(member("a", visits="7.5"), member("b", visits="8"))
    return club


def test_51_a_cell_of_a_wider_type_may_be_accepted_as_text(club: Club) -> None:
    report = odd(club, "accept").imports()
    assert (report.counts.created, club.get("a").visits, club.get("b").visits) == (2, None, 8)
    assert (club.get("a").extra, club.get("b").extra) == ({"visits": "7.5"}, None)


def test_51_the_text_goes_when_the_cell_reads_again(club: Club) -> None:
    odd(club, "accept").imports()
    club.deliver(member("a", "2025-01-11 08:00:00", visits="9"))
    club.imports()
    assert (club.get("a").visits, club.get("a").extra) == (9, None)


def test_51_a_cell_of_a_wider_type_may_be_ignored(club: Club) -> None:
    odd(club, "ignore").imports()
    assert (club.get("a").visits, club.get("a").extra, quarantined()) == (None, None, [])


def test_51_a_second_import_of_a_tolerated_row_changes_nothing(club: Club) -> None:
    odd(club, "accept").imports()
    odd(club, "accept")
    assert (club.imports().counts.unchanged, mutations()) == (2, ["created"] * 2)


def test_51_a_cell_of_a_wider_type_is_quarantined_unless_said_otherwise(club: Club) -> None:
    odd(club, "quarantine").imports()
    assert quarantined() == [("unreadable", "visits")]


def test_51_a_cell_of_a_wider_type_may_stop_the_entity(club: Club) -> None:
    report = odd(club, "stop").fails()
    assert "1 rows hold something else in visits than is declared" in report.error
    assert club.names() == {}


def test_51_a_row_that_does_not_read_elsewhere_either_is_quarantined(club: Club) -> None:
    club.reads(contract=Contract(unreadable={"visits": "ignore"}))
    club.deliver(member("a", visits="7.5", fee="x"), member("b"))
    club.imports()
    assert quarantined() == [("unreadable", "visits, fee")]


def test_51_replay_reads_by_the_contract_too(club: Club) -> None:
    odd(club, "quarantine").imports()
    club.reads(contract=Contract(unreadable={"visits": "accept"}))
    assert club.replay().counts.created == 1
    assert club.get("a").extra == {"visits": "7.5"}


def test_51_a_narrower_value_needs_no_contract(club: Club) -> None:
    club.reads(contract=Contract(new_columns="stop", dropped_columns="stop", unreadable={"fee": "stop"}))
    club.deliver(member("a", fee="12", note="x"))
    club.imports()
    assert club.get("a").fee == Decimal(12)


@pytest.mark.parametrize("column", ["id", "fee", "updated_date"])
def test_51_no_row_does_without_its_key_its_change_time_or_a_required_cell(club: Club, column: str) -> None:
    name = {"id": "id"}.get(column, column)
    club.reads(contract=Contract(unreadable={name: "ignore"}))
    club.deliver(member("a"))
    assert "which no row can do without" in club.fails().error


def test_51_a_contract_on_a_column_that_is_not_there_is_refused(club: Club) -> None:
    club.reads(contract=Contract(unreadable={"shoe": "ignore"}))
    club.deliver(member("a"))
    assert "names a column 'shoe' that member does not have" in club.fails().error
