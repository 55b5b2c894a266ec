"""Documents by columns say the same as documents one by one."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.protect import checksum
from pipelines.engine.documents import Documents, gathered
from pipelines.engine.spec import EXTRA

NAMES = ("id", "note", "name", "mail", "amount")
PERSONAL = frozenset({"name", EXTRA})
characters = st.text(st.characters(codec="utf-8"), max_size=10)
texts = (
    st.none()
    | characters
    | st.sampled_from(["ada@lovelace.org", 'a "b"\\', "\x00x", "\x1f", "\x7f\u2028", "😀", "@", ""])
)
extras = st.none() | st.dictionaries(st.sampled_from(["b", "a", "Ü"]), characters, min_size=1)
documents = st.fixed_dictionaries(
    {"id": characters, **dict.fromkeys(NAMES[1:], texts)}, optional={EXTRA: extras}
)


@given(st.lists(documents, min_size=1, max_size=6))
def test_checksums_by_columns_are_those_of_the_documents(rows) -> None:
    assert Documents.of(rows, NAMES).checksums(PERSONAL) == [checksum(row, PERSONAL) for row in rows]


@given(st.lists(documents, min_size=2, max_size=6))
def test_checksums_of_a_part_of_longer_columns_are_the_same(rows) -> None:
    whole = Documents.of(rows, NAMES)
    part = Documents(
        columns={name: array[1:] for name, array in whole.columns.items()}, extra=(whole.extra or ())[1:]
    )
    assert part.checksums(PERSONAL) == whole.checksums(PERSONAL)[1:]


@given(st.lists(documents, min_size=1, max_size=6))
def test_documents_come_back_as_they_were(rows) -> None:
    assert Documents.of(rows, NAMES).rows == [{EXTRA: None} | row for row in rows]


@given(st.lists(documents, min_size=1, max_size=4), st.lists(documents, min_size=1, max_size=4), st.randoms())
def test_gathered_documents_stand_in_the_order_they_are_named_in(one, other, random) -> None:
    places = [(documents, place) for documents in (Documents.of(one, NAMES), Documents.of(other, NAMES))
              for place in range(len(documents))]  # fmt: skip
    random.shuffle(places)
    assert gathered(places).rows == [documents.rows[place] for documents, place in places]


def test_a_column_that_one_origin_lacks_is_null_there() -> None:
    one = Documents(columns={"id": pa.array(["1"]), "note": pa.array(["x"])})
    other = Documents(columns={"id": pa.array(["2"])}, extra=[{"a": "b"}])
    assert gathered([(other, 0), (one, 0)]).rows == [
        {"id": "2", "note": None, EXTRA: {"a": "b"}},
        {"id": "1", "note": "x", EXTRA: None},
    ]


@pytest.mark.parametrize("rows", [[{"id": "1"}], [{"id": "1", "note": "x", EXTRA: {"a": "b"}}]])
def test_columns_without_any_value_do_not_count(rows) -> None:
    assert Documents.of(rows, NAMES).checksums(PERSONAL) == [checksum(row, PERSONAL) for row in rows]
