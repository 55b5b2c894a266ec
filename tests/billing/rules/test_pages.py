"""Rule sets and rules in the admin: drafts are edited, tried out and put in force; nothing else is."""

import re

import pytest
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Permission
from django.urls import reverse

from audit.models import Mutation
from pipelines.billing.models import Account, FreetextRule, RatePlan, RuleSet, TestDataRule
from pipelines.billing.rules import admin, sets
from pipelines.billing.rules.active import active_set
from tests.billing.enrich.conftest import GIFT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("somebody")]
NOTE = {"_form_submitted": "True", "note": "because"}


@pytest.fixture
def draft(ada) -> RuleSet:
    ada.put(RatePlan, "plan", name="Gift")
    return sets.draft_from(in_force(), by="ada")


def in_force() -> RuleSet:
    found = active_set("nordlicht", "freetext")
    assert found is not None
    return found


def page(record, name="change") -> str:
    return reverse(f"admin:billing_{record._meta.model_name}_{name}", args=[quote(str(record.pk))])


def shown(client, where: str) -> str:
    answer = client.get(where, follow=True)
    assert answer.status_code == 200
    html: str = answer.content.decode()
    return html


def act(client, rule_set: RuleSet, what: str):
    return client.post(page(rule_set, what), NOTE)


def rule_of(rule_set: RuleSet) -> FreetextRule:
    return FreetextRule.objects.get(rule_set=rule_set, name=GIFT["name"])


def form_of(rule: FreetextRule, **changes: str) -> dict[str, str]:
    names = ("name", "taxonomy", "value", "pattern", "unless", "language", "note")
    return {name: getattr(rule, name) for name in names} | changes


def test_a_preview_is_asked_for_and_shown(staff, draft):
    FreetextRule.objects.filter(pk=rule_of(draft).pk).delete()
    assert "No preview yet" in shown(staff, page(draft))
    html = shown(staff, page(draft, "try_out"))
    assert "gift.en" in html
    assert "29.90 EUR" in html


def test_a_preview_of_a_sample_says_how_to_look_at_all(staff, ada, monkeypatch):
    monkeypatch.setattr(admin, "ACCOUNTS_IN_A_REQUEST", 1)
    ada.put(Account, "boris")
    active = active_set("nordlicht", "test_data")
    assert active is not None
    draft = sets.draft_from(active, by="ada")
    html = shown(staff, page(draft, "try_out"))
    assert "a sample: 1 of 2 accounts" in html
    assert f"preview_rules --brand nordlicht --kind test_data --set {draft.pk}" in html


def test_a_preview_of_all_accounts_is_no_sample(staff, ada):
    active = active_set("nordlicht", "test_data")
    assert active is not None
    assert "a sample" not in shown(staff, page(sets.draft_from(active, by="ada"), "try_out"))


def test_a_draft_is_put_in_force(staff, draft):
    assert act(staff, draft, "activate")["HX-Redirect"] == page(draft)
    assert in_force().pk == draft.pk
    assert Mutation.objects.filter(object_key=str(draft.pk), reason="because", actor_id="ada").exists()


def test_a_draft_with_a_rule_that_does_not_compile_is_not(staff, draft):
    FreetextRule.objects.filter(rule_set=draft).update(pattern="(")
    act(staff, draft, "activate")
    assert in_force().number == 1


def test_a_draft_is_dropped(staff, draft):
    act(staff, draft, "drop")
    draft.refresh_from_db()
    assert draft.status == "retired"


def test_a_draft_is_made_from_the_rules_in_force(staff, brand):
    act(staff, in_force(), "copy")
    assert RuleSet.objects.get(kind="freetext", number=2).note == "because"


def test_the_page_of_the_set_in_force_offers_no_activation(staff, brand):
    html = shown(staff, page(in_force()))
    assert page(in_force(), "activate") not in html
    assert page(in_force(), "copy") in html


