"""Addresses inside a document: `items[id=li_12].quantity`. Pure.

A name of letters, digits, `_` and `-` stands as it is, any other as a JSON string, so that dots,
brackets and quotes in a name cannot be mistaken for structure. An id that is a number is written bare,
the text of the same digits in quotes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache

_PLAIN = re.compile(r"[\w-]+")
_NUMBER = re.compile(r"-?[0-9]+")
_STRING = r'"(?:[^"\\]|\\.)*"'
_SEGMENT = re.compile(rf"\[id=(?P<id>{_STRING}|[\w-]+)\]|\.?(?P<name>{_STRING}|[\w-]+)")


@dataclass(frozen=True)
class ElementId:
    """The element of an array whose `id` is this one."""

    id: str | int


Segment = str | ElementId


def member(path: str, name: str) -> str:
    """The path of a mapping's value."""
    return f"{path}.{_quoted(name)}" if path else _quoted(name)


def element(path: str, identifier: str | int) -> str:
    """The path of an array's element."""
    if isinstance(identifier, str):
        text = json.dumps(identifier) if _NUMBER.fullmatch(identifier) else _quoted(identifier)
    else:
        text = str(identifier)
    return f"{path}[id={text}]"


def segments(path: str) -> list[Segment]:
    """The steps of a path, outermost first; none for the document itself."""
    steps: list[Segment] = []
    position = 0
    while position < len(path):
        match = _SEGMENT.match(path, position)
        if match is None:
            raise ValueError(f"not a path: {path!r} at {position}")
        steps.append(_name(match["name"]) if match["id"] is None else ElementId(_identifier(match["id"])))
        position = match.end()
    return steps


@lru_cache(maxsize=4096)
def root(path: str) -> str:
    """The name of the document's field that a path leads into; '' for the document itself."""
    first = segments(path)[0] if path else ""
    return first if isinstance(first, str) else ""


@lru_cache(maxsize=4096)
def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else json.dumps(name)


def _name(text: str) -> str:
    return str(json.loads(text)) if text.startswith('"') else text


def _identifier(text: str) -> str | int:
    return int(text) if _NUMBER.fullmatch(text) else _name(text)
