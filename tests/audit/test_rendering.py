import pytest
from hypothesis import given, settings

from audit.diff import diff
from audit.rendering import json_patch, rendered
from tests.audit.test_diff import DOCUMENTS, alike, edits


def test_only_what_differs_is_rendered():
    old = {"price": "10.00", "name": "Box", "items": [{"id": "a", "n": 1, "m": 1}, {"id": "b", "n": 1}]}
    new = {"price": "12.00", "name": "Box", "items": [{"id": "a", "n": 2, "m": 1}, {"id": "b", "n": 1}]}
    text = str(rendered(old, new))
    assert "10.00" in text
    assert "12.00" in text
    assert "[id=a]" in text
    assert "Box" not in text


def test_nothing_is_rendered_when_nothing_differs():
    assert rendered({"a": 1}, {"a": 1}) == {}


def test_one_turned_into_true_is_rendered():
    assert rendered({"a": 1}, {"a": True}) != {}


@settings(deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_something_is_rendered_whenever_a_diff_exists(old, new):
    assert bool(rendered(old, new)) == bool(diff(old, new))


def test_a_patch_uses_pointers_and_indexes():
    old = {"a/b": "1", "items": [{"id": "x"}, {"id": "y", "n": 1}]}
    new = {"a/b": "2", "items": [{"id": "y", "n": 2}, {"id": "z"}]}
    assert json_patch(diff(old, new), old) == [
        {"op": "replace", "path": "/a~1b", "value": "2"},
        {"op": "remove", "path": "/items/0"},
        {"op": "replace", "path": "/items/0/n", "value": 2},
        {"op": "add", "path": "/items/1", "value": {"id": "z"}},
    ]


def test_a_patch_of_a_flat_document_needs_no_document():
    assert json_patch(diff({"a": "1"}, {"a": "2"})) == [{"op": "replace", "path": "/a", "value": "2"}]


def test_a_patch_into_an_array_without_the_document_is_refused():
    operations = diff({"items": [{"id": "a", "n": 1}]}, {"items": [{"id": "a", "n": 2}]})
    with pytest.raises(ValueError, match="old document"):
        json_patch(operations)


@settings(deadline=None, max_examples=200)
@given(edits())
def test_a_patch_leads_from_old_to_new(pair):
    old, new = pair
    assert alike(patched(old, json_patch(diff(old, new), old)), new)


def patched(document, patch):
    """RFC 6902 in a few lines: enough for add, remove and replace."""
    import copy

    document = copy.deepcopy(document)
    for item in patch:
        tokens = [token.replace("~1", "/").replace("~0", "~") for token in item["path"].split("/")[1:]]
        if not tokens:
            document = item["value"]
            continue
        parent = document
        for token in tokens[:-1]:
            parent = parent[int(token)] if isinstance(parent, list) else parent[token]
        last = int(tokens[-1]) if isinstance(parent, list) else tokens[-1]
        if item["op"] == "remove":
            del parent[last]
        elif item["op"] == "add" and isinstance(parent, list):
            parent.insert(last, item["value"])
        else:
            parent[last] = item["value"]
    return document
