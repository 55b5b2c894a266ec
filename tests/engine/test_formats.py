"""Cells as other systems write them: read exactly or not at all, by the typing and by the repair alike."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.engine.formats import complaint, tells_little
from pipelines.engine.repair.slots import row_of
from pipelines.engine.spec import Column, Kind
from pipelines.engine.typed import type_column
from pipelines.engine.writing import expected

HOUSE = "%Y-%m-%d %H:%M:%S.%f"


def read(column: Column, cell: str | None, zone: str = "UTC") -> tuple[str | None, bool]:
    text, ok = type_column(column, pa.array([cell], pa.string()), zone)
    return text[0].as_py(), ok[0].as_py()


def one(kind: Kind, *formats: str, **spec) -> Column:
    return Column(name="x", kind=kind, formats=formats, **spec)


@pytest.mark.parametrize(
    ("form", "cell", "meant"),
    [
        ("%d/%m/%Y %H:%M", "31/01/2025 08:30", "2025-01-31 08:30:00"),
        ("%d/%m/%Y %H:%M", "1/2/2025 8:05", "2025-02-01 08:05:00"),
        ("%d/%m/%Y %H:%M", "31/02/2025 08:30", None),
        ("%d/%m/%Y %H:%M", "01/02/25 08:30", None),  # strptime reads the year 25
        ("%d/%m/%Y %H:%M", "31/01/2025 08:30:00", None),
        ("%d/%m/%Y %H:%M", "31/01/2025 25:30", None),
        ("%m/%d/%Y %I:%M %p", "1/31/2025 12:30 AM", "2025-01-31 00:30:00"),
        ("%m/%d/%Y %I:%M %p", "1/31/2025 12:30 pm", "2025-01-31 12:30:00"),
        ("%m/%d/%Y %I:%M %p", "1/31/2025 01:30 PM", "2025-01-31 13:30:00"),
        ("%m/%d/%Y %I:%M %p", "1/31/2025 13:30 PM", None),
        ("%m/%d/%Y %I:%M %p", "1/31/2025 0:30 AM", None),
        ("%d-%b-%Y %H:%M", "31-JAN-2025 08:30", "2025-01-31 08:30:00"),
        ("%B %d, %Y", "March 3, 2025", "2025-03-03 00:00:00"),
        ("%d %b %Y", "3 Mrz 2025", None),  # month names are English
        ("%Y%m%d%H%M%S", "20250131083000", "2025-01-31 08:30:00"),
        ("%Y%m%d%H%M%S", "2025111083000", None),  # digits that touch are two each: November or the 11th?
        ("%Y-%m-%d %H:%M:%S %z", "2025-01-31 08:30:15 -0500", "2025-01-31 13:30:15"),
        ("%Y-%m-%d %H:%M:%S %z", "2025-01-31 08:30:15.5 UTC", "2025-01-31 08:30:15.500000"),
        ("%Y-%m-%d %H:%M:%S%z", "2025-01-31 08:30:15+05:45", "2025-01-31 02:45:15"),
        ("epoch", "1735689600", "2025-01-01 00:00:00"),
        ("epoch", "1735689600.1234569", "2025-01-01 00:00:00.123456"),
        ("epoch", "1735689600.5", "2025-01-01 00:00:00.500000"),
        ("epoch", "1.7356896e9", None),
        ("epoch", "999999999999", None),  # the year 33658
        ("epoch_ms", "1735689600123", "2025-01-01 00:00:00.123000"),
        ("epoch_us", "1735689600000001", "2025-01-01 00:00:00.000001"),
        ("epoch_us", "999999999999999999", None),
        ("iso", "2025-01-31T08:30:00+01:00", "2025-01-31 07:30:00"),
    ],
)
def test_a_time_of_a_format_is_the_instant_it_means(form: str, cell: str, meant: str | None) -> None:
    text, ok = read(one(Kind.TIMESTAMP, form), cell)
    assert (text and text.removesuffix(".000000"), ok) == (meant, meant is not None)


def test_a_bare_date_is_midnight_where_the_source_is() -> None:
    assert (
        read(one(Kind.TIMESTAMP, "%Y-%m-%d"), "2025-01-31", "Europe/Berlin")[0]
        == "2025-01-30 23:00:00.000000"
    )


@pytest.mark.parametrize(
    ("form", "cell", "day"),
    [
        ("%d.%m.%Y", "31.01.2025", "2025-01-31"),
        ("%d.%m.%Y", "31.04.2025", None),
        ("%Y-%m-%dT%H:%M:%S%z", "2025-01-31T23:30:00Z", "2025-02-01"),  # past midnight in Berlin
        ("%Y-%m-%dT%H:%M:%S", "2025-01-31T23:30:00", "2025-01-31"),
        ("epoch", "1738366200", "2025-02-01"),
    ],
)
def test_a_day_told_as_a_time_is_the_day_where_the_source_is(form: str, cell: str, day: str | None) -> None:
    assert read(one(Kind.DATE, form), cell, "Europe/Berlin") == (day, day is not None)


@pytest.mark.parametrize(
    ("form", "cell", "meant"),
    [
        ("1.234,56", "1.234,56", "1234.56"),
        ("1.234,56", "1234,5", "1234.5"),
        ("1.234,56", "-1.234.567,001", "-1234567.001"),
        ("1.234,56", "1,234.56", None),
        ("1.234,56", "1.23", None),  # no group of three: a point that means something else
        ("1,234.56", "1,234", "1234"),
        ("1 234,56", "1 234,56", "1234.56"),
        ("1 234,56", "1\u202f234,56", "1234.56"),
        ("1'234.56", "1'234.56", "1234.56"),
        ("1234,56", "1234,56", "1234.56"),
        ("1234,56", "1.234,56", None),
        ("1.234,56", "€ 1,00", None),
        ("1.234,56", "1234567890", None),  # more than nine digits before the point
    ],
)
def test_an_amount_of_a_style_is_the_number_it_means(form: str, cell: str, meant: str | None) -> None:
    text, ok = read(one(Kind.DECIMAL, form), cell)
    assert ok == (meant is not None)
    assert text is None if meant is None else Decimal(text or "") == Decimal(meant)


@pytest.mark.parametrize(
    ("cell", "meant"), [("3.0", "3"), ("3", "3"), ("-3.00", "-3"), ("3.5", None), ("1,000.0", "1000")]
)
def test_a_whole_number_may_be_written_with_a_fraction_of_nothing(cell: str, meant: str | None) -> None:
    assert read(one(Kind.INT, "1,234.56"), cell) == (meant, meant is not None)


def test_limits_of_a_whole_number_hold_in_every_style() -> None:
    assert read(one(Kind.INT, "1234.56", maximum=5), "6.0") == (None, False)


@pytest.mark.parametrize(
    ("cell", "reads_so"),
    [
        ("cus_12", True),
        ("cus_12\n", False),
        ("cus_" + "a" * 60, True),
        ("cus_" + "a" * 61, False),  # longer than a reference is kept
        (" cus_1", False),
        ("cus_é", False),
        ("x cus_1", False),
    ],
)
def test_an_id_of_a_source_is_what_its_expression_says_and_fits(cell: str, reads_so: bool) -> None:
    assert read(one(Kind.REF, r"cus_\w+"), cell) == (cell if reads_so else None, reads_so)


@pytest.mark.parametrize("cell", ["a ", " a", "a\tb", "é", "a" * 65, ""])
def test_no_expression_lets_in_an_id_that_the_databases_see_differently(cell: str) -> None:
    assert read(one(Kind.ID, r"[\s\S]*"), cell) == (None, False)


PACIFIC = (("PST", "-08:00"), ("PDT", "-07:00"))


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("2026-01-17 10:00:00 PST", "2026-01-17 18:00:00.000000"),
        ("2026-07-17 10:00:00 PDT", "2026-07-17 17:00:00.000000"),
        ("2026-01-17 10:00:00 UTC", "2026-01-17 10:00:00.000000"),
        ("2026-01-17 10:00:00 GMT", "2026-01-17 10:00:00.000000"),
        ("2026-01-17 10:00:00 CST", None),  # Chicago's, China's and Cuba's
        ("2026-01-17 10:00:00 pst", None),
    ],
)
def test_an_abbreviation_of_a_zone_means_what_the_source_says_and_else_nothing(
    cell: str, meant: str | None
) -> None:
    column = one(Kind.TIMESTAMP, "%Y-%m-%d %H:%M:%S %Z", zones=PACIFIC)
    assert read(column, cell) == (meant, meant is not None)
    assert meant is None or row_of((column,), "id").slots[0].fits(cell)


def test_a_day_may_be_told_as_a_time_of_our_own_way() -> None:
    column = one(Kind.DATE, "iso_time", "iso")
    assert read(column, "2025-01-31T23:30:00Z", "Europe/Berlin") == ("2025-02-01", True)
    assert read(column, "2025-01-31", "Europe/Berlin") == ("2025-01-31", True)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (Column(name="x", kind=Kind.ENUM, values=("Gold", "Silver"), required=True), "Gold, Silver"),
        (Column(name="x", kind=Kind.ENUM, values=("Gold",), words=(("G", "Gold"),)), "G, Gold, nothing"),
        (Column(name="x", kind=Kind.INT, minimum=0, maximum=31, required=True), "whole numbers from 0 to 31"),
        (Column(name="x", kind=Kind.DATE, required=True), "days like 2025-01-31"),
        (Column(name="x", kind=Kind.REF, pattern="a+", required=True), "a+"),
        (Column(name="x", kind=Kind.TEXT, required=True), "text of up to 255 characters"),
        (one(Kind.DATE, "%d.%m.%Y", "iso", required=True), "%d.%m.%Y or iso"),
        (
            one(Kind.TIMESTAMP, "%Y-%m-%d %H:%M %Z", zones=PACIFIC, required=True),
            "%Y-%m-%d %H:%M %Z (%Z: PST, PDT, UTC, GMT)",
        ),
    ],
)
def test_what_a_column_takes_is_told_as_the_source_writes_it(column: Column, told: str) -> None:
    assert expected(column) == told


def test_two_formats_that_disagree_read_nothing() -> None:
    column = one(Kind.TIMESTAMP, "%d/%m/%Y", "%m/%d/%Y")
    assert read(column, "01/02/2025") == (None, False)
    assert read(column, "31/01/2025") == read(column, "01/31/2025") == ("2025-01-31 00:00:00.000000", True)
    assert read(column, "02/02/2025") == ("2025-02-02 00:00:00.000000", True)


def test_the_order_of_formats_means_nothing() -> None:
    cells = pa.array(["01/02/2025", "31/01/2025", "2025-01-31 08:00:00", None, "x"], pa.string())
    one_way = type_column(one(Kind.TIMESTAMP, "%d/%m/%Y", "%m/%d/%Y", "iso"), cells, "UTC")
    other_way = type_column(one(Kind.TIMESTAMP, "iso", "%m/%d/%Y", "%d/%m/%Y"), cells, "UTC")
    assert [each.to_pylist() for each in one_way] == [each.to_pylist() for each in other_way]


WORDS = (("paid", "Posted"), ("n/a", ""))


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("paid", ("Posted", True)),
        ("n/a", (None, True)),
        ("Posted", ("Posted", True)),
        ("Paid", (None, False)),
        (None, (None, True)),
    ],
)
def test_words_mean_ours_and_what_is_not_listed_reads_as_it_stands(cell, meant) -> None:
    assert read(Column(name="x", kind=Kind.ENUM, values=("Posted",), words=WORDS), cell) == meant


def test_words_lead_to_our_writing_whatever_format_the_column_has() -> None:
    column = one(Kind.DATE, "%d.%m.%Y", words=(("for ever", "2099-12-31"), ("never", "")))
    assert read(column, "for ever") == ("2099-12-31", True)
    assert read(column, "never") == (None, True)
    assert read(column, "2099-12-31") == (None, False)


STYLES = {
    Kind.TIMESTAMP: (
        "%d/%m/%Y %H:%M",
        "%Y%m%d%H%M%S",
        "%d-%b-%Y %I:%M %p",
        "epoch",
        "epoch_ms",
        "epoch_us",
        "iso",
    ),
    Kind.DATE: ("%d.%m.%Y", "%B %d, %Y", "iso"),
    Kind.DECIMAL: ("1.234,56", "1 234,56", "1'234.56"),
    Kind.REF: (r"cus_\w+", r"\d+"),
}
CELLS = st.one_of(
    st.text(alphabet="0123456789.,-/: '\u202fTZ+APMJanuary_cus", max_size=25),
    st.datetimes(datetime(1990, 1, 1), datetime(2080, 1, 1)).map(lambda at: at.strftime("%d/%m/%Y %H:%M")),
    st.datetimes(datetime(1990, 1, 1), datetime(2080, 1, 1)).map(lambda at: at.strftime("%d-%b-%Y %I:%M %p")),
)


@settings(deadline=None)  # the first call compiles an expression
@given(kind=st.sampled_from(list(STYLES)), cell=CELLS, data=st.data())
def test_what_the_typing_reads_the_repair_takes_for_readable(
    kind: Kind, cell: str, data: st.DataObject
) -> None:
    """The other way round a date may still not exist."""
    column = one(kind, *data.draw(st.lists(st.sampled_from(STYLES[kind]), min_size=1, unique=True)))
    _, ok = read(column, cell or None)
    assert not ok or row_of((column,), "id").slots[0].fits(cell)


@settings(deadline=None)  # the first call compiles an expression
@given(at=st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 30)))
@example(datetime(1969, 12, 31, 23, 59, 59, 999999))
def test_an_instant_survives_every_way_of_counting_it(at: datetime) -> None:
    micros = (at.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert read(one(Kind.TIMESTAMP, "epoch_us"), str(micros)) == (f"{at:{HOUSE}}".rjust(26, "0"), True)
    if micros >= 0:
        seconds, rest = divmod(micros, 1_000_000)
        assert read(one(Kind.TIMESTAMP, "epoch"), f"{seconds}.{rest:06}")[0] == f"{at:{HOUSE}}"


@settings(deadline=None)  # the first call compiles an expression
@given(at=st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 30)))
def test_an_instant_survives_a_clock_of_twelve_hours(at: datetime) -> None:
    form = "%d %B %Y %I:%M:%S %p"
    assert read(one(Kind.TIMESTAMP, form), at.strftime(form))[0] == f"{at.replace(microsecond=0):{HOUSE}}"


@pytest.mark.parametrize(
    ("kind", "form", "said"),
    [
        (Kind.TIMESTAMP, "%d/%m/%y", "has %y; known are %Y, %m"),
        (Kind.TIMESTAMP, "%d/%m", "does not tell one year, month and day"),
        (Kind.TIMESTAMP, "%d/%m/%Y %d", "does not tell one year, month and day"),
        (Kind.TIMESTAMP, "%d/%m/%b/%Y", "does not tell one year, month and day"),
        (Kind.TIMESTAMP, "%d/%m/%Y %I:%M", "does not tell one hour"),
        (Kind.TIMESTAMP, "%d/%m/%Y %H %p", "does not tell one hour"),
        (Kind.TIMESTAMP, "%d/%m/%Y %M", "has %M without %H or %I"),
        (Kind.TIMESTAMP, "%d/%m/%Y %H:%S", "has %S without %M"),
        (Kind.TIMESTAMP, "%d/%m/%Y %z", "has %z without %H or %I"),
        (Kind.TIMESTAMP, "%d/%m/%Y 100%", "has %;"),
        (Kind.TIMESTAMP, "%d/%m/%Y %H %z %Z", "tells its zone twice"),
        (Kind.TEXT, "(", "is no regular expression"),
        (Kind.DATE, "DD/MM/YYYY", "does not tell one year"),
        (Kind.DECIMAL, "1,234,56", "is not the number 1234.56"),
        (Kind.DECIMAL, "#,##0.00", "is not the number 1234.56"),
        (Kind.DECIMAL, "12.50", "is not the number 1234.56"),
        (Kind.REF, "cus_(", "is no regular expression"),
        (Kind.REF, "(?=x)x", "is no regular expression"),  # Arrow cannot look ahead
        (Kind.REF, "(?i)cus_.*", "is no regular expression"),  # Python wants flags at the very beginning
        (Kind.ENUM, "x", "one way of writing only"),
    ],
)
def test_a_format_that_cannot_be_used_says_why(kind: Kind, form: str, said: str) -> None:
    assert said in complaint(kind, form)


def test_a_format_that_can_be_used_says_nothing() -> None:
    assert not any(complaint(kind, form) for kind, forms in STYLES.items() for form in forms)


@pytest.mark.parametrize(
    ("pattern", "little"), [(r"\d+", True), (r"\w+", True), (r"cus_\w+", False), ("[A-Z]{3}", True)]
)
def test_an_id_that_other_cells_look_like_tells_little(pattern: str, little: bool) -> None:
    assert tells_little(pattern) is little
