"""The start of an answer, where keeping it tells nothing about a person. Pure.

A receiver may send back what it was sent. So an answer is kept only if it is short text without an address, without a
long number, and without any text that stood in the documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

LENGTH = 200
LOOKED_AT = 2 * LENGTH  # a text that is cut at the end is still found whole
LEAST = 3  # letters; a shorter text stands in every sentence
TEXTUAL = ("text/plain", "application/json", "application/problem+json")
# An address, a long number, and the ways to write letters so that they are not found.
_TELLING = re.compile(r"@|\d(?:[\s./()-]?\d){6,}|\\[ux]|%[0-9a-f]{2}|&#?\w+;", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")


def safe_excerpt(answer: bytes, media_type: str, sent: bytes) -> str:
    """Up to 200 characters of the answer on one line; '' where they are not safe to keep."""
    if media_type.partition(";")[0].strip().lower() not in TEXTUAL:
        return ""
    try:
        text = answer.decode()
    except UnicodeDecodeError:
        return ""
    text = _BLANKS.sub(" ", text).strip()[:LOOKED_AT]
    if not text.isprintable() or _TELLING.search(text) or _repeats(text, sent):
        return ""
    return text[:LENGTH]


def _repeats(text: str, sent: bytes) -> bool:
    low = text.casefold()
    return any(value in low for line in sent.splitlines() for value in _texts(orjson.loads(line)["data"]))


def _texts(value: Any) -> Iterator[str]:
    """The texts of a document, and their words: an answer may quote a part."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None and not isinstance(value, bool):
        yield from (word for word in str(value).casefold().split() if len(word) >= LEAST)
