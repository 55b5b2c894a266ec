"""Structured fields outrank the text, which decides what they leave open."""

from typing import Any

import pytest

from pipelines.billing.freetext.structure import MEANINGS
from tests.billing.freetext.cast import classes, values

CHARGE = "rate_plan_charge.name"


@pytest.mark.parametrize(
    ("text", "structure", "value", "rule"),
    [
        ("Percentage", {"charge_model": "Discount-Percentage"}, "discount", "structure.discount_model"),
        ("Percentage", {"charge_model": "DiscountPercentage"}, "discount", "structure.discount_model"),
        ("Versand", {"charge_model": "Discount-Fixed Amount"}, "discount", "structure.discount_model"),
        ("Adjustment charge", {"sign": -1}, "discount", "structure.negative_amount"),
        ("Livraison offerte", {"sign": -1}, "discount", "structure.negative_amount"),
        ("Rabatt", {"processing_type": "3", "sign": -1}, "tax_fee", "structure.tax_line"),
        ("Abo", {"processing_type": "Tax"}, "tax_fee", "structure.tax_line"),
        ("Percentage", {"processing_type": "1"}, "discount", "structure.discount_line"),
        ("Monday", {"charge_type": "Recurring"}, "recurring", "structure.recurring_charge"),
        ("Einmalzahlung", {"charge_type": "Recurring"}, "recurring", "structure.recurring_charge"),
        ("Jahresabo", {"charge_type": "OneTime"}, "one_time", "structure.one_time_charge"),
        ("Jahresabo", {"charge_type": "One-Time"}, "one_time", "structure.one_time_charge"),
        ("Versandkosten", {"charge_type": "Recurring"}, "shipping", "charge.shipping.de"),
        ("First 6 issues", {"charge_type": "Recurring"}, "trial", "charge.trial.en"),
        (
            "DISCOUNTED 10%",
            {"charge_type": "Recurring", "sign": 1},
            "recurring",
            "structure.recurring_charge",
        ),
        ("Holiday Credit", {"charge_type": "Usage"}, "discount", "charge.credit.en"),
    ],
)
def test_the_charge_category_by_structure(
    text: str, structure: dict[str, Any], value: str, rule: str
) -> None:
    answer = classes((CHARGE, text), **structure).charge_category
    assert (answer.value, answer.rule) == (value, rule)


@pytest.mark.parametrize(
    ("text", "structure", "expected"),
    [
        ("Saturday", {"gift": True}, "gift"),
        ("Jahresabo", {"gift": False}, "standard"),
        ("Guardian Weekly 1 Year", {"term_type": "ONETERM"}, "prepaid"),
        ("Jahresabo", {"term_type": "TERMED", "auto_renew": False}, "prepaid"),
        ("Jahresabo", {"term_type": "TERMED"}, "standard"),
        ("6 Months Only", {"auto_renew": True}, "standard"),
        ("Abo 12 Monate", {"term_type": "EVERGREEN"}, "standard"),
        ("Probeabo", {"term_type": "TERMED", "auto_renew": False}, "trial"),
        ("Staff - monthly", {"sign": 0}, "complimentary"),
        ("Jahresabo", {"sign": 0}, "complimentary"),
        ("Probeabo", {"sign": 0}, "trial"),
        ("Acquisition Discount", {"term_type": "ONETERM"}, None),
    ],
)
def test_the_subscription_class_by_structure(
    text: str, structure: dict[str, Any], expected: str | None
) -> None:
    assert values(text, **structure)[2] == expected


def test_a_charge_of_zero_does_not_make_the_subscription_complimentary() -> None:
    assert values((CHARGE, "Contribution"), charge_type="Recurring", sign=0) == (None, "recurring", None)


def test_what_recurs_is_a_running_subscription() -> None:
    found = classes((CHARGE, "Monday"), charge_type="Recurring", sign=1)
    assert found.subscription_class.rule == "inferred.running"


def test_the_text_around_decides_what_the_own_text_leaves_open() -> None:
    around = ("rate_plan.name", "Echo-Legacy")
    assert values((CHARGE, "Monday"), around, charge_type="Recurring") == (None, "recurring", "legacy")


def test_the_own_text_comes_before_the_text_around() -> None:
    assert values("Geschenkabo", ("product.name", "Probeabo"))[2] == "gift"


def test_a_plain_abo_yields_to_more_that_is_said_around_it() -> None:
    assert values((CHARGE, "Abopreis"), ("rate_plan.name", "Geschenkabo"))[2] == "gift"


def test_credits_among_the_discounts_are_marked() -> None:
    assert classes("Kulanzgutschrift").credit
    assert not classes("Rabatt 10 %").credit


def test_nothing_comes_of_nothing() -> None:
    assert values() == (None, None, None)


def test_every_structural_answer_can_be_told_to_a_person() -> None:
    named = {
        classes((CHARGE, "x"), charge_type="Recurring").charge_category.rule,
        classes("Probeabo").funnel_step.rule,
        classes("Kochbuch").charge_category.rule,
    }
    assert named < set(MEANINGS) | {"charge.one_time.de"}
