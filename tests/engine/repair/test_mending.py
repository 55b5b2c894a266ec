"""Which damaged rows are mended, and why the others are not."""

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.lakes import RawChunk
from pipelines.engine.chunk import open_chunk
from pipelines.engine.mapping import plan_columns
from pipelines.engine.reading import Origin, RowsRead, read_rows
from pipelines.engine.repair.mending import mend
from pipelines.engine.repair.slots import Cells, row_of
from pipelines.engine.repair.verdict import Refused, Repaired, Surroundings, Suspect
from pipelines.engine.rows import spec_of
from pipelines.engine.source import Feed
from pipelines.engine.spec import Column, Kind, Strength
from tests.engine.club.models import Member
from tests.engine.conftest import HEADER, member

SPEC = spec_of(Member)
COLUMNS = [SPEC.column(name) for name in HEADER]
FEED = Feed(tenant="acme", source="acme", entity="member", table="member")


def naive(line: str) -> Cells:
    """The line's cells as the lake's reader hands them over."""
    cells: Cells = [cell or None for cell in line.split(",", len(COLUMNS) - 1)]
    return cells + [None] * (len(COLUMNS) - len(cells))


def repair(cells: Cells, columns: list[Column], delimiter: str | None) -> Repaired | Refused:
    """The answer for one row's cells."""
    return mend(Suspect(lines=[cells]), row_of(tuple(columns), "id"), Surroundings(delimiter=delimiter))


def reads(cell: str | None, column: Column) -> bool:
    return row_of((column,), "id").slots[0].fits(cell)


def mend_ada(**cells: str) -> Repaired | Refused:
    """The answer for Ada's row, with these cells as they were meant."""
    row = member("m1", **cells)
    return repair(naive(",".join(row[name] for name in HEADER)), COLUMNS, ",")


def cells_of(answer: Repaired | Refused) -> dict[str, str | None]:
    assert isinstance(answer, Repaired)
    return dict(zip(HEADER, answer.rows[0], strict=True))


NAME_FIRST = [  # no other text column within reach of the surplus
    Column(name="id", kind=Kind.ID, pattern="[a-z]\\d", required=True, strength=Strength.STRONG),
    Column(name="day", kind=Kind.DATE, required=True, strength=Strength.MEDIUM),
    Column(name="fee", kind=Kind.DECIMAL, required=True, strength=Strength.MEDIUM),
    Column(name="name", kind=Kind.FREETEXT),
    Column(name="at", kind=Kind.TIMESTAMP, required=True, strength=Strength.STRONG),
    Column(name="on", kind=Kind.BOOL, required=True, strength=Strength.MEDIUM),
    Column(name="level", kind=Kind.ENUM, values=("Gold",), required=True, strength=Strength.STRONG),
]
BEFORE, BEHIND = ["a1", "2025-01-31", "1.5"], ["2025-01-31 08:00:00", "true"]


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


NOTE, TITLE, TOWN = (Column(name=name, kind=Kind.TEXT) for name in ("note", "title", "town"))
FEE = Column(name="fee", kind=Kind.DECIMAL, strength=Strength.MEDIUM)
VISITS = Column(name="visits", kind=Kind.INT)
EMAIL = Column(name="email", kind=Kind.EMAIL, pattern=r"\S+@\S+", strength=Strength.MEDIUM)
NUMBER = Column(name="number", kind=Kind.TEXT, pattern=r"M\d", strength=Strength.STRONG)


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


def test_a_row_that_ends_early_is_called_short() -> None:
    answer = repair(naive("m1,M0001,Ada,Gold"), COLUMNS, ",")
    assert isinstance(answer, Refused)
    assert (answer.code, answer.shift) == ("short_row", -8)


def test_two_rows_in_one_line_are_two_rows() -> None:
    line = ",".join(member("m1")[name] for name in HEADER)
    answer = repair(naive(f"{line},{line}"), COLUMNS, ",")
    assert isinstance(answer, Repaired)
    assert [",".join(cell or "" for cell in row) for row in answer.rows] == [line, line]


