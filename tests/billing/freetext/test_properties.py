"""What holds for any text."""

import random
import unicodedata
from contextlib import suppress
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.billing.freetext.classifier import Classifier
from pipelines.billing.freetext.pattern import PatternError
from pipelines.billing.freetext.rules import SEED
from pipelines.billing.freetext.tokens import tokenise
from tests.billing.freetext.cast import SEEDED, evidence, rule, values
from tests.billing.freetext.test_texts import written

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
TEXTS = [text for text, _ in written()]
# camelCase is a spelling of its own, so a text that has it may change with its case
ONE_CASE = [text for text in TEXTS if tokenise(text).words == tokenise(text.lower()).words]
LETTERS = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=4)


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    SEEDED.explain(evidence(text, ("product.name", text)))


@given(st.text(alphabet="()|?*#%€-~.+ abcd19:", max_size=25))
def test_a_pattern_compiles_or_says_why_not(pattern: str) -> None:
    with suppress(PatternError):  # any other error is a fault
        Classifier([rule(pattern, pattern)])


def test_a_number_of_five_thousand_digits_is_a_number() -> None:
    assert values("OTO" + "9" * 5000) == ("upsell_1", None, None)


@given(st.sampled_from(ONE_CASE))
def test_upper_case_changes_nothing(text: str) -> None:
    assert values(text.upper()) == values(text)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@given(text=st.sampled_from(TEXTS))
def test_the_form_of_unicode_changes_nothing(form: Form, text: str) -> None:
    assert values(unicodedata.normalize(form, text)) == values(text)


@given(st.sampled_from(TEXTS), st.sampled_from(["\u00a0", "\u2009", "  ", "\t"]))
def test_the_kind_of_blank_changes_nothing(text: str, blank: str) -> None:
    assert values(text.replace(" ", blank)) == values(text)


@given(st.sampled_from(TEXTS), st.integers(min_value=0))
def test_a_soft_hyphen_anywhere_changes_nothing(text: str, place: int) -> None:
    cut = place % (len(text) + 1)
    assert values(f"{text[:cut]}\u00ad{text[cut:]}") == values(text)


@given(
    st.sampled_from(["kein", "ohne", "sans", "geen", "zonder", "sin", "no", "without"]),
    st.sampled_from(["Probeabo", "Schnupperabo", "trial", "essai", "proefperiode", "prueba", "Testphase"]),
    st.lists(st.sampled_from(["das", "le", "period", "neue"]), max_size=2),
)
def test_a_negator_before_a_trial_leaves_no_trial(negator: str, word: str, between: list[str]) -> None:
    step, category, kind = values(" ".join([negator, *between, word]))
    assert (step, category, kind == "trial") == (None, None, False)


@given(st.sampled_from(["oto1", "us2", "ds1", "xs", "fe", "gift", "bump"]), LETTERS, LETTERS)
def test_letters_glued_to_both_sides_of_a_code_silence_it(code: str, before: str, behind: str) -> None:
    own = Classifier([each for each in SEED if each.name.startswith("step.") and each.name.endswith(".any")])
    found = own.classify(evidence("qx" + before + code + behind + "xq")).funnel_step
    assert found.value is None


@settings(max_examples=5)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rules_means_nothing(chance: random.Random) -> None:
    shuffled = chance.sample(SEED, len(SEED))
    other = Classifier(shuffled)
    assert other.fingerprint == SEEDED.fingerprint
    for text in chance.sample(TEXTS, 10):
        assert other.explain(evidence(text)) == SEEDED.explain(evidence(text))
