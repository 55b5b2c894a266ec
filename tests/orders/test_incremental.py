"""What changes rebuilds exactly the orders that it touches, and what does not change writes nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from audit.models import Mutation
from hub.errors import UsageError
from pipelines.billing import entities
from pipelines.delivery.models import OutboxMessage
from pipelines.engine.models import FeedEntry
from pipelines.orders.models import Allocation, Order
from tests.orders.conftest import TODAY, Shop

pytestmark = pytest.mark.django_db
Changes = Callable[[Callable[[], object]], set[str]]


def filled(shop: Shop) -> None:
    """Ada with two orders, Boris with one, Chen with one that nobody else's rows touch."""
    shop.put(entities.Product, "paper")
    shop.put(entities.ProductRatePlan, "monthly", product_id="paper")
    shop.sells("ada-1", account="ada", invoices=2)
    shop.sells("ada-2", account="ada")
    shop.sells("boris", account="boris")
    shop.sells("chen", account="chen")
    for name in ("chen", "boris"):
        shop.put(entities.RatePlan, f"plan-{name}", product_rate_plan_id=None)
    shop.assembles()


def refunded(shop: Shop) -> None:
    """Ada's first order gets a part of its first payment back."""
    shop.refunds("x", "4", account="ada", payment="payment-ada-1-1")


def test_every_order_gets_a_document(shop: Shop) -> None:
    filled(shop)
    assert shop.versions() == {"ada-1": 1, "ada-2": 1, "boris": 1, "chen": 1}


def test_a_second_run_looks_at_nothing(shop: Shop) -> None:
    filled(shop)
    assert shop.assembles().read == 0


def test_assembling_everything_again_changes_nothing(shop: Shop) -> None:
    filled(shop)
    mutations, entries = Mutation.unscoped.count(), FeedEntry.objects.count()
    counts = shop.assembles(full=True)
    assert (counts.read, counts.unchanged) == (4, 4)
    assert (Mutation.unscoped.count(), FeedEntry.objects.count()) == (mutations, entries)


TOUCHES: list[tuple[str, type[Any], str, dict[str, Any], set[str]]] = [
    ("contact", entities.Contact, "contact-ada", {"city": "Kiel"}, {"ada-1", "ada-2"}),
    ("account", entities.Account, "boris", {"status": "Canceled"}, {"boris"}),
    ("subscription", entities.Subscription, "ada-2", {"promotion_code_c": "MAI"}, {"ada-2"}),
    ("rate plan", entities.RatePlan, "plan-chen", {"name": "Jahresabo"}, {"chen"}),
    ("charge", entities.RatePlanCharge, "charge-boris", {"price": Decimal("11")}, {"boris"}),
    ("catalogue plan", entities.ProductRatePlan, "monthly", {"name": "Monat"}, {"ada-1", "ada-2"}),
    ("product", entities.Product, "paper", {"name": "Zeitung"}, {"ada-1", "ada-2"}),
    ("invoice", entities.Invoice, "invoice-ada-1-2", {"status": "Canceled"}, {"ada-1"}),
    ("item", entities.InvoiceItem, "item-ada-2-1", {"charge_name": "Porto"}, {"ada-2"}),
    ("payment", entities.Payment, "payment-ada-1-1", {"status": "Voided"}, {"ada-1"}),
    (
        "payment application",
        entities.PaymentApplication,
        "applied-boris-1-invoice-boris-1",
        {"apply_amount": Decimal("4")},
        {"boris"},
    ),
]


@pytest.mark.parametrize(
    ("model", "lake_id", "values", "expected"), [row[1:] for row in TOUCHES], ids=[row[0] for row in TOUCHES]
)
def test_a_changed_row_changes_the_documents_it_is_in(
    shop: Shop, changed: Changes, model: type[Any], lake_id: str, values: dict[str, Any], expected: set[str]
) -> None:
    filled(shop)
    assert changed(lambda: shop.put(model, lake_id, **values)) == expected


def test_a_refund_changes_the_order_whose_invoice_it_takes_from(shop: Shop, changed: Changes) -> None:
    filled(shop)
    assert changed(partial(refunded, shop)) == {"ada-1"}


def test_a_payment_method_that_its_account_uses_changes_its_orders(shop: Shop, changed: Changes) -> None:
    filled(shop)
    shop.put(entities.PaymentMethod, "card", account_id="boris")
    shop.put(entities.Account, "boris", default_payment_method_id="card")
    shop.assembles()
    assert changed(lambda: shop.put(entities.PaymentMethod, "card", credit_card_type="Visa")) == {"boris"}


