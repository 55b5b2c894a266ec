"""Which order a version is in may come out late; what was sent under another key is taken back."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from hub.transactions import in_transaction
from pipelines.billing import entities
from pipelines.delivery.models import OutboxMessage
from pipelines.orders import allocations, assembling, building, jobs
from pipelines.orders.lookup import Reader
from pipelines.orders.models import Allocation, Order
from pipelines.orders.reading import read_chunk
from pipelines.orders.rows import SubscriptionRow
from pipelines.orders.store import Occasion
from pipelines.orders.versions import version_of
from tests.orders.conftest import TODAY, Shop

pytestmark = pytest.mark.django_db
Changes = Callable[[Callable[[], object]], set[str]]


def versions_of(document: dict[str, Any]) -> list[str]:
    return [version["id"] for version in document["versions"]]


def second(shop: Shop, **fields: Any) -> None:
    """A second version of Ada's order."""
    known = {"name": "A-Sada", "account_id": "account-ada", "version": 2, "is_latest_version": True}
    shop.put(entities.Subscription, "ada-v2", **known | fields)


def test_a_version_that_names_its_predecessor_alone_is_in_its_chain(shop: Shop) -> None:
    shop.sells("ada")
    second(shop, original_id="ada", previous_subscription_id="ada")
    shop.put(
        entities.Subscription,
        "ada-v3",
        name="A-Sada",
        account_id="account-ada",
        version=3,
        previous_subscription_id="ada-v2",
    )
    shop.assembles()
    assert versions_of(shop.document("ada")) == ["ada", "ada-v2", "ada-v3"]


def test_an_order_whose_version_turns_out_to_be_of_another_chain_is_withdrawn(
    shop: Shop, changed: Changes
) -> None:
    shop.sells("ada")
    second(shop, original_id=None, name="A-Sother")
    shop.assembles()
    changed(partial(second, shop, original_id="ada"))
    assert (shop.order("ada-v2").status, versions_of(shop.document("ada"))) == (
        "withdrawn",
        ["ada", "ada-v2"],
    )


def test_an_order_that_all_versions_left_is_withdrawn_by_the_next_run(shop: Shop, changed: Changes) -> None:
    shop.sells("ada")
    second(shop, original_id="lost")
    shop.assembles()
    changed(partial(second, shop, original_id="ada"))
    assert shop.document("lost")["withdrawn"] == {"reason": "deleted"}


def test_a_full_run_withdraws_what_is_no_order_any_more(shop: Shop) -> None:
    shop.sells("ada")
    shop.sells("boris")
    shop.assembles()
    entities.Subscription.unscoped.filter(lake_id="boris")._raw_delete("default")
    shop.assembles(full=True)
    assert shop.order("boris").status == "withdrawn"


def test_two_orders_of_one_number_say_so_whichever_chunk_they_are_in(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "CHAINS_PER_CHUNK", 1)
    shop.sells("ada")
    shop.assembles()
    shop.sells("boris")
    shop.put(entities.Subscription, "boris", name="A-Sada")
    shop.assembles()
    codes = [anomaly["code"] for name in ("ada", "boris") for anomaly in shop.document(name)["anomalies"]]
    assert codes.count("number_in_two_chains") == 2


