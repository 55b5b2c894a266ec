"""The import under strain, case 51: columns that come and go, and other ways of writing."""

from decimal import Decimal

import pytest

from hub.lakes import FileFormat
from tests.engine.conftest import HEADER, Club, member, mutations

pytestmark = pytest.mark.django_db


def test_51_a_new_column_is_kept_and_told_once(club: Club) -> None:
    header = (*HEADER, "zodiac")
    club.deliver(member("a", zodiac="Leo"), member("b", zodiac=""), header=header)
    report = club.imports()
    assert report.notes == ["unknown columns kept in extra: zodiac"]
    assert (club.get("a").extra, club.get("b").extra) == ({"zodiac": "Leo"}, None)


def test_51_a_value_of_a_new_column_is_a_change(club: Club) -> None:
    header = (*HEADER, "zodiac")
    club.deliver(member("a", zodiac="Leo"), header=header)
    club.imports()
    club.deliver(member("a", zodiac="Virgo"), header=header)
    assert club.imports().counts.updated == 1


def test_51_a_column_that_is_no_longer_delivered_keeps_what_is_stored(club: Club) -> None:
    club.deliver(member("a", note="likes tea"))
    club.imports()
    club.deliver(member("a", "2025-01-11 08:00:00"), header=tuple(n for n in HEADER if n != "note"))
    club.imports()
    assert club.get("a").note == "likes tea"


def test_51_a_column_that_is_delivered_empty_is_emptied(club: Club) -> None:
    club.deliver(member("a", note="likes tea"))
    club.imports()
    club.deliver(member("a", "2025-01-11 08:00:00"))
    club.imports()
    assert club.get("a").note is None


def test_51_a_needed_column_that_is_no_longer_delivered_stops_the_entity(club: Club) -> None:
    club.deliver(member("a"), header=tuple(n for n in HEADER if n != "fee"))
    assert "needs column fee" in club.fails().error


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("00012.50", Decimal("12.5")),
        ("12.500000000", Decimal("12.5")),
        ("999999999.999999999", Decimal("999999999.999999999")),
    ],
)
def test_51_a_number_may_be_written_wider(club: Club, cell: str, value: Decimal) -> None:
    club.deliver(member("a", fee=cell))
    club.imports()
    assert club.get("a").fee == value


def test_51_another_way_of_writing_the_same_row_is_no_change(club: Club) -> None:
    club.deliver(member("a", fee="12.5"))
    club.imports()
    club.deliver(member("a", fee="12.50", is_deleted="FALSE"))
    assert (club.imports().counts.unchanged, mutations()) == (1, ["created"])


def test_a_file_in_quotes_and_another_delimiter(club: Club) -> None:
    club.form = FileFormat(writing="rfc4180", delimiter=";")
    cells = [f'"{cell}"' for cell in member("a", note="likes; tea\nand coffee").values()]
    club.deliver_text(";".join(HEADER) + "\n" + ";".join(cells) + "\n")
    club.imports()
    assert club.get("a").note == "likes; tea\nand coffee"
