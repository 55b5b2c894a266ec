"""Rule sets: versions of which one of a kind is in force, and none that was in force is edited."""

import pytest
from django.db import IntegrityError, transaction

from audit.models import Mutation
from hub.errors import HubError, UsageError
from pipelines.billing.models import FreetextRule, RuleSet, TestDataRule
from pipelines.billing.rules import sets
from pipelines.billing.rules.active import active_classifier, active_judge, active_set
from pipelines.billing.rules.kinds import KINDS
from pipelines.engine.feed import pull
from tests.billing.enrich.conftest import GIFT, TRIAL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("somebody")]
FREETEXT, TEST_DATA = RuleSet.Kind.FREETEXT, RuleSet.Kind.TEST_DATA


def in_force(kind: str = FREETEXT) -> RuleSet:
    found = active_set("nordlicht", kind)
    assert found is not None
    return found


def draft(kind: str = FREETEXT) -> RuleSet:
    return sets.draft_from(in_force(kind), by="ada")


@pytest.mark.usefixtures("tenants", "all_tenants")
def test_a_brand_without_rules_gets_the_code_s_own_in_force():
    made = sets.seed("polder", by="enrich_billing")
    assert [(each.kind, each.number, each.status) for each in made] == [
        ("freetext", 1, "active"),
        ("test_data", 1, "active"),
    ]
    assert TestDataRule.objects.filter(tenant="polder").count() == len(KINDS[TEST_DATA].seed)


@pytest.mark.usefixtures("tenants", "all_tenants")
def test_a_brand_without_rules_is_judged_by_the_code_s_own():
    own = active_judge("polder")
    sets.seed("polder", by="enrich_billing")
    assert (own.number, own.fingerprint) == (0, active_judge("polder").fingerprint)


def test_a_brand_is_seeded_once(brand):
    assert sets.seed("nordlicht", by="ada") == []


def test_a_draft_is_a_copy_of_the_rules_it_was_made_from(brand):
    made = draft()
    assert (made.number, made.based_on, made.status) == (2, 1, "draft")
    assert KINDS[FREETEXT].rules_of(made) == KINDS[FREETEXT].rules_of(in_force())


def test_every_rule_of_a_draft_has_a_history_and_a_trace(brand):
    made = draft()
    rule = FreetextRule.objects.filter(rule_set=made).first()
    assert rule is not None
    assert rule.history.count() == 1
    assert Mutation.objects.filter(model="billing.freetextrule", object_key=str(rule.pk)).count() == 1


def test_activating_retires_the_version_before(brand):
    before, made = in_force(), draft()
    sets.activate(made, by="ada", note="better")
    before.refresh_from_db()
    assert (before.status, in_force().number, in_force().activated_by) == ("retired", 2, "ada")


def test_activating_is_recorded_with_its_reason(brand):
    made = draft()
    sets.activate(made, by="ada", note="better")
    newest = Mutation.objects.filter(model="billing.ruleset", object_key=str(made.pk)).order_by("-id")[0]
    assert (newest.reason, newest.actor_id) == ("better", "ada")


def test_activating_is_published(brand):
    sets.activate(draft(), by="ada")
    newest = pull("nordlicht", "billing.ruleset", after=0)[-1]
    assert newest.updated == ["freetext:2"]


def test_the_rules_in_force_decide(brand):
    before = active_classifier("nordlicht").fingerprint
    made = draft()
    FreetextRule.objects.filter(rule_set=made, name=GIFT["name"]).delete()
    assert active_classifier("nordlicht").fingerprint == before
    sets.activate(made, by="ada")
    assert active_classifier("nordlicht").fingerprint != before


def test_a_draft_that_does_not_compile_is_not_activated(brand):
    made = draft()
    FreetextRule.objects.filter(rule_set=made, name=GIFT["name"]).update(pattern="(")
    with pytest.raises(HubError):
        sets.activate(made, by="ada")
    assert in_force().number == 1


@pytest.mark.parametrize("status", ["active", "retired"])
def test_only_a_draft_can_be_activated_or_dropped(brand, status):
    first = in_force()
    if status == "retired":
        sets.activate(draft(), by="ada")
    with pytest.raises(UsageError, match=f"is {status}"):
        sets.activate(first, by="ada")
    with pytest.raises(UsageError, match=f"is {status}"):
        sets.drop(first)


def test_a_dropped_draft_stays_to_be_read(brand):
    made = draft()
    sets.drop(made, note="no good")
    made.refresh_from_db()
    assert (made.status, KINDS[FREETEXT].rules_of(made) != []) == ("retired", True)


def test_the_database_lets_no_two_sets_of_a_kind_be_in_force(brand):
    made = draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.filter(pk=made.pk).update(active_slot=in_force().active_slot)


def test_one_goes_back_by_a_draft_of_an_earlier_version(brand):
    first = in_force()
    sets.activate(draft(), by="ada")
    back = sets.draft_from(first, by="ada")
    assert (back.number, back.based_on) == (3, 1)


def test_kinds_and_brands_have_numbers_and_rules_of_their_own(brand):
    draft()
    assert (draft(TEST_DATA).number, active_set("polder", FREETEXT)) == (2, None)


def test_other_rules_of_the_code_are_news_until_they_were_offered(brand, monkeypatch):
    assert not sets.code_has_news("nordlicht", FREETEXT)
    rule = KINDS[FREETEXT].rule(**TRIAL)
    monkeypatch.setitem(KINDS, FREETEXT, _with_seed(rule))
    assert sets.code_has_news("nordlicht", FREETEXT)
    made = sets.draft_from_code("nordlicht", FREETEXT, by="ada")
    assert (made.status, KINDS[FREETEXT].rules_of(made)) == ("draft", [rule])
    assert not sets.code_has_news("nordlicht", FREETEXT)


def _with_seed(*rules):
    from dataclasses import replace

    return replace(KINDS[FREETEXT], seed=rules)
