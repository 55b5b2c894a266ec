"""The import under strain, cases 51 to 58: schemas, bad rows, deletions and erased people."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import LazySettings

from audit.context import Actor
from audit.models import DayKey, Mutation, Subject
from audit.subject import SubjectRef, bury
from hub import clock, identifiers
from hub.lakes import FileFormat
from pipelines.engine import quarantine
from pipelines.engine.chunk import Rejected
from pipelines.engine.feed import pull
from pipelines.engine.models import LakeFile, QuarantineEntry, Repair
from pipelines.engine.rows import spec_of
from pipelines.engine.spec import SubjectRule
from tests.conftest import NOW
from tests.engine.club.models import Member
from tests.engine.conftest import HEADER, Club, batches, csv_of, member, mutations, quarantined

pytestmark = pytest.mark.django_db


def test_51_a_new_column_is_kept_and_told_once(club: Club) -> None:
    header = (*HEADER, "zodiac")
    club.deliver(member("a", zodiac="Leo"), member("b", zodiac=""), header=header)
    report = club.imports()
    assert report.notes == ["unknown columns kept in extra: zodiac"]
    assert (club.get("a").extra, club.get("b").extra) == ({"zodiac": "Leo"}, None)


def test_51_a_value_of_a_new_column_is_a_change(club: Club) -> None:
    header = (*HEADER, "zodiac")
    club.deliver(member("a", zodiac="Leo"), header=header)
    club.imports()
    club.deliver(member("a", zodiac="Virgo"), header=header)
    assert club.imports().counts.updated == 1


def test_51_a_column_that_is_no_longer_delivered_keeps_what_is_stored(club: Club) -> None:
    club.deliver(member("a", note="likes tea"))
    club.imports()
    club.deliver(member("a", "2025-01-11 08:00:00"), header=tuple(n for n in HEADER if n != "note"))
    club.imports()
    assert club.get("a").note == "likes tea"


def test_51_a_column_that_is_delivered_empty_is_emptied(club: Club) -> None:
    club.deliver(member("a", note="likes tea"))
    club.imports()
    club.deliver(member("a", "2025-01-11 08:00:00"))
    club.imports()
    assert club.get("a").note is None


def test_51_a_needed_column_that_is_no_longer_delivered_stops_the_entity(club: Club) -> None:
    club.deliver(member("a"), header=tuple(n for n in HEADER if n != "fee"))
    assert "needs column fee" in club.fails().error


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("00012.50", Decimal("12.5")),
        ("12.500000000", Decimal("12.5")),
        ("999999999.999999999", Decimal("999999999.999999999")),
    ],
)
def test_51_a_number_may_be_written_wider(club: Club, cell: str, value: Decimal) -> None:
    club.deliver(member("a", fee=cell))
    club.imports()
    assert club.get("a").fee == value


def test_51_another_way_of_writing_the_same_row_is_no_change(club: Club) -> None:
    club.deliver(member("a", fee="12.5"))
    club.imports()
    club.deliver(member("a", fee="12.50", is_deleted="FALSE"))
    assert (club.imports().counts.unchanged, mutations()) == (1, ["created"])


BAD = [
    ({"fee": "12.5.1"}, "unreadable"),
    ({"joined": "2025-02-30"}, "unreadable"),
    ({"visits": "7.5"}, "unreadable"),
    ({"visits": "-1"}, "unreadable"),
    ({"level": "Bronze"}, "unreadable"),
    ({"number": "x" * 256}, "unreadable"),
    ({"is_deleted": "maybe"}, "unreadable"),
    ({"name": ""}, "unreadable"),
    ({"created_date": "2025-01-11 08:00:00"}, "order_violated"),
]


@pytest.mark.parametrize(("cells", "code"), BAD, ids=[next(iter(cells)) for cells, _ in BAD])
def test_52_one_bad_row_is_quarantined_with_its_place_and_the_others_go_on(
    club: Club, cells: dict[str, str], code: str
) -> None:
    path = club.deliver(member("a"), member("bad", "2025-01-10 09:00:00", **cells), member("c"))
    report = club.imports()
    entry = QuarantineEntry.objects.get()
    assert (report.counts.created, report.counts.quarantined) == (2, 1)
    assert (entry.code, entry.row_key, entry.file, entry.line) == (code, "acme:bad", path, 3)
    assert next(iter(cells)) in entry.columns.split(", ")
    assert entry.first_run_id == batches()[0].run_id


def test_52_fractions_that_only_one_of_two_times_has_are_no_wrong_order(club: Club) -> None:
    club.deliver(member("a", "2025-01-10 08:00:00", created_date="2025-01-10 08:00:00.400"))
    assert club.imports().counts.created == 1


def test_52_the_raw_cells_can_be_had_again(club: Club) -> None:
    row = member("a", fee="x", note="likes tea")
    club.deliver(row)
    club.imports()
    columns, cells = quarantine.opened(QuarantineEntry.objects.get())
    assert dict(zip(columns, cells, strict=True)) == row


def test_52_a_line_that_is_not_utf_8_can_be_had_again(club: Club) -> None:
    line = b"bad,M0001,Zo\xeb"
    club.deliver_text(csv_of(member("a")).encode() + line + b"\n")
    club.imports()
    columns, content = quarantine.opened(QuarantineEntry.objects.get())
    assert (quarantined(), columns, content) == ([("bad_encoding", "")], HEADER, line)


def test_52_what_stands_in_the_ids_place_is_no_key_unless_it_looks_like_one(club: Club) -> None:
    row = member("a")
    shifted = [*list(row.values())[1:], ""]
    club.deliver_text(csv_of(member("b")) + ",".join(["Ada Lovelace", *shifted[1:]]) + "\n")
    club.imports()
    assert QuarantineEntry.objects.get().row_key == ""


def test_52_a_bad_row_that_is_seen_again_is_kept_once(club: Club) -> None:
    for _ in range(2):
        club.deliver(member("a", fee="x"))
        club.imports()
    entry = QuarantineEntry.objects.get()
    assert entry.first_run_id < entry.last_run_id


def test_52_headers_and_trailers_among_the_rows_are_dropped(club: Club) -> None:
    club.reads(trailers=(r"^Total rows: \d+$",))
    text = csv_of(member("a")) + csv_of(member("b")) + "Total rows: 2\n"
    club.deliver_text(text)
    report = club.imports()
    assert (report.counts.read, report.counts.dropped, report.counts.created) == (4, 2, 2)


def test_52_a_mended_row_is_imported_and_its_repair_kept(club: Club) -> None:
    club.deliver(member("a", note="likes tea, not coffee"))
    report = club.imports()
    repair = Repair.objects.get()
    assert (report.counts.repaired, club.get("a").note) == (1, "likes tea, not coffee")
    assert (repair.row_key, repair.column, repair.shift, repair.line) == ("acme:a", "note", 1, 2)
    assert b"likes tea" not in bytes(repair.sealed)


def test_52_null_markers_are_nothing(club: Club) -> None:
    club.reads(null_markers=("NULL",))
    club.deliver(member("a", note="NULL", visits="NULL"))
    club.imports()
    assert (club.get("a").note, club.get("a").visits) == (None, None)


def test_52_large_bad_rows_are_kept_whatever_a_database_takes_at_once(club: Club) -> None:
    """Control characters are six bytes each in JSON, and two of such rows more than MariaDB takes by default."""
    club.deliver(
        *(member(f"m{number}", fee="x", note="\x01" * 1_000_000) for number in range(3)), member("a")
    )
    assert club.run(max_quarantined=1.0).exit_code == 0
    assert (len(quarantined()), list(club.names())) == (3, ["a"])


def test_53_many_bad_rows_are_told_by_the_exit_code(club: Club) -> None:
    club.deliver(member("a"), member("b"), member("c", fee="x"))
    report = club.run()
    assert (report.status, report.exit_code) == ("quarantined", 3)


def test_53_the_share_of_bad_rows_is_that_of_all_chunks_so_far(club: Club) -> None:
    damage: list[dict[str, str]] = [{"fee": "x"}, {"level": "x"}, {"joined": "x"}]  # of no one kind: no drift
    bad = [member(f"bad{number}", **damage[number % 3]) for number in range(15)]
    club.deliver(*(member(f"good{number}") for number in range(12)), *bad)
    assert "would be quarantined" in club.fails(chunk_rows=9).error


def test_53_few_bad_rows_are_none_to_stop_for(club: Club) -> None:
    club.deliver(*(member(f"m{number}") for number in range(20)), member("c", fee="x"))
    assert club.run().exit_code == 0


def test_53_more_than_half_bad_is_a_failure_that_writes_nothing(club: Club) -> None:
    bad = [{"fee": "x"}, {"level": "x"}, {"joined": "x"}]
    rows = [member(f"b{number}", **bad[number % 3]) for number in range(15)]
    club.deliver(*(member(f"m{number}") for number in range(10)), *rows)
    report = club.fails()
    assert "15 of 25 rows of acme/member at" in report.error
    assert (club.names(), batches(), club.watermark, quarantined()) == ({}, [], None, [])


def test_53_a_file_whose_rows_show_one_damage_has_other_columns(club: Club) -> None:
    club.deliver(*(member(f"m{number}", fee="x") for number in range(20)))
    report = club.fails()
    assert "its columns changed; 20 of 20 rows show the same damage (unreadable: fee)" in report.error
    assert (LakeFile.objects.get().status, quarantined()) == ("drifted", [])


def test_53_a_held_file_is_read_when_its_source_says_how(club: Club) -> None:
    club.deliver(*(member(f"m{number}", fee="x") for number in range(20)))
    club.fails()
    club.reads(columns={"visits": "fee", "fee": "note", "note": "visits"})
    assert club.imports().counts.created == 20


def test_54_a_row_that_arrives_clean_later_clears_its_entry(club: Club) -> None:
    club.deliver(member("a", fee="x"), member("b", fee="x"))
    club.imports()
    club.deliver(member("a"))
    club.imports()
    assert dict(QuarantineEntry.objects.values_list("row_key", "status")) == {
        "acme:a": "superseded",
        "acme:b": "open",
    }


def test_53_rows_outside_the_window_count_when_damage_is_judged(by_cursor: Club) -> None:
    good = [member(f"g{number}", "2025-01-05 08:00:00") for number in range(100)]
    bad = [member(f"x{number}", "") for number in range(6)]
    by_cursor.deliver(*good, *bad)
    by_cursor.deliver(member("z", "2025-01-20 08:00:00"))
    by_cursor.imports()
    report = by_cursor.run(max_quarantined=0.1)
    assert (report.exit_code, report.total.quarantined) == (0, 6)


@pytest.mark.parametrize("window", [{"chunk_rows": 5}, {"chunk_rows": 95}, {"limit": 5}])
def test_53_damage_is_judged_by_the_file_however_it_is_cut(club: Club, window: dict[str, int]) -> None:
    bad, good = [member(f"x{n}", fee="x") for n in range(5)], [member(f"m{n}") for n in range(95)]
    club.deliver(*good, *bad)
    for _ in range(20):
        club.imports(**window)
    assert len(club.names()) == 95


def test_54_a_row_that_arrives_again_as_it_is_stored_clears_its_entry(club: Club) -> None:
    for fee in ("7", "x", "7"):
        club.deliver(member("a", fee=fee), member("b"))
        club.imports()
    assert quarantined() == []


def test_54_of_a_bad_and_a_clean_row_in_one_chunk_the_later_decides(club: Club) -> None:
    club.deliver(member("a", fee="x"), member("a"), member("b"), member("b", fee="x"))
    club.imports()
    assert list(QuarantineEntry.objects.filter(status="open").values_list("row_key", flat=True)) == ["acme:b"]


def test_54_a_row_of_another_entity_with_the_same_id_clears_nothing(club: Club) -> None:
    club.deliver(member("a", fee="x"), member("b"))
    club.imports()
    QuarantineEntry.objects.update(entity="invoice")
    club.deliver(member("a"))
    club.imports()
    assert QuarantineEntry.objects.get().status == "open"


def test_54_a_clean_row_from_before_clears_nothing(club: Club) -> None:
    club.deliver(member("a", fee="x"), at=datetime(2025, 3, 1, tzinfo=UTC))
    club.imports()
    club.deliver(member("a"), at=datetime(2025, 2, 1, tzinfo=UTC))
    club.imports()
    assert quarantined() == [("unreadable", "fee")]


def test_54_the_same_bad_row_after_a_clean_one_waits_again(club: Club) -> None:
    for row in (member("a", fee="x"), member("a"), member("a", fee="x")):
        path = club.deliver(row)
        club.imports()
    entry = QuarantineEntry.objects.get()
    assert (entry.status, entry.resolved_at, entry.file) == ("open", None, path)


def test_54_reading_everything_again_opens_nothing_that_is_settled(club: Club) -> None:
    for row in (member("a", fee="x"), member("a")):
        club.deliver(row)
        club.imports()
    club.imports(full=True)
    assert QuarantineEntry.objects.get().status == "superseded"


def test_54_an_expired_row_that_comes_again_can_be_read_again(club: Club) -> None:
    club.deliver(member("a", fee="x"))
    club.imports()
    DayKey.objects.all().delete()
    later = NOW + timedelta(days=100)
    with clock.fixed(later):
        club.deliver(member("a", fee="x"), at=later)
        club.imports()
        entry = QuarantineEntry.objects.get()
        assert (entry.sealed_on, entry.expires_on) == (later.date(), later.date() + timedelta(days=90))
        assert "x" in quarantine.opened(entry)[1]


def test_52_the_mark_of_a_row_confirms_no_guess_at_it(club: Club, settings: LazySettings) -> None:
    row = Rejected(code="unreadable", line=2, raw=b"row")
    mark = quarantine.fingerprint(club.feed, row)
    identifiers._key.cache_clear()
    settings.HUB_DIGEST_KEYS = {1: b"another key"}
    other = quarantine.fingerprint(club.feed, row)
    identifiers._key.cache_clear()
    assert mark != other


def test_54_what_was_dismissed_stays_dismissed(club: Club) -> None:
    club.deliver(member("a", fee="x"))
    club.imports()
    QuarantineEntry.objects.update(status="dismissed")
    club.deliver(member("a", fee="x"))
    club.imports()
    assert quarantined() == []


def test_54_a_clean_row_of_another_tenant_clears_nothing(club: Club) -> None:
    club.deliver(member("a", fee="x"))
    club.imports()
    club.reads(tenant="bolt")
    club.deliver(member("a"))
    club.imports()
    assert quarantined() == [("unreadable", "fee")]


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
    from tests.engine.test_checklist_lag import meddling

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


def test_personal_values_of_a_change_are_under_the_key_of_their_person(club: Club) -> None:
    club.deliver(member("a", email="ada@example.org"))
    club.imports()
    club.deliver(member("a", "2025-01-11 08:00:00", email="ada@example.net"))
    with clock.fixed(NOW + timedelta(days=1)):
        club.imports()
    assert Subject.objects.get().key == "acme:member:a"
    assert Mutation.objects.get(action="updated").subject == "member:a"


def test_a_file_in_quotes_and_another_delimiter(club: Club) -> None:
    club.form = FileFormat(writing="rfc4180", delimiter=";")
    cells = [f'"{cell}"' for cell in member("a", note="likes; tea\nand coffee").values()]
    club.deliver_text(";".join(HEADER) + "\n" + ";".join(cells) + "\n")
    club.imports()
    assert club.get("a").note == "likes; tea\nand coffee"
