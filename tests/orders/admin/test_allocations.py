"""Where refunds and credit memos went: the list, the page of one, and the way to its orders."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pipelines.billing.entities import Invoice, InvoiceItem, Refund, Subscription
from tests.orders.admin.conftest import page, shown
from tests.orders.admin.making import allocation, order, row

pytestmark = pytest.mark.django_db
AT = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture
def billed() -> None:
    """The order s1 with two invoices and a refund."""
    order()
    row(Subscription, "s1", name="A-Ss1", original_id="s1", updated_date=AT)
    for own in ("1", "2"):
        row(Invoice, own, invoice_number=f"INV0000000{own}", account_id="acc1", updated_date=AT)
        row(InvoiceItem, f"item{own}", invoice_id=own, subscription_id="s1", updated_date=AT)
    row(Refund, "9", refund_number="R-00000009", account_id="acc1", updated_date=AT)


def test_the_parts_add_up_and_lead_to_invoices_refund_and_order(staff: Client, billed: None) -> None:
    allocation("9", ("1", "10.11"), ("2", "5.00"), flags=["prorated"])
    html = shown(staff, page("allocation", "polder:refund:9"))
    for told in (
        "INV00000001",
        "10.11 EUR",
        "15.11 EUR",
        "R-00000009",
        "Split by weights because no link said how.",
    ):
        assert told in html
    for where in (
        "/billing/invoice/polder_3A2/",
        "/billing/refund/polder_3A9/",
        "/orders/order/polder_3As1/",
    ):
        assert where in html


def test_what_only_corrects_a_balance_stands_apart(staff: Client, billed: None) -> None:
    allocation("8", source="credit_memo", kind="write_off", outcome="ignored", mirrored={"1": "10.11"})
    html = shown(staff, page("allocation", "polder:credit_memo:8"))
    assert "Only corrects its balance" in html
    assert "10.11 EUR" in html
    assert "A-Ss1" in html


def test_what_belongs_to_no_invoice_is_told(staff: Client) -> None:
    allocation("9", unallocated="3.5", flags=["overpayment"])
    html = shown(staff, page("allocation", "polder:refund:9"))
    assert "3.50 EUR" in html
    assert "Part came from the unapplied rest of a payment." in html


def test_a_contradiction_asks_for_a_person(staff: Client) -> None:
    allocation("9", outcome="quarantine", flags=["currency_mismatch"], currency="")
    assert "Somebody must look at it" in shown(staff, page("allocation", "polder:refund:9"))


def test_a_refund_that_was_deleted_upstream_has_a_page(staff: Client) -> None:
    allocation("9", outcome="ignored", kind="deleted", flags=["deleted_upstream"], currency="")
    assert "It was deleted in the billing platform." in shown(staff, page("allocation", "polder:refund:9"))


def test_codes_that_nobody_described_are_shown_as_they_are(staff: Client) -> None:
    allocation("9", ("77", "5.00"), outcome="odd_one", kind="new_kind", flags=["new_flag"])
    html = shown(staff, page("allocation", "polder:refund:9"))
    assert "New kind" in html
    assert "odd_one" in html
    assert "New flag." in html


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("R-00000009", True),
        ("9", True),
        ("polder:refund:9", True),
        ("R-0000000", False),
        ("8", False),
        ("lumiere:refund:9", False),
    ],
)
def test_a_refund_is_found_by_number_id_or_key(staff: Client, billed: None, term: str, found: bool) -> None:
    allocation("9", ("1", "10.11"))
    assert (">R-00000009<" in shown(staff, f"{page('allocation')}?q={term}")) is found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("outcome=pending", ["b"]),
        ("kind=chargeback", ["a"]),
        ("source=credit_memo", ["b"]),
        ("tenant=polder", ["a", "b"]),
        ("tenant=lumiere", []),
        ("outcome=allocated&kind=chargeback", ["a"]),
    ],
)
def test_the_list_is_filtered(staff: Client, query: str, found: list[str]) -> None:
    allocation("a", kind="chargeback")
    allocation("b", source="credit_memo", outcome="pending", kind="credit")
    html = shown(staff, f"{page('allocation')}?{query}")
    assert [each for each in "ab" if f">{each}<" in html] == found


def test_a_list_asks_no_more_for_many_than_for_one_and_counts_no_table(staff: Client, billed: None) -> None:
    allocation("9", ("1", "10.11"))
    with CaptureQueriesContext(connection) as one:
        assert "10.11 EUR" in shown(staff, page("allocation"))
    for number in range(20):
        allocation(f"n{number}", ("1", "1.00"))
    with CaptureQueriesContext(connection) as many:
        shown(staff, page("allocation"))
    assert len(many) == len(one)
    assert all("LIMIT" in query["sql"] for query in many if "COUNT(" in query["sql"].upper())


def test_allocations_cannot_be_changed(staff: Client) -> None:
    allocation("9")
    assert staff.post(page("allocation", "polder:refund:9"), {}).status_code == 403
    assert staff.get(page("allocation") + "add/").status_code == 403


def test_an_empty_list_says_what_to_type(staff: Client) -> None:
    assert "manage.py assemble_orders" in shown(staff, page("allocation"))
