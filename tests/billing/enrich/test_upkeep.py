"""Keeping records up to date: what changed is looked at, nothing else; killed and begun again it comes to the same."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Mutation
from hub.errors import ConfigError
from pipelines.billing.enrich import passes, writing
from pipelines.billing.models import (
    Account,
    Contact,
    EnrichedCharge,
    EnrichedItem,
    EnrichedRatePlan,
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
    RuleSet,
    Subscription,
    TestVerdict,
)
from pipelines.engine.feed import pull
from pipelines.engine.models import Batch, Run, Tenant
from tests.billing.enrich.conftest import GIFT, RESERVED, TRIAL, Brand, freetext

pytestmark = pytest.mark.django_db
EVERYTHING = {
    "enriched_plan": 1,
    "enriched_charge": 1,
    "enriched_item": 1,
    "test_verdict": 1,
    "enriched_subscription": 1,
}
RECORDS = (EnrichedRatePlan, EnrichedCharge, EnrichedItem, TestVerdict, EnrichedSubscription)


def state() -> dict[str, bytes]:
    """All records by key and model, with their checksums."""
    return {
        f"{model.__name__} {key}": bytes(checksum)
        for model in RECORDS
        for key, checksum in model.objects.values_list("key", "checksum")
    }


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


def test_a_subscription_that_moves_is_known_to_both_accounts(ada):
    """What its old owner's verdict leaned on is gone."""
    ada.put(Account, "boris", name="Boris")
    ada.enrich()
    ada.put(Subscription, "sub", account_id="boris")
    assert ada.looked_at() == {"test_verdict": 2, "enriched_subscription": 1}


@pytest.fixture
def boris(ada: Brand) -> Brand:
    """Ada's brand with a second customer."""
    ada.put(Account, "boris", name="Boris Blau")
    ada.put(Subscription, "his", account_id="boris")
    return ada


MOVES = [
    pytest.param(Contact, {"account_id": "boris"}, id="contact"),
    pytest.param(PaymentMethod, {"account_id": "boris"}, id="payment method"),
    pytest.param(Payment, {"account_id": "boris", "amount": 5}, id="payment"),
    pytest.param(RatePlan, {"subscription_id": "his"}, id="plan"),
]


@pytest.mark.parametrize(("model", "to"), MOVES)
def test_what_moves_to_another_account_is_looked_at_in_both(boris, model, to):
    boris.put(
        model, "moving", **(to | ({"subscription_id": "sub"} if model is RatePlan else {"account_id": "ada"}))
    )
    boris.enrich()
    boris.put(model, "moving", **to)
    assert boris.looked_at()["test_verdict"] == 2


def test_the_verdict_of_a_former_owner_follows(boris):
    boris.put(Contact, "moving", work_email="x@reserved.example")
    boris.enrich()
    boris.put(Contact, "moving", work_email="x@reserved.example", account_id="boris")
    boris.enrich()
    verdicts = [boris.of(TestVerdict, account).left_out for account in ("ada", "boris")]
    assert verdicts == [False, True]


def test_a_plan_that_moves_changes_both_subscriptions(boris):
    boris.put(RatePlan, "moving", name="Gift")
    boris.enrich()
    boris.put(RatePlan, "moving", name="Gift", subscription_id="his")
    boris.enrich()
    classes = [boris.of(EnrichedSubscription, each).subscription_class for each in ("sub", "his")]
    assert classes == [None, "gift"]


def test_a_plan_that_is_deleted_as_it_moves_leaves_the_subscription_it_was_of(boris):
    boris.put(RatePlan, "moving", name="Gift")
    boris.enrich()
    boris.put(RatePlan, "moving", name="Gift", subscription_id="his", is_deleted=True)
    boris.enrich()
    assert boris.of(EnrichedSubscription, "sub").subscription_class is None


@pytest.mark.parametrize("model", [Payment, PaymentMethod])
def test_what_an_account_pays_with_is_evidence(ada, model):
    ada.enrich()
    ada.put(model, "x", account_id="ada", **({"amount": 5} if model is Payment else {}))
    assert ada.looked_at() == {"test_verdict": 1}


def test_rules_in_force_look_at_everything_again_and_write_what_differs(ada):
    ada.put(RatePlan, "plan", name="Sample")
    ada.enrich()
    ada.rules(RuleSet.Kind.FREETEXT, GIFT, freetext("sample.en", "subscription_class", "trial", "sample"))
    report = ada.enrich()
    seen = {name: entity.counts.read for name, entity in report.items() if entity.counts.read}
    assert seen == {name: 1 for name in EVERYTHING if name != "test_verdict"}
    changed = {name for name, entity in report.items() if entity.counts.changed}
    assert changed == {"enriched_plan", "enriched_subscription"}


