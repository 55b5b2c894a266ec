"""A source that writes everything another way, imported whole: keys of several columns, formats, words."""

from typing import Any

import pytest

from pipelines.engine.chunk import open_chunk
from pipelines.engine.mapping import plan_columns
from pipelines.engine.models import QuarantineEntry
from pipelines.engine.rows import spec_of
from pipelines.engine.writing import Writing
from tests.engine.club.models import Member
from tests.engine.conftest import HEADER, Club, csv_of, member, quarantined

pytestmark = [pytest.mark.django_db]
LINES = (*HEADER[1:], "club", "no")
GERMAN = Writing(
    general={"times": ("%d.%m.%Y %H:%M",), "dates": ("%d.%m.%Y",), "amounts": ("1.234,56",)},
    flags={"J": "true", "N": "false"},
    values={"level": {"gold": "Gold", "?": "Silver"}},
)


def german(key: str, **cells: str) -> dict[str, str]:
    return member(
        key,
        **{
            "updated": "10.01.2025 08:00",
            "created_date": "1.1.2020 00:00",
            "joined": "31.01.2024",
            "fee": "1.234,5",
            "level": "gold",
            "is_deleted": "N",
            **cells,
        },
    )


def semicolons(*rows: dict[str, str]) -> str:
    return "\n".join([";".join(HEADER), *(";".join(row[name] for name in HEADER) for row in rows)]) + "\n"


@pytest.fixture
def abroad(club: Club) -> Club:
    """A club whose exporter writes as one does in Germany."""
    club.reads(writing=GERMAN, naive_zone="Europe/Berlin")
    club.form = type(club.form)(delimiter=";")
    return club


def line(club: str, number: str, **cells: str) -> dict[str, str]:
    return {**member("unused", **cells), "club": club, "no": number}


def test_rows_written_another_way_are_stored_like_ours(abroad: Club) -> None:
    abroad.deliver_text(semicolons(german("a", is_deleted="J"), german("b", level="?")))
    assert abroad.imports().counts.created == 2
    row = abroad.get("a")
    assert (f"{row.updated_date:%Y-%m-%d %H:%M}", f"{row.joined}") == ("2025-01-10 07:00", "2024-01-31")
    assert (f"{row.fee:.2f}", row.level, row.is_deleted, abroad.get("b").level) == (
        "1234.50",
        "Gold",
        True,
        "Silver",
    )


def test_what_no_rule_names_is_quarantined_and_comes_in_once_it_is_named(abroad: Club) -> None:
    abroad.deliver_text(semicolons(german("a", level="platinum"), german("b", is_deleted="V"), german("c")))
    assert abroad.imports().counts.quarantined == 2
    assert sorted(quarantined()) == [("unreadable", "is_deleted"), ("unreadable", "level")]
    words = {**GERMAN.values["level"], "platinum": "Gold"}
    abroad.reads(
        writing=Writing(general=GERMAN.general, flags={**GERMAN.flags, "V": "true"}, values={"level": words})
    )
    assert abroad.replay().counts.created == 2
    assert not QuarantineEntry.objects.filter(status="open").exists()


def test_the_damaged_id_of_a_sources_own_kind_is_told_from_a_good_one(club: Club) -> None:
    club.reads(writing=Writing(general={"ids": (r"mem_\d+",)}))
    club.deliver(member("mem_1"), member("mem_x"))
    assert club.imports().counts.created == 1
    assert list(QuarantineEntry.objects.values_list("columns", "row_key")) == [("id", "")]


def test_a_changed_rule_reads_unchanged_cells_again(abroad: Club) -> None:
    abroad.deliver_text(semicolons(german("a"), german("b", level="?")))
    abroad.imports()
    words = {**GERMAN.values["level"], "?": "Gold"}
    abroad.reads(writing=Writing(general=GERMAN.general, flags=GERMAN.flags, values={"level": words}))
    counts = abroad.imports(full=True).counts
    assert (counts.updated, counts.unchanged) == (1, 1)
    assert abroad.get("b").level == "Gold"


@pytest.mark.parametrize(
    ("form", "early", "late"),
    [
        ("epoch", "1736496000", "1736582400"),
        ("epoch_ms", "1736496000000", "1736582400000"),
        ("epoch", "1736496000.000001", "1736582400.5"),
        ("%Y-%m-%d", "2025-01-10", "2025-01-11"),
    ],
)
def test_a_cursor_may_be_counted_or_a_bare_date(by_cursor: Club, form: str, early: str, late: str) -> None:
    by_cursor.reads(writing=Writing(formats={"updated_date": (form,)}))
    by_cursor.deliver(member("a", updated=early), member("b", updated=late))
    by_cursor.imports()
    assert (by_cursor.watermark or "").startswith("2025-01-11")
    by_cursor.deliver(member("c", updated=late), member("d", updated=early))
    assert by_cursor.imports().counts.created == 1
    assert set(by_cursor.names()) == {"a", "b", "c"}  # the whole last day is read again, nothing before it


