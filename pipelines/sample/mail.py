"""E-mail addresses. Everybody's end in `.alt`, which the DNS never resolves (RFC 9476): nobody's, and no test names."""

from __future__ import annotations

import unicodedata

from pipelines.sample.customer import Customer

_PLAIN = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "'": "",
        " ": "",
        "-": "",
    }
)


def own_host(customer: Customer) -> str:
    """The mail domain of the brand's own people."""
    return f"{customer.brand.code}.alt"


def email_of(customer: Customer, person: tuple[str, str]) -> str:
    """An ordinary reader's address."""
    draw = customer.draw
    first, last = (_plain(name) for name in person)
    tail = str(draw.below(100)) if draw.chance(0.5) else ""
    return f"{first}.{last}{tail}@{draw.pick(customer.brand.language.mail_hosts)}"


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(_PLAIN))
    return decomposed.encode("ascii", "ignore").decode() or "x"
