"""Keeping records up to date: what changed is looked at, nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Mutation
from pipelines.billing.models import (
    Account,
    Contact,
    EnrichedCharge,
    EnrichedItem,
    EnrichedSubscription,
    EnrichPass,
    Invoice,
    InvoiceItem,
    Payment,
    PaymentMethod,
    Product,
    ProductRatePlan,
    RatePlan,
    RatePlanCharge,
    Subscription,
)
from pipelines.engine.feed import pull
from pipelines.engine.models import Batch
from tests.billing.enrich.conftest import EVERYTHING, Brand, several, state

pytestmark = pytest.mark.django_db


def test_the_first_run_makes_a_record_of_every_row(ada):
    assert ada.changed() == EVERYTHING


def test_a_second_run_looks_at_nothing(ada):
    ada.enrich()
    assert ada.looked_at() == {}


def test_a_full_run_looks_at_everything_and_changes_nothing(ada):
    ada.enrich()
    before = Mutation.objects.count()
    report = ada.enrich(full=True)
    assert {name: entity.counts.unchanged for name, entity in report.items()} == EVERYTHING
    assert Mutation.objects.count() == before


def verdict_only(brand: Brand) -> None:
    brand.put(Contact, "home", work_email="ada@reserved.example")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            lambda brand: brand.put(RatePlanCharge, "charge", name="Postage"), {"enriched_charge": 1}, id="charge"
        ),
        pytest.param(
            lambda brand: brand.put(InvoiceItem, "item", charge_name="Postage"), {"enriched_item": 1}, id="item"
        ),
        pytest.param(
            lambda brand: brand.put(RatePlan, "plan", name="Gift"),
            {"enriched_plan": 1, "enriched_subscription": 1},
            id="plan",
        ),
        pytest.param(
            lambda brand: brand.put(Subscription, "sub", promotion_code_c="comeback"),
            {"enriched_subscription": 1},
            id="subscription",
        ),
        pytest.param(verdict_only, {"test_verdict": 1, "enriched_subscription": 1}, id="contact"),
        pytest.param(
            lambda brand: brand.put(Contact, "home", country="France"), {"enriched_subscription": 1}, id="country"
        ),
        pytest.param(
            lambda brand: brand.put(Account, "ada", sold_to_contact_id=None), {"enriched_subscription": 1}, id="account"
        ),
        pytest.param(lambda brand: brand.put(Contact, "home", city="Kiel"), {}, id="nothing that matters"),
    ],
)  # fmt: skip
def test_a_change_reaches_the_records_that_depend_on_it(ada, change: Callable[[Brand], None], expected):
    ada.enrich()
    change(ada)
    assert ada.changed() == expected


def catalogue(brand: Brand) -> None:
    """The plan is one of the catalogue's, which is of a product; another plan is of neither."""
    brand.put(Product, "prod", name="Weekly", sku="W-1", effective_start_date="2025-01-01")
    brand.put(ProductRatePlan, "prp", product_id="prod", name="Weekly")
    brand.put(RatePlan, "plan", product_rate_plan_id="prp")
    brand.put(RatePlan, "other", subscription_id="elsewhere")


@pytest.mark.parametrize("model", [Product, ProductRatePlan])
def test_a_name_that_changes_in_the_catalogue_reaches_the_plans_sold_of_it(ada, model):
    catalogue(ada)
    ada.enrich()
    fields = {"sku": "W-1"} if model is Product else {"product_id": "prod"}
    ada.put(model, "prod" if model is Product else "prp", name="Gift", **fields)
    assert ada.looked_at() == {"enriched_plan": 1, "test_verdict": 1, "enriched_subscription": 1}


def test_rows_that_arrive_later_than_what_names_them_are_taken_in(brand):
    brand.put(InvoiceItem, "item", currency=None)
    brand.put(RatePlanCharge, "charge", currency=None)
    brand.put(Subscription, "sub", currency=None)
    brand.enrich()
    brand.put(Invoice, "inv", account_id="ada", currency="CHF")
    brand.put(RatePlan, "plan", name="Gift")
    brand.put(Account, "ada", currency="CHF")
    brand.enrich()
    found = [
        brand.of(EnrichedItem, "item").currency,
        brand.of(EnrichedCharge, "charge").currency,
        brand.of(EnrichedSubscription, "sub").currency,
        brand.of(EnrichedSubscription, "sub").subscription_class,
    ]
    assert found == ["CHF", "CHF", "CHF", "gift"]


def in_turn(brand: Brand, puts: list[Any]) -> dict[str, bytes]:
    for put in puts:
        put(brand)
        brand.enrich()
    return state()


PUTS = [
    lambda brand: brand.put(Account, "ada", sold_to_contact_id="home"),
    lambda brand: brand.put(Contact, "home", work_email="ada@reserved.example"),
    lambda brand: brand.put(Subscription, "sub", currency=None),
    lambda brand: brand.put(RatePlan, "plan", product_rate_plan_id="prp"),
    lambda brand: brand.put(RatePlanCharge, "charge", currency=None),
    lambda brand: brand.put(ProductRatePlan, "prp", product_id="prod", name="Weekly"),
    lambda brand: brand.put(Product, "prod", name="Gift", sku="G-1", effective_start_date="2025-01-01"),
]


@pytest.mark.parametrize("turn", [PUTS, PUTS[::-1], PUTS[3:] + PUTS[:3]], ids=["forth", "back", "mixed"])
def test_the_order_of_arrival_does_not_matter(brand, turn):
    """A rebuild from nothing gives the same checksums."""
    found = in_turn(brand, turn)
    brand.enrich(full=True)
    assert found == state()
    assert len(found) == 4
    assert brand.of(EnrichedSubscription, "sub").left_out
    assert brand.of(EnrichedSubscription, "sub").subscription_class == "gift"


@pytest.mark.parametrize("model", [Payment, PaymentMethod])
def test_what_an_account_pays_with_is_evidence(ada, model):
    ada.enrich()
    ada.put(model, "x", account_id="ada", **({"amount": 5} if model is Payment else {}))
    assert ada.looked_at() == {"test_verdict": 1}


def test_an_account_can_be_cleared(ada):
    verdict_only(ada)
    ada.enrich()
    ada.put(Contact, "home", work_email="ada@lovelace.example.de")
    ada.enrich()
    assert not ada.of(EnrichedSubscription, "sub").left_out


def test_downstream_is_told_which_records_changed(ada):
    ada.enrich()
    ada.put(RatePlan, "plan", name="Gift")
    ada.enrich()
    entry = pull("nordlicht", "billing.enrichedsubscription", after=1)[0]
    assert (entry.created, entry.updated) == ([], ["nordlicht:sub"])
    assert Batch.objects.get(pk=entry.batch_id).entity == "enriched_subscription"


def queries_of_a_full_run(brand: Brand) -> int:
    with CaptureQueriesContext(connection) as queries:
        brand.enrich(full=True)
    return len(queries)


def test_the_number_of_queries_does_not_grow_with_the_rows(brand):
    several(brand)
    brand.enrich()
    few = queries_of_a_full_run(brand)
    for number in range(5, 60):
        brand.put(Account, f"ada{number}")
        brand.put(Subscription, f"sub{number}", account_id=f"ada{number}")
        brand.put(RatePlan, f"plan{number}", subscription_id=f"sub{number}")
    brand.enrich()
    assert queries_of_a_full_run(brand) == few


def test_a_dry_run_writes_nothing(ada):
    report = ada.run(dry_run=True)
    assert (report.total.created, state(), EnrichPass.objects.count()) == (5, {}, 0)