def test_a_row_that_moves_to_another_order_changes_both(shop: Shop, changed: Changes) -> None:
    filled(shop)
    moved = partial(shop.put, entities.InvoiceItem, "item-boris-1", subscription_id="chen")
    assert changed(moved) == {"boris", "chen"}


MOVES: list[tuple[str, type[Any], str, dict[str, Any], set[str]]] = [
    ("a plan", entities.RatePlan, "plan-boris", {"subscription_id": "chen"}, {"boris", "chen"}),
    ("a charge", entities.RatePlanCharge, "charge-boris", {"rate_plan_id": "plan-chen"}, {"boris"}),
    (
        "a deleted plan that lost its order",
        entities.RatePlan,
        "plan-boris",
        {"subscription_id": None, "is_deleted": True},
        {"boris"},
    ),
    (
        "a deleted payment that lost its account",
        entities.Payment,
        "payment-boris-1",
        {"account_id": None, "is_deleted": True},
        {"boris"},
    ),
]


@pytest.mark.parametrize(
    ("model", "lake_id", "values", "expected"), [row[1:] for row in MOVES], ids=[row[0] for row in MOVES]
)
def test_what_a_row_named_before_is_changed_too(
    shop: Shop, changed: Changes, model: type[Any], lake_id: str, values: dict[str, Any], expected: set[str]
) -> None:
    filled(shop)
    assert changed(lambda: shop.put(model, lake_id, **values)) == expected


def test_an_order_with_contacts_of_its_own_changes_with_them(shop: Shop, changed: Changes) -> None:
    filled(shop)
    shop.put(entities.Contact, "aunt", account_id="chen")
    shop.put(entities.Subscription, "boris", sold_to_contact_id="aunt")
    shop.assembles()
    assert changed(lambda: shop.put(entities.Contact, "aunt", city="Kiel")) == {"boris"}


def test_an_account_that_pays_by_a_method_of_another_changes_with_it(shop: Shop, changed: Changes) -> None:
    filled(shop)
    shop.put(entities.PaymentMethod, "card", account_id="chen")
    shop.put(entities.Account, "boris", default_payment_method_id="card")
    shop.assembles()
    assert changed(lambda: shop.put(entities.PaymentMethod, "card", credit_card_type="Visa")) == {"boris"}


def test_a_plan_that_names_its_product_itself_changes_with_it(shop: Shop, changed: Changes) -> None:
    filled(shop)
    shop.put(entities.RatePlan, "plan-chen", product_id="paper")
    shop.assembles()
    assert "chen" in changed(lambda: shop.put(entities.Product, "paper", name="Zeitung"))


def test_the_trail_alone_leads_to_an_order_that_nothing_names_any_more(shop: Shop, changed: Changes) -> None:
    """Neither the line's new invoice nor its new subscription knows of the old ones."""
    filled(shop)
    to = {"subscription_id": "chen", "invoice_id": "invoice-chen-1"}
    assert "boris" in changed(partial(shop.put, entities.InvoiceItem, "item-boris-1", **to))


def test_a_row_that_does_not_show_changes_no_document(shop: Shop, changed: Changes) -> None:
    filled(shop)
    assert changed(lambda: shop.put(entities.Account, "ada", notes="called twice")) == set()


def test_a_date_that_passes_changes_the_order_it_belongs_to(shop: Shop) -> None:
    filled(shop)
    shop.put(entities.Subscription, "chen", status="Cancelled", cancelled_date=date(2025, 6, 10))
    shop.assembles()
    states = {}
    for day in (9, 10):
        counts = shop.assembles(on=date(2025, 6, day))
        states[day] = (counts.read, shop.document("chen")["state"]["value"])
    assert states == {9: (0, "cancelling"), 10: (1, "cancelled")}


def test_a_day_that_has_not_begun_is_assembled_in_dry_runs_alone(shop: Shop) -> None:
    shop.sells("ada")
    with pytest.raises(UsageError, match="lies ahead"):
        shop.assembles(TODAY + timedelta(days=1), today=TODAY)
    assert shop.assembles(TODAY + timedelta(days=1), today=TODAY, dry_run=True).created == 1
    assert not Order.objects.exists()


def test_an_invoice_that_stays_unpaid_makes_its_order_past_due(shop: Shop) -> None:
    filled(shop)
    shop.bills("boris", "late", account="boris", amount="10", month=6, paid=False)
    shop.assembles()
    states = []
    for day in (15, 16):
        shop.assembles(on=date(2025, 6, day))
        states.append(shop.document("boris")["state"])
    assert [state["value"] for state in states] == ["active", "past_due"]
    assert states[1]["since"] == "2025-06-16"


