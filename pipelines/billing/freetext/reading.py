"""What the rules say of one text: which matched, which of them count, and what silenced the others. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.billing.freetext.evidence import CHARGE_CATEGORY, FUNNEL_STEP
from pipelines.billing.freetext.matching import FAR, HIT, CompiledRule, Index, Match
from pipelines.billing.freetext.negation import negated_by
from pipelines.billing.freetext.rule import CREDIT, PRECEDENCE, UNCLASSIFIED
from pipelines.billing.freetext.tokens import Tokens, tokenise

SPEAKS, NEGATED, VOID, LATER = "speaks", "negated", "void", "later"


class Voice(NamedTuple):
    """A rule that counts in a text. They sort by precedence, then by name, so that the least one answers."""

    taxonomy: str
    rank: int
    rule: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that matched: what it matched, at which tokens, and whether it counts.

    `verdict` is `speaks`, `negated`, `void` (its `unless` stands there) or `later` (what follows "then" or ">"
    does not decide); `by` names the word that silenced it.
    """

    rule: str
    taxonomy: str
    value: str
    matched: str
    start: int
    end: int
    verdict: str
    by: str = ""


class Reader:
    """Compiled rules, asked about one text at a time."""

    def __init__(self, rules: Sequence[CompiledRule]) -> None:
        self._index = Index(rules)
        self._voices = [_voice(compiled) for compiled in rules]

    def voices(self, text: str) -> list[Voice]:
        """The rules that count, by precedence."""
        tokens = tokenise(text)
        matches = self._index.find(tokens)
        if not matches:
            return []
        return sorted(
            {self._voices[match.rule] for match, silence in self._heard(matches, tokens) if not silence[0]}
        )

    def findings(self, text: str) -> tuple[Tokens, tuple[Finding, ...]]:
        """The tokens, and every rule that matched."""
        tokens = tokenise(text)
        heard = self._heard(self._index.find(tokens), tokens)
        found = {self._finding(match, silence, tokens) for match, silence in heard}
        whole = [one for one in found if not any(_covers(other, one) for other in found)]
        return tokens, tuple(sorted(whole, key=lambda one: (one.start, one.rule, one.end)))

    def _finding(self, match: Match, silence: tuple[str, str], tokens: Tokens) -> Finding:
        voice = self._voices[match.rule]
        return Finding(
            rule=voice.rule,
            taxonomy=voice.taxonomy,
            value=voice.value,
            matched=" ".join(tokens.words[match.start : match.end]),
            start=match.start,
            end=match.end,
            verdict=silence[0] or SPEAKS,
            by=silence[1],
        )

    def _heard(self, matches: list[Match], tokens: Tokens) -> list[tuple[Match, tuple[str, str]]]:
        """Each hit with what silences it and by which word."""
        exceptions: dict[int, list[Match]] = defaultdict(list)
        hits = []
        for match in matches:
            if match.part == HIT:
                hits.append(match)
            else:
                exceptions[match.rule].append(match)
        heard = [(hit, self._silence(hit, exceptions.get(hit.rule, ()), tokens)) for hit in hits]
        return self._put_off(heard, tokens) if tokens.later < len(tokens.words) else heard

    def _silence(self, hit: Match, exceptions: Iterable[Match], tokens: Tokens) -> tuple[str, str]:
        for other in exceptions:
            if other.part == FAR or (other.start < hit.end and hit.start < other.end):
                return VOID, " ".join(tokens.words[other.start : other.end])
        charge = self._voices[hit.rule].taxonomy == CHARGE_CATEGORY
        word = negated_by(tokens, hit.start, hit.end, by_head=hit.by_head, charge=charge)
        return (NEGATED, word) if word else ("", "")

    def _put_off(
        self, heard: list[tuple[Match, tuple[str, str]]], tokens: Tokens
    ) -> list[tuple[Match, tuple[str, str]]]:
        """What is said of later counts only where nothing is said of now; a step is a step anywhere."""
        taxonomies = [self._voices[hit.rule].taxonomy for hit, _ in heard]
        if not any(
            taxonomy != FUNNEL_STEP and hit.start < tokens.later and not silence[0]
            for taxonomy, (hit, silence) in zip(taxonomies, heard, strict=True)
        ):
            return heard
        return [
            (hit, (LATER, "then") if taxonomy != FUNNEL_STEP and hit.start >= tokens.later else silence)
            for taxonomy, (hit, silence) in zip(taxonomies, heard, strict=True)
        ]


def _voice(compiled: CompiledRule) -> Voice:
    rule = compiled.rule
    ranked = PRECEDENCE[rule.taxonomy]
    value = "discount" if rule.value == CREDIT else rule.value
    rank = len(ranked) if value == UNCLASSIFIED else ranked.index(value)
    return Voice(rule.taxonomy, rank, rule.name, rule.value)


def _covers(one: Finding, other: Finding) -> bool:
    """Whether the same rule matched more of the text, with the same verdict."""
    same = one.rule == other.rule and one.verdict == other.verdict
    return same and one.start <= other.start and one.end >= other.end and one != other
