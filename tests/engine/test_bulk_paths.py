"""What the import asks and writes by the thousand says the same as one row at a time."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.locked import audited_writing
from audit.protect import checksum
from pipelines.engine import lookup, quarantine, store
from pipelines.engine.models import QuarantineEntry
from pipelines.engine.rows import spec_of
from tests.engine.club.models import Member
from tests.engine.conftest import Club, member

pytestmark = pytest.mark.django_db(transaction=True)
HARD = [
    "it's",
    "back\\slash",
    "\\N",
    "a\tb",
    'say "hi"',
    "%s %",
    "😀 Zoë",
    "\x01\x1f",
    "x" * 5000,
    "ada@lovelace.org",
]


@pytest.mark.parametrize("at_once", [0, 5000])
def test_few_and_many_open_entries_are_settled_alike(club: Club, monkeypatch, at_once: int) -> None:
    monkeypatch.setattr(quarantine, "OPEN_AT_ONCE", at_once)
    club.deliver(*(member(key, fee="x") for key in "abc"))
    club.imports(max_quarantined=1.0)
    club.deliver(member("a"), member("b"), member("b", "2025-01-11 08:00:00"))
    club.imports()
    club.imports(full=True)
    assert dict(QuarantineEntry.objects.values_list("row_key", "status")) == {
        "acme:a": "superseded",
        "acme:b": "superseded",
        "acme:c": "open",
    }


@pytest.mark.parametrize("text", HARD)
def test_hard_texts_are_stored_and_read_as_they_are(club: Club, text: str) -> None:
    club.deliver(member("a", note="plain"), member("b", note=text.replace(",", "")))
    club.imports()
    assert club.get("b").note == text
    (document,) = store.stored_documents(Member, ["acme:b"]).values()
    assert document["note"] == text
    assert checksum(document, spec_of(Member).personal) == club.get("b").checksum


def test_a_stored_document_is_what_was_written_column_by_column(club: Club) -> None:
    club.deliver(member("a", fee="-0.5", visits="0", joined="2024-02-29", is_deleted="TRUE", email="a@b.org"))
    club.imports()
    assert store.stored_documents(Member, ["acme:a"])["acme:a"] == {
        "id": "a",
        "number": "M0001",
        "name": "Ada",
        "level": "Gold",
        "visits": "0",
        "fee": "-0.500000000",
        "joined": "2024-02-29",
        "email": "a@b.org",
        "created_date": club.get("a").created_date.strftime("%Y-%m-%d %H:%M:%S.%f"),
        "updated_date": "2025-01-10 08:00:00.000000",
        "is_deleted": "true",
    }


@pytest.mark.parametrize(
    "fee", ["0", "-0.000000001", "0.1", "-1", "-123456789.000000001", "999999999.999999999", "20"]
)
def test_an_amount_is_read_with_all_its_decimals(club: Club, fee: str) -> None:
    club.deliver(member("a", fee=fee))
    club.imports()
    assert store.stored_documents(Member, ["acme:a"])["acme:a"]["fee"] == f"{Decimal(fee):.9f}"


@pytest.mark.parametrize("at", ["2025-01-10 08:00:00", "2025-01-10 08:00:00.5", "2025-01-10 08:00:00.000001"])
def test_an_instant_is_read_with_all_its_decimals(club: Club, at: str) -> None:
    club.deliver(member("a", at))
    club.imports()
    with audited_writing():
        Member.unscoped.filter(key="acme:a").update(
            updated_date=datetime.fromisoformat(at).replace(tzinfo=UTC)
        )
    fraction = at.partition(".")[2]
    stored = store.stored_documents(Member, ["acme:a"])["acme:a"]
    assert stored["updated_date"] == f"2025-01-10 08:00:00.{fraction:0<6}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=110), max_size=5))
def test_whatever_a_key_holds_it_finds_no_other_row(club: Club, keys: list[str]) -> None:
    if not Member.unscoped.exists():
        club.deliver(member("a"), member("b"))
        club.imports()
    found = store.raw_checksums(Member, [*keys, "acme:b"])
    assert found["acme:b"] == club.get("b").raw_checksum
    assert found.keys() <= {"acme:a", "acme:b"}


def test_a_forgotten_raw_checksum_is_none_and_an_unknown_key_is_absent(club: Club) -> None:
    club.deliver(member("a"), member("b"))
    club.imports()
    store.touch_raw(Member, [(None, "acme:a")])
    assert store.raw_checksums(Member, ["acme:a", "acme:x", "acme:b"]) == {
        "acme:a": None,
        "acme:b": club.get("b").raw_checksum,
    }


def test_more_keys_than_a_query_asks_for_are_all_found(club: Club, monkeypatch) -> None:
    monkeypatch.setattr(lookup, "VALUES_PER_QUERY", 3)
    club.deliver(*(member(f"m{number}") for number in range(10)))
    club.imports()
    keys = [f"acme:m{number}" for number in range(12)]
    assert store.raw_checksums(Member, keys).keys() == set(keys[:10])
    assert store.stored_states(Member, keys).keys() == set(keys[:10])


def test_rows_of_another_tenant_do_not_count(club: Club) -> None:
    club.deliver(member("a"))
    club.imports()
    assert store.has_rows(Member, "acme")
    assert not store.has_rows(Member, "acm")
    assert not store.has_rows(Member, "acme2")
