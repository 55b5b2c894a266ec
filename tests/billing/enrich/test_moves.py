"""What moves to another account or subscription is looked at where it was and where it is."""

import pytest

from pipelines.billing.models import (
    Account,
    Contact,
    EnrichedSubscription,
    Payment,
    PaymentMethod,
    RatePlan,
    Subscription,
    TestVerdict,
)
from tests.billing.enrich.conftest import Brand

pytestmark = pytest.mark.django_db


@pytest.fixture
def boris(ada: Brand) -> Brand:
    """Ada's brand with a second customer."""
    ada.put(Account, "boris", name="Boris Blau")
    ada.put(Subscription, "his", account_id="boris")
    return ada


def test_a_subscription_that_moves_is_known_to_both_accounts(ada):
    """What its old owner's verdict leaned on is gone."""
    ada.put(Account, "boris", name="Boris")
    ada.enrich()
    ada.put(Subscription, "sub", account_id="boris")
    assert ada.looked_at() == {"test_verdict": 2, "enriched_subscription": 1}


MOVES = [
    pytest.param(Contact, {"account_id": "boris"}, id="contact"),
    pytest.param(PaymentMethod, {"account_id": "boris"}, id="payment method"),
    pytest.param(Payment, {"account_id": "boris", "amount": 5}, id="payment"),
    pytest.param(RatePlan, {"subscription_id": "his"}, id="plan"),
]


@pytest.mark.parametrize(("model", "to"), MOVES)
def test_what_moves_to_another_account_is_looked_at_in_both(boris, model, to):
    boris.put(
        model, "moving", **(to | ({"subscription_id": "sub"} if model is RatePlan else {"account_id": "ada"}))
    )
    boris.enrich()
    boris.put(model, "moving", **to)
    assert boris.looked_at()["test_verdict"] == 2


def test_the_verdict_of_a_former_owner_follows(boris):
    boris.put(Contact, "moving", work_email="x@reserved.example")
    boris.enrich()
    boris.put(Contact, "moving", work_email="x@reserved.example", account_id="boris")
    boris.enrich()
    verdicts = [boris.of(TestVerdict, account).left_out for account in ("ada", "boris")]
    assert verdicts == [False, True]


def test_a_plan_that_moves_changes_both_subscriptions(boris):
    boris.put(RatePlan, "moving", name="Gift")
    boris.enrich()
    boris.put(RatePlan, "moving", name="Gift", subscription_id="his")
    boris.enrich()
    classes = [boris.of(EnrichedSubscription, each).subscription_class for each in ("sub", "his")]
    assert classes == [None, "gift"]


def test_a_plan_that_is_deleted_as_it_moves_leaves_the_subscription_it_was_of(boris):
    boris.put(RatePlan, "moving", name="Gift")
    boris.enrich()
    boris.put(RatePlan, "moving", name="Gift", subscription_id="his", is_deleted=True)
    boris.enrich()
    assert boris.of(EnrichedSubscription, "sub").subscription_class is None
