"""Many rules over one text at once: sequences indexed by the token that gives them away. Pure.

A text costs one look-up a token, however many rules there are; what a token may begin is worked out when it is
first seen, and kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence as Rows
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.billing.freetext.pattern import (
    SHORTEST_STEM,
    Atom,
    Kind,
    PatternError,
    Sequence,
    anywhere,
    parse,
)
from pipelines.billing.freetext.rule import RULE_VALUES, Rule
from pipelines.billing.freetext.tokens import Tokens

MOST_KNOWN_WORDS = 100_000  # then the memory of words begins anew, so that garbage cannot fill it

LONGEST_COMMON = 3  # letters; words as short as this stand in many texts
LONGEST_NUMBER = 9  # digits
NUMBER = "#"  # stands for any number among the neighbours
HIT, NEAR, FAR = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A rule and what it stands for: sequences to find, those that void a hit they touch, or any hit."""

    rule: Rule
    find: tuple[Sequence, ...]
    near: tuple[Sequence, ...] = ()
    far: tuple[Sequence, ...] = ()


class Match(NamedTuple):
    """Sequence of a rule found at tokens start..end (end not included); `by_head`: by the begin of one word."""

    rule: int
    part: int
    start: int
    end: int
    by_head: bool


class _Entry(NamedTuple):
    """A sequence as filed under its anchor; `atoms` is empty where the anchor is all of it."""

    rule: int
    part: int
    anchor: int
    length: int
    atoms: Sequence
    by_head: bool


class _Candidates(NamedTuple):
    """What a token may be part of: by itself, with a certain neighbour at a distance, or to be looked at."""

    alone: tuple[_Entry, ...]
    beside: tuple[tuple[int, dict[str, tuple[_Entry, ...]]], ...]
    others: tuple[_Entry, ...]


NOTHING = _Candidates((), (), ())


def compile_rule(rule: Rule) -> CompiledRule:
    """The rule, ready to be matched; PatternError names the field that cannot be used, and why."""
    _check_fields(rule)
    near, far = anywhere(rule.unless)
    return CompiledRule(
        rule=rule,
        find=_parsed(rule, "pattern", rule.pattern),
        near=_parsed(rule, "unless", near) if near else (),
        far=_parsed(rule, "unless", far) if far or "anywhere:" in rule.unless else (),
    )


def _check_fields(rule: Rule) -> None:
    if not rule.name.strip():
        raise PatternError("a rule needs a name", hint="such as trial.de.proof", place="name")
    if rule.taxonomy not in RULE_VALUES:
        raise PatternError(
            f"there is no taxonomy {rule.taxonomy!r}",
            hint=f"one of {', '.join(RULE_VALUES)}",
            rule=rule.name,
            place="taxonomy",
        )
    if rule.value not in RULE_VALUES[rule.taxonomy]:
        raise PatternError(
            f"{rule.taxonomy} has no value {rule.value!r}",
            hint=f"one of {', '.join(RULE_VALUES[rule.taxonomy])}",
            rule=rule.name,
            place="value",
        )


def _parsed(rule: Rule, place: str, text: str) -> tuple[Sequence, ...]:
    try:
        return parse(text)
    except PatternError as error:
        raise PatternError(error.reason, hint=error.hint, rule=rule.name, place=place) from None


class Index:
    """The sequences of many rules, asked for by token."""

    def __init__(self, rules: Rows[CompiledRule]) -> None:
        self._exact: dict[str, list[_Entry]] = defaultdict(list)
        self._heads: dict[str, list[_Entry]] = defaultdict(list)
        self._tails: dict[str, list[_Entry]] = defaultdict(list)
        for number, compiled in enumerate(rules):
            for part, sequences in ((HIT, compiled.find), (NEAR, compiled.near), (FAR, compiled.far)):
                for sequence in sequences:
                    self._add(number, part, sequence)
        self._head_lengths = sorted({len(head) for head in self._heads})
        self._tail_lengths = sorted({len(tail) for tail in self._tails})
        self._known: dict[str, _Candidates] = {}

    def _add(self, rule: int, part: int, sequence: Sequence) -> None:
        anchor = _anchor(sequence)
        atom = sequence[anchor]
        alone = len(sequence) == 1
        entry = _Entry(
            rule=rule,
            part=part,
            anchor=anchor,
            length=len(sequence),
            atoms=() if alone else sequence,
            by_head=alone and atom.kind is Kind.HEAD,
        )
        table = {Kind.WORD: self._exact, Kind.HEAD: self._heads, Kind.TAIL: self._tails}[atom.kind]
        table[atom.text].append(entry)

    def find(self, tokens: Tokens) -> list[Match]:
        """Every sequence that stands in the text."""
        found: list[Match] = []
        words, known = tokens.words, self._known
        last = len(words)
        for place, word in enumerate(words):
            candidates = known.get(word) or self._learn(word)
            if candidates is NOTHING:
                continue
            for entry in candidates.alone:
                found.append(Match(entry.rule, entry.part, place, place + 1, entry.by_head))
            for distance, by_key in candidates.beside:
                beside = place + distance
                if 0 <= beside < last:
                    for key in _keys(words[beside]):
                        if entries := by_key.get(key):
                            _collect(entries, place, tokens, found)
            if candidates.others:
                _collect(candidates.others, place, tokens, found)
        return found

    def _learn(self, word: str) -> _Candidates:
        if len(self._known) >= MOST_KNOWN_WORDS:
            self._known.clear()
        entries = list(self._exact.get(word, ()))
        for length in self._head_lengths:
            entries += self._heads.get(word[:length], ()) if length <= len(word) else ()
        for length in self._tail_lengths:
            entries += self._tails.get(word[-length:], ()) if length <= len(word) else ()
        self._known[word] = _filed(entries)
        return self._known[word]


