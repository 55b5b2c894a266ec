"""Rules put in force look at everything again, and change what they say otherwise."""

import pytest

from pipelines.billing.models import Contact, RatePlan, RuleSet
from tests.billing.enrich.conftest import EVERYTHING, GIFT, RESERVED, TRIAL, freetext

pytestmark = pytest.mark.django_db


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
