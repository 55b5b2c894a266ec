"""Diffs: reversible, strict about types, and empty exactly when the canonical form is the same."""

import time
from copy import deepcopy
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.diff import CAP, apply, diff, revert
from audit.paths import ElementId, element, member, root, segments
from hub.canonical import canonical_json, typed_checksum, without_nulls

HOSTILE = st.sampled_from(
    ["", ".", "a.b", "[id=1]", '"', "\\", "=", "id", "items", "~1/", "ß", " ", "\n", "1", "é"]
)
NAMES = HOSTILE | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.0, -0.0, 1.0, 2.5])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
)
IDS = st.sampled_from(["li_1", "li_2", "1", "", "a.b]", 1, 2, -1, True, None])
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES, inner, max_size=3)
        | st.lists(
            st.builds(lambda key, rest: {**rest, "id": key}, IDS, st.dictionaries(NAMES, inner, max_size=2)),
            max_size=4,
        )
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=5)


def alike(one: Any, other: Any) -> bool:
    """Equal with types, nulls and absent names told apart; the order of names does not count."""
    return orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(other, option=orjson.OPT_SORT_KEYS)


@st.composite
def edits(draw: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A document and one made from it, so that most of both is the same."""
    old = draw(DOCUMENTS)
    new = deepcopy(old)
    for name in draw(st.lists(st.sampled_from(sorted(new)), unique=True)) if new else []:
        if isinstance(new[name], list):
            new[name] = draw(st.permutations(new[name]))[: draw(st.integers(0, 4))] + draw(
                st.lists(VALUES, max_size=1)
            )
        else:
            new[name] = draw(VALUES)
    return old, new | draw(st.dictionaries(NAMES, VALUES, max_size=2))


@settings(deadline=None, max_examples=400)
@given(edits() | st.tuples(DOCUMENTS, DOCUMENTS))
def test_a_diff_leads_from_old_to_new_and_back(pair):
    old, new = pair
    operations = diff(old, new)
    assert alike(apply(old, operations), new)
    assert alike(revert(new, operations), old)


@settings(deadline=None, max_examples=300)
@given(edits())
def test_a_diff_survives_being_stored_as_json(pair):
    old, new = pair
    operations = orjson.loads(orjson.dumps(diff(old, new)))
    assert alike(revert(new, operations), old)


@settings(deadline=None, max_examples=300)
@given(edits() | st.tuples(DOCUMENTS, DOCUMENTS))
def test_a_diff_is_empty_exactly_when_the_checksums_are_equal(pair):
    old, new = (without_nulls(document) for document in pair)
    assert (not diff(old, new)) == (typed_checksum(old) == typed_checksum(new))
    assert (not diff(old, new)) == (canonical_json(old) == canonical_json(new))


@given(DOCUMENTS, DOCUMENTS)
@settings(deadline=None)
def test_neither_document_is_altered(old, new):
    before = orjson.dumps([old, new])
    operations = diff(old, new)
    apply(old, operations)
    revert(new, operations)
    assert orjson.dumps([old, new]) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (1, True),
        (0, False),
        (1, 1.0),
        (0.0, -0.0),
        (1, "1"),
        (None, False),
        ("", None),
        ([1], [True]),
        ({"a": 1}, {"a": True}),
        ([{"id": "x", "n": 1}], [{"id": "x", "n": 1.0}]),
        ([], {}),
    ],
)
def test_look_alikes_of_another_type_differ(old, new):
    assert diff({"v": old}, {"v": new})


def test_absent_is_not_null():
    assert diff({}, {"v": None}) == [{"op": "add", "path": "v", "new": None}]
    assert diff({"v": None}, {}) == [{"op": "remove", "path": "v", "old": None}]


def test_an_element_is_addressed_by_its_id():
    old = {"items": [{"id": "li_11", "quantity": 1}, {"id": "li_12", "quantity": 1}]}
    new = {"items": [{"id": "li_11", "quantity": 1}, {"id": "li_12", "quantity": 2}]}
    assert diff(old, new) == [{"op": "replace", "path": "items[id=li_12].quantity", "old": 1, "new": 2}]


def test_inserted_and_removed_elements_keep_their_positions():
    old = {"items": [{"id": "a"}, {"id": "b"}, {"id": "c"}, {"id": "d"}]}
    new = {"items": [{"id": "x"}, {"id": "b"}, {"id": "y"}, {"id": "d"}]}
    operations = diff(old, new)
    assert [(o["op"], o["path"], o["at"]) for o in operations] == [
        ("remove", "items[id=c]", 2),
        ("remove", "items[id=a]", 0),
        ("add", "items[id=x]", 0),
        ("add", "items[id=y]", 2),
    ]


@pytest.mark.parametrize(
    "new",
    [
        [{"id": "b"}, {"id": "a"}],  # another order
        [{"id": "a"}, {"id": "a"}],  # the same id twice
        [{"id": "a"}, {"name": "b"}],  # no id
        [{"id": "a"}, "b"],  # not an object
        [{"id": True}, {"id": "b"}],  # an id that is neither text nor number
    ],
)
def test_an_array_that_ids_cannot_describe_is_one_value(new):
    old = [{"id": "a"}, {"id": "b"}]
    assert diff({"items": old}, {"items": new}) == [
        {"op": "replace", "path": "items", "old": old, "new": new}
    ]


def test_an_oversized_diff_replaces_the_document():
    old, new = {"a": "x", "b": "same"}, {"a": "y" * CAP, "b": "same"}
    assert diff(old, new) == [{"op": "replace", "path": "", "old": old, "new": new}]
    assert apply(old, diff(old, new)) == new


def test_operations_for_another_document_are_refused():
    operations = diff({"items": [{"id": "a", "n": 1}]}, {"items": [{"id": "a", "n": 2}]})
    with pytest.raises(LookupError):
        apply({"items": [{"id": "b"}]}, operations)


@given(st.lists(NAMES, min_size=1, max_size=4), st.sampled_from(["li_1", "12", "-3", 12, -3, "", "a]b", '"']))
def test_any_name_and_id_can_be_read_back_from_a_path(names, identifier):
    path = ""
    for name in names:
        path = member(path, name)
    assert segments(element(path, identifier)) == [*names, ElementId(identifier)]
    assert root(path) == names[0]


def test_what_is_not_a_path_is_refused():
    with pytest.raises(ValueError, match="not a path"):
        segments("items[0]")


def large_document() -> dict[str, Any]:
    """20 kB: an order with 60 lines."""
    line = {
        "name": "Monthly box with everything in it",
        "sku": "BOX-MONTHLY-ALL",
        "net": "10.00",
        "tax": "1.90",
    }
    return {"id": "o1", "currency": "EUR"} | {
        "items": [{"id": f"li_{n}", "position": n, "description": "x" * 200, **line} for n in range(60)]
    }


def test_three_leaves_in_a_large_document_are_found_fast():
    old = large_document()
    new = orjson.loads(orjson.dumps(old))
    new["items"][3]["net"] = new["items"][40]["tax"] = new["currency"] = "changed"
    assert 19_000 < len(orjson.dumps(old)) < 24_000

    def seconds() -> float:
        start = time.perf_counter()
        assert len(diff(old, new)) == 3
        return time.perf_counter() - start

    # 0.2 ms is the budget; ten times that, so that a busy machine does not fail the test.
    assert min(seconds() for _ in range(20)) < 0.002