def test_two_rows_without_a_delimiter_between_them_are_told_apart_by_the_key() -> None:
    text = f"{','.join([*BEFORE, 'Ada', *BEHIND, 'Gold'])}{','.join([*BEFORE, 'Boris', *BEHIND, 'Gold'])}"
    answer = repair([*text.split(",")[:6], ",".join(text.split(",")[6:])], NAME_FIRST, ",")
    assert isinstance(answer, Repaired)
    assert [row[3] for row in answer.rows] == ["Ada", "Boris"]
    assert [row[6] for row in answer.rows] == ["Gold", "Gold"]


def test_two_rows_without_much_that_tells_are_not_told_apart() -> None:
    weak = [Column(name="id", kind=Kind.ID, pattern=r"\S+", required=True), NOTE, FEE]
    answer = repair(["a1", "x", "1,a2,y,2"], weak, ",")
    assert isinstance(answer, Refused)
    assert answer.code == "merged_lines"


def test_an_unreadable_row_names_its_columns() -> None:
    answer = mend_ada(fee="abc", joined="x")
    assert isinstance(answer, Refused)
    assert answer.columns == ("fee", "joined")


def test_without_a_delimiter_nothing_is_cut_again() -> None:
    answer = repair([*BEFORE, "Ada", *BEHIND, "Gold,x"], NAME_FIRST, None)
    assert isinstance(answer, Refused)
    assert answer.code == "unreadable"


def test_a_mended_place_needs_evidence_on_both_sides() -> None:
    weak = [Column(name="a", kind=Kind.FREETEXT), Column(name="b", kind=Kind.DECIMAL, required=True)]
    answer = repair(["x", "y,1"], weak, ",")
    assert not isinstance(answer, Repaired) or answer.rows == (("x,y", "1"),)


@pytest.mark.parametrize(
    ("cell", "column", "expected"),
    [
        (None, "note", True),
        (None, "name", False),
        ("", "name", False),
        ("x", "email", True),  # patterns of text do not bind
        ("Gold", "level", True),
        ("Goldx", "level", False),
        ("TRUE", "is_deleted", True),
        ("falſe", "is_deleted", False),
        ("٣", "visits", False),
        ("12.5", "fee", True),
        ("2024-01-31T00:00:00Z", "joined", True),
        ("2024-01-31 00:00:00\n", "created_date", False),
    ],
)
def test_what_may_stand_in_a_column(cell: str | None, column: str, expected: bool) -> None:
    assert reads(cell, SPEC.column(column)) is expected


texts = st.text(st.characters(codec="utf-8", exclude_characters="\n\r\x1f"), max_size=8)
members = st.builds(
    member,
    st.sampled_from(["m1", "m2"]),
    name=texts.filter(lambda text: "," not in text and text),
    note=texts,
    email=texts,
    visits=st.integers(0, 100_000).map(str) | texts,
    fee=st.decimals(-9999, 9999, places=2).map(str) | texts,
    joined=st.dates().map(str) | texts,
)


def read(*lines: str) -> RowsRead:
    columns = zip(*map(naive, lines), strict=True)
    raw = RawChunk(
        columns=HEADER,
        cells=[pa.array(cells, pa.string()) for cells in columns],
        lines=pa.array(range(2, 2 + len(lines))),
        next_line=2 + len(lines),
    )
    chunk = open_chunk(raw, plan_columns(SPEC, FEED, HEADER, "part.csv"))
    return read_rows(chunk, chunk.raw_checksums(), Origin(delimiter=",", in_lines=True))


@given(members)
def test_a_row_that_reads_is_never_mended(row: dict[str, str]) -> None:
    accepted = read(",".join(row[name] for name in HEADER)).rows
    clean = all("," not in row[name] and reads(row[name] or None, SPEC.column(name)) for name in HEADER)
    assert not (clean and any(incoming.repair for incoming in accepted))


