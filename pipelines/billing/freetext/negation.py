"""Words that turn a hit into its opposite: "kein Probeabo", "sans période d'essai", "versandkostenfrei". Pure."""

from __future__ import annotations

from pipelines.billing.freetext.tokens import Tokens

REACH = 3  # tokens before the hit

_DE = ("kein", "keine", "keinen", "keiner", "keinem", "keines", "ohne", "nicht", "exkl")
_FR = ("sans", "aucun", "aucune", "pas", "hors")
_NL = ("geen", "zonder", "niet")
_EN = ("no", "without", "not", "never", "excl")
_ES = ("sin", "ningun", "ninguna")
NEGATORS: dict[str, int] = {**dict.fromkeys((*_DE, *_FR, *_NL, *_EN, *_ES), REACH), "non": 1}
AFTERWARDS = frozenset({"free", "frei", "vrij"})  # tax-free: of charges only, "trial free" is no negation
TAILS = ("frei", "los", "vrij", "loos")  # of a compound whose head was found: portofrei, but not kostenlos

# What a negator takes for itself: in "ohne Mindestlaufzeit monatlich" it is not the month that is missing.
ABSORBING = frozenset(
    {
        "mindestlaufzeit",
        "laufzeit",
        "vertragslaufzeit",
        "vertrag",
        "bindung",
        "vertragsbindung",
        "verpflichtung",
    }
    | {"kundigungsfrist", "werbung", "anzeigen", "risiko", "limit", "minimum"}
    | {"engagement", "duree", "publicite", "pub", "risque", "commitment", "contract", "obligation", "ads"}
    | {"verplichting", "reclame", "risico", "compromiso", "permanencia", "publicidad", "riesgo"}
)


def negated_by(tokens: Tokens, start: int, end: int, *, by_head: bool, charge: bool) -> str:
    """The word that negates the tokens start..end, '' where none does."""
    words, segment = tokens.words, tokens.segment
    if by_head and words[start].endswith(TAILS):
        return words[start]
    if charge and end < len(words) and words[end] in AFTERWARDS and segment[end] == segment[start]:
        return words[end]
    for place in range(start - 1, max(start - REACH, 0) - 1, -1):
        word = words[place]
        if segment[place] != segment[start] or word in ABSORBING:
            return ""
        if NEGATORS.get(word, 0) >= start - place and not words[place + 1][0].isdigit():
            return word  # "No 7" is a number
    return ""
