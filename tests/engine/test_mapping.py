"""Which of a file's columns is which of ours; what is missing is said before a row is read."""

from typing import Any

import pyarrow as pa
import pytest

from hub.errors import ConfigError
from pipelines.billing.feeds import entities
from pipelines.engine.mapping import ColumnPlan, plan_columns
from pipelines.engine.rows import spec_of
from pipelines.engine.source import Feed
from pipelines.engine.spec import Strength
from pipelines.engine.writing import Writing
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


@pytest.mark.parametrize("name", ["updated_date", "name", "fee", "is_deleted"])
def test_a_needed_column_that_is_missing_is_named_with_its_entity_and_file(name: str) -> None:
    text = complaint(*without(name))
    assert all(word in text for word in ("acme/part.csv", "member", name, "absent"))


def test_all_needed_columns_that_are_missing_are_named_at_once() -> None:
    text = complaint(*without("name", "fee"))
    assert "needs columns fee, name" in text
    assert 'absent = ["fee", "name"]' in text


def test_a_missing_id_is_not_to_be_declared_absent() -> None:
    text = complaint(*without("id", "fee"))
    assert 'absent = ["fee"]' in text
    assert "key = [...]" in text


def test_a_missing_change_time_is_told_what_to_do_without() -> None:
    assert 'absent = ["updated_date"] (updated_date only with mode = "snapshot")' in complaint(
        *without("updated_date")
    )


def test_a_needed_column_may_be_declared_absent() -> None:
    assert "fee" not in plan(*without("fee"), absent=frozenset({"fee"})).present


def test_a_needed_column_may_be_a_constant() -> None:
    cells = plan(*without("level"), constants={"level": "Gold"}).cells([pa.array(["a", "b"])] * 11)
    assert cells["level"].to_pylist() == ["Gold", "Gold"]


def test_a_constant_that_does_not_read_is_told_before_every_row_is_refused() -> None:
    assert "constant for level that does not read: 'Bronze'" in complaint(
        *without("level"), constants={"level": "Bronze"}
    )


def test_a_constant_is_written_as_the_file_would_write_it() -> None:
    writing = Writing(general={"dates": ("%d.%m.%Y",)}, values={"level": {"G": "Gold"}})
    constants = {"joined": "31.01.2025", "level": "G"}
    assert plan(*without("joined", "level"), constants=constants, writing=writing).present == HEADER


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


def test_a_column_that_is_none_of_ours_in_spite_of_its_name_is_left_in_extra() -> None:
    found = plan(*HEADER, "price", columns={"price": "fee", "Fee": ""})
    assert (found.unknown, found.places[-1]) == (("fee",), "fee")


def test_one_column_of_a_file_may_be_several_of_ours_and_stay_in_extra_too() -> None:
    heading = without("number", "name")
    found = plan(*heading, "who", columns={"who": "name"}, also={"Who": ("number", "")})
    cells = found.cells([pa.array([name]) for name in (*heading, "Ada")])
    assert (cells["name"].to_pylist(), cells["number"].to_pylist()) == (["Ada"], ["Ada"])
    assert (found.unknown, found.unknown_told) == (("who",), set())
    assert found.present == HEADER


def test_a_column_filled_from_two_places_is_refused_however_it_is_said() -> None:
    assert "two columns of the file hold fee" in complaint(also={"name": ("fee",)})


def test_the_id_may_be_a_second_use_of_a_column() -> None:
    found = plan(*without("id"), columns={"number": "number"}, also={"number": ("id",)})
    assert found.source_ids([pa.array([name]) for name in without("id")]).to_pylist() == ["number"]


@pytest.mark.parametrize(
    "name", ["createdDate", "Created Date", "created-date", "CREATED_DATE", "created_date"]
)
def test_loose_names_are_compared_by_letters_and_digits(name: str) -> None:
    heading = [name if each == "created_date" else each for each in HEADER]
    assert plan(*heading, loose_names=True).places == HEADER


def test_loose_names_hold_for_the_map_too() -> None:
    found = plan(*without("fee"), "Monthly Fee", columns={"monthlyFee": "fee"}, loose_names=True)
    assert found.unknown == ()


def test_names_are_not_loose_unless_the_source_says_so() -> None:
    assert "created_date" in complaint(*without("created_date"), "createdDate")


@pytest.mark.parametrize("model", list(entities().values()), ids=list(entities()))
def test_no_two_columns_of_an_entity_have_one_loose_name(model) -> None:
    feed = Feed(tenant="acme", source="acme", entity=model.entity, table="t", loose_names=True)
    names = [feed.folded(column.in_lake) for column in spec_of(model).columns]
    assert len(set(names)) == len(names)
    ours = {feed.folded(column.name): column.name for column in spec_of(model).columns}
    theirs = {feed.folded(column.in_lake): column.name for column in spec_of(model).columns}
    assert {**ours, **theirs} == {**theirs, **ours}


