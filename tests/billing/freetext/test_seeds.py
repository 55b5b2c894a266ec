"""The rules that everything begins with."""

from collections import Counter
from dataclasses import replace

import pytest

from pipelines.billing.freetext.classifier import Classifier
from pipelines.billing.freetext.pattern import PatternError
from pipelines.billing.freetext.rules import PRECEDENCE, SEED
from tests.billing.freetext.cast import SEEDED, rule


def test_names_are_unique_and_tell_taxonomy_value_and_language() -> None:
    short = {"funnel_step": "step", "charge_category": "charge", "subscription_class": "class"}
    assert max(Counter(seed.name for seed in SEED).values()) == 1
    for seed in SEED:
        assert seed.name.split(".")[:3] == [short[seed.taxonomy], seed.value, seed.language or "any"]


@pytest.mark.parametrize("language", ["en", "de", "fr", "nl", "es"])
def test_every_language_has_words_for_nearly_every_value(language: str) -> None:
    spoken = {(seed.taxonomy, seed.value) for seed in SEED if seed.language in ("", language)}
    assert {(taxonomy, value) for taxonomy, values in PRECEDENCE.items() for value in values} <= spoken


def test_the_fingerprint_changes_with_any_field_of_any_rule() -> None:
    prints = {SEEDED.fingerprint}
    for change in ({"note": "other"}, {"pattern": "other"}, {"unless": "other"}, {"language": "xx"}):
        prints.add(Classifier([replace(SEED[0], **change), *SEED[1:]]).fingerprint)
    prints.add(Classifier(SEED[1:]).fingerprint)
    assert len(prints) == 6


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(PatternError, match="two rules") as caught:
        Classifier([rule("a"), rule("b")])
    assert caught.value.place == "name"
