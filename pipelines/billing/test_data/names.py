"""What the name of a person, of an account or of a card holder says. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipelines.billing.test_data import vocabulary
from pipelines.billing.test_data.evidence import CERTAIN, LIKELY, ODD, SUSPECT, Signal
from pipelines.billing.test_data.keyboards import is_mash, is_plain_mash
from pipelines.billing.test_data.rules import Rulebook
from pipelines.billing.test_data.seed import split
from pipelines.billing.test_data.words import REMEMBERED, fold, is_made_of, is_random, plain, tokens

Tokens = Sequence[str]


def _plain(text: str) -> frozenset[str]:
    return frozenset(plain(word) for word in split(text))


WEAK, ROLES = _plain(vocabulary.WEAK), _plain(vocabulary.ROLES)
GIVEN, FAMILY = _plain(vocabulary.GIVEN_NAME), _plain(vocabulary.FAMILY_NAME)
UNMISTAKABLE, REAL = _plain(vocabulary.UNMISTAKABLE_SURNAMES), _plain(vocabulary.REAL_SURNAMES)
LABELS = GIVEN | FAMILY  # of form fields
BESIDE_TEST = WEAK | ROLES | LABELS
IN_COMPOUNDS = frozenset(word for word in BESIDE_TEST if len(word) >= 4 or not word.isascii())
PRETENDED = ROLES | LABELS  # whom or what a test account is made for
NAME_LAYERS = ("blocked_name", "placeholder_name", "usual_placeholder", "common_name")
BEFORE_ROLES = frozenset({"demo", "muster", "probe", "fake", "sample", "mock"})


class NameReader:
    """Reads names by a rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._test = book["test_word"]
        self._listed = frozenset[str]().union(*(book[layer] for layer in NAME_LAYERS))
        self._parts = IN_COMPOUNDS | self._test
        self._pretended = self._parts & (PRETENDED | self._test)
        self._placeholders = book["placeholder_name"] | book["usual_placeholder"]
        self.is_test_word = lru_cache(REMEMBERED)(self._is_test_word)

    def of_person(self, first_name: str | None, last_name: str | None) -> Iterator[Signal]:
        """What a given and a family name say; a full name in one field is read as `of_full_name`.

        A family name alone says nothing that could make a test: there are people called Test, Null and Fake.
        """
        first, last = tokens(first_name), tokens(last_name)
        if not first or not last:
            yield from self.of_full_name(f"{first_name or ''} {last_name or ''}")
            if first and self.is_test_word(first[0]):
                yield Signal("test_name_token", LIKELY)
            return
        yield from self._whole(first, last)
        if self.is_test_word(first[0]):
            yield Signal("test_name_token", LIKELY)
        if fold(first_name) == fold(last_name) and is_random(first_name):
            yield Signal("random_name", LIKELY)
        if is_mash("".join(first)) and is_mash("".join(last)):
            yield Signal("keyboard_mash", LIKELY)
        elif is_plain_mash("".join(first)):
            yield Signal("keyboard_mash", SUSPECT)

    def of_full_name(self, text: str | None) -> Iterator[Signal]:
        """What a name in one field says; which word of it is the given name is not known."""
        found = tokens(text)
        if len(found) > 1:
            yield from self._whole(found[:1], found[1:])
            if all(map(is_mash, found)):
                yield Signal("keyboard_mash", LIKELY)

    def _is_test_word(self, token: str) -> bool:
        """A word for "test", or one written together with what it is to test (Testkunde, usertest)."""
        if token in self._test:
            return True
        for cut in range(2, len(token) - 1):
            head, tail = token[:cut], token[cut:]
            if head in self._test and is_made_of(tail, self._parts):
                return True
            if tail in self._test and is_made_of(head, self._parts):
                return True
            if head in BEFORE_ROLES and tail in self._pretended:
                return True
        return False

    def is_all_test(self, found: Tokens) -> bool:
        """Whether a text is nothing but words for "test" and for what it is to test, with one of the former."""
        return any(map(self.is_test_word, found)) and all(map(self._beside_test, found))

    def is_placeholder(self, found: Tokens) -> bool:
        """A name that nobody, or hardly anybody, bears."""
        return not self._placeholders.isdisjoint(_spellings(found[:1], found[1:]))

    def _beside_test(self, token: str) -> bool:
        return token in BESIDE_TEST or self.is_test_word(token)

    def _whole(self, first: Tokens, last: Tokens) -> Iterator[Signal]:
        book = self._book
        spellings = self._listed & _spellings(first, last)
        if spellings & book["blocked_name"]:
            yield Signal("blocked_name", CERTAIN)
        if spellings & book["placeholder_name"]:
            yield Signal("known_placeholder_name", CERTAIN)
        elif spellings & book["usual_placeholder"]:
            yield Signal("known_placeholder_name", LIKELY)
        elif last[-1] in UNMISTAKABLE:
            yield Signal("placeholder_surname", SUSPECT)
        elif spellings & book["common_name"] or last[-1] in REAL:
            yield Signal("common_placeholder_name", ODD)
        if self._is_pair(first, last):
            yield Signal("test_name_pair", LIKELY)

    def _is_pair(self, first: Tokens, last: Tokens) -> bool:
        """Two fields of words that stand for something, one of them for a test; or the fields' own labels."""
        both = [*first, *last]
        if not all(map(self._beside_test, both)):
            return False
        if LABELS.issuperset(both):
            return not GIVEN.isdisjoint(both) and not FAMILY.isdisjoint(both)
        return any(token in WEAK or self.is_test_word(token) for token in both)


def _spellings(first: Tokens, last: Tokens) -> set[str]:
    """A name written together, in both orders, with and without single letters in its middle."""
    given, family = "".join(first), "".join(last)
    found = {given + family, family + given}
    longer = "".join(token for token in last if len(token) > 1)
    return found | {given + longer, longer + given} if longer else found
