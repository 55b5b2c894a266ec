"""The list of orders and the page of one: what they show, to whom, and what odd documents make of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import paging
from audit.models import Mutation
from audit.record import Change, record
from pipelines.billing.entities import Account, Invoice
from pipelines.engine.models import Tenant
from tests.orders.admin.conftest import page, shown
from tests.orders.admin.making import MAIL, NAME, document, invoice, note, order, refund, row, sums, tombstone

NOW = datetime(2025, 6, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db
LINE = ("10.00", "10.00", "10.00", "0.00", "10.00", "0.00")
EUR = sums(*LINE) | {"net_paid": "0.00"}
JPY = sums("1200", "1200", "0", "0", "0", "0") | {"net_paid": "1200"}
YEN = ("1200", "1200", "0", "0", "0", "0")


def refunded(root: str = "s1", **changed: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "invoices": [invoice("1", *LINE)],
        "totals": {"EUR": EUR},
        "payments": [
            {
                "id": "p1", "number": "P-1", "date": "2025-12-02", "amount": "10.00", "currency": "EUR",
                "status": "Processed", "applied": [{"id": "1", "amount": "10.00"}],
            }
        ],
        "refunds": [refund("9", "10.00", ("1", "10.00"), kind="chargeback")],
        "credit_notes": [note("8", "10.00", kind="write_off", corrections=[{"id": "1", "amount": "10.00"}])],
    }  # fmt: skip
    return document(root, **(parts | changed))


def test_a_refunded_order_can_be_followed(staff: Client) -> None:
    order(refunded())
    html = shown(staff, page("order", "polder:s1"))
    assert "10.00 EUR went back on 23 Dec 2025 (chargeback): 10.00 to INV1." in html
    assert "The write-off memo CM8 of 10.00 EUR on 23 Dec 2025 only corrects the balance of INV1" in html
    assert "adds up" in html
    assert "does not add up" not in html


def test_invoices_payments_and_refunds_lead_to_their_rows(staff: Client) -> None:
    order(refunded())
    html = shown(staff, page("order", "polder:s1"))
    for model, key in (
        ("invoice", "1"), ("invoiceitem", "1-item"), ("payment", "p1"), ("refund", "9"), ("creditmemo", "8"),
        ("subscription", "s1"), ("account", "acc1"), ("contact", "con1"), ("paymentmethod", "pm1"),
    ):  # fmt: skip
        assert f"/billing/{model}/polder_3A{key}/change/" in html
    assert "/orders/allocation/polder_3Arefund_3A9/change/" in html
    assert "/orders/allocation/polder_3Acredit_5Fmemo_3A8/change/" in html
    assert "/engine/batch/7001/change/" in html


def test_a_table_that_does_not_add_up_says_so(staff: Client) -> None:
    order(refunded(totals={"EUR": EUR | {"open": "3.00"}}))
    assert "does not add up" in shown(staff, page("order", "polder:s1"))


def test_the_state_is_told_with_its_reason_and_dates(staff: Client) -> None:
    state = {
        "value": "cancelling",
        "reason": "cancelled_for_later",
        "since": "2025-05-02",
        "ends_on": "2025-07-01",
    }
    order(document(state=state))
    html = shown(staff, page("order", "polder:s1"))
    for told in ("It was cancelled and runs on until its last day.", "2 May 2025", "1 Jul 2025"):
        assert told in html


def test_the_chain_is_told_version_by_version(staff: Client) -> None:
    versions = [
        {"id": "s1", "version": 1, "status": "Expired", "created_on": "2024-01-01"},
        {"id": "s2", "version": 2, "status": "Active", "created_on": "2025-01-01"},
    ]
    events = [
        {"id": "s1:created", "kind": "created", "on": "2024-01-01"},
        {"id": "s2:renewed", "kind": "renewed", "on": "2025-01-01"},
        {"id": "gone:suspended", "kind": "suspended"},
    ]
    order(document(versions=versions, events=events))
    html = shown(staff, page("order", "polder:s1"))
    places = [
        html.index(text)
        for text in ("Version 1", "The order began", "Version 2", "A further term", "Besides", "Suspended")
    ]
    assert places == sorted(places)


def test_plans_are_told_with_their_charges(staff: Client) -> None:
    charge = {
        "id": "c1", "name": "Monthly", "category": "recurring", "price": "9.90", "currency": "EUR", "quantity": "1",
    }  # fmt: skip
    plan = {
        "id": "rp1", "name": "Digital", "funnel_step": "upsell_1", "subscription_class": "standard",
        "charge_category": "recurring", "charges": [charge, charge | {"id": "c2", "name": "Paper"}],
    }  # fmt: skip
    order(document(plans=[plan, plan | {"id": "rp2", "charges": []}]))
    html = shown(staff, page("order", "polder:s1"))
    assert "9.90 EUR" in html
    assert "Upsell 1" in html
    assert "no charge in force" in html
    assert "/billing/rateplancharge/polder_3Ac2/change/" in html


def test_soft_links_lead_to_the_other_order(staff: Client) -> None:
    link = {"key": "polder:s0", "confidence": "0.85", "rule": "same_account"}
    order(document(links={"follows": link}))
    html = shown(staff, page("order", "polder:s1"))
    assert "/orders/order/polder_3As0/change/" in html
    assert "85% sure: the same account, and about the same days" in html


def test_anomalies_are_told_in_words(staff: Client) -> None:
    odd = {"id": "b:1", "code": "balance_identity_broken", "about": "1", "difference": "-3.00"}
    order(refunded(anomalies=[odd]))
    html = shown(staff, page("order", "polder:s1"))
    assert "balance of invoice INV1 is 3.00 EUR lower than" in html


ODD = {
    "no contact": document(customer={"account": {}}),
    "no account": document(customer={"account": {"id": "acc1"}}, term={"auto_renew": False}),
    "no versions": document(versions=[], events=[]),
    "yen": document(invoices=[invoice("1", *YEN, currency="JPY")], totals={"JPY": JPY}),
    "two currencies": document(
        invoices=[invoice("1", *LINE), invoice("2", *YEN, currency="JPY")], totals={"EUR": EUR, "JPY": JPY}
    ),
    "refund of nothing": document(refunds=[refund("9", "5.00", ("77", "5.00"), currency="", flags=["new_flag"])]),
    "markup": document(number="<b>A-S1</b>"),
    "withdrawn": tombstone("s1", "test"),
    "deleted": tombstone("s1", "deleted"),
}  # fmt: skip


@pytest.mark.parametrize("body", ODD.values(), ids=list(ODD))
def test_odd_documents_do_not_break_the_pages(staff: Client, body: dict[str, Any]) -> None:
    order(body)
    html = shown(staff, page("order", "polder:s1"))
    assert "Where it comes from" in html
    assert "<b>A-S1" not in html
    assert "polder" in shown(staff, page("order"))
    assert staff.post(page("order", "polder:s1", "reveal")).status_code == 200


def test_two_currencies_are_two_tables(staff: Client) -> None:
    order(ODD["two currencies"])
    html = shown(staff, page("order", "polder:s1"))
    assert html.index("Money in EUR") < html.index("Money in JPY")
    assert "1,200" in html


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"status": "withdrawn", "why": "test"}, "Withdrawn: its account is test data"),
        ({"status": "withdrawn", "why": "deleted"}, "all its versions were deleted in the billing platform"),
        ({"status": "held", "why": "test", "version": 0}, "Nobody has ever received it"),
        ({"status": "invalid", "why": "invalid", "problem": "state breaks enum"}, "state breaks enum"),
        ({"problem": "term breaks type"}, "What stands here is the one before"),
    ],
)
def test_an_order_that_nobody_may_have_says_why(staff: Client, changed: dict[str, Any], told: str) -> None:
    order(document() if "status" not in changed else tombstone("s1", "test"), **changed)
    assert told in shown(staff, page("order", "polder:s1"))


def test_a_live_order_carries_no_notice(staff: Client) -> None:
    order()
    assert "Nobody has" not in shown(staff, page("order", "polder:s1"))


def test_nobody_sees_a_person_without_asking(staff: Client) -> None:
    order(document(remarks={"cancel_reason": f"{NAME} moved away"}))
    for where in (page("order"), page("order", "polder:s1")):
        html = shown(staff, where)
        assert "Marker" not in html
        assert MAIL not in html
        assert "4242" not in html


def test_whoever_may_reads_the_person_and_the_document_and_that_is_recorded(staff: Client) -> None:
    order()
    html = staff.post(page("order", "polder:s1", "reveal")).content.decode()
    assert MAIL in html
    assert "&quot;schema&quot;: &quot;order/1&quot;" in html
    (mutation,) = Mutation.objects.filter(model="orders.order")
    assert (mutation.action, mutation.actor_id, mutation.object_key) == ("downloaded", "ada", "polder:s1")


def test_an_onlooker_gets_dots_and_no_document(onlooker: Client) -> None:
    order()
    html = shown(onlooker, page("order", "polder:s1"))
    assert "•••" in html
    assert "Reveal" not in html
    assert onlooker.post(page("order", "polder:s1", "reveal")).status_code == 403
    assert not Mutation.objects.filter(model="orders.order").exists()


def test_links_lead_nowhere_that_one_may_not_go(onlooker: Client) -> None:
    order(refunded())
    html = shown(onlooker, page("order", "polder:s1"))
    assert "/billing/" not in html
    assert "INV1" in html


def test_the_history_shows_each_change_with_its_diff(staff: Client) -> None:
    body = document()
    order(body)
    after = body | {"funnel_step": "upsell_1", "customer": {"account": {"id": "acc1", "name": "Boris Other"}}}
    record(
        Change(
            tenant="polder", model="orders.order", key="polder:s1", action="updated", before=body, after=after,
            personal=frozenset({"customer"}),
        )
    )  # fmt: skip
    html = shown(staff, page("order", "polder:s1"))
    assert "funnel_step" in html
    assert "upsell_1" in html
    assert "Boris" not in html


def test_a_list_finds_by_what_people_call_an_order(staff: Client, brands: dict[str, Tenant]) -> None:
    order()
    order(document("s2"), account_id="acc2")
    for term, hits in (
        ("A-Ss1", ["A-Ss1"]),
        ("polder:s2", ["A-Ss2"]),
        ("acc2", ["A-Ss2"]),
        (" acc2 ", ["A-Ss2"]),
        ("A-S", []),
        ("nobody:s1", []),
        ("%", []),
    ):
        html = shown(staff, f"{page('order')}?q={term}")
        assert [each for each in ("A-Ss1", "A-Ss2") if f">{each}<" in html] == hits, term


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tenant=polder", ["a", "b", "c"]),
        ("tenant=lumiere", []),
        ("status=withdrawn", ["c"]),
        ("state=active", ["a", "b"]),
        ("state=draft", []),
        ("subscription_class=standard", ["a", "b"]),
        ("subscription_class=gift", []),
        ("refunded=any", ["b"]),
        ("odd=any", ["b"]),
        ("odd=any&refunded=any&tenant=polder&state=active", ["b"]),
    ],
)
def test_the_list_is_filtered(staff: Client, query: str, found: list[str]) -> None:
    order(document("a"))
    order(refunded("b", anomalies=[{"id": "x", "code": "missing_version", "about": "2"}]))
    order(tombstone("c", "test"))
    html = shown(staff, f"{page('order')}?{query}")
    assert [each for each in "abc" if f">A-S{each}<" in html] == found


def test_those_with_most_refunds_come_first(staff: Client) -> None:
    order(document("a", refunds=[refund("1", "5.00")]))
    order(document("b", refunds=[refund("2", "5.00"), refund("3", "5.00")]))
    html = shown(staff, f"{page('order')}?refunded=any")
    assert html.index("A-Sb") < html.index("A-Sa")


def test_no_page_counts_the_table_or_reads_documents_for_a_list(staff: Client) -> None:
    order()
    with CaptureQueriesContext(connection) as queries:
        shown(staff, page("order"))
    own = [query["sql"] for query in queries if "orders_order" in query["sql"]]
    assert all("LIMIT" in sql for sql in own if "COUNT(" in sql.upper())
    assert not any("`body`" in sql or '"body"' in sql for sql in own)


def test_a_list_asks_no_more_for_many_orders_than_for_one(staff: Client) -> None:
    order()
    with CaptureQueriesContext(connection) as one:
        shown(staff, page("order"))
    for number in range(20):
        order(document(f"n{number}"))
    with CaptureQueriesContext(connection) as many:
        shown(staff, page("order"))
    assert len(many) == len(one)


def test_a_page_asks_no_more_for_many_invoices_than_for_one(staff: Client) -> None:
    order(refunded())
    shown(staff, page("order", "polder:s1"))  # what a process asks once
    with CaptureQueriesContext(connection) as one:
        shown(staff, page("order", "polder:s1"))
    lines = [invoice(str(number), *LINE) for number in range(20)]
    notes = [refund(f"r{number}", "5.00", (str(number), "5.00")) for number in range(20)]
    order(refunded("s2", invoices=lines, refunds=notes))
    with CaptureQueriesContext(connection) as many:
        shown(staff, page("order", "polder:s2"))
    assert len(many) == len(one)


def test_a_list_beyond_the_cap_says_so(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNTED", 0)
    order()
    assert "search for an exact value" in shown(staff, page("order"))


def test_orders_can_be_neither_added_nor_changed_nor_deleted(staff: Client) -> None:
    order()
    assert staff.get(page("order") + "add/").status_code == 403
    assert staff.post(page("order", "polder:s1"), {}).status_code == 403
    assert staff.post(page("order", "polder:s1", "delete"), {"post": "yes"}).status_code == 403


def test_an_empty_list_says_what_to_type(staff: Client) -> None:
    assert "manage.py assemble_orders" in shown(staff, page("order"))


def test_an_order_is_found_by_the_number_of_its_account(staff: Client) -> None:
    order()
    order(document("s2"), account_id="acc2")
    row(Account, "acc2", account_number="A00000002", updated_date=NOW)
    html = shown(staff, f"{page('order')}?q=A00000002")
    assert ">A-Ss2<" in html
    assert ">A-Ss1<" not in html


def test_a_refund_of_another_order_is_told_by_its_invoice(staff: Client) -> None:
    order(refunded(refunds=[refund("9", "5.00", ("77", "5.00"))]))
    row(Invoice, "77", invoice_number="INV00000077", account_id="acc1", updated_date=NOW)
    told = "5.00 to INV00000077 of another order."
    assert told in shown(staff, page("order", "polder:s1"))
