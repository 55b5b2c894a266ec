"""E-mail addresses and domains, in the form in which they are compared. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipelines.billing.test_data.words import REMEMBERED, fold

SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "gv", "net", "or", "org"})  # ahead of a country


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`local` without the tag, `tag` what stands behind the first plus (None without one), `domain` in IDNA form."""

    local: str
    tag: str | None
    domain: str

    @property
    def untagged(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def whole(self) -> str:
        """With its tag."""
        return self.untagged if self.tag is None else f"{self.local}+{self.tag}@{self.domain}"


def address_of(text: str) -> Address | None:
    """The parts of an address; None where it is none."""
    local, at, right = fold(text).rpartition("@")
    if not (local and at and (domain := plain_domain(right))):
        return None
    base, plus, tag = local.partition("+")
    return Address(local=base or local, tag=tag if plus and base else None, domain=domain)


def whole_address(text: str) -> str:
    """An address with its tag, in the form in which it is compared; '' where it is none."""
    address = address_of(text)
    return address.whole if address else ""


def domain_of(text: str) -> str:
    """The domain of an address; '' where there is none."""
    address = address_of(text)
    return address.domain if address else ""


@lru_cache(REMEMBERED)
def plain_domain(domain: str) -> str:
    """Case-folded, in IDNA form, without a dot at either end; '' where blanks or nothing are in it."""
    bare = fold(domain).strip(".")
    if not bare or any(char.isspace() for char in bare):
        return ""
    try:
        return bare.encode("idna").decode()
    except UnicodeError:
        return bare  # too long a label, two dots: no name there is, but comparable


def is_within(domain: str, domains: Collection[str]) -> bool:
    """Whether a domain is one of these or lies below one: by whole labels, so myexample.com is not in example.com."""
    return any(parent in domains for parent in _parents(domain))


def _parents(domain: str) -> Iterator[str]:
    labels = domain.split(".")
    return (".".join(labels[place:]) for place in range(len(labels)))


def own_label(domain: str) -> str:
    """The label that somebody registered: guardian in guardian.co.uk; '' for a bare ending."""
    labels = domain.split(".")[:-1]
    while labels and labels[-1] in SECOND_LEVEL:
        labels.pop()
    return labels[-1] if labels else ""
