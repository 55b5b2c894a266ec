"""A dirty sample business, day after day: every order's document says what the truth beside the lake says."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import LazySettings

from audit.context import Actor
from hub.addresses import LakeAddress
from hub.progress import SilentMeter
from pipelines.billing.enrich.job import Asked as Enriched
from pipelines.billing.enrich.job import enrich_billing
from pipelines.billing.jobs import import_billing
from pipelines.engine.window import Window
from pipelines.orders.jobs import Asked, assemble_orders
from pipelines.orders.models import Order
from pipelines.orders.schema import problem_with
from pipelines.sample.brands import BRANDS
from pipelines.sample.facts import Fact, certain_facts
from pipelines.sample.generate import generate
from pipelines.sample.request import Request
from pipelines.sample.tables import billing_tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenants", "all_tenants"), pytest.mark.slow]
SUBSCRIPTIONS, DAYS = 500, 2
BY = Actor.command("test")
SIDES = {"refunds": "refunds", "credit_memos": "credit_notes"}
Document = dict[str, Any]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake = tmp_path_factory.mktemp("sample") / "lake"
    generate(Request(out=lake, subscriptions=SUBSCRIPTIONS, days=DAYS), billing_tables(), SilentMeter())
    return lake


@pytest.fixture
def day(sample: Path, settings: LazySettings) -> date:
    """The last day, with all that was loaded until then imported, enriched and assembled."""
    settings.LAKE = LakeAddress(kind="duckdb", folder=sample)
    import_billing(Window(max_quarantined=1.0), by=BY, meter=SilentMeter())
    enrich_billing(Enriched(), by=BY, meter=SilentMeter())
    last = max(date.fromisoformat(path.name[-10:]) for path in sample.glob("truth/*/orders/load_date=*"))
    report = assemble_orders(Asked(on=last), by=BY, meter=SilentMeter())
    assert report.status == "done", report.as_dict()
    return last


def pairs(sample: Path, day: date) -> Iterator[tuple[Fact, Document]]:
    """What is true of each order that no damage leaves open, and its document."""
    for brand in BRANDS:
        orders = Order.objects.filter(tenant=brand).values_list("key", "body")
        bodies = {key.partition(":")[2]: orjson.loads(body) for key, body in orders}
        for root, fact in certain_facts(sample, brand, day).items():
            yield fact, bodies[root]


def told(document: Document) -> dict[str, Any]:
    """What a document says of its state."""
    state = document["state"]
    return {"state": state["value"], "ends_on": state.get("ends_on")}


def money(invoice: Document) -> dict[str, str]:
    return {name: invoice[name] for name in ("currency", "billed", "paid", "refunded")}


def placed(entry: Document) -> dict[str, Any]:
    """Where the money of a refund or credit note went."""
    allocations = {part["id"]: part["amount"] for part in entry["allocations"]}
    return {"outcome": entry["outcome"], "allocations": allocations, "unallocated": entry["unallocated"]}


def test_documents_say_what_is_true(sample: Path, day: date) -> None:
    looked_at = 0
    for fact, document in pairs(sample, day):
        if "withdrawn" in document:
            assert fact["test"]["is_test"], fact
            continue
        looked_at += 1
        assert told(document) == {"state": fact["state"], "ends_on": fact["ends_on"]}, fact
        assert fact["current"] in [version["id"] for version in document["versions"]], fact
        invoices = {invoice["id"]: money(invoice) for invoice in document["invoices"]}
        expected = {
            each: {name: text for name, text in parts.items() if name != "credited"}
            for each, parts in fact["invoices"].items()
        }
        assert invoices == expected, fact
        for side, section in SIDES.items():
            found = {entry["id"]: placed(entry) for entry in document[section]}
            wanted = {
                each: {name: what[name] for name in ("outcome", "allocations", "unallocated")}
                for each, what in fact[side].items()
                if what["outcome"] is not None
            }
            assert {each: found[each] for each in wanted} == wanted, fact
            assert found.keys() == fact[side].keys(), fact
    assert looked_at > SUBSCRIPTIONS / 2


def test_every_document_fits_the_schema_and_adds_up(sample: Path, day: date) -> None:
    for body in Order.objects.filter(status="live").values_list("body", flat=True):
        document = orjson.loads(body)
        assert problem_with(document) == ""
        for invoice in document["invoices"]:
            for name in ("billed", "paid", "refunded", "credited", "corrected"):
                lines = sum((Decimal(item[name]) for item in invoice["items"]), Decimal(0))
                assert lines == Decimal(invoice[name]), (document["key"], invoice["id"], name)
        for currency, total in document["totals"].items():
            own = [invoice for invoice in document["invoices"] if invoice["currency"] == currency]
            for name, amount in total.items():
                if name != "net_paid":
                    assert sum(Decimal(invoice[name]) for invoice in own) == Decimal(amount), document["key"]


def test_a_rebuild_from_nothing_says_the_same(sample: Path, day: date) -> None:
    before = dict(Order.objects.values_list("key", "fingerprint"))
    Order.unscoped.all()._raw_delete("default")
    assemble_orders(Asked(on=day, full=True), by=BY, meter=SilentMeter())
    assert dict(Order.objects.values_list("key", "fingerprint")) == before
