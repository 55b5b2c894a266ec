"""Which of a file's columns is which of ours; what is missing is said before a row is read."""

from typing import Any

import pyarrow as pa
import pytest

from hub.errors import ConfigError
from pipelines.engine.mapping import ColumnPlan, plan_columns
from pipelines.engine.rows import spec_of
from pipelines.engine.source import Feed
from tests.engine.club.models import Member
from tests.engine.conftest import HEADER


def plan(*columns: str, **feed: Any) -> ColumnPlan:
    given = Feed(tenant="acme", source="acme", entity="member", table="member", **feed)
    return plan_columns(spec_of(Member), given, columns or HEADER, "acme/part.csv")


def without(*names: str) -> tuple[str, ...]:
    return tuple(name for name in HEADER if name not in names)


def complaint(*columns: str, **feed: Any) -> str:
    with pytest.raises(ConfigError) as error:
        plan(*columns, **feed)
    return f"{error.value.message} | {error.value.hint}"


@pytest.mark.parametrize(
    "columns", [HEADER, HEADER[::-1], tuple(map(str.upper, HEADER)), tuple(f" {n} " for n in HEADER)]
)
def test_case_order_and_blanks_of_a_header_do_not_matter(columns: tuple[str, ...]) -> None:
    assert (set(plan(*columns).present), plan(*columns).unknown) == (set(HEADER), ())


def test_a_columns_name_in_the_lake_may_be_mapped() -> None:
    assert plan(*without("fee"), "Monthly_Fee", columns={"monthly_fee": "fee"}).unknown == ()


def test_unknown_columns_are_kept_apart() -> None:
    assert plan(*HEADER, "zodiac", "Colour").unknown == ("Colour", "zodiac")


def test_an_optional_column_may_be_missing() -> None:
    assert "note" not in plan(*without("note")).present


@pytest.mark.parametrize("name", ["id", "updated_date", "name", "fee", "is_deleted"])
def test_a_needed_column_that_is_missing_is_named_with_its_entity_and_file(name: str) -> None:
    text = complaint(*without(name))
    assert all(word in text for word in ("acme/part.csv", "member", name, "absent"))


def test_a_needed_column_may_be_declared_absent() -> None:
    assert "fee" not in plan(*without("fee"), absent=frozenset({"fee"})).present


def test_a_needed_column_may_be_a_constant() -> None:
    cells = plan(*without("level"), constants={"level": "Gold"}).cells([pa.array(["a", "b"])] * 11)
    assert cells["level"].to_pylist() == ["Gold", "Gold"]


def test_a_constant_does_not_replace_what_is_delivered() -> None:
    assert "level is delivered" in complaint(*HEADER, constants={"level": "Gold"})


def test_the_key_cannot_be_a_constant() -> None:
    assert "has one id for all rows" in complaint(*without("id"), constants={"id": "a"})


@pytest.mark.parametrize("name", ["name", "fee", "later"])
def test_only_a_time_stands_in_for_a_change_time(name: str) -> None:
    assert "created_date" in complaint(*HEADER, null_cursor=name)


def test_an_unknown_column_that_is_no_name_is_told_by_its_place() -> None:
    assert plan(*HEADER, "zodiac", "ada@example.org").unknown_told == {"zodiac", "column 14"}


def test_the_key_cannot_be_absent() -> None:
    assert "no key column id" in complaint(*without("id"), absent=frozenset({"id"}))


def test_the_cursor_cannot_be_absent_where_it_is_read() -> None:
    assert "no cursor column updated_date" in complaint(
        *without("updated_date"), absent=frozenset({"updated_date"})
    )


def test_a_snapshot_needs_no_cursor() -> None:
    found = plan(*without("updated_date"), absent=frozenset({"updated_date"}), mode="snapshot")
    assert "updated_date" not in found.present


@pytest.mark.parametrize(
    "feed",
    [{"columns": {"x": "nonsense"}}, {"constants": {"nonsense": "1"}}, {"absent": frozenset({"nonsense"})}],
)
def test_a_source_that_names_a_column_we_do_not_have_is_told(feed: dict) -> None:
    assert "'nonsense'" in complaint(**feed)


def test_two_columns_for_one_of_ours_are_refused() -> None:
    assert "two columns of the file hold fee" in complaint(*HEADER, "price", columns={"price": "fee"})


def test_a_first_row_that_is_taken_for_a_heading_is_not_quoted() -> None:
    assert "ada@" not in complaint(*HEADER, "ada@example.org", "ada@example.org")


def test_a_header_that_names_a_column_twice_is_refused() -> None:
    assert "columns 6 and 13 have the same name" in complaint(*HEADER, "FEE")


@pytest.mark.parametrize("policy", ["quarantine", "accept", "fail", "created_date"])
def test_policies_for_rows_without_a_change_time(policy: str) -> None:
    assert plan(null_cursor=policy).feed.null_cursor == policy


def test_an_unknown_policy_is_refused() -> None:
    assert "null_cursor = 'quarentine'" in complaint(null_cursor="quarentine")


def checksums(found: ColumnPlan, *cells: str | None) -> bytes:
    return found.raw_checksums([pa.array([cell], pa.string()) for cell in cells])[0]


def test_the_order_of_a_files_columns_does_not_change_a_raw_checksum() -> None:
    assert checksums(plan(), *HEADER) == checksums(plan(*HEADER[::-1]), *HEADER[::-1])


def test_empty_and_null_have_the_same_raw_checksum() -> None:
    assert checksums(plan(), "m1", *[""] * 11) == checksums(plan(), "m1", *[None] * 11)


def test_a_cell_in_its_neighbours_place_has_another_raw_checksum() -> None:
    assert checksums(plan(), "m1", "x", *[""] * 10) != checksums(plan(), "m1", "", "x", *[""] * 9)


@pytest.mark.parametrize(
    "other",
    [
        {"naive_zone": "Europe/Berlin"},
        {"null_markers": ("NULL",)},
        {"constants": {"note": "from the shop"}},
    ],
)
def test_another_way_of_reading_gives_another_raw_checksum(other: dict) -> None:
    heading = without("note")
    assert checksums(plan(*heading), *heading) != checksums(plan(*heading, **other), *heading)