@pytest.mark.parametrize("what", ["activate", "drop", "copy"])
def test_who_may_only_look_changes_nothing(client, django_user_model, draft, what):
    user = django_user_model.objects.create_user("boris", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_ruleset"))
    client.force_login(user)
    assert client.post(page(draft, what), NOTE).status_code == 403
    assert RuleSet.objects.filter(kind="freetext").count() == 2


def test_a_rule_of_a_draft_is_edited_with_history_and_trace(staff, draft):
    rule = rule_of(draft)
    assert staff.post(page(rule), form_of(rule, pattern="gift | present")).status_code == 302
    rule.refresh_from_db()
    assert (rule.pattern, rule.history.count()) == ("gift | present", 2)
    newest = Mutation.objects.filter(object_key=str(rule.pk)).order_by("-id")[0]
    assert newest.diff == [{"op": "replace", "path": "pattern", "old": "gift", "new": "gift | present"}]


def test_an_edited_rule_makes_the_preview_void(staff, draft):
    shown(staff, page(draft, "try_out"))
    staff.post(page(rule_of(draft)), form_of(rule_of(draft), pattern="present"))
    draft.refresh_from_db()
    assert draft.preview is None


def test_a_rule_that_does_not_compile_is_refused_beside_its_field(staff, draft):
    html = staff.post(page(rule_of(draft)), form_of(rule_of(draft), pattern="(gift")).content.decode()
    assert "docs/explanation/freetext.md" in html
    assert rule_of(draft).pattern == "gift"


@pytest.mark.parametrize("status", ["active", "retired"])
def test_a_rule_that_is_or_was_in_force_is_not_edited(staff, brand, status):
    rule = rule_of(in_force())
    RuleSet.objects.filter(pk=rule.rule_set_id).update(status=status)
    assert staff.post(page(rule), form_of(rule, pattern="present")).status_code == 403
    assert staff.post(page(rule, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", ["freetextrule", "testdatarule"])
def test_a_rule_s_brand_and_version_stand_beside_its_name(staff, draft, model):
    """Behind a pattern they were seen only after scrolling sideways."""
    html = shown(staff, reverse(f"admin:billing_{model}_changelist"))
    columns = [name for name in re.findall(r"column-(\w+)", html) if name != "-"]
    assert columns[:3] == ["name", "of_set", "state"]


def test_a_rule_is_added_to_a_draft_only(staff, draft):
    add = reverse("admin:billing_freetextrule_add")
    form = form_of(rule_of(draft), name="new", pattern="present")
    staff.post(add, form | {"rule_set": str(in_force().pk)})
    assert not FreetextRule.objects.filter(name="new").exists()
    staff.post(add, form | {"rule_set": str(draft.pk)})
    assert FreetextRule.objects.get(name="new").tenant == "nordlicht"


def test_a_rule_of_a_draft_is_deleted_with_a_trace(staff, draft):
    rule = rule_of(draft)
    staff.post(page(rule, "delete"), {"post": "yes"})
    assert not FreetextRule.objects.filter(pk=rule.pk).exists()
    assert Mutation.objects.filter(object_key=str(rule.pk), action="deleted").exists()


def oldest_version(rule: FreetextRule) -> str:
    return reverse("admin:billing_freetextrule_simple_history", args=[rule.pk, rule.history.earliest().pk])


def test_the_versions_of_a_rule_are_listed_and_shown(staff, draft):
    rule = rule_of(draft)
    staff.post(page(rule), form_of(rule, pattern="gift | present"))
    assert oldest_version(rule) in shown(staff, page(rule, "history"))
    assert "gift | present" not in shown(staff, oldest_version(rule))


def test_the_versions_of_a_rule_in_force_are_shown_too(staff, brand):
    rule = rule_of(in_force())
    assert oldest_version(rule) in shown(staff, page(rule, "history"))
    assert rule.pattern in shown(staff, oldest_version(rule))


def test_an_old_version_of_a_rule_is_gone_back_to_in_a_draft(staff, draft):
    rule = rule_of(draft)
    staff.post(page(rule), form_of(rule, pattern="present"))
    assert staff.post(oldest_version(rule), form_of(rule)).status_code == 302
    assert rule_of(draft).pattern == "gift"


def test_an_old_version_of_a_rule_in_force_is_not_gone_back_to(staff, brand):
    rule = rule_of(in_force())
    assert staff.post(oldest_version(rule), form_of(rule)).status_code == 403


def test_a_value_that_does_not_fit_its_layer_is_refused(staff, brand):
    made = sets.draft_from(active_set("nordlicht", "test_data"), by="ada")  # type: ignore[arg-type]  # there is one
    rule = TestDataRule.objects.get(rule_set=made)
    form = {"name": rule.name, "layer": "test_card", "value": "12", "note": ""}
    assert "check digit" in staff.post(page(rule), form).content.decode()
