"""What speaks for a reading and against it: neighbours, what is stored, other rows, what is lost."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pipelines.engine.repair.mending import mend
from pipelines.engine.repair.slots import Cells, row_of
from pipelines.engine.repair.verdict import Refused, Repaired, Surroundings, Suspect
from pipelines.engine.spec import Column, Kind, Strength
from tests.engine.repair.rows import BEFORE, BEHIND, NAME_FIRST, NOTE, TITLE, VISITS, mend_ada, repair


def test_an_unreadable_row_names_its_columns() -> None:
    answer = mend_ada(fee="abc", joined="x")
    assert isinstance(answer, Refused)
    assert answer.columns == ("fee", "joined")


def test_without_a_delimiter_nothing_is_cut_again() -> None:
    answer = repair([*BEFORE, "Ada", *BEHIND, "Gold,x"], NAME_FIRST, None)
    assert isinstance(answer, Refused)
    assert answer.code == "unreadable"


@pytest.mark.parametrize(("flag", "mended"), [("true", True), ("", False)])
def test_a_mended_place_needs_evidence_on_both_sides(flag: str, mended: bool) -> None:
    flags = Column(name="flag", kind=Kind.BOOL, strength=Strength.MEDIUM)
    columns = [*NAME_FIRST[:3], NOTE, flags]
    answer = repair([*BEFORE, "Lie", f" Ada,{flag}"], columns, ",")
    assert (answer.code if isinstance(answer, Refused) else "") == ("" if mended else "unanchored")


NAME = Column(name="name", kind=Kind.FREETEXT, required=True)


NAMED = (
    NAME_FIRST[0],
    NAME_FIRST[1],
    NAME_FIRST[5],
    NAME,
    TITLE,
    NAME_FIRST[6],
    NAME_FIRST[1],
    NAME_FIRST[5],
)


WITHOUT_GOLD = Surroundings(delimiter=",", usual=lambda column, text: False)  # no name or title is a level


def with_stored(text: str, *stored: str | None) -> Repaired | Refused:
    """The answer for a text over a name that must be there and a title, when these stand in the table."""
    pieces = ["a1", "2025-01-31", "true", *text.split(","), "Gold", "2025-01-31", "false"]
    cells: Cells = [*pieces[:7], ",".join(pieces[7:]) or None]
    known: Cells = ["a1", None, None, *stored, None, None, None]
    return mend(Suspect(lines=[cells], stored=known), row_of(NAMED, "id"), WITHOUT_GOLD)


@pytest.mark.parametrize(
    ("text", "stored", "mended"),
    [
        ("Lie,Ada,-", ("Lie,Ada", "-"), ("Lie,Ada", "-")),  # one of two readings is what was there
        ("Lie,Ada,-", ("Lie", "Ada,-"), ("Lie", "Ada,-")),
        ("Lie, Ada,-", ("Ada Lie", "-"), ("Lie, Ada", "-")),  # the name was changed, the note agrees
        ("-", ("-", None), ("-", None)),
    ],
)
def test_what_is_stored_speaks_for_a_reading(
    text: str, stored: tuple[str | None, ...], mended: tuple[str | None, ...]
) -> None:
    answer = with_stored(text, *stored)
    assert isinstance(answer, Repaired)
    assert answer.rows[0][3:5] == mended


@pytest.mark.parametrize(
    ("text", "stored", "code"),
    [
        ("Lie,Ada,-", ("Boris", "x"), "ambiguous"),  # it agrees with none
        ("Lie, Ada,-", ("Lie", " Ada,-"), "stored_differs"),
        ("-", ("-", "VIP"), "ambiguous"),  # what is left out now was there before
        ("-", (None, None), "ambiguous"),  # a name that must be there, or a title that need not
    ],
)
def test_what_is_stored_speaks_against_a_reading(text: str, stored: tuple[str, str], code: str) -> None:
    answer = with_stored(text, *stored)
    assert isinstance(answer, Refused)
    assert answer.code == code


def test_a_blank_ties_nothing_where_texts_begin_with_blanks_of_their_own() -> None:
    row = row_of((*NAME_FIRST[:3], NOTE, TITLE, *NAME_FIRST[4:]), "id")
    suspect = Suspect(lines=[[*BEFORE, "Lie", " Ada", "-", *BEHIND[:1], "true,Gold"]])
    assert isinstance(mend(suspect, row, Surroundings(delimiter=",")), Repaired)
    around = Surroundings(delimiter=",", blank_starts=frozenset({"title"}))
    answer = mend(suspect, row, around)
    assert isinstance(answer, Refused)
    assert answer.code == "ambiguous"


def test_a_column_that_was_not_written_is_empty() -> None:
    columns = [
        *NAME_FIRST[:3],
        Column(name="ends", kind=Kind.DATE, strength=Strength.MEDIUM),
        *NAME_FIRST[3:],
    ]
    answer = repair([*BEFORE, "Ada", *BEHIND, "Gold", None], columns, ",")
    assert isinstance(answer, Repaired)
    assert (answer.rows[0], answer.rule, answer.column) == (
        (*BEFORE, None, "Ada", *BEHIND, "Gold"),
        "omitted",
        "ends",
    )


@pytest.mark.parametrize("padding", [None, ""])
def test_a_value_that_must_be_there_is_not_invented(padding: str | None) -> None:
    answer = repair([*BEFORE[:2], "Ada", *BEHIND, "Gold", padding], NAME_FIRST, ",")
    assert isinstance(answer, Refused)
    assert (answer.code, answer.lost) == ("value_lost", ("fee",))


def test_whichever_value_is_lost_it_is_lost() -> None:
    days = [replace(NAME_FIRST[1], name=name) for name in ("begins", "ends")]
    answer = repair(
        ["a1", "true", "2025-01-31", "Gold", None], [NAME_FIRST[0], NAME_FIRST[5], *days, NAME_FIRST[6]], ","
    )
    assert isinstance(answer, Refused)
    assert answer.code == "value_lost"


def test_where_the_overflow_is_gone_nothing_is_mended() -> None:
    row = row_of(tuple(NAME_FIRST), "id")
    suspect = Suspect(lines=[[*BEFORE, "Lie", " Ada", *BEHIND]])
    answer = mend(suspect, row, Surroundings(delimiter=",", rest_kept=False))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.lost) == ("value_lost", ("level",))


@pytest.mark.parametrize(("texts", "mended"), [(3, True), (4, False)])
def test_a_row_that_is_torn_in_many_places_is_left(texts: int, mended: bool) -> None:
    pairs = [
        (Column(name=f"text{n}", kind=Kind.FREETEXT), replace(NAME_FIRST[4], name=f"at{n}"))
        for n in range(texts)
    ]
    columns = [*NAME_FIRST[:3], *(column for pair in pairs for column in pair), NAME_FIRST[5]]
    pieces = [*BEFORE, *["Lie", " Ada", BEHIND[0]] * texts, "true"]
    width = len(columns)
    answer = repair([*pieces[: width - 1], ",".join(pieces[width - 1 :])], columns, ",")
    assert isinstance(answer, Repaired) is mended
    assert isinstance(answer, Repaired) or answer.code == "not_certain"


KIND = Column(name="kind", kind=Kind.ENUM, values=("Card", "Wallet"), required=True, strength=Strength.STRONG)
NAMED_LIKE_ITS_KIND = (NAME_FIRST[0], NAME_FIRST[2], NAME_FIRST[1], NAME_FIRST[3], KIND, *NAME_FIRST[4:])


@pytest.mark.parametrize(
    ("usual", "code"), [(lambda column, text: True, "ambiguous"), (lambda column, text: False, "")]
)
def test_a_name_that_is_usual_there_may_be_all_that_is_left(
    usual: Callable[[str, str], bool], code: str
) -> None:
    """Of a name and a kind that are called the same one is gone: the name, which may be, or the kind."""
    suspect = Suspect(lines=[["a1", "1.5", "2025-01-31", "Wallet", *BEHIND, "Gold", None]])
    answer = mend(suspect, row_of(NAMED_LIKE_ITS_KIND, "id"), Surroundings(delimiter=",", usual=usual))
    assert (answer.code if isinstance(answer, Refused) else "") == code


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Lie,true,Ada,2025-01-31", "Lie,true,Ada,2025-01-31"),
        ("Lie,true,2025-01-31,false,Ada", None),  # three values of other columns
        ("Lie,a1,Ada", None),  # another row's key
    ],
)
def test_a_text_is_no_row(text: str, mended: str | None) -> None:
    """A row that lost its line stands in the text of the one before."""
    pieces = [*BEFORE, *text.split(","), *BEHIND, "Gold"]
    cells: Cells = [*pieces[: len(NAME_FIRST) - 1], ",".join(pieces[len(NAME_FIRST) - 1 :])]
    answer = repair(cells, NAME_FIRST, ",")
    assert (answer.rows[0][3] if isinstance(answer, Repaired) else None) == mended


def test_before_a_piece_is_dropped_a_text_may_hold_what_looks_like_a_value() -> None:
    day = Column(name="left", kind=Kind.DATE, strength=Strength.MEDIUM)
    columns = [*NAME_FIRST[:3], day, *NAME_FIRST[3:]]
    cells: Cells = [*BEFORE, "", "2024-05-05", "paid", "", *BEHIND[:1]]
    suspect = Suspect(lines=[[*cells, f"{BEHIND[1]},Gold"]])
    answer = mend(suspect, row_of(tuple(columns), "id"), WITHOUT_GOLD)
    assert isinstance(answer, Refused)
    assert answer.code == "ambiguous"


def test_a_key_glued_to_the_end_of_a_text_is_another_rows() -> None:
    key = Column(name="id", kind=Kind.ID, pattern="[0-9a-f]{8}", required=True, strength=Strength.STRONG)
    row = [key, *NAME_FIRST[1:]]
    for text, mended in (("Lie,Ad0f3c0002", False), ("Lie,Ada", True)):
        cells: Cells = ["0f3c0001", *BEFORE[1:], *text.split(","), BEHIND[0], f"{BEHIND[1]},Gold"]
        assert isinstance(repair(cells, row, ","), Repaired) is mended


def test_of_two_rows_on_a_line_the_first_may_end_with_nothing() -> None:
    """Where keys are numbers, the cut must not fall inside of the key: the cell before it is empty."""
    key = Column(name="id", kind=Kind.ID, pattern=r"\d{1,10}", required=True, strength=Strength.STRONG)
    columns = [key, *NAME_FIRST[1:3], *NAME_FIRST[4:], VISITS]
    inner = [*BEFORE[1:], *BEHIND, "Gold"]
    cells: Cells = ["11", *inner, ",".join(["12", *inner, "7"])]
    answer = repair(cells, columns, ",")
    assert not isinstance(answer, Repaired) or [row[0] for row in answer.rows] == ["11", "12"]


def test_a_whole_number_strays_nowhere() -> None:
    """Where ids are numbers too, a number behind a text may be the amount's first half."""
    key = Column(name="id", kind=Kind.ID, pattern=r"\d{1,10}", required=True, strength=Strength.STRONG)
    amount = Column(name="amount", kind=Kind.DECIMAL, required=True, strength=Strength.MEDIUM)
    columns = [key, NAME_FIRST[1], NAME_FIRST[5], NOTE, amount, *NAME_FIRST[4:]]
    cells: Cells = ["17", "2025-01-31", "true", "Weg 4", "12", "134.23", BEHIND[0], f"{BEHIND[1]},Gold"]
    answer = repair(cells, columns, ",")
    assert isinstance(answer, Refused)
    assert answer.code == "ambiguous"


def test_a_swallowed_delimiter_is_the_files_own_and_ends_with_the_quote() -> None:
    row = row_of((*NAME_FIRST[:3], NOTE, TITLE, *NAME_FIRST[4:]), "id")
    for delimiter, text in ((";", 'Rohr 3", lang'), (",", 'Rohr 3", lang')):
        suspect = Suspect(lines=[[*BEFORE, text, *BEHIND, "Gold", None]])
        answer = mend(suspect, row, Surroundings(delimiter=delimiter))
        assert not isinstance(answer, Repaired) or answer.rule != "cut"
