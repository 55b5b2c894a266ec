"""Which versions are one chain."""

from __future__ import annotations

from pipelines.billing.chains import Version, resolve
from tests.billing.chains.making import chain, later, odd, superseded, version


def chains_of(*versions: Version) -> dict[str, list[str]]:
    return {found.root: [each.id for each in found.versions] for found in resolve(versions)}


def old(place: int, /, **changes: object) -> Version:
    """A version of the days before `original_id`."""
    return later(place, **{"original_id": None, "is_latest": None, **changes})


ROOT = version(original_id=None, is_latest=None)


def test_versions_with_one_original_id_are_a_chain_in_the_order_of_their_numbers() -> None:
    assert chains_of(later(3), superseded(), superseded(2)) == {"v1": ["v1", "v2", "v3"]}


def test_chains_of_other_originals_stand_apart() -> None:
    assert chains_of(version(), version(id="w1", original_id="w1", number="A-S2")) == {
        "v1": ["v1"],
        "w1": ["w1"],
    }


def test_a_chain_may_span_accounts() -> None:
    assert chains_of(superseded(), later(2, account_id="boris")) == {"v1": ["v1", "v2"]}


def test_without_original_id_the_versions_before_lead_to_the_first() -> None:
    assert chains_of(old(3), ROOT, old(2)) == {"v1": ["v1", "v2", "v3"]}


def test_an_empty_original_id_is_none() -> None:
    assert chains_of(version(original_id=""), old(2, original_id="")) == {"v1": ["v1", "v2"]}


def test_the_walk_stops_at_a_version_that_knows_its_chain() -> None:
    assert chains_of(old(4), later(3, original_id="v1")) == {"v1": ["v3", "v4"]}


def test_the_version_others_name_as_their_original_is_in_their_chain() -> None:
    assert chains_of(version(original_id=None, previous_id="lost", number=""), later(2)) == {
        "v1": ["v1", "v2"]
    }


def test_a_version_that_a_later_one_names_is_in_its_chain() -> None:
    lost = old(3, previous_id="gone", number="")
    assert chains_of(lost, later(4, previous_id="v3")) == {"v1": ["v3", "v4"]}


def test_versions_behind_one_missing_row_are_a_chain() -> None:
    assert chains_of(old(3, number=""), old(4, number="")) == {"v2": ["v3", "v4"]}


def test_a_missing_row_between_two_versions_is_bridged_by_their_number() -> None:
    found = chain(ROOT, old(3))
    assert [each.id for each in found.versions] == ["v1", "v3"]
    assert ("joined_by_number", "v3") in odd(found)


def test_a_number_with_the_prefix_of_a_deletion_is_the_same_number() -> None:
    assert chains_of(ROOT, old(3, number="0" * 32 + "_A-S00000001")) == {"v1": ["v1", "v3"]}


def test_two_missing_rows_are_bridged_to_the_smaller() -> None:
    assert chains_of(old(3, previous_id="b"), old(5, previous_id="a")) == {"a": ["v3", "v5"]}


def test_a_number_that_two_chains_claim_bridges_nothing() -> None:
    other = version(id="w1", original_id="w1")
    assert chains_of(ROOT, other, old(3)) == {"v1": ["v1"], "v2": ["v3"], "w1": ["w1"]}


def test_a_number_in_two_chains_is_reported_in_both() -> None:
    found = resolve([version(), version(id="w1", original_id="w1")])
    assert [odd(each) for each in found] == [[("number_in_two_chains", "A-S00000001")]] * 2


def test_no_number_bridges_nothing() -> None:
    assert chains_of(version(original_id=None, number=" "), old(3, number=" ")) == {
        "v1": ["v1"],
        "v2": ["v3"],
    }


def test_a_circle_is_one_chain_and_reported() -> None:
    found = chain(old(1, previous_id="v3"), old(2), old(3), old(4))
    assert (found.root, [each.id for each in found.versions]) == ("v1", ["v1", "v2", "v3", "v4"])
    assert ("cycle", "v1") in odd(found)


def test_a_version_before_itself_is_a_circle() -> None:
    assert ("cycle", "v1") in odd(chain(version(original_id=None, previous_id="v1")))


def test_a_circle_that_a_later_version_knows_belongs_to_its_chain() -> None:
    assert chains_of(old(2, previous_id="v3"), old(3), later(4)) == {"v1": ["v2", "v3", "v4"]}


def test_of_two_rows_with_one_id_the_newer_counts_and_it_is_reported() -> None:
    stale, new = version(status="Draft"), version(updated_at=(2, 1))
    found = chain(new, stale)
    assert found.versions == (new,)
    assert odd(found) == [("duplicate_version", "v1")]


def test_the_same_row_twice_is_no_oddity() -> None:
    assert chain(version(), version()).anomalies == ()


def test_numbers_nobody_has_are_reported_as_ranges() -> None:
    found = chain(superseded(2), superseded(4), later(900))
    assert odd(found) == [("missing_version", "1"), ("missing_version", "3"), ("missing_version", "5-899")]


def test_a_number_that_two_versions_have_is_reported() -> None:
    assert ("version_twice", "2") in odd(chain(superseded(), superseded(2), later(2, id="v2b")))


def test_a_version_that_follows_another_than_the_one_before_is_reported() -> None:
    assert odd(chain(superseded(), superseded(2), later(3, previous_id="v1"))) == [("broken_link", "v3")]


def test_another_number_within_a_chain_is_reported() -> None:
    found = chain(superseded(), later(2, number="A-S00000002"))
    assert odd(found) == [("number_changed", "A-S00000001 A-S00000002")]


def test_a_word_nobody_knows_is_reported() -> None:
    assert odd(chain(version(status="Zombie"))) == [("unknown_status", "v1")]


def test_chains_come_by_root() -> None:
    roots = [found.root for found in resolve([version(id=name, original_id=name) for name in "cab"])]
    assert roots == ["a", "b", "c"]


def test_no_versions_are_no_chains() -> None:
    assert resolve([]) == []
