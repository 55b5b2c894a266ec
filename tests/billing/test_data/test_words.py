"""Text in the form in which it is compared: the quick ways round give what the definition gives."""

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from pipelines.billing.test_data.words import SPECIAL, UNUSUAL, fold, plain

ODD_ONES = (
    "\u200b\u200d\ufeff\u00ad\u0301\u0307\u0345\u1e9e\u0130\u0131ßŁﬁⅣ９ｔñé-+ \t\x00\u00a0\u3000\u0e31ⓐ"
)
TEXTS = st.text() | st.text(alphabet=ODD_ONES + "aZ09") | st.text(alphabet=st.characters(max_codepoint=127))


def folded_by_definition(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in folded if unicodedata.category(char) != "Cf").strip()


def plain_by_definition(text: str) -> str:
    apart = unicodedata.normalize("NFD", folded_by_definition(text))
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare).translate(SPECIAL)


@given(TEXTS)
def test_a_text_is_folded_as_defined(text: str) -> None:
    assert fold(text) == folded_by_definition(text)


@given(TEXTS)
def test_a_text_is_made_plain_as_defined(text: str) -> None:
    assert plain(text) == plain_by_definition(text)


def test_no_accent_and_no_invisible_character_is_overlooked() -> None:
    taken_out = (
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if unicodedata.combining(char) or unicodedata.category(char) == "Cf"
    )
    assert [char for char in taken_out if not UNUSUAL.match(char)] == []