def test_a_changed_order_is_put_into_the_outbox_with_its_version(shop: Shop, changed: Changes) -> None:
    filled(shop)
    changed(lambda: shop.put(entities.Contact, "contact-boris", city="Kiel"))
    sent = OutboxMessage.objects.filter(key="nordlicht:boris").values_list("version", "event")
    assert sorted(sent) == [(1, "order.changed"), (2, "order.changed")]


def test_what_comes_back_to_an_earlier_state_is_sent_again(shop: Shop, changed: Changes) -> None:
    filled(shop)
    for city in ("Kiel", None):
        changed(partial(shop.put, entities.Contact, "contact-boris", city=city))
    assert OutboxMessage.objects.filter(key="nordlicht:boris").count() == 3


def test_the_trail_tells_what_changed_in_the_document(shop: Shop, changed: Changes) -> None:
    filled(shop)
    changed(lambda: shop.put(entities.RatePlan, "plan-chen", name="Jahresabo"))
    mutation = Mutation.unscoped.filter(model="orders.order", object_key="nordlicht:chen").first()
    assert mutation is not None
    assert mutation.diff is not None
    assert [(each["op"], each["old"], each["new"]) for each in mutation.diff] == [
        ("replace", "Monatsabo", "Jahresabo")
    ]


def test_the_trail_holds_no_personal_value_in_clear(shop: Shop, changed: Changes) -> None:
    filled(shop)
    changed(lambda: shop.put(entities.Contact, "contact-boris", last_name="Zyklop"))
    assert not Mutation.unscoped.filter(model="orders.order", diff__icontains="Zyklop").exists()


def test_an_order_of_a_test_account_never_appears(shop: Shop) -> None:
    shop.sells("emil")
    shop.judge("account-emil", left_out=True)
    shop.assembles()
    assert (shop.order("emil").status, OutboxMessage.objects.count()) == ("held", 0)


def test_an_order_that_turns_out_to_be_a_test_is_withdrawn_once(shop: Shop, changed: Changes) -> None:
    filled(shop)
    changed(lambda: shop.judge("boris", left_out=True))
    shop.assembles(full=True)
    events = (
        OutboxMessage.objects.filter(key="nordlicht:boris")
        .order_by("version")
        .values_list("event", flat=True)
    )
    assert list(events) == ["order.changed", "order.withdrawn"]
    assert "customer" not in shop.document("boris")


def test_an_order_that_was_withdrawn_can_come_back(shop: Shop, changed: Changes) -> None:
    filled(shop)
    for left_out in (True, False):
        changed(partial(shop.judge, "boris", left_out=left_out))
    assert (shop.order("boris").status, shop.order("boris").version) == ("live", 3)


def test_an_order_whose_versions_are_all_deleted_is_withdrawn(shop: Shop, changed: Changes) -> None:
    filled(shop)
    changed(lambda: shop.put(entities.Subscription, "boris", is_deleted=True))
    assert shop.document("boris")["withdrawn"] == {"reason": "deleted"}


def test_a_rebuild_from_nothing_gives_the_same_checksums(shop: Shop, changed: Changes) -> None:
    filled(shop)
    changed(partial(refunded, shop))
    before = dict(Order.unscoped.values_list("key", "fingerprint"))
    Order.unscoped.all()._raw_delete("default")
    Allocation.unscoped.all()._raw_delete("default")
    shop.assembles(full=True)
    assert dict(Order.unscoped.values_list("key", "fingerprint")) == before


@pytest.mark.parametrize(
    ("model", "lake_id", "values"),
    [
        pytest.param(entities.Contact, "contact-ada", {"city": "Kiel"}, id="contact"),
        pytest.param(entities.Payment, "payment-ada-1-1", {"payment_number": "P-1"}, id="payment"),
        pytest.param(entities.Refund, "refund-x", {"refund_number": "R-1"}, id="refund"),
        pytest.param(entities.RatePlanCharge, "charge-ada-1", {"name": "Daily"}, id="charge"),
        pytest.param(entities.InvoiceItem, "item-ada-1-1", {"charge_name": "Daily"}, id="item"),
    ],
)
def test_the_batch_that_changed_a_document_stands_beside_it(
    shop: Shop, model: type[Any], lake_id: str, values: dict[str, Any]
) -> None:
    filled(shop)
    refunded(shop)
    shop.assembles()
    before = shop.order("ada-1")
    batch = shop.put(model, lake_id, **values).batch_id
    shop.assembles()
    after = shop.order("ada-1")
    assert (after.version, str(batch) in map(str, after.batches)) == (before.version + 1, True)
    assert str(batch) not in map(str, before.batches)
