"""The canonical form: what must not change a checksum, and what must."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.canonical import canonical_json, fingerprint, raw_checksums, typed_checksum, without_nulls

texts = st.text(st.characters(codec="utf-8"), max_size=12)
documents = st.dictionaries(texts, st.none() | texts | st.dictionaries(texts, st.none() | texts, max_size=3))


@given(documents, st.randoms())
def test_the_order_of_keys_does_not_matter(document, random) -> None:
    items = list(document.items())
    random.shuffle(items)
    assert typed_checksum(dict(items)) == typed_checksum(document)


@given(documents)
def test_nulls_do_not_matter(document) -> None:
    assert typed_checksum(without_nulls(document)) == typed_checksum(document)


@given(documents, documents)
def test_checksums_are_equal_exactly_when_documents_mean_the_same(one, other) -> None:
    same = without_nulls(one) == without_nulls(other)
    assert (typed_checksum(one) == typed_checksum(other)) is same


@pytest.mark.parametrize(
    ("document", "json"),
    [
        ({"b": "2", "a": "1"}, '{"a":"1","b":"2"}'),
        ({"a": None}, "{}"),
        ({"a": ""}, '{"a":""}'),  # the empty text is a value here; imports turn it into null before
        ({"extra": {"z": "1", "a": None}}, '{"extra":{"z":"1"}}'),
        ({"a": ["1", None]}, '{"a":["1",null]}'),  # lists keep their length
        ({"a": "Zoë 😀"}, '{"a":"Zoë 😀"}'),
    ],
)
def test_canonical_json(document, json: str) -> None:
    assert canonical_json(document).decode() == json


def test_a_value_in_another_column_is_another_document() -> None:
    assert typed_checksum({"a": "1"}) != typed_checksum({"b": "1"})


def test_raw_checksums_are_sixteen_bytes_a_row_and_depend_on_the_prefix() -> None:
    (one,), (other,) = raw_checksums(b"1", [b"cells"]), raw_checksums(b"2", [b"cells"])
    assert len(one) == 16
    assert one != other


def test_a_fingerprint_changes_with_any_of_its_parts() -> None:
    assert len({fingerprint(1, "a"), fingerprint(2, "a"), fingerprint(1, "b"), fingerprint(1)}) == 4
