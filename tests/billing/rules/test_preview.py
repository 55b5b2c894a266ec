"""What a draft would change, told before it is activated."""

from decimal import Decimal

import orjson
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.context import Actor, acting
from hub.errors import UsageError
from hub.progress import SilentMeter
from pipelines.billing.models import (
    Account,
    Contact,
    FreetextRule,
    InvoiceItem,
    Payment,
    RatePlan,
    RatePlanCharge,
    RuleSet,
    Subscription,
    TestDataRule,
)
from pipelines.billing.rules import sets
from pipelines.billing.rules.active import ActiveJudge, active_judge, active_set
from pipelines.billing.rules.kinds import KINDS
from pipelines.billing.rules.preview import Preview, preview
from pipelines.billing.rules.seen_accounts import judged, keys_of_accounts
from pipelines.billing.test_data.verdict import AccountEvidence, Judge, Verdict
from pipelines.billing.test_data.verdict import Rule as PureRule
from tests.billing.enrich.conftest import GIFT, POSTAGE, RESERVED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("somebody")]
FREETEXT, TEST_DATA = RuleSet.Kind.FREETEXT, RuleSet.Kind.TEST_DATA


def draft(kind: str = FREETEXT) -> RuleSet:
    base = active_set("nordlicht", kind)
    assert base is not None
    return sets.draft_from(base, by="ada")


def without(name: str) -> RuleSet:
    made = draft()
    FreetextRule.objects.filter(rule_set=made, name=name).delete()
    return made


def previewed(rule_set: RuleSet) -> Preview:
    return preview(rule_set, meter=SilentMeter())


def test_a_copy_changes_nothing(ada):
    found = previewed(draft())
    assert (found.changes, found.rows) == ([], 4)


def test_an_answer_that_changes_is_told_with_its_rows_and_money(ada):
    for number in range(3):
        ada.put(RatePlanCharge, f"gift{number}", name="Gift box", price=Decimal("10.50"))
    found = previewed(without(GIFT["name"])).changes
    (change,) = [each for each in found if each.what == "charge" and each.answer == "subscription_class"]
    assert (change.before, change.rows, change.distinct) == ("gift", 3, 1)
    assert (change.money, change.examples) == ({"EUR": Decimal("31.5")}, ["Gift box"])
    assert change.rules.startswith("gift.en → ")


def test_money_is_told_by_currency(ada):
    ada.put(InvoiceItem, "a", charge_name="Postage", charge_amount=Decimal(5))
    ada.put(InvoiceItem, "b", charge_name="Postage", charge_amount=Decimal(7), currency="CHF")
    found = previewed(without(POSTAGE["name"])).changes
    (change,) = [each for each in found if each.what == "invoice item"]
    assert change.money == {"EUR": Decimal(5), "CHF": Decimal(7)}


def test_a_share_is_no_money(ada):
    ada.put(RatePlanCharge, "a", name="Gift", charge_model="Discount-Percentage", price=Decimal(50))
    found = previewed(without(GIFT["name"])).changes
    (change,) = [each for each in found if each.what == "charge" and each.answer == "subscription_class"]
    assert (change.rows, change.money) == (1, {})


def test_a_plan_counts_once_with_the_prices_of_its_charges(ada):
    ada.put(RatePlan, "plan", name="Gift")
    ada.put(RatePlanCharge, "second", name="Extra", price=Decimal("0.10"))
    found = previewed(without(GIFT["name"])).changes
    (change,) = [each for each in found if each.what == "plan" and each.answer == "subscription_class"]
    assert (change.rows, change.money) == (1, {"EUR": Decimal(30)})


def test_subscriptions_are_judged_by_their_own_terms(ada):
    ada.put(Subscription, "sub", promotion_code_c="gift")
    found = previewed(without(GIFT["name"])).changes
    assert {(each.what, each.before) for each in found if each.answer == "subscription_class"} == {
        ("subscription", "gift")
    }


def test_equal_texts_are_grouped_by_the_database(ada):
    with CaptureQueriesContext(connection) as few:
        previewed(draft())
    for number in range(50):
        ada.put(RatePlan, f"plan{number}")
        ada.put(RatePlanCharge, f"charge{number}")
    with CaptureQueriesContext(connection) as many:
        found = previewed(draft())
    assert found.rows == 104
    assert found.distinct == 4
    assert len(many) - len(few) < 40  # making the draft


def test_other_brands_are_not_looked_at(ada):
    ada.put(RatePlan, "plan", name="Gift")
    type(ada)("polder").put(RatePlan, "theirs", name="Gift")
    assert previewed(without(GIFT["name"])).rows == 4


