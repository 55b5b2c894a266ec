"""The import under strain, cases 55 to 58: keys, deletions and erased people."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from audit.context import Actor
from audit.models import Mutation, Subject
from audit.subject import SubjectRef, bury
from hub import clock
from pipelines.engine.feed import pull
from pipelines.engine.rows import spec_of
from pipelines.engine.spec import SubjectRule
from tests.conftest import NOW
from tests.engine.club.models import Member
from tests.engine.conftest import Club, meddling, member, mutations, quarantined

pytestmark = pytest.mark.django_db


def test_55_keys_are_compared_byte_for_byte(club: Club) -> None:
    keys = ["a", "A", "ä", "a\u0308", "ß", "ss", "😀", "😁", "\u200ba", "ı", "i"]
    club.deliver(*(member(key) for key in keys))
    assert club.imports().counts.created == len(keys)
    assert club.imports(full=True).counts.unchanged == len(keys)


@pytest.mark.parametrize("key", ["a ", " a", "a\t", "a\u0085b c"])
def test_55_keys_with_blanks_are_refused_on_every_database(club: Club, key: str) -> None:
    club.deliver(member("a"), member(key, name="Other"))
    club.imports()
    assert (club.names(), quarantined()) == ({"a": "Ada"}, [("unreadable", "id")])


def test_55_texts_are_stored_as_they_came(club: Club) -> None:
    name = " Zoë\u0301 😀\t\u200b\\ '%s' "
    club.deliver(member("a", name=name))
    club.imports()
    assert club.get("a").name == name
    assert club.imports(full=True).counts.unchanged == 1


def test_56_a_row_is_deleted_by_its_flag_and_comes_back(club: Club) -> None:
    for number, flag in enumerate(["false", "true", "false"]):
        club.deliver(member("a", f"2025-01-1{number} 08:00:00", is_deleted=flag))
        club.imports()
    assert (club.get("a").is_deleted, mutations("a")) == (False, ["created", "updated", "updated"])
    entries = pull("acme", "club.member", after=0)
    assert [(entry.created, entry.updated, entry.deleted) for entry in entries] == [
        (["acme:a"], [], []),
        ([], [], ["acme:a"]),
        ([], ["acme:a"], []),
    ]


def test_56_a_flag_that_does_not_move_the_change_time_is_seen(club: Club) -> None:
    club.deliver(member("a"))
    club.imports()
    club.deliver(member("a", is_deleted="true"))
    report = club.imports()
    assert (report.counts.deleted, report.counts.same_time, club.get("a").is_deleted) == (1, 1, True)


ADA = SubjectRef(tenant="acme", kind="member", source_id="a")


def erase(email: str = "") -> None:
    bury(ADA, {"email": [email]} if email else {}, by=Actor.command("erase"))


@pytest.mark.parametrize("full", [False, True])
def test_58_an_erased_person_is_not_imported_again(club: Club, full: bool) -> None:
    erase()
    club.deliver(member("a"), member("b"))
    report = club.imports(full=full)
    assert (report.counts.dropped, list(club.names())) == (1, ["b"])


def test_58_an_erased_person_is_known_by_an_address_under_another_id(club: Club) -> None:
    erase("ada@example.org")
    club.deliver(member("other", email=" ADA@Example.org"), member("b", email="boris@example.org"))
    club.imports()
    assert list(club.names()) == ["b"]


def test_58_a_tombstone_of_another_tenant_keeps_nobody_out(club: Club) -> None:
    erase()
    club.reads(tenant="bolt")
    club.deliver(member("a"))
    assert club.imports().counts.created == 1


def test_58_an_erasure_while_the_run_goes_on_is_respected(club: Club) -> None:
    club.deliver(member("b"), member("c"), member("a"))
    meddling(club, erase)  # when the first chunk is committed
    club.imports(chunk_rows=1)
    assert sorted(club.names()) == ["b", "c"]


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Members belong to accounts, and the account is whose personal values they hold."""
    monkeypatch.setattr(Member, "subject", SubjectRule(kind="account", column="number"))
    spec_of.cache_clear()
    yield
    monkeypatch.undo()
    spec_of.cache_clear()


def test_58_what_belongs_to_an_erased_person_stays_without_personal_values(
    club: Club, accounts: None
) -> None:
    bury(SubjectRef(tenant="acme", kind="account", source_id="M0001"), {}, by=Actor.command("erase"))
    club.deliver(member("a", note="n", email="a@example.org", fee="7"))
    club.imports()
    row = club.get("a")
    assert (row.name, row.note, row.email, row.fee) == (None, None, None, 7)
    assert row.raw_checksum is None  # it would confirm a guess at what was blanked


def test_58_a_blanked_row_that_comes_again_is_no_change(club: Club, accounts: None) -> None:
    bury(SubjectRef(tenant="acme", kind="account", source_id="M0001"), {}, by=Actor.command("erase"))
    club.deliver(member("a", name="Ada"))
    club.imports()
    assert (club.imports(full=True).counts.unchanged, mutations()) == (1, ["created"])


def test_58_an_older_version_of_a_blanked_row_does_not_come_back(club: Club, accounts: None) -> None:
    bury(SubjectRef(tenant="acme", kind="account", source_id="M0001"), {}, by=Actor.command("erase"))
    for day, fee in (("2025-01-11", "8"), ("2025-01-10", "7")):
        club.deliver(member("a", f"{day} 08:00:00", fee=fee))
        club.imports()
    assert club.get("a").fee == 8


def test_personal_values_of_a_change_are_under_the_key_of_their_person(club: Club) -> None:
    club.deliver(member("a", email="ada@example.org"))
    club.imports()
    club.deliver(member("a", "2025-01-11 08:00:00", email="ada@example.net"))
    with clock.fixed(NOW + timedelta(days=1)):
        club.imports()
    assert Subject.objects.get().key == "acme:member:a"
    assert Mutation.objects.get(action="updated").subject == "member:a"