@given(members)
def test_a_mended_row_always_reads(row: dict[str, str]) -> None:
    found = read(",".join(row[name] for name in HEADER))
    for incoming in found.rows:
        if incoming.repair is not None:
            assert all(map(reads, incoming.repair.rows[0], COLUMNS))
    assert len(found.rows) + len(found.rejected) == 1


@given(members, members)
def test_a_damaged_row_never_changes_how_its_neighbour_reads(
    row: dict[str, str], other: dict[str, str]
) -> None:
    lines = [",".join(each[name] for name in HEADER) for each in (row, other)]
    together = read(*lines).rows
    alone = read(lines[0]).rows
    assert [each.document for each in together if each.line == 2] == [each.document for each in alone]


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


def with_stored(text: str, *stored: str | None) -> Repaired | Refused:
    """The answer for a text over a name that must be there and a title, when these stand in the table."""
    pieces = ["a1", "2025-01-31", "true", *text.split(","), "Gold", "2025-01-31", "false"]
    cells: Cells = [*pieces[:7], ",".join(pieces[7:]) or None]
    known: Cells = ["a1", None, None, *stored, None, None, None]
    return mend(Suspect(lines=[cells], stored=known), row_of(NAMED, "id"), Surroundings(delimiter=","))


@pytest.mark.parametrize(
    ("text", "stored", "mended"),
    [
        ("Lie,Ada,-", ("Lie,Ada", "-"), ("Lie,Ada", "-")),  # one of two readings is what was there
        ("Lie,Ada,-", ("Lie", "Ada,-"), ("Lie", "Ada,-")),
        ("Lie, Ada,-", ("Ada Lie", "-"), ("Lie, Ada", "-")),  # the name was changed, the note agrees
        ("-", (None, None), ("-", None)),
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
        ("-", ("-", "VIP"), "value_lost"),  # what is left out now was there before
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


def test_where_the_overflow_is_gone_nothing_is_mended() -> None:
    row = row_of(tuple(NAME_FIRST), "id")
    suspect = Suspect(lines=[[*BEFORE, "Lie", " Ada", *BEHIND]])
    answer = mend(suspect, row, Surroundings(delimiter=",", rest_kept=False))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.lost) == ("value_lost", ("level",))


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


def test_what_was_tried_is_told_without_content() -> None:
    answer = mend_between([NOTE, TITLE], "Lie,Ada,-")
    assert isinstance(answer, Refused)
    assert answer.tried[:2] == ("title joined 2 cells (1.00)", "note joined 2 cells (1.00)")
    assert not any("Ada" in told for told in answer.tried)


torn = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters=',"\n\r'), min_size=1, max_size=6),
    min_size=2,
    max_size=4,
)


@given(torn)
def test_a_torn_row_is_put_together_to_the_exact_text(parts: list[str]) -> None:
    first, *between, last = parts
    lines = [[*BEFORE, first], *[[part] for part in between], [last, *BEHIND, "Gold"]]
    cells: list[Cells] = [[*line, *[None] * (7 - len(line))] for line in lines]
    suspect = Suspect(lines=cells, ends=["\n"] * (len(lines) - 1))
    answer = mend(suspect, row_of(tuple(NAME_FIRST), "id"), Surroundings(delimiter=","))
    assert not isinstance(answer, Repaired) or answer.rows[0][3] == "\n".join(parts)
    assert isinstance(answer, Repaired) or any(part in {"Gold", "true"} for part in parts)


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


def test_rows_in_a_cell_behind_an_open_quote_are_rows_if_all_of_them_read() -> None:
    tail, other = ",".join([*BEHIND, "Gold"]), ",".join(["a2", *BEFORE[1:], "Boris", *BEHIND, "Gold"])
    cells: Cells = [*BEFORE, f"Ada,{tail}\n{other}", None, None, None]
    answer = repair(cells, NAME_FIRST, ",")
    assert isinstance(answer, Repaired)
    assert [row[3] for row in answer.rows] == ["Ada", "Boris"]
    torn = repair([*BEFORE, f"Ada,{tail}\n{other},x", None, None, None], NAME_FIRST, ",")
    assert isinstance(torn, Refused)


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
