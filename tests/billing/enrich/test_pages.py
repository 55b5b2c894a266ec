"""Verdicts and enriched records in the admin: beside their rows, never changed, never counted."""

import pytest
from django.contrib.admin.utils import quote
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pipelines.billing.models import (
    Contact,
    EnrichedCharge,
    EnrichedItem,
    EnrichedRatePlan,
    EnrichedSubscription,
    RatePlan,
    TestVerdict,
)

pytestmark = pytest.mark.django_db
ROWS = {
    EnrichedRatePlan: "plan",
    EnrichedCharge: "charge",
    EnrichedItem: "item",
    EnrichedSubscription: "sub",
    TestVerdict: "ada",
}
each_model = pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)


@pytest.fixture
def records(ada):
    ada.put(Contact, "home", work_email="ada@reserved.example")
    ada.put(RatePlan, "plan", name="Gift")
    ada.enrich()
    return ada


def listing(model, **filters: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return reverse(f"admin:billing_{model._meta.model_name}_changelist") + (f"?{query}" if query else "")


def page(model, name="change") -> str:
    return reverse(f"admin:billing_{model._meta.model_name}_{name}", args=[quote(f"nordlicht:{ROWS[model]}")])


def shown(client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    html: str = answer.content.decode()
    return html


@each_model
def test_a_record_leads_to_its_row(staff, records, model):
    row = reverse(
        f"admin:billing_{model.of_entity.replace('_', '')}_change", args=[quote(f"nordlicht:{ROWS[model]}")]
    )
    assert row in shown(staff, page(model))


@each_model
def test_no_list_counts_its_table(staff, records, model):
    with CaptureQueriesContext(connection) as queries:
        assert ROWS[model] in shown(staff, listing(model))
    counting = [query["sql"] for query in queries if "COUNT(" in query["sql"].upper()]
    assert all("LIMIT" in sql for sql in counting)


@each_model
def test_records_can_only_be_read(staff, records, model):
    assert staff.post(page(model), {}).status_code == 403
    assert staff.post(page(model, "delete"), {"post": "yes"}).status_code == 403


@each_model
def test_a_record_is_found_by_the_id_of_its_row(staff, records, model):
    assert f"nordlicht:{ROWS[model]}" in shown(staff, listing(model, q=ROWS[model])).replace("<wbr>", "")


@pytest.mark.parametrize(
    ("model", "filters", "found"),
    [
        (EnrichedRatePlan, {"subscription_class": "gift"}, True),
        (EnrichedRatePlan, {"subscription_class": "trial"}, False),
        (EnrichedRatePlan, {"subscription_class": "unclassified"}, False),
        (EnrichedSubscription, {"subscription_class": "gift"}, True),
        (TestVerdict, {"confidence": "certain"}, True),
        (TestVerdict, {"confidence": "likely"}, False),
        (TestVerdict, {"reason": "reserved_domain"}, True),
        (TestVerdict, {"left_out": "1"}, True),
        (TestVerdict, {"left_out": "0"}, False),
        (TestVerdict, {"tenant": "polder"}, False),
    ],
)
def test_lists_are_filtered(staff, records, model, filters, found):
    assert (page(model) in shown(staff, listing(model, **filters))) is found


def test_an_ordinary_account_is_not_among_the_certain_tests(staff, ada):
    ada.enrich()
    assert page(TestVerdict) not in shown(staff, listing(TestVerdict, confidence="certain"))


def test_amounts_are_shown_in_their_currency(staff, records):
    assert "29.90 EUR" in shown(staff, page(EnrichedCharge))