def test_money_that_moved_elsewhere_is_caught_up_with_after_a_kill(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run dies behind the chunk that allocated anew, and before the one that shows it."""
    shop.sells("ada", amount="10")
    shop.sells("boris", amount="10")
    shop.assembles()
    reader, occasion = Reader(shop.tenant), Occasion(tenant=shop.tenant, on=TODAY, run_id=1)
    monkeypatch.setattr(
        allocations, "store_allocations", lambda *_: allocations.Moved(1, {"invoice-boris-1"})
    )
    assembler = assembling.Assembler(reader, occasion, "Europe/Berlin")
    in_transaction(lambda: assembler.assemble([["ada"]]))
    monkeypatch.undo()
    assert shop.assembles().read == 1


def test_a_refund_touches_the_invoices_that_it_can_be_found_by(shop: Shop) -> None:
    shop.sells("ada")
    shop.refunds("x", "4", account="account-ada", payment="payment-ada-1")
    chunk = read_chunk(Reader(shop.tenant), ["ada"], TODAY, "Europe/Berlin")
    assert allocations.linked_with(["nordlicht:refund:refund-x"], chunk.links) == {"invoice-ada-1"}


FAR = [
    ("due never", entities.Invoice, "invoice-ada-late", {"due_date": date(9999, 12, 31)}),
    ("ends never", entities.Subscription, "ada", {"term_end_date": date(9999, 12, 31)}),
    ("began ever", entities.Subscription, "ada", {"term_start_date": date(1, 1, 1)}),
]


@pytest.mark.parametrize(
    ("model", "lake_id", "values"), [row[1:] for row in FAR], ids=[row[0] for row in FAR]
)
def test_a_date_that_stands_for_never_stops_nothing(
    shop: Shop, model: type[Any], lake_id: str, values: dict[str, Any]
) -> None:
    shop.sells("ada")
    shop.bills("ada", "ada-late", account="account-ada", amount="10", paid=False)
    shop.put(model, lake_id, **values)
    shop.assembles()
    assert shop.order("ada").status == "live"


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
@pytest.mark.parametrize("year", [1, 9999])
def test_a_moment_that_stands_for_never_is_no_error_in_any_zone(zone: str, year: int) -> None:
    day = "01-01" if year == 1 else "12-31"
    row = SubscriptionRow._make([None] * len(SubscriptionRow._fields))
    row = row._replace(lake_id="ada", created_date=f"{year:04}-{day} 12:00:00.000000")
    assert version_of(row, zone).created_at.year == year


def test_a_number_may_be_as_long_as_a_text(shop: Shop) -> None:
    shop.sells("ada")
    shop.put(entities.Subscription, "ada", name="A" * 255)
    shop.assembles()
    assert shop.order("ada").number == "A" * 255


def test_an_order_of_a_test_account_that_was_deleted_stays_away(shop: Shop) -> None:
    shop.sells("emil")
    shop.judge("account-emil", left_out=True)
    shop.put(entities.Account, "account-emil", is_deleted=True)
    shop.assembles()
    assert shop.order("emil").status == "held"


def test_a_problem_is_forgotten_once_the_document_is_as_it_was(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.sells("ada")
    shop.assembles()
    monkeypatch.setattr(building, "problem_with", lambda body: "bad")
    shop.put(entities.Contact, "contact-account-ada", city="Kiel")
    shop.assembles(ends="quarantined")
    monkeypatch.undo()
    shop.put(entities.Contact, "contact-account-ada", city=None)
    shop.assembles()
    assert (shop.order("ada").problem, shop.order("ada").version) == ("", 1)


def test_an_order_that_was_never_valid_is_held_back_as_a_test(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "problem_with", lambda body: "bad")
    shop.sells("emil")
    shop.assembles(ends="quarantined")
    monkeypatch.undo()
    shop.judge("account-emil", left_out=True)
    shop.assembles()
    assert (shop.order("emil").status, shop.order("emil").problem) == ("held", "")


def test_no_version_is_given_twice_where_the_table_was_lost_and_an_order_was_held(shop: Shop) -> None:
    shop.sells("ada")
    shop.assembles()
    Order.unscoped.all()._raw_delete("default")
    shop.judge("account-ada", left_out=True)
    shop.assembles(full=True)
    shop.put(entities.Contact, "contact-account-ada", city="Kiel")
    shop.judge("account-ada", left_out=False)
    shop.assembles()
    sent = OutboxMessage.objects.filter(key="nordlicht:ada").order_by("version")
    assert list(sent.values_list("version", flat=True)) == [1, 2]


def test_a_refund_that_loses_its_account_as_it_is_deleted_has_no_effect_any_more(shop: Shop) -> None:
    shop.sells("ada")
    shop.refunds("x", "4", account="account-ada", payment="payment-ada-1")
    shop.assembles()
    shop.put(entities.Refund, "refund-x", is_deleted=True, account_id=None)
    shop.assembles()
    assert Allocation.unscoped.get(source_id="refund-x").kind == "deleted"
