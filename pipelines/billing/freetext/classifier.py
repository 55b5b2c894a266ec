"""Classify evidence by rules. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

from hub.canonical import fingerprint
from pipelines.billing.freetext.evidence import (
    CHARGE_CATEGORY,
    FUNNEL_STEP,
    SUBSCRIPTION_CLASS,
    Answer,
    Classes,
    Evidence,
)
from pipelines.billing.freetext.explanation import Explanation, explain
from pipelines.billing.freetext.matching import compile_rule
from pipelines.billing.freetext.pattern import PatternError
from pipelines.billing.freetext.reading import Reader, Voice
from pipelines.billing.freetext.rule import CREDIT, UNCLASSIFIED, Rule
from pipelines.billing.freetext.structure import (
    CHARGES,
    decided_class,
    default_category,
    entity_of,
    given_category,
    is_open,
)

CODE_VERSION = 1  # raise it when the same rules may give other answers
LAST_RESORT = {
    FUNNEL_STEP: "front_end",
    SUBSCRIPTION_CLASS: "standard",
}  # own text yields to context with more
NOTHING = Answer()


@dataclass(frozen=True, slots=True)
class _Said:
    """What texts say: of the thing itself (all texts of its entity), and around it."""

    own: list[Voice]
    around: list[Voice]

    def of(self, taxonomy: str) -> tuple[list[Voice], list[Voice]]:
        return (
            [voice for voice in self.own if voice.taxonomy == taxonomy],
            [voice for voice in self.around if voice.taxonomy == taxonomy],
        )


class Classifier:
    """A set of rules, compiled once. `fingerprint` changes when any rule or the code's version does."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """PatternError if a rule does not compile or two have one name. The order of rules means nothing."""
        ordered = sorted(rules, key=lambda rule: rule.name)
        _refuse_doubles(ordered)
        self._reader = Reader([compile_rule(rule) for rule in ordered])
        self.fingerprint = fingerprint(CODE_VERSION, [_as_row(rule) for rule in ordered]).hex()

    def classify(self, evidence: Evidence) -> Classes:
        """The three answers to one thing."""
        said = self._said(evidence)
        category, credit = _category(evidence, said)
        of_class = _class(evidence, said, category.value)
        if category.value is None and of_class.value == "one_time":
            category = Answer(value="one_time", rule="inferred.single_purchase")
        if _is_trial_charge(evidence, category, of_class):
            category = Answer(value="trial", rule="inferred.trial_charge")
        return Classes(
            funnel_step=_step(said, of_class),
            charge_category=category,
            subscription_class=of_class,
            credit=credit,
        )

    def explain(self, evidence: Evidence) -> Explanation:
        """The answers with everything that was weighed."""
        return explain(evidence, self._reader, self.classify(evidence))

    def _said(self, evidence: Evidence) -> _Said:
        entity = entity_of(evidence)
        own: list[Voice] = []
        around: list[Voice] = []
        for place, (field, text) in enumerate(evidence.texts):
            mine = not place or field.partition(".")[0] == entity
            (own if mine else around).extend(self._reader.voices(text))
        return _Said(own=own, around=around)


def _category(evidence: Evidence, said: _Said) -> tuple[Answer, bool]:
    """The charge category, and whether it is a credit."""
    own, around = said.of(CHARGE_CATEGORY)
    given = given_category(evidence)
    if given is None:
        given = _first(own, evidence) or default_category(evidence) or _first(around, evidence) or NOTHING
    credit = given.value == "discount" and any(voice.value == CREDIT for voice in own or around)
    return given, credit


def _first(voices: Iterable[Voice], evidence: Evidence) -> Answer | None:
    """The strongest category of a text that structure leaves open."""
    left = [voice for voice in voices if is_open(voice.value, evidence)]
    return _answer(min(left)) if left else None


def _class(evidence: Evidence, said: _Said, category: str | None) -> Answer:
    answer = _strongest(*said.of(SUBSCRIPTION_CLASS), SUBSCRIPTION_CLASS)
    if category == "recurring" and answer == NOTHING and evidence.sign != 0:
        answer = Answer(value="standard", rule="inferred.running")
    return decided_class(evidence, answer, category)


def _strongest(own: list[Voice], around: list[Voice], taxonomy: str) -> Answer:
    """The thing's own word first, but its weakest value yields to what is said around it."""
    answers = [_answer(min(voices)) for voices in (own, around) if voices]
    for answer in answers:
        if answer.value not in (None, LAST_RESORT[taxonomy]):
            return answer
    return next((answer for answer in answers if answer.value), answers[0] if answers else NOTHING)


def _is_trial_charge(evidence: Evidence, category: Answer, of_class: Answer) -> bool:
    if of_class.value != "trial" or entity_of(evidence) not in CHARGES:
        return False
    return category.value is None or category.rule == "structure.recurring_charge"


def _step(said: _Said, of_class: Answer) -> Answer:
    own, around = said.of(FUNNEL_STEP)
    answer = _strongest(own, around, FUNNEL_STEP)
    legacy = any(voice.value == "legacy" for voice in (*said.own, *said.around))
    if answer == NOTHING and of_class.value == "trial" and not legacy:
        return Answer(value="front_end", rule="inferred.trial_is_front_end")
    return answer


def _answer(voice: Voice) -> Answer:
    value = {CREDIT: "discount", UNCLASSIFIED: None}.get(voice.value, voice.value)
    return Answer(value=value, rule=voice.rule)


def _refuse_doubles(ordered: Sequence[Rule]) -> None:
    for rule, following in pairwise(ordered):
        if rule.name == following.name:
            raise PatternError(
                "there are two rules of this name",
                hint="give one of them another",
                rule=rule.name,
                place="name",
            )


def _as_row(rule: Rule) -> list[str]:
    return [str(getattr(rule, field.name)) for field in fields(rule)]
