"""The people who are known to try things out, found by their addresses or by name and postcode. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipelines.billing.test_data.addresses import Address, address_of
from pipelines.billing.test_data.evidence import Person
from pipelines.billing.test_data.rules import fields_of
from pipelines.billing.test_data.words import postcode, tokens

Name = tuple[str, ...]


class KnownPeople:
    """However many are known, a person is looked up twice."""

    def __init__(self, values: Iterable[str]) -> None:
        """`values` as rules of the layer known_individual have them."""
        self._addresses = set[str]()
        self._given_names: dict[tuple[str, Name], set[Name | None]] = defaultdict(set)
        for value in values:
            self._add(fields_of(value))

    def _add(self, known: dict[str, str]) -> None:
        if address := address_of(known.get("email", "")):
            self._addresses.add(address.untagged)
        code, family = postcode(known.get("postal_code")), tokens(known.get("last_name"))
        if code and family:
            given = tokens(known["first_name"]) if "first_name" in known else None
            self._given_names[code, family].add(given)

    def has(self, person: Person, addresses: Sequence[Address]) -> bool:
        """By an address without its tag, else by family name and postcode (and given name, if one is configured)."""
        if self._addresses and any(address.untagged in self._addresses for address in addresses):
            return True
        if not self._given_names:
            return False
        wanted = self._given_names.get((postcode(person.postal_code), tokens(person.last_name)), set())
        return None in wanted or tokens(person.first_name) in wanted
