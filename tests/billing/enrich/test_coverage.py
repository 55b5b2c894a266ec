"""How many records have a class: kept up while they change, and told on the front page and by the doctor."""

import pytest

from pipelines.billing.enrich import standing
from pipelines.billing.enrich.coverage import coverage, verdict_counts
from pipelines.billing.enrich.standing import coverage_card, texts_are_understood
from pipelines.billing.models import ClassCount, Contact, RatePlan
from tests.billing.enrich.conftest import several

pytestmark = pytest.mark.django_db


def of_plans() -> dict[str, int]:
    rows = ClassCount.objects.filter(model="billing.enrichedrateplan", field="subscription_class", rows__gt=0)
    return {row.value or "": row.rows for row in rows}


def counted_anew(brand) -> dict[str, int]:
    brand.enrich(full=True)
    return of_plans()


def test_counts_follow_every_change(ada):
    before = counted_anew(ada)
    ada.put(RatePlan, "second", name="Gift")
    ada.put(RatePlan, "third", name="Gift")
    ada.enrich()
    assert of_plans() == before | {"gift": 2}
    ada.put(RatePlan, "second", name="Trial")
    ada.put(RatePlan, "third", name="Gift", is_deleted=True)
    ada.enrich()
    assert of_plans() == before | {"trial": 1}
    assert of_plans() == counted_anew(ada)


def test_a_row_that_comes_back_is_counted_again(ada):
    ada.put(RatePlan, "plan", name="Gift", is_deleted=True)
    ada.enrich()
    ada.put(RatePlan, "plan", name="Gift")
    ada.enrich()
    assert of_plans() == {"gift": 1}


def test_coverage_is_told_by_field(ada):
    ada.enrich()
    (found,) = [
        each for each in coverage() if each.field == "funnel_step" and each.model.endswith("rateplan")
    ]
    assert (found.rows, found.unclassified, found.share) == (1, 1, 0)


def test_accounts_that_are_left_out_are_counted(ada):
    ada.put(Contact, "home", work_email="ada@reserved.example")
    ada.enrich()
    assert verdict_counts("nordlicht") == {"left out": 1, "suspect": 0}


def test_the_card_reads_the_kept_counts_alone(ada, django_assert_num_queries):
    ada.enrich()
    with django_assert_num_queries(5):  # the counts, the brands, and the verdicts of three
        card = coverage_card()
    assert [brand["name"] for brand in card["brands"]] == ["Lumière", "Nordlicht", "Polder"]


def test_a_share_of_a_brand_leads_to_rows_of_that_brand(ada):
    ada.enrich()
    (brand,) = [each for each in coverage_card()["brands"] if each["lines"]]
    assert all("tenant=nordlicht" in line["href"] for line in brand["lines"])


def test_the_doctor_says_when_nothing_is_classified(tenants):
    assert texts_are_understood().hint == "manage.py enrich_billing"


@pytest.mark.parametrize(("enough", "level"), [(1, "warn"), (100, "ok")])
def test_the_doctor_warns_of_much_that_is_unclassified(brand, monkeypatch, enough, level):
    several(brand)
    brand.enrich()
    ClassCount.objects.filter(model="billing.enrichedcharge").update(value="")
    monkeypatch.setattr(standing, "ENOUGH_ROWS", enough)
    assert texts_are_understood().level == level
