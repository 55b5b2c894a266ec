"""The language of patterns."""

import pytest

from pipelines.billing.freetext.matching import compile_rule
from pipelines.billing.freetext.pattern import PatternError
from pipelines.billing.freetext.rule import Rule
from tests.billing.freetext.cast import matches, rule


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("gift", "a gift box", True),
        ("gift", "gifted", False),
        ("gift", "Entgiftung", False),
        ("probe*", "Probemonat", True),
        ("probe*", "Weinprobe", False),
        ("*abo", "Jahresabo", True),
        ("*abo", "Abopreis", False),
        ("order bump", "Order-Bump", True),
        ("order bump", "order the bump", False),
        ("order bump", "order, bump", False),
        ("win~back", "winback", True),
        ("win~back", "Win-Back", True),
        ("us1", "US1", True),
        ("us1", "US-1", False),
        ("us 1", "US-1", True),
        ("save#", "SAVE20", True),
        ("save#", "save 20", False),
        ("oto 2-9", "OTO3", True),
        ("oto 2-9", "OTO1", False),
        ("oto 2-9", "OTO10", False),
        ("upsell 2+", "Upsell 12", True),
        ("# issues", "6 issues", True),
        ("# issues", "six issues", False),
        ("# %", "5,5 %", True),
        ("# €", "29.90 EUR", True),
        ("€ #", "$5", True),
        ("- # %", "−30 %", True),
        ("- # %", "10-30 %", False),
        ("trial (day|days)", "trial days", True),
        ("offre? spéciale", "SPECIALE", True),
        ("extra .. bestelling", "extra bij je bestelling", True),
        ("extra .. bestelling", "extra een twee drie vier bestelling", False),
        ("a b | c d", "c d", True),
        ("verlängerung", "Verlaengerung", True),
        ("l'unité", "à l’unité", True),
        ("e-paper", "ePaper", True),
    ],
)
def test_what_a_pattern_matches(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("unless", "text", "expected"),
    [
        ("gift card", "gift card", False),
        ("gift card", "gift and card", True),
        ("card", "gift card", True),  # it lies beside the hit, not over it
        ("anywhere: card", "gift card", False),
        ("gift wrap | anywhere: card", "a gift for one card", False),
        ("gift wrap", "gift wrap for a gift", True),
    ],
)
def test_an_exception_voids_the_hit_that_it_lies_over(unless: str, text: str, expected: bool) -> None:
    assert matches("gift", text, unless) is expected


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("a |", "empty"),
        ("(a|b", "without its )"),
        ("a b)", "without its ("),
        ("?", "follows the word"),
        ("ab*", "too short"),
        ("*abo*", "one star"),
        ("pro*be", "one star"),
        ("#", "no evidence"),
        (".. abo", "between two words"),
        ("9-2 x", "empty"),
        ("~abo", "between two words"),
        ("a.b", "no word has"),
        ("word?", "optional"),
        (" ".join(["(a|b|c|d|e|f|g|h|i|j)"] * 4), "more than"),
    ],
)
def test_a_pattern_that_cannot_be_read_says_why(pattern: str, told: str) -> None:
    with pytest.raises(PatternError, match="rule mine pattern") as caught:
        compile_rule(rule(pattern))
    assert told in caught.value.reason
    assert caught.value.hint


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (Rule(name="x", taxonomy="mood", value="gift", pattern="a"), "taxonomy"),
        (Rule(name="x", taxonomy="subscription_class", value="shipping", pattern="a"), "value"),
        (Rule(name=" ", taxonomy="subscription_class", value="gift", pattern="a"), "name"),
        (rule("a", "(b"), "unless"),
        (rule("a", "b | anywhere:"), "unless"),
        (rule("(a"), "pattern"),
    ],
)
def test_the_error_names_the_field_to_mend(broken: Rule, place: str) -> None:
    with pytest.raises(PatternError) as caught:
        compile_rule(broken)
    assert caught.value.place == place