def test_rules_on_test_data_judge_accounts_again(ada):
    ada.put(Contact, "home", work_email="ada@other.example")
    ada.enrich()
    ada.rules(RuleSet.Kind.TEST_DATA, RESERVED | {"value": "other.example"})
    assert ada.changed() == {"test_verdict": 1, "enriched_subscription": 1}


def test_the_same_rules_again_change_nothing(ada):
    ada.enrich()
    ada.rules(RuleSet.Kind.FREETEXT, *[GIFT, TRIAL])
    ada.rules(RuleSet.Kind.TEST_DATA, RESERVED)
    assert ada.changed() == {}


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


class Killed(BaseException):
    """The process dies."""


def kill_in(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Die in the transaction that would write that chunk."""
    write, calls = writing.bring_up_to_date, [0]

    def dying(*args: Any, **kwargs: Any) -> Any:
        written = write(*args, **kwargs)
        calls[0] += 1
        if calls[0] == number:
            raise Killed
        return written

    monkeypatch.setattr(passes, "bring_up_to_date", dying)


def several(brand: Brand) -> None:
    """Five of everything, so that there are several chunks."""
    for number in range(5):
        brand.put(Account, f"ada{number}")
        brand.put(Subscription, f"sub{number}", account_id=f"ada{number}")
        brand.put(RatePlan, f"plan{number}", subscription_id=f"sub{number}")
        brand.put(RatePlanCharge, f"charge{number}", rate_plan_id=f"plan{number}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("chunk", [1, 3, 4, 8, 12])
def test_a_run_killed_anywhere_goes_on_to_the_same(brand, monkeypatch, chunk):
    several(brand)
    monkeypatch.setattr(passes, "CHUNK", 2)
    with monkeypatch.context() as dying:
        kill_in(dying, chunk)
        with pytest.raises(Killed):
            brand.run()
    brand.enrich()
    found = state()
    assert len(found) == 20
    assert Mutation.objects.filter(model="billing.enrichedrateplan").count() == 5
    brand.enrich(full=True)
    assert state() == found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("chunk", [1, 3, 5, 6])
def test_a_change_is_not_lost_when_a_run_dies_over_it(brand, monkeypatch, chunk):
    several(brand)
    brand.enrich()
    monkeypatch.setattr(passes, "CHUNK", 2)
    for number in range(5):
        brand.put(RatePlan, f"plan{number}", subscription_id=f"sub{number}", name="Gift")
    with monkeypatch.context() as dying:
        kill_in(dying, chunk)
        with pytest.raises(Killed):
            brand.run()
    brand.enrich()
    classes = EnrichedSubscription.objects.values_list("subscription_class", flat=True)
    assert list(classes) == ["gift"] * 5


def test_a_whole_pass_that_stopped_goes_on_where_it_was(brand, monkeypatch):
    several(brand)
    monkeypatch.setattr(passes, "CHUNK", 2)
    brand.enrich(limit=3)
    assert EnrichPass.objects.get(name="nordlicht/billing.enrichedrateplan").reached == "nordlicht:plan2"
    report = brand.enrich()
    assert report["enriched_plan"].counts.read == 2


def test_rules_that_change_during_a_pass_begin_it_anew(brand, monkeypatch):
    several(brand)
    monkeypatch.setattr(passes, "CHUNK", 2)
    brand.enrich(limit=3)
    brand.rules(RuleSet.Kind.FREETEXT, GIFT)
    assert brand.enrich()["enriched_plan"].counts.read == 5


def test_a_limit_is_kept_when_following_the_feed(brand):
    several(brand)
    brand.enrich()
    for number in range(5):
        brand.put(RatePlan, f"plan{number}", subscription_id=f"sub{number}", name="Gift")
    assert brand.enrich(limit=2)["enriched_plan"].counts.read == 2
    assert brand.enrich()["enriched_plan"].counts.read == 5


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


def test_a_brand_whose_import_was_cut_short_is_left_alone(ada):
    Run.objects.create(
        job="import_billing",
        status="interrupted",
        business_date="2025-06-01",
        started_at="2025-06-01T05:00:00Z",
        actor="command test",
        arguments={"brand": ["nordlicht"]},
    )
    report = ada.run()
    assert (report.status, report.exit_code, state()) == ("locked", 1, {})
    assert "half imported" in report.entities[0].error


def test_brands_are_enriched_one_by_one(ada):
    Brand("polder").put(RatePlan, "plan", name="Gift")
    ada.enrich()
    assert not EnrichedRatePlan.objects.filter(tenant="polder").exists()


def test_a_brand_that_is_switched_off_is_left_out(ada):
    Tenant.objects.exclude(code="polder").update(active=False)
    with pytest.raises(ConfigError, match="no active brand"):
        ada.run()
