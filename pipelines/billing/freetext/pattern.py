"""The small language in which rules say what they look for, taken apart into sequences. Pure.

gift                 this word
probe*  *abo         words that begin so, that end so (three letters at least)
order bump           these words, one after the other
win~back             together or apart: winback, win back, win-back
us1   save#          together, as in US1 and SAVE20, but not US-1
oto 2-9   upsell 2+  a number in a range; `#` is any number
# %   € #   -        signs: per cent, any currency, minus
trial (day|days)     one of these
offre? spéciale      the word may be missing
extra .. bestelling  up to three words between
a | b                either
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import product

from hub.errors import UsageError
from pipelines.billing.freetext.tokens import CURRENCY, CURRENCY_WORDS, MINUS, PERCENT, fold

WIDEST_GAP = 3
SHORTEST_STEM = 3
MOST_SEQUENCES = 2000
GUIDE = "how patterns are written: docs/explanation/freetext.md"


class PatternError(UsageError):
    """A rule does not compile. `place` is the field of the rule, `rule` its name."""

    def __init__(self, message: str, *, hint: str = GUIDE, rule: str = "", place: str = "") -> None:
        where = " ".join(part for part in (f"rule {rule}" if rule else "", place) if part)
        super().__init__(f"{where}: {message}" if where else message, hint=hint)
        self.reason = message
        self.rule = rule
        self.place = place


class Kind(IntEnum):
    """How an atom compares with a token."""

    WORD = 0
    HEAD = 1
    TAIL = 2
    NUMBER = 3
    ANY = 4


@dataclass(frozen=True, slots=True)
class Atom:
    """One token of a sequence. `glued`: nothing may stand between it and the one before."""

    kind: Kind
    text: str = ""
    least: int = 0
    most: int | None = None
    glued: bool = False


Sequence = tuple[Atom, ...]
_PIECE = re.compile(r"\(|\)|\||\?|\.\.+|[^\s()|?]+")
_RANGE = re.compile(r"(\d+)(?:(\+)|-(\d+))?")
_RUNS = re.compile(r"[^\W\d_]+|\d+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_SIGNS = {PERCENT: PERCENT, CURRENCY: CURRENCY, "$": CURRENCY, "£": CURRENCY, MINUS: MINUS}


def parse(pattern: str) -> tuple[Sequence, ...]:
    """Every sequence of tokens that a pattern stands for; PatternError for what cannot be read."""
    composed = unicodedata.normalize("NFC", pattern).replace("\u2212", "-")
    pieces = _PIECE.findall(composed.replace("'", " ").replace("\u2019", " "))
    if not pieces:
        raise PatternError("it is empty")
    reader = _Reader(pieces)
    found = reader.alternatives()
    if reader.left:
        raise PatternError("a ) without its (")
    for sequence in found:
        _check(sequence)
    return tuple(dict.fromkeys(found))


def _check(sequence: Sequence) -> None:
    if not sequence:
        raise PatternError("an alternative may not be empty, nor all of it optional")
    if all(atom.kind in (Kind.ANY, Kind.NUMBER) for atom in sequence):
        raise PatternError("a number or a gap alone is no evidence: name a word or a sign with it")
    if Kind.ANY in (sequence[0].kind, sequence[-1].kind):
        raise PatternError("`..` stands between two words")


class _Reader:
    """Recursive descent over the pieces of one pattern."""

    def __init__(self, pieces: list[str]) -> None:
        self._pieces = pieces
        self._at = 0

    @property
    def left(self) -> bool:
        return self._at < len(self._pieces)

    def alternatives(self) -> list[Sequence]:
        found = self._chain()
        while self._next() == "|":
            self._at += 1
            found = _bounded([*found, *self._chain()])
        return found

    def _chain(self) -> list[Sequence]:
        """Items one after the other, until a bar or a closing bracket."""
        found: list[Sequence] = [()]
        while self._next() not in ("", "|", ")"):
            item = self._item()
            found = _bounded([head + tail for head, tail in product(found, item)])
        return found

    def _item(self) -> list[Sequence]:
        piece = self._next()
        self._at += 1
        if piece == "?":
            raise PatternError("`?` follows the word that may be missing")
        if piece == "(":
            found = self.alternatives()
            if self._next() != ")":
                raise PatternError("a ( without its )")
            self._at += 1
        else:
            found = list(_atoms(piece))
        if self._next() == "?":
            self._at += 1
            return [(), *found]
        return found

    def _next(self) -> str:
        return self._pieces[self._at] if self.left else ""


def _bounded(found: list[Sequence]) -> list[Sequence]:
    if len(found) > MOST_SEQUENCES:
        raise PatternError(
            f"it stands for more than {MOST_SEQUENCES} sequences of words", hint="split it into several rules"
        )
    return found


def _atoms(piece: str) -> Iterator[Sequence]:
    """The sequences of one piece: a word may be written in several ways."""
    if set(piece) == {"."}:
        yield from ((Atom(Kind.ANY),) * width for width in range(WIDEST_GAP + 1))
    elif piece in _SIGNS:
        yield (Atom(Kind.WORD, _SIGNS[piece]),)
    elif piece == "#":
        yield (Atom(Kind.NUMBER),)
    elif ranged := _RANGE.fullmatch(piece):
        yield (_number(ranged[1], ranged[2], ranged[3]),)
    elif "~" in piece:
        yield from _together_or_apart(piece)
    else:
        yield from _words(piece)


def _number(least: str, open_end: str | None, most: str | None) -> Atom:
    if open_end:
        return Atom(Kind.NUMBER, least=int(least), most=None)
    atom = Atom(Kind.NUMBER, least=int(least), most=int(most or least))
    if atom.most is not None and atom.most < atom.least:
        raise PatternError(f"the range {least}-{most} is empty")
    return atom


def _together_or_apart(piece: str) -> Iterator[Sequence]:
    parts = piece.split("~")
    if not all(parts):
        raise PatternError(f"`~` stands between two words, unlike in {piece!r}")
    yield from _words("".join(parts))
    head, tail = parts[0], parts[1:]
    ways = [list(_words(head)), *(list(_words(part, shortest=1)) for part in tail)]
    yield from (sum(way, ()) for way in product(*ways))


def _words(piece: str, *, shortest: int = SHORTEST_STEM) -> Iterator[Sequence]:
    """A word with its other spelling, a stem, or words with a hyphen."""
    spellings = dict.fromkeys((fold(piece), fold(piece.translate(_UMLAUTS))))
    for spelling in spellings:
        parts = [part for part in re.split("[-_/]", spelling) if part]
        if not parts:
            raise PatternError(f"{piece!r} holds no word")
        yield sum((_word(part, piece, shortest) for part in parts), ())


def _word(text: str, piece: str, shortest: int) -> Sequence:
    bare = text.strip("*")
    if "*" in text:
        return (_stem(text, bare, piece, shortest),)
    numbered = bare.endswith("#")
    bare = bare.removesuffix("#")
    runs = _RUNS.findall(bare)
    if "".join(runs) != bare or not runs:
        raise PatternError(f"{piece!r} holds a character that no word has")
    atoms = tuple(_run(run, glued=place > 0) for place, run in enumerate(runs))
    return (*atoms, Atom(Kind.NUMBER, glued=True)) if numbered else atoms


def _run(run: str, *, glued: bool) -> Atom:
    if run.isdigit():
        return Atom(Kind.NUMBER, least=int(run), most=int(run), glued=glued)
    return Atom(Kind.WORD, CURRENCY if run in CURRENCY_WORDS else run, glued=glued)


def _stem(text: str, bare: str, piece: str, shortest: int) -> Atom:
    if text.count("*") > 1 or not _RUNS.fullmatch(bare) or bare.isdigit():
        raise PatternError(f"{piece!r}: one star, before or behind a word, as in probe* or *abo")
    if len(bare) < shortest:
        raise PatternError(
            f"{piece!r} is too short: it would match words that have nothing to do with it",
            hint=f"a stem has {SHORTEST_STEM} letters or more",
        )
    return Atom(Kind.TAIL if text[0] == "*" else Kind.HEAD, bare)


def anywhere(alternatives: str) -> tuple[str, str]:
    """An `unless` apart: alternatives that must lie over the hit, and those behind `anywhere:`."""
    near, _, far = alternatives.partition("anywhere:")
    return near.strip().rstrip("|").strip(), far.strip()
