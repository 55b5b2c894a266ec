"""The import under strain, cases 52 to 54: bad rows, how many are too many, and what settles them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings

from audit.models import DayKey
from hub import clock, identifiers
from pipelines.engine import quarantine
from pipelines.engine.chunk import Rejected
from pipelines.engine.models import LakeFile, QuarantineEntry, Repair
from tests.conftest import NOW
from tests.engine.conftest import HEADER, Club, batches, csv_of, member, quarantined

pytestmark = pytest.mark.django_db


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
    kept = quarantine.opened(QuarantineEntry.objects.get())
    assert isinstance(kept.content, list)
    assert dict(zip(kept.columns, kept.content, strict=True)) == row


def test_52_a_line_that_is_not_utf_8_can_be_had_again(club: Club) -> None:
    line = b"bad,M0001,Zo\xeb"
    club.deliver_text(csv_of(member("a")).encode() + line + b"\n")
    club.imports()
    kept = quarantine.opened(QuarantineEntry.objects.get())
    assert (quarantined(), kept.columns, kept.content) == ([("bad_encoding", "")], HEADER, line)


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
    assert "fee does not read in 5" in report.error
    assert "level takes Gold, Silver" in report.hint
    assert (club.names(), batches(), club.watermark, quarantined()) == ({}, [], None, [])


def test_53_a_file_whose_rows_show_one_damage_has_other_columns(club: Club) -> None:
    club.deliver(*(member(f"m{number}", fee="x") for number in range(20)))
    report = club.fails()
    assert "its columns changed; 20 of 20 rows show the same damage (unreadable: fee)" in report.error
    assert "fee takes numbers like 1234.56" in report.error
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
        assert "x" in quarantine.opened(entry).content


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
