"""Identifiers are compared by keyed digests of a normal form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import ConfigError
from hub.identifiers import clean_text, digest, normalise, value_digest


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  ADA@Example.ORG ", "ada@example.org"),
        ("ada@\u200bexample.org", "ada@example.org"),  # a zero-width blank from a copied page
        ("ada@example.org.", "ada@example.org"),
        ("ada@münchen.example", "ada@xn--mnchen-3ya.example"),
        ("ada@xn--mnchen-3ya.example", "ada@xn--mnchen-3ya.example"),
        ("ada＠example.org", "ada@example.org"),  # full-width: NFKC makes it the plain one
        ("ada+news@example.org", "ada+news@example.org"),  # a tag may be another mailbox
        ("straße@example.org", "straße@example.org"),  # lower(), not casefold(): ß and ss are two people
        ('"a@b"@example.org', '"a@b"@example.org'),
        ("ada", ""),
        ("ada@", ""),
        ("@example.org", ""),
        ("", ""),
    ],
)
def test_the_normal_form_of_an_email(typed: str, normal: str) -> None:
    assert normalise("email", typed) == normal


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("+49 (0)30 / 1234-5", "+4903012345"),  # the (0) is not guessed away
        ("0049 30 12345", "+493012345"),
        ("030 12345", "03012345"),  # national stays national: the country is not known here
        ("no number", ""),
        ("+", ""),
    ],
)
def test_the_normal_form_of_a_phone_number(typed: str, normal: str) -> None:
    assert normalise("phone", typed) == normal


@given(st.sampled_from(["email", "phone", "name"]), st.text(st.characters(codec="utf-8")))
def test_normalising_twice_changes_nothing(kind: str, text: str) -> None:
    once = normalise(kind, text)
    assert normalise(kind, once) == once


def test_invisible_characters_and_outer_blanks_are_no_text() -> None:
    assert clean_text(" \ufeffAda\u00ad ") == "Ada"


def test_a_digest_is_32_bytes_and_repeatable() -> None:
    assert digest("email", "ada@example.org") == digest("email", "ada@example.org")
    assert len(digest("email", "ada@example.org")) == 32


def test_the_same_text_of_another_kind_has_another_digest() -> None:
    assert digest("email", "ada") != digest("phone", "ada")


def test_another_key_gives_another_digest(settings) -> None:
    from hub import identifiers

    settings.HUB_DIGEST_KEYS = {1: bytes(32), 2: bytes([1]) * 32}
    identifiers._key.cache_clear()
    try:
        assert digest("email", "ada", version=1) != digest("email", "ada", version=2)
    finally:
        identifiers._key.cache_clear()


def test_a_digest_key_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match="version 99") as error:
        digest("email", "ada", version=99)
    assert "HUB_DIGEST_KEY" in error.value.hint


def test_a_value_digest_is_short_and_does_not_hold_the_value() -> None:
    assert len(value_digest("Ada")) == 32
    assert value_digest("Ada") != value_digest("ada")
