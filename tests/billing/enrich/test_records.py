"""What an enriched record says of its row."""

from decimal import Decimal

import pytest

from audit.models import Mutation
from pipelines.billing.models import (
    Account,
    Contact,
    EnrichedCharge,
    EnrichedItem,
    EnrichedRatePlan,
    EnrichedSubscription,
    Invoice,
    InvoiceItem,
    Payment,
    Product,
    ProductRatePlan,
    RatePlan,
    RatePlanCharge,
    RuleSet,
    Subscription,
    TestVerdict,
)

pytestmark = pytest.mark.django_db


def test_a_plan_has_the_class_its_name_gives_and_the_rule(ada):
    ada.put(RatePlan, "plan", name="Gift for a friend")
    ada.enrich()
    record = ada.of(EnrichedRatePlan, "plan")
    assert (record.subscription_class, record.subscription_class_rule) == ("gift", "gift.en")


def test_a_plan_is_read_with_what_the_catalogue_says_of_it(ada):
    ada.put(Product, "prod", name="Weekly", sku="TRIAL-1", effective_start_date="2025-01-01")
    ada.put(ProductRatePlan, "prp", product_id="prod", name="Weekly offer")
    ada.put(RatePlan, "plan", name="Weekly", product_rate_plan_id="prp")
    ada.enrich()
    assert ada.of(EnrichedRatePlan, "plan").subscription_class == "trial"


def test_a_plan_that_names_its_product_itself_is_read_with_it(ada):
    ada.put(Product, "prod", name="Trial", sku="W-1", effective_start_date="2025-01-01")
    ada.put(RatePlan, "plan", name="Weekly", product_id="prod", product_rate_plan_id="unknown")
    ada.enrich()
    assert ada.of(EnrichedRatePlan, "plan").subscription_class == "trial"


def test_a_charge_has_its_price_in_minor_units(ada):
    ada.put(RatePlanCharge, "charge", name="Postage", price=Decimal("2.675"))
    ada.enrich()
    record = ada.of(EnrichedCharge, "charge")
    assert (record.charge_category, record.currency, record.price_minor) == ("shipping", "EUR", 268)


def test_the_price_of_a_percentage_is_no_money(ada):
    ada.put(RatePlanCharge, "charge", charge_model="Discount-Percentage", price=Decimal(50))
    ada.enrich()
    assert ada.of(EnrichedCharge, "charge").price_minor is None


@pytest.mark.parametrize(
    ("of_subscription", "of_account", "expected"), [("CHF", "EUR", "CHF"), (None, "EUR", "EUR")]
)
def test_a_charge_without_a_currency_has_that_from_above(ada, of_subscription, of_account, expected):
    ada.put(RatePlanCharge, "charge", currency=None)
    ada.put(Subscription, "sub", currency=of_subscription)
    ada.put(Account, "ada", currency=of_account)
    ada.enrich()
    assert ada.of(EnrichedCharge, "charge").currency == expected


def test_an_item_without_a_currency_has_that_of_its_invoice(ada):
    ada.put(InvoiceItem, "item", currency=None, charge_amount=Decimal("-1200"), tax_amount=Decimal(0))
    ada.put(Invoice, "inv", account_id="ada", currency="JPY")
    ada.enrich()
    record = ada.of(EnrichedItem, "item")
    assert (record.currency, record.amount_minor, record.tax_minor) == ("JPY", -1200, 0)


def test_orphans_are_enriched_with_what_is_known(brand):
    brand.put(RatePlanCharge, "lone", rate_plan_id="nowhere", currency=None)
    brand.put(InvoiceItem, "lone", invoice_id="nowhere", currency=None)
    brand.put(Subscription, "lone", account_id="nowhere", currency=None)
    brand.enrich()
    amounts = brand.of(EnrichedCharge, "lone").price_minor, brand.of(EnrichedItem, "lone").amount_minor
    assert (amounts, brand.of(EnrichedSubscription, "lone").left_out) == ((None, None), False)


