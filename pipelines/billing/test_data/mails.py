"""What the e-mail addresses of an account say. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from disposable_email_domains import blocklist

from pipelines.billing.test_data.addresses import Address, address_of, is_within, own_label
from pipelines.billing.test_data.evidence import CERTAIN, LIKELY, ODD, SUSPECT, Person, Signal
from pipelines.billing.test_data.keyboards import is_plain_mash
from pipelines.billing.test_data.known import KnownPeople
from pipelines.billing.test_data.names import NameReader
from pipelines.billing.test_data.rules import Rulebook
from pipelines.billing.test_data.words import REMEMBERED, is_random, tokens

SHORT_TAG = re.compile(r"t\W?\d+")  # +t3


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """What the rules say of a domain; `related` where it has the house's own label under whatever ending."""

    reserved: bool
    disposable: bool
    internal: bool
    related: bool


class MailReader:
    """Reads the addresses of people by a rulebook."""

    def __init__(self, book: Rulebook, names: NameReader) -> None:
        self._book = book
        self._names = names
        self._labels = {own_label(domain) for domain in book["internal_domain"]} - {""}
        self._disposable = blocklist | book["disposable_domain"]
        self._known = KnownPeople(book["known_individual"])
        self._domain = lru_cache(REMEMBERED)(self._read_domain)

    def of_person(self, person: Person, *, settled: bool | None) -> Iterator[Signal]:
        """What the addresses of a person say; `settled` is None where nobody knows of payments."""
        addresses = [address for address in map(address_of, person.emails) if address]
        if self._known.has(person, addresses):
            yield Signal("known_individual", CERTAIN)
        for address in addresses:
            domain = self._domain(address.domain)
            if address.whole in self._book["blocked_email"]:
                yield Signal("blocked_email", CERTAIN)
            yield from _of_domain(domain, settled=settled)
            yield from self._local(address, person, internal=domain.internal)
            if address.tag is not None:
                yield self._tag(address.tag, internal=domain.internal)

    def _read_domain(self, domain: str) -> Domain:
        book, internal = self._book, is_within(domain, self._book["internal_domain"])
        return Domain(
            reserved=is_within(domain, book["reserved_domain"]),
            disposable=is_within(domain, self._disposable) and not is_within(domain, book["relay_domain"]),
            internal=internal,
            related=internal or not self._labels.isdisjoint(domain.split(".")),
        )

    def _local(self, address: Address, person: Person, *, internal: bool) -> Iterator[Signal]:
        """The part before the @. A word that is the person's own family name is no word for a test."""
        found = tokens(address.local)
        says_test = any(map(self._names.is_test_word, _not_own(found, person)))
        if says_test and self._names.is_all_test(found):
            yield Signal("test_local_part", CERTAIN if internal else SUSPECT)
        elif internal and says_test:
            yield Signal("test_local_part", LIKELY)
        elif internal and is_random(address.local):
            yield Signal("random_local_part", LIKELY)
        elif self._names.is_placeholder(found) and _not_own(found, person):
            yield Signal("placeholder_local_part", SUSPECT)
        elif address.local == address.domain.split(".")[0] and is_plain_mash("".join(found)):
            yield Signal("keyboard_mash", SUSPECT)

    def _tag(self, tag: str, *, internal: bool) -> Signal:
        if any(map(self._names.is_test_word, tokens(tag))) or (internal and SHORT_TAG.fullmatch(tag)):
            return Signal("test_plus_tag", LIKELY)
        if internal and is_random(tag):
            return Signal("random_plus_tag", LIKELY)
        return Signal("plus_tag", ODD)


def _not_own(found: Sequence[str], person: Person) -> list[str]:
    """Without the words of the family name that are not of the given name too."""
    given, family = tokens(person.first_name), tokens(person.last_name)
    return [token for token in found if token not in family or token in given]


def _of_domain(domain: Domain, *, settled: bool | None) -> Iterator[Signal]:
    if domain.reserved:
        yield Signal("reserved_domain", CERTAIN)
    if domain.disposable:
        yield Signal("disposable_domain", SUSPECT)
        if settled is False:
            yield Signal("zero_revenue", LIKELY)
    if domain.related:
        yield Signal("internal_domain", ODD)
