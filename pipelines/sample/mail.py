"""E-mail addresses, all on reserved names."""

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


def email_of(customer: Customer, person: tuple[str, str], test: bool) -> str:
    """An address on a reserved name: `*.example` for everybody, `example.com` for test accounts."""
    draw = customer.draw
    first, last = (_plain(name) for name in person)
    if test:
        return f"test+{customer.prefix[:6]}@example.com"
    tail = str(draw.below(100)) if draw.chance(0.5) else ""
    return f"{first}.{last}{tail}@{draw.pick(customer.brand.language.mail_hosts)}"


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(_PLAIN))
    return decomposed.encode("ascii", "ignore").decode() or "x"
