"""The rules every brand starts with, made of the vocabulary. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelines.billing.test_data import documented, vocabulary
from pipelines.billing.test_data.rules import Rule, read_rule


def split(text: str) -> list[str]:
    """The entries of a vocabulary: parted by bars or line ends."""
    return [entry.strip() for line in text.splitlines() for entry in line.split("|") if entry.strip()]


def _rules(layer: str, values: Iterable[str], note: str = "") -> Iterator[Rule]:
    """A rule a value; two spellings that compare equal are one."""
    seen = set()
    for value in values:
        read = read_rule(Rule(name=value, layer=layer, value=value))
        if read not in seen:
            seen.add(read)
            yield Rule(name=f"{layer}:{read}", layer=layer, value=value, note=note)


SEED: tuple[Rule, ...] = (
    *_rules("reserved_domain", documented.RESERVED, "RFC 2606, RFC 6761"),
    *_rules("relay_domain", documented.RELAYS, "hides an address, throws none away"),
    *_rules("test_card", documented.CARDS, "documented by a gateway"),
    *_rules("test_bin", documented.BINS, "no bank issues from it"),
    *_rules("test_last_four", documented.LAST_FOUR),
    *_rules("test_iban", documented.IBANS, "example of documentation"),
    *_rules("test_holder", documented.HOLDERS, "asks a gateway for a certain answer"),
    *_rules("test_gateway_word", split(vocabulary.GATEWAY)),
    *_rules("test_word", split(vocabulary.TEST)),
    *_rules("placeholder_name", split(vocabulary.UNMISTAKABLE)),
    *_rules("usual_placeholder", split(vocabulary.USUAL)),
    *_rules("common_name", split(vocabulary.COMMON)),
    *_rules("settled_veto", ["1.00"], "mandates are verified with 0.01 or 1.00"),
)