def test_a_subscription_has_the_strongest_class_of_its_plans(ada):
    ada.put(RatePlan, "plan", name="Trial")
    ada.put(RatePlan, "second", name="Gift")
    ada.enrich()
    record = ada.of(EnrichedSubscription, "sub")
    assert (record.subscription_class, record.subscription_class_rule) == ("gift", "gift.en")


@pytest.mark.parametrize(
    "gone",
    [{"amendment_type": "RemoveProduct"}, {"is_deleted": True}, {"missing_since": "2025-05-01T00:00:00Z"}],
)
def test_plans_that_are_gone_say_nothing_of_a_subscription(ada, gone):
    ada.put(RatePlan, "plan", name="Trial")
    ada.put(RatePlan, "second", name="Gift", **gone)
    ada.enrich()
    assert ada.of(EnrichedSubscription, "sub").subscription_class == "trial"


@pytest.mark.parametrize(
    ("contacts", "of_subscription", "expected"),
    [
        ({"home": "Deutschland"}, {}, "DE"),
        ({"home": "Deutschland", "gift": "Österreich"}, {"sold_to_contact_id": "gift"}, "AT"),
        ({"home": "Deutschland", "gift": "nowhere"}, {"sold_to_contact_id": "gift"}, "DE"),
        ({"home": "nowhere"}, {}, None),
    ],
)
def test_a_subscription_has_the_country_it_is_delivered_to(ada, contacts, of_subscription, expected):
    for name, country in contacts.items():
        ada.put(Contact, name, country=country)
    ada.put(Subscription, "sub", **of_subscription)
    ada.enrich()
    assert ada.of(EnrichedSubscription, "sub").country == expected


def test_a_test_account_leaves_its_subscriptions_out(ada):
    ada.put(Contact, "home", work_email="ada@reserved.example")
    ada.enrich()
    verdict = ada.of(TestVerdict, "ada")
    assert (verdict.is_test, verdict.confidence, verdict.left_out) == (True, "certain", True)
    assert ada.of(EnrichedSubscription, "sub").left_out


@pytest.mark.parametrize(
    ("status", "gateway_state", "left_out"),
    [
        ("Processed", None, False),
        ("Processed", "Settled", False),
        ("Processed", "FailedToSettle", True),
        ("Processed", "NotSubmitted", True),
        ("Error", None, True),
    ],
)
def test_only_money_that_came_in_and_stayed_speaks_for_an_account(ada, status, gateway_state, left_out):
    ada.rules(RuleSet.Kind.TEST_DATA, {"name": "veto", "layer": "settled_veto", "value": "1.00"})
    ada.put(Contact, "home", work_email="ada@yopmail.com")
    paid = {"amount": Decimal("29.90"), "status": status, "gateway_state": gateway_state}
    ada.put(Payment, "paid", account_id="ada", **paid)
    ada.enrich()
    assert ada.of(TestVerdict, "ada").left_out == left_out


def test_a_verdict_tells_by_which_rules(ada):
    ada.enrich()
    verdict = ada.of(TestVerdict, "ada")
    assert (verdict.rules_version, len(verdict.rules_fingerprint)) == (1, 16)


def test_a_deleted_row_keeps_its_record(ada):
    ada.enrich()
    ada.put(RatePlanCharge, "charge", is_deleted=True)
    report = ada.enrich()["enriched_charge"]
    assert (ada.of(EnrichedCharge, "charge").gone, report.counts.deleted) == (True, 1)


def test_a_change_is_in_the_trail_with_its_difference(ada):
    ada.enrich()
    ada.put(RatePlan, "plan", name="Gift")
    ada.enrich()
    newest = Mutation.objects.filter(model="billing.enrichedrateplan").order_by("-id")[0]
    assert newest.diff == [
        {"op": "add", "path": "subscription_class", "new": "gift"},
        {"op": "add", "path": "subscription_class_rule", "new": "gift.en"},
    ]
    assert newest.checksum_after == ada.of(EnrichedRatePlan, "plan").checksum
