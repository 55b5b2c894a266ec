from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.context import Actor
from audit.keys import SubjectRef, Undecipherable
from audit.models import DayKey, Subject
from audit.protect import (
    KeyDestroyed,
    Vault,
    checksum,
    is_protected,
    masked,
    open_row,
    protect,
    reveal,
    seal_row,
    seal_rows,
    text_of,
    value_of,
)
from audit.subject import bury
from hub.canonical import canonical_json

EMAIL = "ada@marker.example"
CONTEXT = ("billing.contact", "acme:1", "work_email")
ADA = {"tenant": "acme", "subject_key": "contact:1"}
DAY = date(2026, 11, 21)


@pytest.mark.django_db
def test_a_protected_value_can_be_revealed():
    assert reveal(protect(EMAIL, **ADA, context=CONTEXT), **ADA, context=CONTEXT) == EMAIL


@pytest.mark.django_db
def test_equal_values_share_a_digest_but_no_ciphertext():
    one, other = protect(EMAIL, **ADA, context=CONTEXT), protect(EMAIL, **ADA, context=CONTEXT)
    assert one["d"] == other["d"]
    assert one["c"] != other["c"]
    assert EMAIL not in str(one)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "context",
    [
        ("billing.account", "acme:1", "work_email"),
        ("billing.contact", "acme:2", "work_email"),
        ("billing.contact", "acme:1", "personal_email"),
        ("billing.contact", "acme:1|work_email", ""),  # the same letters, cut elsewhere
    ],
)
def test_a_value_moved_to_another_place_cannot_be_read(context):
    protected = protect(EMAIL, **ADA, context=CONTEXT)
    with pytest.raises(Undecipherable):
        reveal(protected, **ADA, context=context)


@pytest.mark.django_db
def test_another_subjects_key_does_not_open_a_value():
    protected = protect(EMAIL, **ADA, context=CONTEXT)
    protect(EMAIL, tenant="acme", subject_key="contact:2", context=CONTEXT)
    with pytest.raises(Undecipherable):
        reveal(protected, tenant="acme", subject_key="contact:2", context=CONTEXT)


@pytest.mark.django_db
def test_a_wrapped_key_does_not_work_for_another_subject():
    from audit.locked import audited_writing

    protect(EMAIL, **ADA, context=CONTEXT)
    protect(EMAIL, tenant="acme", subject_key="contact:2", context=CONTEXT)
    stolen = Subject.unscoped.get(source_id="1").wrapped_key
    with audited_writing():
        Subject.unscoped.filter(source_id="2").update(wrapped_key=stolen)
    with pytest.raises(Undecipherable):
        reveal({"c": "", "d": "", "v": 1}, tenant="acme", subject_key="contact:2", context=CONTEXT)


@pytest.mark.django_db
def test_an_erased_subject_keeps_nothing_readable_and_gets_nothing_new():
    protected = protect(EMAIL, **ADA, context=CONTEXT)
    bury(SubjectRef.of("acme", "contact:1"), {"email": EMAIL}, by=Actor.command("erase_person"))
    with pytest.raises(KeyDestroyed):
        reveal(protected, **ADA, context=CONTEXT)
    later = protect(EMAIL, **ADA, context=CONTEXT)
    assert later.keys() == {"d", "v"}
    assert is_protected(later)


@pytest.mark.django_db
def test_a_batch_takes_one_read_one_insert_and_one_more_read(django_assert_num_queries):
    people = [SubjectRef(tenant="acme", kind="contact", source_id=str(n)) for n in range(300)]
    vault = Vault()
    with django_assert_num_queries(3):
        vault.load(people)
    with django_assert_num_queries(0):
        vault.load(people)
    with django_assert_num_queries(1):
        Vault().load(people)


@pytest.mark.django_db
def test_a_key_minted_by_somebody_faster_is_the_one_used(monkeypatch):
    from audit import keys

    protected = protect(EMAIL, **ADA, context=CONTEXT)
    really = keys.existing_keys
    answers = iter([lambda subjects: {}, really])  # the first look comes too early to see the other's key
    monkeypatch.setattr(keys, "existing_keys", lambda subjects: next(answers)(subjects))
    late = protect(EMAIL, **ADA, context=CONTEXT)
    monkeypatch.undo()
    assert [reveal(value, **ADA, context=CONTEXT) for value in (protected, late)] == [EMAIL, EMAIL]


@pytest.mark.django_db
def test_rows_of_a_day_share_one_key():
    sealed = [*seal_rows(DAY, [b"one", b"two"]), seal_row(DAY, b"three")]
    assert [open_row(DAY, blob) for blob in sealed] == [b"one", b"two", b"three"]
    assert DayKey.objects.count() == 1


@pytest.mark.django_db
def test_a_row_cannot_be_opened_as_another_days_or_after_its_day_expired():
    blob = seal_row(DAY, b"row")
    other = date(2026, 11, 22)
    seal_row(other, b"row")
    with pytest.raises(Undecipherable):
        open_row(other, blob)
    DayKey.objects.filter(day=DAY).delete()
    with pytest.raises(KeyDestroyed):
        open_row(DAY, blob)


def test_a_masked_document_holds_digests_where_values_were():
    document = {"country": "DE", "work_email": EMAIL, "extra": {"hobby": EMAIL, "age": None}, "city": None}
    hidden = masked(document, {"work_email", "extra", "city"})
    assert EMAIL.encode() not in canonical_json(hidden)
    assert hidden["country"] == "DE"
    assert hidden["extra"]["hobby"].keys() == {"d"}
    assert hidden["city"] is None


def test_a_checksum_sees_a_changed_personal_value_and_ignores_nulls():
    personal = {"email", "extra"}
    assert checksum({"email": "a"}, personal) != checksum({"email": "b"}, personal)
    assert checksum({"email": "a", "x": None}, personal) == checksum({"email": "a"}, personal)
    assert checksum({"extra": {"n": "1"}}, personal) != checksum({"extra": {"n": 1}}, personal)


def test_a_checksum_does_not_confirm_a_guess_without_the_key():
    assert checksum({"name": "Ada"}, {"name"}) != checksum({"name": "Ada"}, set())


def test_an_address_is_personal_in_whatever_column_it_stands():
    assert masked({"country": f"write to {EMAIL}"}, set()) != {"country": f"write to {EMAIL}"}
    assert masked({"country": "@home, a@b"}, set()) == {"country": "@home, a@b"}


@given(
    st.text(st.characters(exclude_categories=["Cs"]))
    | st.integers(-9, 9)
    | st.booleans()
    | st.lists(st.integers(-9, 9))
)
def test_any_leaf_is_a_text_and_back(value):
    assert value_of(text_of(value)) == value
    assert text_of(str(value)) != text_of(value) or isinstance(value, str)
