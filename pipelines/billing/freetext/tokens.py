"""From a text to tokens: folded words, numbers and signs, and where the text breaks. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

CURRENCY, PERCENT, MINUS = "€", "%", "-"
CURRENCY_WORDS = frozenset({"eur", "euro", "euros", "chf", "gbp", "usd"})

# What somebody pays later, not now: `TRIAL_1EUR_14J>REC_29.90_1M`, "1 € then 9.90 €".
LATER_WORDS = frozenset(
    {"then", "thereafter", "afterwards"}
    | {"dann", "danach", "anschliessend"}
    | {"puis", "ensuite", "daarna", "vervolgens", "luego"}
)

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d", "-"),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u2192\u21d2\u27a1\u25b8\u25ba\u203a\u00bb", ">"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\ufe0e\ufe0f\ufeff"),
        "\u0153": "oe",
        "\u0152": "OE",
        "\u00e6": "ae",
        "\u00c6": "AE",
        "\u00f8": "o",
        "\u00d8": "O",
    }
)
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_HUMP = re.compile("(?<=[a-z])(?=[A-Z][a-z])")  # camelCase; not the capitals of a code

_TOKEN = re.compile(
    r"""([^\W\d_]+)                                     # 1: a word
    | (\d+(?:[.,]\d+)*)                                 # 2: a number
    | (%)                                               # 3
    | ([€$£¥])                                          # 4
    | ((?<!\d)-(?=\s?\d+(?:[.,]\d+)?\s?%)               # 5: a minus: before a percentage, or
      | (?:(?<=[\s(:|])|^)-(?=\s?[€$£]?\d+[.,]?\d*\s?(?:[€$£]|eur\b|chf\b)))  # before an amount
    | (>)                                               # 6
    | ((?<=\s)-+(?=\s|$) | [,;:()\[\]{}|!?+"«]          # 7: where a text breaks
      | (?<=\w\w\w\w\w\w)\.(?=\s) )""",
    re.VERBOSE,
)
_WORD, _CURRENCY, _LATER, _BREAK = 1, 4, 6, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens of a text. `segment` counts the breaks before a token (a comma, a bracket, a dash between
    blanks); `glued` says that nothing stands between it and the one before; from `later` on the text speaks
    of what comes after the thing that is billed now."""

    words: list[str]
    segment: list[int]
    glued: list[bool]
    later: int


def fold(text: str) -> str:
    """Lower case without marks, dashes and quotes in one form, invisible characters gone: é = e, ß = ss."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_ALIKE)
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return _HUMP.sub(" ", text).casefold()


def tokenise(text: str) -> Tokens:
    """Split at everything that is no letter or digit, between letters and digits, and in camelCase."""
    words: list[str] = []
    segment: list[int] = []
    glued: list[bool] = []
    breaks, end_before, later = 0, -1, -1
    for found in _TOKEN.finditer(fold(text)):
        kind = found.lastindex
        word = found[0]
        if kind == _BREAK:
            breaks += 1
            continue
        if kind == _LATER or (kind == _WORD and word in LATER_WORDS):
            breaks += 1
            if later < 0 and words:
                later = len(words)
            continue
        if (kind == _WORD and word in CURRENCY_WORDS) or kind == _CURRENCY:
            word = CURRENCY
        words.append(word)
        segment.append(breaks)
        glued.append(found.start() == end_before)
        end_before = found.end()
    return Tokens(words=words, segment=segment, glued=glued, later=len(words) if later < 0 else later)
