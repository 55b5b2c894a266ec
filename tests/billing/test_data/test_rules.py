"""Rules as people write them: what fits a layer, what is told otherwise, what the fingerprint stands for."""

from __future__ import annotations

import pytest

from hub.errors import ConfigError
from pipelines.billing.test_data import documented
from pipelines.billing.test_data.rules import passes_luhn
from pipelines.billing.test_data.verdict import LAYERS, SEED, AccountEvidence, Judge, Person, Rule, check_rule
from tests.billing.test_data.judging import HOUSE, RENT, short

GOOD = [
    ("account_name_prefix", "[test]"), ("test_batch", "Batch50"), ("blocked_email", "a+b@firm.com"),
    ("blocked_name", "Ada Moss"), ("known_individual", "email=a@b.de"),
    ("known_individual", "last_name=Moss; postal_code=8001; first_name=Ada"),
    ("office_address", "postal_code=N1; address_contains=Kings Place"), ("internal_domain", "Brand-A.de"),
    ("reserved_domain", "test"), ("disposable_domain", "müll.de"), ("relay_domain", "duck.com"),
    ("test_promotion_code", "X"), ("test_card", "4111 1111 1111 1111"), ("test_bin", "424242"),
    ("test_bin", "42424242"),
    ("test_last_four", "4242"), ("test_iban", "NL91 ABNA 0417 1643 00"), ("test_holder", "APRO"),
    ("test_gateway_word", "sandbox"), ("test_word", "Prüfung"), ("placeholder_name", "Max Mustermann"),
    ("usual_placeholder", "John Doe"), ("common_name", "Jean Dupont"), ("settled_veto", "1.00"),
]  # fmt: skip

BAD = [
    ("blocked_email", "firm.com"), ("blocked_name", "123"), ("known_individual", "Robin"),
    ("known_individual", "last_name=Moss"), ("known_individual", "postal_code=8001"),
    ("known_individual", "mail=a@b.de; email=a@b.de"), ("known_individual", "email=nobody"),
    ("office_address", "postal_code=N1"), ("internal_domain", "a@brand-a.de"), ("internal_domain", "brand a.de"),
    ("test_card", "4111111111111112"), ("test_card", "1234"), ("test_bin", "4242"), ("test_bin", "4242424"),
    ("test_last_four", "42424"), ("test_last_four", "abcd"), ("test_iban", "NL91"), ("test_word", "two words"),
    ("test_word", "t3st"), ("test_gateway_word", "-"), ("settled_veto", "one"), ("settled_veto", "-1"),
    ("settled_veto", "NaN"),
]  # fmt: skip


def rule(layer: str, value: str) -> Rule:
    return Rule(name="mine", layer=layer, value=value)


@pytest.mark.parametrize(("layer", "value"), GOOD)
def test_what_fits(layer: str, value: str) -> None:
    check_rule(rule(layer, value))


def test_every_layer_is_tried() -> None:
    assert {layer for layer, _ in GOOD} == LAYERS.keys()


@pytest.mark.parametrize(("layer", "value"), BAD)
def test_what_does_not_fit_its_layer_is_told_with_a_hint(layer: str, value: str) -> None:
    with pytest.raises(ConfigError, match="mine") as caught:
        check_rule(rule(layer, value))
    assert LAYERS[layer].hint in caught.value.hint


@pytest.mark.parametrize(("layer", "value"), BAD)
def test_a_judge_takes_no_rule_that_does_not_fit(layer: str, value: str) -> None:
    with pytest.raises(ConfigError):
        Judge([rule(layer, value)])


def test_an_unknown_layer_is_told_with_those_there_are() -> None:
    with pytest.raises(ConfigError) as caught:
        check_rule(rule("test_phone", "555"))
    assert "test_batch" in caught.value.hint


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_an_empty_value_is_told_to_who_writes_it(layer: str) -> None:
    with pytest.raises(ConfigError, match="empty"):
        check_rule(rule(layer, " "))


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_an_empty_value_matches_nothing(layer: str) -> None:
    blank = AccountEvidence(name="", batch="", people=(Person(first_name="", last_name="", emails=("",)),))
    assert short(Judge([*SEED, rule(layer, "")]).judge(blank)) == "real certain"


def test_every_seed_fits_its_layer() -> None:
    for seed in SEED:
        check_rule(seed)


def test_seeds_have_names_of_their_own() -> None:
    assert len({seed.name for seed in SEED}) == len(SEED)


def test_the_check_digits_of_documented_accounts_are_right() -> None:
    wrong = [
        iban for iban in documented.IBANS
        if int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 != 1
    ]  # fmt: skip
    assert wrong == []


@pytest.mark.parametrize(
    ("number", "passes"), [("4111111111111111", True), ("4111111111111112", False), ("0", True)]
)
def test_the_check_digit_of_cards(number: str, passes: bool) -> None:
    assert passes_luhn(number) is passes


def test_the_fingerprint_does_not_depend_on_the_order_of_rules() -> None:
    assert Judge([*SEED, *HOUSE]).fingerprint == Judge([*reversed(HOUSE), *SEED]).fingerprint


def test_the_fingerprint_changes_with_any_rule() -> None:
    changed = Rule(name=SEED[0].name, layer=SEED[0].layer, value="other.example")
    prints = {Judge(rules).fingerprint for rules in (SEED, SEED[1:], [changed, *SEED[1:]], [*SEED, HOUSE[0]])}
    assert len(prints) == 4


def test_a_seed_may_be_taken_away() -> None:
    without = [seed for seed in SEED if seed.value != "Max Mustermann"]
    evidence = AccountEvidence(people=(Person(first_name="Max", last_name="Mustermann"),))
    assert short(Judge(without).judge(evidence)) == "real suspect"


@pytest.mark.parametrize(
    ("layer", "value", "mail", "expected"),
    [
        ("disposable_domain", "muell.de", "ada@muell.de", "test likely"),
        ("relay_domain", "yopmail.com", "ada@yopmail.com", "real certain"),
        ("reserved_domain", "qa.firm.com", "ada@qa.firm.com", "test certain"),
        ("test_word", "pruefung", "ada+pruefung@gmx.de", "test likely"),
    ],
)
def test_a_brand_adds_its_own(layer: str, value: str, mail: str, expected: str) -> None:
    evidence = AccountEvidence(people=(Person(first_name="Ada", last_name="Moss", emails=(mail,)),))
    assert short(Judge([*SEED, rule(layer, value)]).judge(evidence)) == expected


def test_of_two_amounts_the_smaller_vetoes() -> None:
    judge = Judge([*SEED, rule("settled_veto", "100")])
    people = (Person(first_name="John", last_name="Doe"),)
    assert short(judge.judge(AccountEvidence(people=people, payments=(RENT,)))) == "real suspect"
