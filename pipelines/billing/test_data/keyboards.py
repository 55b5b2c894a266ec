"""Keys hit one beside the other instead of a name. Pure."""

from __future__ import annotations

from pipelines.billing.test_data.words import is_unspeakable, plain

ROWS = (
    "qwertyuiop", "asdfghjkl", "zxcvbnm",  # English, with the letters other countries add
    "qwertzuiopü", "asdfghjklöä", "yxcvbnm",
    "azertyuiop", "qsdfghjklm", "wxcvbn",
    "asdfghjklñ", "qwertyuiopå", "qwertyuıopğü", "asdfghjklşi", "zxcvbnmöç",
    "aoeuidhtns", "pyfgcrl", "qjkxbmwvz",  # Dvorak
    "fgğıodrnhpqw", "uieaütkmlyş",  # Turkish F
    "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "фівапролджє", "явертъуиопшщ",  # Russian, Ukrainian, Bulgarian
    "ςερτυθιοπ", "ασδφγηξκλ", "ζχψωβνμ",
    "qazwsxedcrfvtgbyhnujmikolp", "qayxswedcvfrtgbnhzujm", "qaywsxedcrfvtgbzhnujm",  # down the columns
    "abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщ", "αβγδεζηθικλμνξοπρστυφχψω",
)  # fmt: skip
RUNS = tuple({run for row in map(plain, ROWS) for run in (row, row[::-1])})
STEPS = frozenset(run[place : place + 3] for run in RUNS for place in range(len(run) - 2))  # how walks begin
BEGINNINGS = tuple(row for row in map(plain, ROWS) if not row.startswith(("abc", "абв", "αβγ")))
NAMES = frozenset({"azer"})  # that are the beginning of a row


def is_mash(token: str) -> bool:
    """Whether a token is a walk along a keyboard (or the alphabet), one letter over and over, or unspeakable.

    From three letters up; a walk may be made several times ("asdasd"). Short walks are names too (Reza, Wert): one
    such token proves nothing, two beside each other do.
    """
    if len(token) < 3:
        return False
    if token.count(token[0]) == len(token) or is_unspeakable(token):
        return True
    if token[:3] not in STEPS:
        return False
    return any(_is_walk(token[:size]) for size in _periods(token))


def is_plain_mash(token: str) -> bool:
    """A mash that needs no other beside it: of five letters, or of four from the beginning of a row."""
    if len(token) == 4:
        return token not in NAMES and any(row.startswith(token) for row in BEGINNINGS)
    return len(token) > 4 and is_mash(token)


def _is_walk(token: str) -> bool:
    return len(token) >= 3 and any(token in run for run in RUNS)


def _periods(token: str) -> list[int]:
    """Lengths of a beginning that makes up the whole token when it is repeated."""
    whole = len(token)
    return [size for size in range(2, whole + 1) if (token[:size] * (whole // size + 1))[:whole] == token]
