"""Cells become canonical text, or do not read."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.engine.spec import HEX_ID, Column, Kind
from pipelines.engine.typed import nulls_for_empty, type_cells, type_column

ID = "0123456789abcdef" * 2
UNREADABLE = object()


def read(cell: str | None, kind: Kind, *, zone: str = "UTC", **given: Any) -> Any:
    column = Column(name="x", kind=kind, **given)
    text, ok = type_column(column, pa.array([cell], pa.string()), zone)
    return text[0].as_py() if ok[0].as_py() else UNREADABLE


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_reads_as_nothing(kind: Kind) -> None:
    assert read(None, kind, pattern=".*", values=("a",)) is None


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("12.5", "12.500000000"),
        ("12", "12.000000000"),
        ("007.10", "7.100000000"),
        ("0", "0.000000000"),
        ("-0.00", "0.000000000"),
        ("-12.000000001", "-12.000000001"),
        ("0.000000001", "0.000000001"),  # not 1E-9
        ("999999999.999999999", "999999999.999999999"),
        ("1000000000", UNREADABLE),  # 18 digits, 9 of them decimals
        ("0.0000000001", UNREADABLE),
        ("12,5", UNREADABLE),
        ("1e3", UNREADABLE),
        ("+1", UNREADABLE),
        (".5", UNREADABLE),
        ("5.", UNREADABLE),
        ("1 000", UNREADABLE),
        (" 1", UNREADABLE),
        ("NaN", UNREADABLE),
        ("٣", UNREADABLE),
        ("-", UNREADABLE),
    ],
)
def test_amounts(cell: str, text: object) -> None:
    assert read(cell, Kind.DECIMAL) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("7", "7"),
        ("007", "7"),
        ("-0", "0"),
        ("31", "31"),
        ("32", UNREADABLE),  # the column ends at 31
        ("-1", UNREADABLE),
        ("7.0", UNREADABLE),
        ("9" * 18, UNREADABLE),
        ("9" * 30, UNREADABLE),
    ],
)
def test_whole_numbers(cell: str, text: object) -> None:
    assert read(cell, Kind.INT, minimum=0, maximum=31) == text


@pytest.mark.parametrize("cell", ["9" * 18, "-" + "9" * 18])
def test_whole_numbers_of_18_digits_read(cell: str) -> None:
    assert read(cell, Kind.INT) == cell


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("true", "true"),
        ("FALSE", "false"),
        ("True", "true"),
        ("1", "true"),
        ("no", "false"),
        ("JA", UNREADABLE),  # this column does not declare ja
        ("y", UNREADABLE),
        ("falſe", UNREADABLE),
    ],
)
def test_flags(cell: str, text: object) -> None:
    assert read(cell, Kind.BOOL, values=("1", "0", "yes", "no")) == text


@pytest.mark.parametrize("cell", ["1", "0", "yes", "t"])
def test_a_flag_without_further_words_takes_true_and_false_only(cell: str) -> None:
    assert read(cell, Kind.BOOL) is UNREADABLE


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("2025-01-31", "2025-01-31"),
        ("2025-01-31 00:00:00", "2025-01-31"),
        ("2025-01-31T00:00:00.000Z", "2025-01-31"),
        ("2024-02-29", "2024-02-29"),
        ("2025-02-29", UNREADABLE),
        ("2025-13-01", UNREADABLE),
        ("2025-00-01", UNREADABLE),
        ("0000-00-00", UNREADABLE),
        ("0000-01-01", UNREADABLE),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("2025-01-31 08:00:00", UNREADABLE),  # a date with a time is an instant of another zone
        ("2025-1-31", UNREADABLE),
        ("31.01.2025", UNREADABLE),
        ("20250131", UNREADABLE),
        ("1738281600", UNREADABLE),
    ],
)
def test_dates(cell: str, text: object) -> None:
    assert read(cell, Kind.DATE) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("2025-01-31 08:00:00", "2025-01-31 08:00:00.000000"),
        ("2025-01-31T08:00:00", "2025-01-31 08:00:00.000000"),
        ("2025-01-31 08:00:00.1", "2025-01-31 08:00:00.100000"),
        ("2025-01-31 08:00:00.123", "2025-01-31 08:00:00.123000"),
        ("2025-01-31 08:00:00.123456", "2025-01-31 08:00:00.123456"),
        ("2025-01-31 08:00:00.123456789", "2025-01-31 08:00:00.123456"),  # cut, not rounded
        ("2025-01-31 08:00:00.999999999", "2025-01-31 08:00:00.999999"),
        ("2025-01-31T08:00:00Z", "2025-01-31 08:00:00.000000"),
        ("2025-01-31 08:00:00 UTC", "2025-01-31 08:00:00.000000"),
        ("2025-01-31 08:00:00UTC", "2025-01-31 08:00:00.000000"),
        ("2025-01-31T08:00:00+01:00", "2025-01-31 07:00:00.000000"),
        ("2025-01-31T08:00:00-0530", "2025-01-31 13:30:00.000000"),
        ("2025-01-31T08:00:00.5+14", "2025-01-30 18:00:00.500000"),
        ("2025-01-31T08:00:00.123456789-12:00", "2025-01-31 20:00:00.123456"),
        ("1600-01-01 00:00:00", "1600-01-01 00:00:00.000000"),
        ("9999-12-31 23:59:59", "9999-12-31 23:59:59.000000"),
        ("9999-12-31 23:59:59-01:00", UNREADABLE),  # the year 10000
        ("0001-01-01 00:00:00+01:00", UNREADABLE),  # the year 0
        ("0000-01-01 00:00:00", UNREADABLE),
        ("0000-00-00 00:00:00", UNREADABLE),
        ("2025-02-30 08:00:00", UNREADABLE),
        ("2025-02-30 08:00:00Z", UNREADABLE),
        ("2025-01-31 24:00:00", UNREADABLE),
        ("2025-01-31 23:59:60", UNREADABLE),
        ("2025-01-31 08:00:00+99:99", UNREADABLE),
        ("2025-01-31 08:00:00 Europe/Berlin", UNREADABLE),
        ("2025-01-31 08:00:00 CET", UNREADABLE),
        ("2025-01-31 08:00", UNREADABLE),
        ("2025-01-31", UNREADABLE),
        ("1738310400", UNREADABLE),  # seconds since 1970
        ("1738310400000", UNREADABLE),
        ("2025-01-31 08:00:00\n", UNREADABLE),
        ("2025-01-31 08:00:00.1234567890", UNREADABLE),
    ],
)
def test_instants(cell: str, text: object) -> None:
    assert read(cell, Kind.TIMESTAMP) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("2025-01-31 08:00:00", "2025-01-31 07:00:00.000000"),
        ("2025-07-31 08:00:00", "2025-07-31 06:00:00.000000"),
        ("2025-10-26 02:30:00", "2025-10-26 00:30:00.000000"),  # comes twice: the first of the two
        ("2025-10-26 03:00:00", "2025-10-26 02:00:00.000000"),
        ("2025-03-30 02:30:00", "2025-03-30 01:00:00.000000"),  # never comes: the next that does
        ("2025-01-31T08:00:00Z", "2025-01-31 08:00:00.000000"),  # an own zone wins
        ("2025-01-31T08:00:00+05:00", "2025-01-31 03:00:00.000000"),
    ],
)
def test_instants_without_a_zone_are_in_that_of_the_source(cell: str, text: object) -> None:
    assert read(cell, Kind.TIMESTAMP, zone="Europe/Berlin") == text


@pytest.mark.parametrize(
    ("cell", "kind", "given", "reads"),
    [
        (ID, Kind.ID, {"pattern": HEX_ID}, True),
        (ID.upper(), Kind.ID, {"pattern": HEX_ID}, False),
        (ID[1:], Kind.ID, {"pattern": HEX_ID}, False),
        (ID + "\n", Kind.ID, {"pattern": HEX_ID}, False),
        (ID + " ", Kind.REF, {"pattern": HEX_ID}, False),  # MariaDB would take it for the same key
        ("x\n" + ID, Kind.REF, {"pattern": HEX_ID}, False),
        ("ab", Kind.ID, {"pattern": "a|b"}, False),
        ("EUR", Kind.CURRENCY, {"pattern": "[A-Z]{3}"}, True),
        ("eur", Kind.CURRENCY, {"pattern": "[A-Z]{3}"}, False),
        ("Gold", Kind.ENUM, {"values": ("Gold", "Silver")}, True),
        ("gold", Kind.ENUM, {"values": ("Gold", "Silver")}, False),
        ("Gold|Silver", Kind.ENUM, {"values": ("Gold", "Silver")}, False),
        ("anything", Kind.TEXT, {"pattern": r"M\d{4}"}, True),  # a text's pattern is evidence only
        ("x" * 255, Kind.TEXT, {}, True),
        ("x" * 256, Kind.TEXT, {}, False),
        ("😀" * 255, Kind.TEXT, {}, True),  # characters, not bytes
        ("nobody", Kind.EMAIL, {"pattern": ".+@.+"}, True),
        ("x" * 100_000, Kind.FREETEXT, {}, True),
        (" \x00\t", Kind.FREETEXT, {}, True),
    ],
)
def test_texts(cell: str, kind: Kind, given: dict, reads: bool) -> None:
    assert read(cell, kind, **given) == (cell if reads else UNREADABLE)


def test_one_impossible_value_does_not_touch_its_neighbours() -> None:
    column = Column(name="x", kind=Kind.TIMESTAMP)
    cells = pa.array(["2025-01-31 08:00:00", "2025-02-30 08:00:00", None, "2025-01-31 08:00:00Z"])
    text, ok = type_column(column, cells, "UTC")
    instant = "2025-01-31 08:00:00.000000"
    assert text.to_pylist() == [instant, None, None, instant]
    assert ok.to_pylist() == [True, False, True, True]


amounts = st.decimals(-999_999_999, 999_999_999, allow_nan=False, places=9)


@given(st.lists(amounts))
def test_amounts_are_exact(numbers: list) -> None:
    text, _ok = type_column(
        Column(name="x", kind=Kind.DECIMAL),
        pa.array([f"{number:f}" for number in numbers], pa.string()),
        "UTC",
    )
    assert text.to_pylist() == [f"{number + 0:.9f}" if number else "0.000000000" for number in numbers]


@given(
    st.lists(st.datetimes(), max_size=5), st.sampled_from("T "), st.sampled_from(["", "Z", "+00:00", " UTC"])
)
def test_any_instant_reads_in_any_way_of_writing_it(instants: list, between: str, zone: str) -> None:
    cells = pa.array([instant.isoformat(sep=between) + zone for instant in instants], pa.string())
    text, _ok = type_column(Column(name="x", kind=Kind.TIMESTAMP), cells, "UTC")
    assert text.to_pylist() == [instant.isoformat(sep=" ", timespec="microseconds") for instant in instants]


@given(st.sampled_from(list(Kind)), st.lists(st.none() | st.text(max_size=12), max_size=5))
def test_what_does_not_read_has_no_text(kind: Kind, cells: list) -> None:
    column = Column(name="x", kind=kind, pattern="[a-z]+", values=("a",))
    text, ok = type_column(column, pa.array(cells, pa.string()), "UTC")
    assert all(fine or value is None for value, fine in zip(text.to_pylist(), ok.to_pylist(), strict=True))


@given(
    st.sampled_from([Kind.DECIMAL, Kind.INT, Kind.DATE, Kind.TIMESTAMP]),
    st.text("0123456789-:.TZ +", max_size=30),
)
def test_canonical_text_reads_as_itself(kind: Kind, cell: str) -> None:
    once = read(cell, kind)
    assert once is UNREADABLE or read(once, kind) == once


NAME = Column(name="name", kind=Kind.FREETEXT, required=True)
FEE = Column(name="fee", kind=Kind.DECIMAL)


def typed(**cells: list):
    arrays = {name: pa.array(values, pa.string()) for name, values in cells.items()}
    return type_cells([NAME, FEE], arrays, naive_zone="UTC", optional=frozenset())


def test_a_row_is_valid_when_all_its_cells_read() -> None:
    rows = typed(name=["Ada", None, "Chen"], fee=["1", "2", "x"])
    assert rows.valid.to_pylist() == [True, False, False]
    assert [rows.faults(row) for row in range(3)] == [[], ["name"], ["fee"]]


def test_a_column_that_is_not_delivered_is_not_missed() -> None:
    assert typed(name=["Ada"]).valid.to_pylist() == [True]


def test_a_required_column_may_be_excused() -> None:
    cells = {"name": pa.array([None], pa.string())}
    rows = type_cells([NAME], cells, naive_zone="UTC", optional=frozenset({"name"}))
    assert rows.valid.to_pylist() == [True]


def test_null_markers_and_empty_cells_are_nothing() -> None:
    cells = pa.array(["", "NULL", "null", r"\N", "x", None])
    assert nulls_for_empty(cells, ("NULL", r"\N")).to_pylist() == [None, None, "null", None, "x", None]
