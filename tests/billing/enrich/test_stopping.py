"""A run that was killed, or stopped at its limit, goes on where it was and comes to the same."""

from typing import Any

import pytest

from audit.models import Mutation
from pipelines.billing.enrich import passes, writing
from pipelines.billing.models import EnrichedRatePlan, EnrichedSubscription, EnrichPass, RatePlan, RuleSet
from tests.billing.enrich.conftest import GIFT, POSTAGE, TRIAL, WIN_BACK, several, state

pytestmark = pytest.mark.django_db


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


def test_rules_that_change_back_during_a_pass_begin_it_anew_too(brand, monkeypatch):
    """Some records are by the other rules."""
    several(brand)
    for number in range(5):
        brand.put(RatePlan, f"plan{number}", subscription_id=f"sub{number}", name="Gift")
    in_force = [GIFT, TRIAL, POSTAGE, WIN_BACK]
    brand.rules(RuleSet.Kind.FREETEXT, *in_force)
    brand.enrich()
    monkeypatch.setattr(passes, "CHUNK", 2)
    brand.rules(RuleSet.Kind.FREETEXT, GIFT | {"value": "trial"})
    brand.enrich(limit=3)
    brand.rules(RuleSet.Kind.FREETEXT, *in_force)
    brand.enrich()
    classes = EnrichedRatePlan.objects.values_list("subscription_class", flat=True)
    assert list(classes) == ["gift"] * 5


def test_a_limit_is_kept_when_following_the_feed(brand):
    several(brand)
    brand.enrich()
    for number in range(5):
        brand.put(RatePlan, f"plan{number}", subscription_id=f"sub{number}", name="Gift")
    assert brand.enrich(limit=2)["enriched_plan"].counts.read == 2
    assert brand.enrich()["enriched_plan"].counts.read == 5
