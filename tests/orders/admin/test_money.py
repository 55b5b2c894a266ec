"""The money table: it shows what the document says, and says so when that does not add up."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.orders.admin.money import NAMES, OF_ITEMS, Statement, applied_told, period, statements
from tests.orders.admin.making import document, invoice, sums

LINE = ("10.11", "10.11", "10.11", "0.00", "10.11", "0.00")
TOTAL = sums("20.22", "20.22", "20.22", "0.00", "20.22", "0.00") | {"net_paid": "0.00"}


def nowhere(model: str, own: str) -> str:
    return ""


def table(*invoices: dict[str, Any], **totals: dict[str, str]) -> list[Statement]:
    return statements(document(invoices=list(invoices), totals=totals), nowhere)


def test_an_order_without_invoices_has_no_table() -> None:
    assert table() == []


def test_lines_and_totals_stand_in_the_order_of_the_headings() -> None:
    (found,) = table(invoice("1", *LINE), invoice("2", *LINE), EUR=TOTAL)
    assert [cell.text for cell in found.total] == [TOTAL[name] for name in NAMES]
    assert [cell.text for cell in found.invoices[1].cells] == list(LINE)


def test_what_was_kept_is_told() -> None:
    (found,) = table(invoice("1", *LINE), EUR=TOTAL | {"net_paid": "7.00"})
    assert found.kept == "7.00 EUR"


def test_two_currencies_are_two_tables() -> None:
    yen = sums("1000", "1000", "0", "0", "0", "0") | {"net_paid": "1000"}
    found = table(
        invoice("1", "1000", "1000", "0", "0", "0", "0", currency="JPY"),
        invoice("2", *LINE),
        EUR=TOTAL,
        JPY=yen,
    )
    assert [(each.currency, len(each.invoices)) for each in found] == [("EUR", 1), ("JPY", 1)]


def test_a_true_table_adds_up() -> None:
    assert table(invoice("1", *LINE), invoice("2", *LINE), EUR=TOTAL)[0].adds_up


@pytest.mark.parametrize("name", NAMES)
def test_a_total_that_is_not_the_sum_is_seen(name: str) -> None:
    (found,) = table(invoice("1", *LINE), invoice("2", *LINE), EUR=TOTAL | {name: "99.00"})
    assert not found.adds_up


@pytest.mark.parametrize("name", OF_ITEMS)
def test_an_invoice_that_is_not_the_sum_of_its_items_is_seen(name: str) -> None:
    one = invoice("1", *LINE)
    one["items"][0][name] = "99.00"
    assert not table(one, invoice("2", *LINE), EUR=TOTAL)[0].adds_up


def test_a_line_whose_columns_are_no_sum_is_seen() -> None:
    wrong = ("10.00", "0.00", "0.00", "0.00", "0.00", "9.00")
    assert not table(invoice("1", *wrong), EUR=sums(*wrong) | {"net_paid": "0.00"})[0].adds_up


def test_a_currency_without_a_total_is_summed_and_does_not_pass_for_right() -> None:
    (found,) = table(invoice("1", *LINE), invoice("2", *LINE))
    assert [cell.text for cell in found.total] == [TOTAL[name] for name in NAMES]
    assert not found.adds_up


@given(st.lists(st.tuples(*[st.integers(-(10**9), 10**9)] * 5), min_size=1, max_size=5))
def test_any_true_sums_add_up(rows: list[tuple[int, ...]]) -> None:
    lines = [(*row, row[0] - row[1] + row[2] - row[3] - row[4]) for row in rows]
    total = [sum(column) for column in zip(*lines, strict=True)]
    invoices = [invoice(str(at), *map(str, line), currency="JPY") for at, line in enumerate(lines)]
    totals = sums(*map(str, total)) | {"net_paid": str(total[1] - total[2])}
    assert table(*invoices, JPY=totals)[0].adds_up


def test_nought_is_told_from_what_is_not() -> None:
    (found,) = table(invoice("1", *LINE), EUR=TOTAL)
    assert [cell.zero for cell in found.invoices[0].cells] == [False, False, False, True, False, True]


@pytest.mark.parametrize(
    ("applied", "told"),
    [
        ([("1", "10.00")], "10.00 to INV1"),
        ([("1", "4.00")], "4.00 to INV1, 6.00 elsewhere or not used"),
        ([("7", "10.00")], "10.00 to 7"),
        ([], "10.00 elsewhere or not used"),
    ],
)
def test_a_payment_says_what_it_was_used_for(applied: list[tuple[str, str]], told: str) -> None:
    payment = {"amount": "10.00", "applied": [{"id": to, "amount": part} for to, part in applied]}
    assert applied_told(payment, {"1": "INV1"}) == told


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2025-12-01", "2025-12-31", "1 Dec 2025 to 31 Dec 2025"),
        ("2025-12-01", "2025-12-01", "1 Dec 2025"),
        ("2025-12-01", None, "from 1 Dec 2025"),
        (None, "2025-12-31", "until 31 Dec 2025"),
        (None, None, ""),
    ],
)
def test_days_of_a_line(start: str | None, end: str | None, told: str) -> None:
    assert period(start, end) == told
