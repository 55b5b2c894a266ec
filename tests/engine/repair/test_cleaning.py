"""Cells that read once it is taken off what writers put around a value."""

import pytest

from pipelines.engine.repair.slots import Cells
from pipelines.engine.repair.verdict import Refused, Repaired
from pipelines.engine.spec import Column, Kind, Strength
from tests.engine.repair.rows import BEFORE, BEHIND, NAME_FIRST, repair


@pytest.mark.parametrize(
    ("place", "cell", "clean"),
    [
        (1, " 2025-01-31", "2025-01-31"),
        (2, '"1.5"', "1.5"),
        (2, "\u00a01.5\r", "1.5"),
        (2, "1,5", "1.5"),
        (0, "\ufeffa1", "a1"),
        (5, "TRUE\r", "TRUE"),
        (6, "gold", "Gold"),
        (6, " GOLD", "Gold"),
    ],
)
def test_what_writers_leave_around_a_value_is_taken_off(place: int, cell: str, clean: str) -> None:
    cells: Cells = [*BEFORE, "Ada", *BEHIND, "Gold"]
    cells[place] = cell
    answer = repair(cells, NAME_FIRST, ";")
    assert isinstance(answer, Repaired)
    assert (answer.rule, answer.rows[0][place], answer.places) == ("cleaned", clean, (place,))


def test_a_key_is_not_cleaned_of_blanks() -> None:
    answer = repair(["a1 ", *BEFORE[1:], "Ada", *BEHIND, "Gold"], NAME_FIRST, ",")
    assert isinstance(answer, Refused)
    assert answer.code == "unreadable"


def test_a_row_all_in_quotes_loses_them() -> None:
    cells = [*BEFORE, "Ada", *BEHIND, "Gold"]
    answer = repair([f'"{cell}"' for cell in cells], NAME_FIRST, ",")
    assert isinstance(answer, Repaired)
    assert list(answer.rows[0]) == cells


@pytest.mark.parametrize("word", ["\\N", "NULL", "null", "None"])
def test_a_word_for_nothing_is_nothing_where_nothing_may_stand(word: str) -> None:
    optional = [*NAME_FIRST[:6], Column(name="ends", kind=Kind.DATE, strength=Strength.MEDIUM), NAME_FIRST[6]]
    answer = repair([*BEFORE, "Ada", *BEHIND, word, "Gold"], optional, ",")
    assert isinstance(answer, Repaired)
    assert (answer.rows[0][6] or None, answer.rule) == (None, "cleaned")
    required = repair([*BEFORE[:2], word, "Ada", *BEHIND, "Gold"], NAME_FIRST, ",")
    assert isinstance(required, Refused)
