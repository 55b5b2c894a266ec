"""What shape the value of a key in a source file has, and how that is told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any


def all_texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def is_text_or_texts(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and bool(value) and all_texts(value))


def texts(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


SHAPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "anything": ("", lambda value: True),
    "text": ("a text", lambda value: isinstance(value, str)),
    "list": ("a list of texts", lambda value: isinstance(value, list) and all_texts(value)),
    "texts": ("a text or a list of texts", lambda value: is_text_or_texts(value)),
    "table": ("a table of texts", lambda value: isinstance(value, dict) and all_texts(value.values())),
    "formats": (
        "a table of texts or lists of texts",
        lambda value: isinstance(value, dict) and all(map(is_text_or_texts, value.values())),
    ),
    "words": (
        "a table of tables of texts",
        lambda value: (
            isinstance(value, dict)
            and all(isinstance(words, dict) and all_texts(words.values()) for words in value.values())
        ),
    ),
    "day": ("a day, written without quotes", lambda value: type(value) is date),
    "number": ("a number from 0 on", lambda value: type(value) in {int, float} and value >= 0),
}
