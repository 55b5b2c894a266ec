"""People who are known to try things out, however many they are."""

import pytest

from pipelines.billing.test_data.addresses import address_of
from pipelines.billing.test_data.evidence import Person
from pipelines.billing.test_data.known import KnownPeople

KNOWN = KnownPeople(
    [
        "email=robin+old@gmail.com; last_name=Hood; postal_code=N1 9GU",
        "first_name=Lena; last_name=Hood; postal_code=10115",
        "first_name=Emil; last_name=Hood; postal_code=10115",
        "last_name=Weiß; postal_code=20095",
        "first_name=Ada; last_name=Weiß; postal_code=20095",
        "email=mia@firm.com; last_name=Berg",
    ]
)


@pytest.mark.parametrize(
    ("first", "last", "code", "mail", "known"),
    [
        ("Anybody", "Else", "1", "ROBIN+new@gmail.com", True),
        ("Anybody", "Hood", "n1-9gu", "", True),
        ("Anybody", "Hood", "10115", "", False),  # two are known there, both by their given names
        ("lena", "HOOD", "10115", "", True),
        ("Emil", "Hood", "10 115", "", True),
        ("Emil", "Hood", "N1 9GU", "", True),
        ("Anybody", "Weiss", "20095", "", True),  # one line asks for no given name
        ("Mia", "Berg", None, "", False),  # known by her address alone
        ("Mia", "Berg", "", "mia@firm.com", True),
        (None, None, None, "", False),
    ],
)
def test_a_person_is_known_by_address_or_by_name_and_postcode(
    first: str | None, last: str | None, code: str | None, mail: str, known: bool
) -> None:
    person = Person(first_name=first, last_name=last, postal_code=code, emails=(mail,))
    addresses = [address for address in map(address_of, person.emails) if address]
    assert KNOWN.has(person, addresses) is known


def test_where_nobody_is_known_nobody_is() -> None:
    person = Person(first_name="Robin", last_name="Hood", postal_code="N1 9GU")
    assert not KnownPeople([]).has(person, [])