def test_the_cursor_may_be_a_second_use_of_a_column(by_cursor: Club) -> None:
    by_cursor.reads(columns={"touched": "created_date"}, also={"touched": ("updated_date",)})
    header = (*(name for name in HEADER if not name.endswith("_date")), "touched")
    early, late = ("2025-01-10 08:00:00", "2025-01-11 08:00:00")
    by_cursor.deliver({**member("a"), "touched": early}, {**member("b"), "touched": late}, header=header)
    by_cursor.imports()
    by_cursor.deliver({**member("c"), "touched": early}, {**member("d"), "touched": late}, header=header)
    by_cursor.imports()
    assert set(by_cursor.names()) == {"a", "b", "d"}


def test_several_columns_make_one_id(club: Club) -> None:
    club.reads(key=("club", "no"))
    club.deliver(line("x", "1"), line("x", "2"), line("y", "1"), header=LINES)
    assert club.imports().counts.created == 3
    assert set(club.names()) == {"x:1", "x:2", "y:1"}
    assert club.get("x:1").extra == {"club": "x", "no": "1"}
    club.deliver(line("x", "1"), line("x", "2", name="Bo"), line("y", "1"), header=LINES)
    counts = club.imports().counts
    assert (counts.unchanged, counts.updated, counts.created) == (2, 1, 0)


def test_a_chunk_knows_its_rows_by_their_whole_key(club: Club) -> None:
    """Else no stored checksum is found, and unchanged rows go the slow way."""
    club.reads(key=("club", "no"))
    club.deliver(line("x", "1"), line("y", "2"), header=LINES)
    (raw,) = club.reader.chunks(club.reader.files()[0], first_line=0, rows=10)
    plan = plan_columns(spec_of(Member), club.feed, raw.columns, "part.csv")
    assert open_chunk(raw, plan).source_ids() == ["x:1", "y:2"]


@pytest.mark.parametrize("parts", [("x", ""), ("", "1"), ("a:b", "c"), ("x ", "1"), ("x" * 40, "y" * 40)])
def test_an_id_that_could_be_another_is_quarantined(club: Club, parts: tuple[str, str]) -> None:
    club.reads(key=("club", "no"))
    club.deliver(line(*parts), line("x", "1"), header=LINES)
    assert club.imports().counts.quarantined == 1
    assert list(club.names()) == ["x:1"]
    assert QuarantineEntry.objects.get().row_key == ""


def test_a_quarantined_row_is_known_by_its_key_of_several_columns(club: Club) -> None:
    club.reads(key=("club", "no"))
    club.deliver(line("x", "1", fee="much"), header=LINES)
    club.imports(max_quarantined=1.0)
    assert QuarantineEntry.objects.get().row_key == "acme:x:1"
    club.deliver(line("x", "1"), header=LINES)
    club.imports()
    assert not QuarantineEntry.objects.filter(status="open").exists()


def test_a_shifted_row_with_a_key_of_several_columns_is_mended(club: Club) -> None:
    club.reads(key=("club", "no"))
    club.deliver_text(csv_of(line("x", "1", name="Ada,Countess,Lovelace"), header=LINES))
    assert club.imports().counts.repaired == 1
    row: Any = Member.objects.get()
    assert (row.lake_id, row.name) == ("x:1", "Ada,Countess,Lovelace")


def test_twice_the_same_key_in_one_file_is_one_row(club: Club) -> None:
    club.reads(key=("club", "no"))
    club.deliver(line("x", "1"), line("x", "1", updated="2025-01-11 08:00:00", name="Bo"), header=LINES)
    counts = club.imports().counts
    assert (counts.created, counts.duplicate) == (1, 1)
    assert club.names() == {"x:1": "Bo"}


def test_a_repeated_heading_is_dropped_where_the_key_has_parts(club: Club) -> None:
    club.reads(key=("club", "no"))
    text = csv_of(line("x", "1"), header=LINES)
    club.deliver_text(text + text)
    counts = club.imports().counts
    assert (counts.dropped, counts.quarantined) == (1, 0)
