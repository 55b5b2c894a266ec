"""Rows that do not lie on one line each: torn into several, or two on one; through the whole import."""

import pytest

from pipelines.engine import reading
from pipelines.engine.models import Repair
from tests.engine.conftest import HEADER, Club, batches, csv_of, member, mutations, quarantined

pytestmark = pytest.mark.django_db
HEAD = ",".join(HEADER)


def line(key: str, **cells: str) -> str:
    return ",".join(member(key, **cells)[name] for name in HEADER)


def delivered(club: Club, *lines: str) -> str:
    return club.deliver_text("\n".join([HEAD, *lines]) + "\n")


def test_a_row_torn_into_two_lines_is_one_row(club: Club) -> None:
    delivered(club, line("m1"), line("m2", note="seit 2019\nbitte nicht anrufen"), line("m3"))
    counts = club.imports().counts
    assert club.get("m2").note == "seit 2019\nbitte nicht anrufen"
    assert (counts.read, counts.joined, counts.created, counts.repaired) == (4, 1, 3, 1)
    assert quarantined() == []


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 9])
def test_where_chunks_end_does_not_matter(club: Club, rows: int) -> None:
    delivered(club, line("m1"), line("m2", note="a\nb\nc"), line("m3", note="d\ne"), line("m4"))
    club.imports(chunk_rows=rows)
    notes = {key: club.get(key).note for key in club.names()}
    assert notes == {"m1": None, "m2": "a\nb\nc", "m3": "d\ne", "m4": None}
    assert sum(batch.joined for batch in batches()) == 3


def test_many_short_lines_are_held_back_for_nothing(club: Club) -> None:
    good = [line(f"x{number}") for number in range(30)]
    delivered(club, *good[:15], *["m1,M0001,Ada"] * 7, *good[15:])
    club.imports(chunk_rows=2, max_quarantined=1.0)
    assert sum(batch.read for batch in batches()) == 37
    assert len(club.names()) == 30


def test_a_blank_line_inside_a_text_is_part_of_it(club: Club) -> None:
    delivered(club, line("m1"), line("m2", note="a\n\n\nb"), line("m3"))
    club.imports()
    assert club.get("m2").note == "a\n\n\nb"