def test_accounts_that_change_their_verdict_are_told_with_their_settled_money(ada):
    ada.put(Contact, "home", work_email="ada@other.example.de")
    paid = {"account_id": "ada", "status": "Processed", "currency": "EUR", "gateway_state": "Settled"}
    ada.put(Payment, "a", amount=Decimal("12.90"), **paid)
    ada.put(Payment, "b", amount=Decimal("99"), **(paid | {"gateway_state": "FailedToSettle"}))
    ada.put(Payment, "c", amount=Decimal("99"), **(paid | {"status": "Error"}))
    made = draft(TEST_DATA)
    TestDataRule.objects.filter(rule_set=made).update(value="other.example.de")
    (change,) = previewed(made).changes
    assert (change.before, change.after, change.rows) == ("ordinary", "test, certain", 1)
    assert (change.money, change.examples) == ({"EUR": Decimal("12.90")}, ["ada"])


def test_the_command_takes_the_newest_draft_and_keeps_what_it_found(ada, capsys):
    ada.put(RatePlan, "plan", name="Gift")
    made = without(GIFT["name"])
    call_command("preview_rules", "--brand", "nordlicht", "--kind", "freetext", "--json")
    told = orjson.loads(capsys.readouterr().out)
    made.refresh_from_db()
    assert (told["version"], told["changed_rows"] > 0) == (2, True)
    assert made.preview == told


def test_the_command_says_how_to_get_a_draft(brand):
    with pytest.raises(UsageError, match="no draft") as error:
        call_command("preview_rules", "--brand", "nordlicht", "--kind", "freetext")
    assert "Rule sets" in error.value.hint


def test_the_command_refuses_a_set_of_another_brand(brand):
    made = draft()
    with pytest.raises(UsageError, match=f"has no set {made.pk}"):
        call_command("preview_rules", "--brand", "polder", "--kind", "freetext", "--set", str(made.pk))


def reserving(*domains: str) -> RuleSet:
    """A draft with these reserved domains and no other rule."""
    made = draft(TEST_DATA)
    TestDataRule.objects.filter(rule_set=made).delete()
    rules = [KINDS[TEST_DATA].rule(**(RESERVED | {"name": each, "value": each})) for each in domains]
    with acting(Actor.command("test"), source="test"):
        sets.fill(made, rules)
    return made


def told(found: Preview) -> list[tuple[str, str, list[str]]]:
    return [(change.before, change.after, change.examples) for change in found.changes]


class NotAsked(ActiveJudge):
    """The judge of the rules in force, who must not be asked."""

    def __init__(self) -> None:
        super().__init__(KINDS[TEST_DATA].compiled([PureRule(**RESERVED)]), active_judge("nordlicht").number)

    def judge(self, evidence: AccountEvidence) -> Verdict:
        raise AssertionError("was asked again")


def test_what_enrichment_has_judged_is_not_judged_again_by_the_rules_in_force(ada):
    ada.put(Contact, "home", work_email="ada@reserved.example")
    ada.enrich()
    (seen,) = judged("nordlicht", ["nordlicht:ada"], NotAsked(), Judge([]))
    assert seen is not None
    assert (seen.before, seen.after) == ("test, certain", "ordinary")


def test_the_same_is_told_before_and_after_enrichment(ada):
    ada.put(Contact, "home", work_email="ada@reserved.example")
    made = reserving("other.example")
    before = told(previewed(made))
    ada.enrich()
    assert told(previewed(made)) == before == [("test, certain", "ordinary", ["ada"])]


def test_stored_verdicts_do_not_count_once_something_has_changed(ada):
    ada.enrich()
    ada.put(Contact, "home", work_email="ada@reserved.example")
    assert told(previewed(reserving("other.example"))) == [("test, certain", "ordinary", ["ada"])]


def test_stored_verdicts_of_other_rules_do_not_count(ada):
    ada.put(Contact, "home", work_email="ada@reserved.example")
    ada.enrich()
    ada.rules(TEST_DATA, RESERVED | {"value": "other.example"})
    assert told(previewed(reserving("reserved.example"))) == [("ordinary", "test, certain", ["ada"])]


def test_where_the_rules_are_the_same_no_account_is_read(ada):
    made = draft(TEST_DATA)
    with CaptureQueriesContext(connection) as asked:
        found = previewed(made)
    assert (found.rows, found.changes) == (1, [])
    assert not [query for query in asked.captured_queries if "billing_contact" in query["sql"]]


def test_a_sample_is_taken_evenly_out_of_all_accounts(brand):
    for number in range(10):
        brand.put(Account, f"a{number}")
    keys, in_all = keys_of_accounts("nordlicht", 4)
    assert keys == [f"nordlicht:a{number}" for number in (0, 2, 5, 7)]
    assert in_all == 10


@pytest.mark.parametrize("most", [None, 3, 4])
def test_where_few_are_all_all_are_looked_at(brand, most):
    for number in range(3):
        brand.put(Account, f"a{number}")
    assert keys_of_accounts("nordlicht", most) == ([f"nordlicht:a{number}" for number in range(3)], 3)


def test_a_preview_of_a_sample_says_of_how_many(brand):
    for number in range(10):
        brand.put(Account, f"a{number}")
    found = preview(reserving("other.example"), meter=SilentMeter(), most_accounts=4)
    assert found.as_dict()["looked_at"] == {"distinct": 4, "rows": 4, "rows_in_all": 10}
