"""Files of a load date: which of them is later, and what holds when one is written anew under its old name."""

from datetime import UTC, datetime

import pytest

from pipelines.engine.models import LakeFile
from pipelines.lake.loads import DAY_SECONDS, part_of
from tests.engine.club.models import Member
from tests.engine.conftest import Club, member, quarantined

DAY = "2025-02-01"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("part-0.csv", "part-1.csv"),
        ("part-9.csv", "part-10.csv"),
        ("part-1-of-2.csv", "part-2-of-2.csv"),
        ("part-00000-1b4e28ba-2fa1.c000.csv", "part-00001-1b4e28ba-2fa1.c000.csv"),
        ("export_20250201_080000.csv", "export_20250201_090000.csv"),
        ("export_20250201_0859.csv", "export_20250201_0900.csv"),
        ("2025-02-01T08-00-00Z.csv", "2025-02-01T10-00-00Z.csv"),
        ("20250201235900.csv", "20250202000100.csv"),
        ("20250201_080000_part-1.csv", "20250201_080000_part-2.csv"),
        ("members_3.csv.gz", "members_4.csv.gz"),
    ],
)
def test_names_say_which_file_of_a_day_is_later(earlier: str, later: str) -> None:
    loaded_at = datetime(2025, 2, 1, tzinfo=UTC)
    first, second = part_of(earlier, loaded_at), part_of(later, loaded_at)
    assert 0 <= first < second < DAY_SECONDS


@pytest.mark.parametrize(
    "name", ["members.csv", "20250231_080000.csv", "9999999999.csv", "19990101_000000.csv"]
)
def test_names_that_say_nothing_stay_within_the_day(name: str) -> None:
    assert 0 <= part_of(name, datetime(2025, 2, 1, tzinfo=UTC)) < DAY_SECONDS


@pytest.mark.django_db
def test_a_soft_delete_without_a_new_change_time_counts_in_a_later_file_of_the_day(club: Club) -> None:
    club.deliver_dated(DAY, member("a"), member("b"), name="export_20250201_080000.csv")
    club.imports()
    club.deliver_dated(DAY, member("a", is_deleted="true"), name="export_20250201_090000.csv")
    club.imports()
    assert club.get("a").is_deleted is True


@pytest.mark.django_db
@pytest.mark.parametrize("chunk_rows", [1, 10])
def test_in_a_rewritten_file_every_line_is_newer_than_the_lines_it_held(club: Club, chunk_rows: int) -> None:
    rows = [member(f"m{number}") for number in range(5)]
    club.deliver_dated(DAY, *rows)
    club.imports()
    club.deliver_dated(DAY, *(row | {"is_deleted": "true"} for row in rows[1:]))
    assert club.imports(chunk_rows=chunk_rows).counts.stale == 0
    assert Member.objects.filter(is_deleted=True).count() == 4
    assert LakeFile.objects.get().rewritten is False


@pytest.mark.django_db
def test_a_rewritten_file_stays_one_when_its_reading_is_interrupted(club: Club) -> None:
    rows = [member(f"m{number}") for number in range(5)]
    club.deliver_dated(DAY, *rows)
    club.imports()
    club.deliver_dated(DAY, *(row | {"name": "Bea"} for row in rows[1:]))
    club.imports(limit=2)
    club.imports()
    assert list(club.names().values()).count("Bea") == 4


@pytest.mark.django_db
def test_in_a_file_that_is_only_read_again_the_last_line_of_a_key_still_wins(club: Club) -> None:
    club.deliver_dated(DAY, member("a", name="Ada"), member("b"), member("a", name="Bea"))
    club.imports(chunk_rows=1)
    assert club.imports(chunk_rows=1, full=True).counts.changed == 0
    assert club.names()["a"] == "Bea"


@pytest.mark.django_db
def test_a_bad_row_that_moved_up_and_was_corrected_is_settled(club: Club) -> None:
    club.deliver_dated(DAY, member("b"), member("a", fee="x"))
    club.imports()
    club.deliver_dated(DAY, member("a"))
    club.imports()
    assert quarantined() == []


@pytest.mark.django_db
def test_a_bad_row_that_comes_back_by_a_rewriting_waits_again(club: Club) -> None:
    for fee in ("x", "7", "x"):
        club.deliver_dated(DAY, member("b"), member("a", fee=fee))
        club.imports()
    assert quarantined() == [("unreadable", "fee")]


@pytest.mark.django_db
def test_bad_and_clean_in_one_rewritten_file_is_decided_by_the_line(club: Club) -> None:
    club.deliver_dated(DAY, member("a"), member("b"))
    club.imports()
    club.deliver_dated(DAY, member("a", name="Bea"), member("a", fee="x"), member("b"))
    club.imports()
    assert quarantined() == [("unreadable", "fee")]
