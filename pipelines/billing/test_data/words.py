"""Text in the one form in which it is compared, and its whole tokens. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

LETTERS = re.compile(r"[^\W\d_]+")
RUNS = re.compile(r"[^\W\d_]+|\d+")
CHUNKS = re.compile(r"[^\W_]+")
BLANKS = re.compile(r"[\s-]")
UNUSUAL = re.compile(r"[^\w\s\x00-\x7f]")  # among which all accents and invisible characters are
REMEMBERED = 1 << 14  # texts whose reading is kept: the same names, gateways and plans come again
SPECIAL = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th"})
VOWELS = "aeiouyаеёиоуъыэюяіїєαεηιουω"
CONSONANTS = re.compile(rf"(?:(?![{VOWELS}])[a-zа-яα-ω]){{6,}}")


def fold(text: str | None) -> str:
    """NFKC and case-folded, without invisible characters and outer blanks; '' for nothing."""
    if not text:
        return ""
    if text.isascii():  # where nothing is composed and nothing invisible
        return text.lower().strip()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return UNUSUAL.sub(_unless_invisible, folded).strip()


@lru_cache(REMEMBERED)
def plain(text: str | None) -> str:
    """Folded and without accents, so that "Prénom" and "Prenom" are one word."""
    folded = fold(text)
    if folded.isascii():
        return folded
    bare = UNUSUAL.sub(_unless_accent, unicodedata.normalize("NFD", folded))
    return unicodedata.normalize("NFC", bare).translate(SPECIAL)


@lru_cache(REMEMBERED)
def tokens(text: str | None) -> tuple[str, ...]:
    """The runs of letters; everything else parts them."""
    return tuple(LETTERS.findall(plain(text)))


def _unless_invisible(found: re.Match[str]) -> str:
    return "" if unicodedata.category(found[0]) == "Cf" else found[0]


def _unless_accent(found: re.Match[str]) -> str:
    return "" if unicodedata.combining(found[0]) else found[0]


def postcode(text: str | None) -> str:
    """A postcode without blanks and hyphens."""
    return BLANKS.sub("", plain(text))


def is_made_of(token: str, words: Collection[str]) -> bool:
    """Whether a token is one of the words, or several of them written together."""
    reachable = {0}
    for end in range(1, len(token) + 1):
        if any(token[start:end] in words for start in reachable):
            reachable.add(end)
    return len(token) in reachable


def is_random(text: str | None) -> bool:
    """Whether a text holds a string that nobody would choose: letters and digits in turns, or long digits."""
    for chunk in CHUNKS.findall(plain(text)):
        runs = RUNS.findall(chunk)
        if len(chunk) >= 8 and len(runs) >= 3:
            return True
        if chunk.isdecimal() and len(chunk) >= 6:
            return True
        if any(is_unspeakable(run) and len(run) >= 8 for run in runs):
            return True
    return False


def is_unspeakable(token: str) -> bool:
    """Six letters and more of an alphabet with vowels, and none of these among them."""
    return CONSONANTS.fullmatch(token) is not None