def _keys(word: str) -> tuple[str, ...]:
    """What a neighbour is filed under: the word itself or that it is a number, its begin and its end."""
    if word[0].isdigit():
        return (NUMBER,)
    return word, f"{word[:SHORTEST_STEM]}*", f"*{word[-SHORTEST_STEM:]}"


def _key(atom: Atom) -> str:
    """The one of a neighbour's keys by which an atom finds it; '' for an atom that anything fits."""
    if atom.kind is Kind.HEAD and len(atom.text) >= SHORTEST_STEM:
        return f"{atom.text[:SHORTEST_STEM]}*"
    if atom.kind is Kind.TAIL and len(atom.text) >= SHORTEST_STEM:
        return f"*{atom.text[-SHORTEST_STEM:]}"
    return {Kind.WORD: atom.text, Kind.NUMBER: NUMBER}.get(atom.kind, "")


def _collect(entries: tuple[_Entry, ...], place: int, tokens: Tokens, found: list[Match]) -> None:
    for entry in entries:
        start = place - entry.anchor
        if _stands(entry.atoms, start, tokens):
            found.append(Match(entry.rule, entry.part, start, start + entry.length, entry.by_head))


def _filed(entries: list[_Entry]) -> _Candidates:
    """The entries of a token, those of several tokens by the neighbour that they need."""
    if not entries:
        return NOTHING
    beside: dict[int, dict[str, list[_Entry]]] = defaultdict(lambda: defaultdict(list))
    others = []
    for entry in entries:
        if neighbour := _neighbour(entry):
            beside[neighbour[0]][neighbour[1]].append(entry)
        elif entry.atoms:
            others.append(entry)
    return _Candidates(
        alone=tuple(entry for entry in entries if not entry.atoms),
        beside=tuple(
            (distance, {word: tuple(filed) for word, filed in by_word.items()})
            for distance, by_word in beside.items()
        ),
        others=tuple(others),
    )


def _neighbour(entry: _Entry) -> tuple[int, str] | None:
    """Distance and key of the rarest other token that a sequence needs."""
    known = [
        (_rarity(atom), -abs(place - entry.anchor), place - entry.anchor, key)
        for place, atom in enumerate(entry.atoms)
        if place != entry.anchor and (key := _key(atom))
    ]
    return max(known)[2:] if known else None


def _anchor(sequence: Sequence) -> int:
    """The place of the rarest atom."""
    return max(range(len(sequence)), key=lambda place: _rarity(sequence[place]))


def _rarity(atom: Atom) -> tuple[int, int]:
    """Long words before stems, stems before "de" and "le", those before numbers."""
    if atom.kind is Kind.WORD:
        return (3 if len(atom.text) > LONGEST_COMMON else 1), len(atom.text)
    return {Kind.HEAD: 2, Kind.TAIL: 2}.get(atom.kind, 0), len(atom.text)


def _stands(atoms: Sequence, start: int, tokens: Tokens) -> bool:
    end = start + len(atoms)
    if start < 0 or end > len(tokens.words) or tokens.segment[start] != tokens.segment[end - 1]:
        return False
    return all(
        _fits(atom, tokens.words[place], tokens.glued[place]) for place, atom in enumerate(atoms, start)
    )


def _fits(atom: Atom, word: str, glued: bool) -> bool:
    if atom.glued and not glued:
        return False
    if atom.kind is Kind.WORD:
        return word == atom.text
    if atom.kind is Kind.NUMBER:
        return _is_number(atom, word)
    if atom.kind is Kind.HEAD:
        return word.startswith(atom.text)
    return atom.kind is Kind.ANY or word.endswith(atom.text)


def _is_number(atom: Atom, word: str) -> bool:
    if not word[0].isdigit():
        return False
    if atom.least == 0 and atom.most is None:
        return True
    if not word.isdecimal() or len(word) > LONGEST_NUMBER:
        return False
    return atom.least <= int(word) and (atom.most is None or int(word) <= atom.most)
