"""The commands as they are typed."""

import orjson
import pytest
from django.core.management import call_command

from hub.errors import UsageError
from hub.registry import jobs
from pipelines.billing.models import EnrichedRatePlan, RatePlan, RuleSet
from tests.billing.enrich.conftest import freetext

pytestmark = pytest.mark.django_db


def test_the_command_enriches_every_brand(ada, capsys):
    type(ada)("polder").put(RatePlan, "theirs")
    call_command("enrich_billing", "--json")
    told = orjson.loads(capsys.readouterr().out)
    assert (told["status"], told["total"]["created"]) == ("done", 6)
    assert {key.partition(":")[0] for key in EnrichedRatePlan.objects.values_list("key", flat=True)} == {
        "nordlicht",
        "polder",
    }


def test_a_brand_without_rules_gets_the_code_s_own(ada):
    call_command("enrich_billing", "--brand", "polder", "--json")
    assert RuleSet.objects.filter(tenant="polder", status="active").count() == 2


@pytest.mark.parametrize(
    ("flags", "error"), [(["--brand", "x"], "no brand 'x'"), (["--limit", "0"], "at least 1")]
)
def test_wrong_usage_is_told(ada, flags, error):
    with pytest.raises(UsageError, match=error):
        call_command("enrich_billing", *flags)


def test_enrichment_follows_the_import():
    assert jobs.get("enrich_billing").after == "import_billing"


def test_texts_are_explained_by_the_rules_of_the_brand(brand, capsys):
    brand.rules(RuleSet.Kind.FREETEXT, freetext("own", "subscription_class", "gift", "wunderkiste"))
    call_command("explain_text", "--brand", "nordlicht", "Wunderkiste", "--json")
    assert '"own"' in capsys.readouterr().out
