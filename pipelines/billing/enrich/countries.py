"""Countries as people and systems write them, as ISO 3166 codes of two letters. Pure but for the library's names."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

LANGUAGES = ("en", "de", "fr", "nl", "es")
_NO_COUNTRY = frozenset(  # in the library's lists of territories, but not in ISO 3166; Kosovo's XK is in use
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)
_WITHOUT_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# What people write that is no territory's own name: parts of the United Kingdom and customary short forms.
_CUSTOMARY = {
    "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "great britain": "GB",
    "grossbritannien": "GB", "england uk": "GB", "holland": "NL", "the netherlands": "NL",
    "united states of america": "US", "u s a": "US", "u s": "US", "u k": "GB", "brd": "DE",
    "schweiz suisse": "CH", "czech republic": "CZ", "tschechische republik": "CZ", "turkey": "TR",
}  # fmt: skip


def country_code(text: str | None) -> str | None:
    """The code of a country given by code (two or three letters) or by its name in one of LANGUAGES; else None."""
    return None if text is None else _known().get(_folded(text))


@cache
def _known() -> dict[str, str]:
    """Names by their folded form; an earlier language, and a code before a name, wins."""
    codes = {code for code, _ in _territories("en") if re.fullmatch("[A-Z]{2}", code)} - _NO_COUNTRY
    found = {_folded(code): code for code in sorted(codes)}
    for alias, targets in sorted(get_global("territory_aliases").items()):
        if re.fullmatch("[A-Z]{2,3}", alias) and len(targets) == 1 and targets[0] in codes:
            found.setdefault(_folded(alias), targets[0])
    for language in LANGUAGES:
        for code, name in _territories(language):
            if code in codes:
                found.setdefault(_folded(name), code)
                found.setdefault(_folded(name.casefold().translate(_WITHOUT_UMLAUTS)), code)
    return _CUSTOMARY | found


def _territories(language: str) -> list[tuple[str, str]]:
    return [(str(code), str(name)) for code, name in Locale(language).territories.items()]


def _folded(text: str) -> str:
    """Without case, accents, punctuation and doubled blanks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", letters))
