"""Which damaged rows are mended, and why the others are not."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.lakes import RawChunk
from pipelines.engine.chunk import open_chunk, read_rows
from pipelines.engine.mapping import plan_columns
from pipelines.engine.repair import Cells, Refused, Repaired, reads, repair
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


def mend(**cells: str) -> Repaired | Refused:
    """The answer for Ada's row, with these cells as they were meant."""
    row = member("m1", **cells)
    return repair(naive(",".join(row[name] for name in HEADER)), COLUMNS, ",")


def cells_of(answer: Repaired | Refused) -> dict[str, str | None]:
    assert isinstance(answer, Repaired)
    return dict(zip(HEADER, answer.cells, strict=True))


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
    ],
)
def test_a_text_that_took_up_delimiters_gets_them_back(text: str, mended: str) -> None:
    answer = mend_name(text)
    assert isinstance(answer, Repaired)
    assert answer.cells == [*BEFORE, mended, *BEHIND, "Gold"]
    assert (answer.rule, answer.column, answer.shift) == ("absorb", "name", text.count(","))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (",", "ambiguous"),  # empty, and a delimiter written twice
        ("Ada,", "ambiguous"),
        (",Ada", "ambiguous"),
        ("Ada,,Lovelace", "ambiguous"),
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
    ],
)
def test_what_tells_neighbours_apart(columns: list[Column], text: str, mended: list[str | None]) -> None:
    answer = mend_between(columns, text)
    assert isinstance(answer, Repaired)
    assert answer.cells[3:-3] == mended


@pytest.mark.parametrize(
    ("columns", "text", "code"),
    [
        ([NOTE, FEE], "VAT,12,500000000", "ambiguous"),  # 12.5 behind VAT, or half a billion
        ([NOTE, FEE], "VAT,1,234.56", "ambiguous"),
        ([NOTE, FEE], "VAT,1,234,567.89", "ambiguous"),
        ([NOTE, VISITS], "VAT,1,234", "ambiguous"),
        ([FEE, NOTE], "12,50,", "ambiguous"),
        ([FEE], "12,50", "not_certain"),
        ([NOTE, FEE], "VAT,12.50,", "ambiguous"),  # a delimiter too many behind the amount
        ([NOTE, FEE], "VAT,,12.50", "ambiguous"),
        ([NOTE, NUMBER, FEE], "x,M,,5", "ambiguous"),  # a number that is none, and a delimiter too many
        ([NOTE, TITLE], '"Zeit","Spiegel",x', "ambiguous"),
        ([NOTE, TITLE], '"Zeit,Spiegel,x"', "ambiguous"),
        ([NOTE, EMAIL], "SEPA,Core,MERCHANT7", "ambiguous"),  # an e-mail column may hold something else
        ([NOTE, TITLE, TOWN], "Weg 4,5,Bonn, NRW", "ambiguous"),  # the last one begins with a blank of itself
        ([NOTE, TITLE, TOWN], " DE,EU,B2C,x", "ambiguous"),
        ([NOTE, TITLE], ", DE,x", "ambiguous"),
        ([NOTE, TITLE], "a, b,c, d", "ambiguous"),
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
    assert isinstance(answer, Refused) or answer.cells[3] == text


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"note": "write,to@ada.example"}, "ambiguous"),  # all of it the note, or an e-mail behind one?
        ({"fee": "12,5"}, "not_certain"),  # a decimal comma
        ({"fee": "abc"}, "unreadable"),
        ({"level": "Bronze"}, "unreadable"),
        ({"updated_date": "yesterday"}, "unreadable"),
        ({"name": ""}, "unreadable"),
        ({"visits": "7,x"}, "shifted"),  # nothing that binds can take the x
    ],
)
def test_rows_that_are_left_to_the_quarantine(cells: dict[str, str], code: str) -> None:
    answer = mend(**cells)
    assert isinstance(answer, Refused)
    assert answer.code == code


def test_a_blank_behind_each_delimiter_tells_which_text_was_meant() -> None:
    assert cells_of(mend(note="likes tea, not coffee"))["note"] == "likes tea, not coffee"


def test_a_row_that_ends_early_is_called_short() -> None:
    answer = repair(naive("m1,M0001,Ada,Gold"), COLUMNS, ",")
    assert isinstance(answer, Refused)
    assert (answer.code, answer.shift) == ("short_row", -8)


def test_two_rows_in_one_line_are_called_merged() -> None:
    line = ",".join(member("m1")[name] for name in HEADER)
    answer = repair(naive(f"{line},{line}"), COLUMNS, ",")
    assert isinstance(answer, Refused)
    assert answer.code == "merged_lines"


def test_an_unreadable_row_names_its_columns() -> None:
    answer = mend(fee="abc", joined="x")
    assert isinstance(answer, Refused)
    assert answer.columns == ("fee", "joined")


def test_without_a_delimiter_nothing_is_cut_again() -> None:
    answer = repair([*BEFORE, "Ada", *BEHIND, "Gold,x"], NAME_FIRST, None)
    assert isinstance(answer, Refused)
    assert answer.code == "unreadable"


def test_a_mended_place_needs_evidence_on_both_sides() -> None:
    weak = [Column(name="a", kind=Kind.FREETEXT), Column(name="b", kind=Kind.DECIMAL, required=True)]
    answer = repair(["x", "y,1"], weak, ",")
    assert not isinstance(answer, Repaired) or answer.cells == ["x,y", "1"]


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


def read(*lines: str):
    columns = zip(*map(naive, lines), strict=True)
    raw = RawChunk(
        columns=HEADER,
        cells=[pa.array(cells, pa.string()) for cells in columns],
        lines=pa.array(range(2, 2 + len(lines))),
        next_line=2 + len(lines),
    )
    chunk = open_chunk(raw, plan_columns(SPEC, FEED, HEADER, "part.csv"))
    return read_rows(chunk, chunk.raw_checksums(), ",")


@given(members)
def test_a_row_that_reads_is_never_mended(row: dict[str, str]) -> None:
    accepted, _ = read(",".join(row[name] for name in HEADER))
    clean = all("," not in row[name] and reads(row[name] or None, SPEC.column(name)) for name in HEADER)
    assert not (clean and any(incoming.repair for incoming in accepted))


@given(members)
def test_a_mended_row_always_reads(row: dict[str, str]) -> None:
    accepted, rejected = read(",".join(row[name] for name in HEADER))
    for incoming in accepted:
        if incoming.repair is not None:
            assert all(map(reads, incoming.repair.cells, COLUMNS))
    assert len(accepted) + len(rejected) == 1


@given(members, members)
def test_a_damaged_row_never_changes_how_its_neighbour_reads(
    row: dict[str, str], other: dict[str, str]
) -> None:
    lines = [",".join(each[name] for name in HEADER) for each in (row, other)]
    together, _ = read(*lines)
    alone, _ = read(lines[0])
    assert [each.document for each in together if each.line == 2] == [each.document for each in alone]
