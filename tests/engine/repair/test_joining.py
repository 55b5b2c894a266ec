"""Texts that took up delimiters, numbers cut at their commas: put together where one reading is clear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.engine.repair.slots import Cells
from pipelines.engine.repair.verdict import Refused, Repaired
from pipelines.engine.spec import Column
from tests.engine.repair.rows import (
    BEFORE,
    BEHIND,
    EMAIL,
    FEE,
    NAME_FIRST,
    NOTE,
    NUMBER,
    TITLE,
    TOWN,
    VISITS,
    cells_of,
    mend_ada,
    repair,
)


def mend_name(text: str) -> Repaired | Refused:
    pieces = [*BEFORE, *text.split(","), *BEHIND, "Gold"]
    return repair([*pieces[:6], ",".join(pieces[6:])], NAME_FIRST, ",")


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Lovelace, Ada", "Lovelace, Ada"),
        ("Lovelace,Ada", "Lovelace,Ada"),
        ("a,b,c,d", "a,b,c,d"),
        ('"Lovelace, Ada"', "Lovelace, Ada"),  # the quotes were the writer's, not the person's
        ('"the ""great"", Ada"', 'the "great", Ada'),
        ('"Ada","Boris"', '"Ada","Boris"'),  # two quoted texts are not one quoted text
        ("Ada,,Lovelace", "Ada,,Lovelace"),  # inside a text nobody writes a delimiter twice
    ],
)
def test_a_text_that_took_up_delimiters_gets_them_back(text: str, mended: str) -> None:
    answer = mend_name(text)
    assert isinstance(answer, Repaired)
    assert list(answer.rows[0]) == [*BEFORE, mended, *BEHIND, "Gold"]
    assert (answer.rule, answer.column, answer.shift) == ("joined", "name", text.count(","))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (",", "ambiguous"),  # empty, and a delimiter written twice
        ("Ada,", "ambiguous"),
        (",Ada", "ambiguous"),
        ('Ada,5" wide', "not_certain"),
    ],
)
def test_a_text_that_may_be_another_one_is_left(text: str, code: str) -> None:
    answer = mend_name(text)
    assert isinstance(answer, Refused)
    assert answer.code == code


def mend_between(columns: list[Column], text: str) -> Repaired | Refused:
    """The answer for a row that holds the text where these columns should be, well anchored on both sides."""
    pieces = ["a1", "2025-01-31", "true", *text.split(","), "Gold", "2025-01-31", "false"]
    ends = [NAME_FIRST[at] for at in (0, 1, 5, 6, 1, 5)]
    width = len(ends) + len(columns)
    cells: Cells = [*pieces[: width - 1], ",".join(pieces[width - 1 :])]
    return repair(cells, [*ends[:3], *columns, *ends[3:]], ",")


@pytest.mark.parametrize(
    ("columns", "text", "mended"),
    [
        ([NOTE, TITLE], "Lie, Ada,-", ["Lie, Ada", "-"]),
        ([NOTE, TITLE], "-,Lie, Ada", ["-", "Lie, Ada"]),
        ([NOTE, TITLE], "a, b, c,-", ["a, b, c", "-"]),
        ([NOTE, TITLE, TOWN], '-,"Lie,Ada",x', ["-", "Lie,Ada", "x"]),
        ([NOTE, NUMBER], "SEPA,Core,M7", ["SEPA,Core", "M7"]),
        ([NOTE, FEE], "VAT,x,12.50", ["VAT,x", "12.50"]),
        ([NOTE, EMAIL], "VAT, x,", ["VAT, x", None]),
        ([NOTE, NUMBER, FEE], "x,M,,5", ["x,M", None, "5"]),  # M is no number
        ([NOTE, TITLE], "a, b,c, d", ["a, b", "c, d"]),
        ([NOTE, TITLE, TOWN], "Weg 4,5,Bonn, NRW", ["Weg 4", "5", "Bonn, NRW"]),
        ([FEE], "12,50", ["12.50"]),
        ([FEE], "-1,234.56", ["-1234.56"]),
        ([FEE], "1.234,5", ["1234.5"]),
        ([FEE], "1,234,567", ["1234567"]),
        ([VISITS], "1,234", ["1234"]),
        ([FEE, VISITS], "12.50,,7", ["12.50", "7"]),  # a delimiter written twice
    ],
)
def test_what_tells_neighbours_apart(columns: list[Column], text: str, mended: list[str | None]) -> None:
    answer = mend_between(columns, text)
    assert isinstance(answer, Repaired)
    assert list(answer.rows[0][3:-3]) == mended


@pytest.mark.parametrize(
    ("columns", "text", "code"),
    [
        ([NOTE, FEE], "VAT,12,500000000", "ambiguous"),  # 12.5 behind VAT, or half a billion
        ([NOTE, FEE], "VAT,1,234.56", "ambiguous"),
        ([NOTE, FEE], "VAT,1,234,567.89", "ambiguous"),
        ([NOTE, VISITS], "VAT,1,234", "ambiguous"),
        ([FEE, NOTE], "12,50,", "ambiguous"),
        ([FEE], "1,234", "ambiguous"),  # 1.234 or 1234
        ([NOTE, FEE], "VAT,12.50,", "ambiguous"),  # a delimiter too many behind the amount
        ([NOTE, FEE], "VAT,,12.50", "ambiguous"),
        ([NOTE, TITLE], '"Zeit","Spiegel",x', "ambiguous"),
        ([NOTE, TITLE], '"Zeit,Spiegel,x"', "ambiguous"),
        ([NOTE, EMAIL], "SEPA,Core,MERCHANT7", "ambiguous"),  # an e-mail column may hold something else
        ([NOTE, TITLE, TOWN], " DE,EU,B2C,x", "ambiguous"),
        ([NOTE, TITLE], ", DE,x", "ambiguous"),
        ([NOTE, TITLE], "Lie,Ada,-", "ambiguous"),
    ],
)
def test_what_leaves_neighbours_in_doubt(columns: list[Column], text: str, code: str) -> None:
    answer = mend_between(columns, text)
    assert isinstance(answer, Refused)
    assert answer.code == code


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters=',"\n'), max_size=6), min_size=2, max_size=5
    )
)
def test_mending_restores_the_exact_text(parts: list[str]) -> None:
    text = ",".join(parts)
    answer = mend_name(text)
    assert isinstance(answer, Refused) or answer.rows[0][3] == text


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"note": "write,to@ada.example"}, "ambiguous"),  # all of it the note, or an e-mail behind one?
        ({"fee": "abc"}, "unreadable"),
        ({"level": "Bronze"}, "unreadable"),
        ({"updated_date": "yesterday"}, "unreadable"),
        ({"name": ""}, "unreadable"),
        ({"visits": "7,x"}, "shifted"),  # nothing that binds can take the x
    ],
)
def test_rows_that_are_left_to_the_quarantine(cells: dict[str, str], code: str) -> None:
    answer = mend_ada(**cells)
    assert isinstance(answer, Refused)
    assert answer.code == code


def test_a_blank_behind_each_delimiter_tells_which_text_was_meant() -> None:
    assert cells_of(mend_ada(note="likes tea, not coffee"))["note"] == "likes tea, not coffee"


def test_what_was_tried_is_told_without_content() -> None:
    answer = mend_between([NOTE, TITLE], "Lie,Ada,-")
    assert isinstance(answer, Refused)
    assert answer.tried[:2] == ("title joined 2 cells (1.00)", "note joined 2 cells (1.00)")
    assert not any("Ada" in told for told in answer.tried)