def test_a_column_may_have_our_own_name_for_it() -> None:
    spec = spec_of(entities()["product_rate_plan"])
    names = {"promotion_code_c", "promotion_code__c"}
    feed = Feed(tenant="acme", source="acme", entity="product_rate_plan", table="t")
    for name in names:
        columns = tuple(
            name if column.name == "promotion_code_c" else column.in_lake for column in spec.columns
        )
        assert plan_columns(spec, feed, columns, "part.csv").unknown == ()


PARTS = (*without("id"), "Club", "No")


def test_several_columns_make_a_key_in_the_order_of_the_source() -> None:
    found = plan(*PARTS, key=("no", "Club"))
    arrays = [pa.array(["x", "x", "x"], pa.string())] * 11
    arrays += [pa.array(["c1", "c2", ""], pa.string()), pa.array(["1", None, "3"], pa.string())]
    assert found.source_ids(arrays).to_pylist() == ["1:c1", None, None]
    assert "id" in found.present


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"key": ("club", "nr")}, "'nr' is part of the key, and not the name of one column"),
        ({"key": ("club", "no"), "columns": {"club": "id"}}, "has a column and a key for id"),
    ],
)
def test_a_key_that_cannot_be_put_together_is_told(given: dict, said: str) -> None:
    assert said in complaint(*PARTS, **given)


def test_a_part_of_a_key_that_two_loose_names_fit_is_told() -> None:
    assert "'no'" in complaint(*PARTS, "N.O.", key=("club", "no"), loose_names=True)


def test_a_column_called_like_the_id_may_be_a_part_of_it() -> None:
    found = plan(*HEADER, "No", key=("id", "no"))
    assert found.unknown == ("No", "id")
    assert found.source_ids([pa.array(["a"])] * 13).to_pylist() == ["a:a"]


@pytest.mark.parametrize(
    ("writing", "said"),
    [
        (Writing(formats={"nonsense": ("iso",)}), "formats names a column 'nonsense'"),
        (Writing(values={"nonsense": {}}), "values names a column 'nonsense'"),
        (Writing(formats={"fee": ("%d",)}), "formats.fee: '%d' is not the number 1234.56"),
        (Writing(formats={"joined": ("1.234,56",)}), "formats.joined: '1.234,56' does not tell one year"),
        (Writing(formats={"level": ("iso",)}), "formats.level: its columns have one way of writing only"),
        (Writing(formats={"id": ("(",)}), "formats.id: '(' is no regular expression"),
        (Writing(values={"level": {"gold": "gold"}}), "values.level has 'gold' on its right side"),
        (Writing(values={"is_deleted": {"x": "gone"}}), "values.is_deleted has 'gone' on its right side"),
        (Writing(values={"joined": {"x": "31.1.2025"}}), "values.joined has '31.1.2025' on its right side"),
        (Writing(values={"id": {"x": "y"}}), "values.id would make one row of several"),
    ],
)
def test_a_way_of_writing_that_does_not_fit_the_entity_is_told(writing: Writing, said: str) -> None:
    text = complaint(writing=writing)
    assert said in text
    assert text.partition(" | ")[2]


def test_an_id_of_a_sources_own_counts_as_little_evidence_where_it_is_little() -> None:
    telling, dull = (
        plan(writing=Writing(general={"ids": (text,)})).spec.column("id").strength
        for text in ("m_\\d+", "\\d+")
    )
    assert (telling, dull) == (Strength.MEDIUM, Strength.WEAK)


def test_a_columns_own_format_counts_more_than_that_of_its_kind() -> None:
    writing = Writing(general={"dates": ("%d.%m.%Y",)}, formats={"joined": ("epoch",)})
    assert plan(writing=writing).spec.column("joined").formats == ("epoch",)


def test_a_texts_format_is_evidence_and_binds_nothing() -> None:
    column = plan(writing=Writing(formats={"number": (r"N-\d+",)})).spec.column("number")
    assert (column.pattern, column.strength, column.formats) == (r"(?:N-\d+)", Strength.MEDIUM, ())


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
        {"key": ("id",)},
        {"columns": {"visits": ""}},
        {"also": {"name": ("number", "")}, "columns": {"number": ""}},
        {"writing": Writing(zones={"PST": "-08:00"})},
        {"writing": Writing(general={"ids": (".*",)})},
        {"writing": Writing(flags={"Y": "true"})},
        {"writing": Writing(formats={"fee": ("1.234,56",)})},
        {"writing": Writing(values={"level": {"gold": "Gold"}})},
    ],
)
def test_another_way_of_reading_gives_another_raw_checksum(other: dict) -> None:
    heading = without("note")
    assert checksums(plan(*heading), *heading) != checksums(plan(*heading, **other), *heading)
