"""Which brands a run enriches."""

import pytest

from hub.errors import ConfigError
from pipelines.billing.models import EnrichedRatePlan, RatePlan
from pipelines.engine.models import Run, Tenant
from tests.billing.enrich.conftest import Brand, state

pytestmark = pytest.mark.django_db


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