@pytest.mark.parametrize("torn", ["a\r\nb", "a\nb", "a\r\n\r\nb", "a\n\r\n\nb"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_torn_text_gets_the_line_ends_back_that_it_had(club: Club, torn: str, end: str) -> None:
    club.deliver_text(
        "".join(f"{each}{end}" for each in [HEAD, line("m1"), line("m2", note=torn), line("m3")])
    )
    club.imports()
    assert club.get("m2").note == torn
    assert club.get("m3").is_deleted is False


def test_a_line_that_is_known_already_is_no_blank_one(club: Club) -> None:
    head, tail = line("m2", note="a\nb").split("\n")
    good = [line(f"x{number}") for number in range(8)]
    delivered(club, *good, line("m1"))
    club.imports()
    delivered(club, *good, head, line("m1"), tail)
    club.imports(max_quarantined=1.0)
    assert len(quarantined()) == 2


def test_a_line_whose_other_half_is_missing_waits(club: Club) -> None:
    delivered(club, line("m1"), "m2,M0002,Boris,Gold,7,12.5,2024-01-31,seit", line("m3"))
    club.imports(max_quarantined=1.0)
    assert [code for code, _ in quarantined()] == ["short_row"]


def test_two_halves_with_another_row_between_them_are_not_put_together(club: Club) -> None:
    head, tail = line("m2", note="a\nb").split("\n")
    delivered(club, *[line(f"x{number}") for number in range(8)], head, line("m1"), tail)
    club.imports(max_quarantined=1.0)
    assert "m2" not in club.names()
    assert len(quarantined()) == 2


def test_a_second_import_of_a_torn_row_changes_nothing(club: Club) -> None:
    delivered(club, line("m1"), line("m2", note="a\nb"))
    club.imports()
    again = club.imports(full=True).counts
    assert (again.created, again.updated, again.unchanged, again.joined) == (0, 0, 2, 1)
    assert mutations("m2") == ["created"]


def test_two_rows_on_one_line_are_two_rows(club: Club) -> None:
    delivered(club, f"{line('m1')},{line('m2', name='Boris')}", line("m3"))
    counts = club.imports().counts
    assert club.names() == {"m1": "Ada", "m2": "Boris", "m3": "Ada"}
    assert (counts.read, counts.split, counts.created, counts.repaired) == (2, 1, 3, 2)


def test_a_second_import_of_two_rows_on_one_line_changes_nothing(club: Club) -> None:
    delivered(club, f"{line('m1')},{line('m2', name='Boris')}")
    club.imports()
    again = club.imports(full=True).counts
    assert (again.created, again.updated, again.unchanged, again.split) == (0, 0, 2, 1)


def test_of_two_rows_on_one_line_an_unusable_one_sets_both_aside(club: Club) -> None:
    others = [line(f"x{number}") for number in range(8)]
    delivered(club, *others, f"{line('m1')},{line('m2', updated='9999-12-31 00:00:00')}")
    club.imports(max_quarantined=1.0)
    assert quarantined() == [("cursor_implausible", "updated_date")]
    assert not {"m1", "m2"} & club.names().keys()


def test_both_lines_of_a_torn_row_are_set_aside_when_it_cannot_be_used(club: Club) -> None:
    others = [line(f"x{number}") for number in range(8)]
    delivered(club, *others, line("m2", note="a\nb", updated="9999-12-31 00:00:00"))
    club.imports(max_quarantined=1.0)
    assert quarantined() == [("cursor_implausible", "updated_date")] * 2


def test_the_record_of_a_repair_holds_every_line_it_came_from(club: Club) -> None:
    delivered(club, line("m2", note="a\nb"))
    club.imports()
    repair = Repair.objects.get()
    assert (repair.rule, repair.column, repair.line, repair.row_key) == ("joined_lines", "note", 2, "acme:m2")


def test_a_replay_puts_lines_together_that_an_older_rule_had_set_aside(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered(club, *[line(f"x{number}") for number in range(8)], line("m2", note="a\r\nb"))
    with monkeypatch.context() as older:
        older.setattr(reading, "MOST_LINES", 1)
        club.imports(max_quarantined=1.0)
    assert len(quarantined()) == 2
    counts = club.replay().counts
    assert (counts.read, counts.joined, counts.created) == (2, 1, 1)
    assert club.get("m2").note == "a\r\nb"
    assert quarantined() == []


def test_lines_that_were_set_aside_are_settled_when_the_row_comes_whole(club: Club) -> None:
    head, tail = line("m2", note="a\nb").split("\n")
    others = [line(f"x{number}") for number in range(8)]
    path = delivered(club, *others, head, line("m1"), tail)
    club.imports(max_quarantined=1.0)
    assert len(quarantined()) == 2
    club.lake.write(path, csv_of() + "\n".join([*others, line("m1"), head, tail]) + "\n")
    club.imports(max_quarantined=1.0)
    assert club.get("m2").note == "a\nb"
    assert quarantined() == []


def test_a_line_that_begins_with_a_key_begins_a_row(club: Club) -> None:
    """One row was cut off, and the next was torn: nothing of it belongs to the one before."""
    torn = line("m3", note="a\nb")
    delivered(club, line("m1"), "m2,M0001,Ad", *torn.split("\n"), line("m4"))
    club.imports(max_quarantined=1.0)
    assert club.names() == {"m1": "Ada", "m3": "Ada", "m4": "Ada"}
    assert club.get("m3").note == "a\nb"
    assert [code for code, _ in quarantined()] == ["short_row"]


@pytest.mark.parametrize("cut", ["m2,,Bo\nris", "m2,Boris"])
def test_a_torn_text_takes_up_no_delimiter_behind_its_line_end_where_keys_look_like_words(
    club: Club, cut: str
) -> None:
    """The line before was cut off, so all of this may be another row."""
    delivered(club, line("m0"), "m1,M0001,An", f"{cut},Gold,7{line('m2').partition(',7')[2]}", line("m3"))
    club.imports(max_quarantined=1.0)
    assert "m1" not in club.names()
    assert quarantined()


def test_a_row_in_the_last_column_is_no_text(club: Club) -> None:
    """The reader keeps the rest of a line there, so the row before reads; the one behind it would be lost."""
    header = (*(name for name in HEADER if name != "note"), "note")

    def written(key: str, note: str) -> str:
        return ",".join((member(key) | {"note": note})[name] for name in header)

    text = "\n".join(
        [
            ",".join(header),
            written("m0", ""),
            f"{written('m1', 'n1')},{written('m2', 'n2')}",
            written("m3", "a,b"),
        ]
    )
    club.deliver_text(text + "\n")
    club.imports(max_quarantined=1.0)
    notes = {key: club.get(key).note for key in club.names()}
    assert notes == {"m0": None, "m1": "n1", "m2": "n2", "m3": "a,b"}
    assert quarantined() == []


def test_behind_a_line_that_was_set_aside_no_column_is_taken_for_left_out(club: Club) -> None:
    """It may be the second half of that line, under whatever stands where the key should."""
    delivered(club, line("m1"), "m2,M0001,Hauptstr.", line("12").replace(",M0001", "", 1), line("m4"))
    club.imports(max_quarantined=1.0)
    assert set(club.names()) == {"m1", "m4"}
    assert len(quarantined()) == 2
