"""A mutation in words and as table lines, with personal values masked. Pure but for the mask's test."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from audit.diff import Operation
from audit.paths import member
from audit.protect import is_protected

MASK = "•••"
GONE, BACK = "gone upstream", "there again"
only_flagged: set[str] = set()  # models whose rows stay when they are gone upstream: rooms add theirs
_PADDED = re.compile(r"(-?[0-9]+\.[0-9]{2}[0-9]*?)0*")
_INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*[1-9])?)(?:\.?0+)?")
SHORT = 40
LONG = 2000
DIGEST_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Line:
    """One field of a diff as it is shown; a side that does not exist is None."""

    path: str
    before: str | None
    after: str | None
    masked: bool

    @property
    def name(self) -> SafeString:
        return breakable(self.path or "document")


def action_told(action: str, model: str) -> str:
    """An action's word: a row that is only flagged was not deleted."""
    flags = {"deleted": GONE, "restored": BACK} if model in only_flagged else {}
    return flags.get(action, action)


def breakable(text: str) -> SafeString:
    """A key or a column's name, which may be broken behind its separators."""
    parts = re.split(r"(?<=[:_.])", text)
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in parts))


def summary(operations: Sequence[Operation] | None) -> str:
    """`price 10.00 → 12.00, +2 fields`; '' when there is nothing to tell."""
    first = next(iter(_leaves(operations or [])), None)
    if first is None:
        return ""
    more = sum(1 for _ in _leaves(operations or [])) - 1
    if operations and operations[0]["op"] == "remove" and not operations[0]["path"]:
        return f"last state kept, {_counted(more + 1)}"
    path, before, after = first
    text = f"{path} {_change(before, after)}"
    return f"{text}, +{_counted(more)}" if more else text


def lines(operations: Sequence[Operation] | None) -> list[Line]:
    """One line a field; a whole document becomes the fields in it that differ."""
    return [
        Line(
            path=path,
            before=_shown(before, digest=True),
            after=_shown(after, digest=True),
            masked=is_protected(before) or is_protected(after),
        )
        for path, before, after in _leaves(operations or [])
    ]


def without_ciphertext(value: Any) -> Any:
    """Any part of a diff with its protected values as masks: for the raw view."""
    if is_protected(value):
        return _shown(value, digest=True)
    if isinstance(value, dict):
        return {name: without_ciphertext(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_ciphertext(item) for item in value]
    return value


def _leaves(operations: Sequence[Operation]) -> Iterator[tuple[str, Any, Any]]:
    for operation in operations:
        old, new = operation.get("old"), operation.get("new")
        yield from _spread(operation["path"], old, new, whole=not operation["path"])


def _spread(path: str, old: Any, new: Any, *, whole: bool) -> Iterator[tuple[str, Any, Any]]:
    sides = [side for side in (old, new) if side is not None]
    open_mapping = all(isinstance(side, dict) and not is_protected(side) for side in sides)
    if not (sides and open_mapping and (whole or any(sides))):
        yield path, old, new
        return
    before, after = old or {}, new or {}
    for name in before | after:
        one, other = before.get(name), after.get(name)
        if _json(one) != _json(other):
            yield from _spread(member(path, name), one, other, whole=False)


def _change(before: Any, after: Any) -> str:
    old, new = _shown(before, digest=False), _shown(after, digest=False)
    if old is None:
        return f"set to {_cut(new or '')}"
    if new is None:
        return f"{_cut(old)} removed"
    return f"{_cut(old)} → {_cut(new)}"


def _shown(value: Any, *, digest: bool) -> str | None:
    if value is None:
        return None
    if is_protected(value):
        return f"{MASK} {_digest(value)}" if digest else MASK
    if isinstance(value, str):
        return _readable(value[:LONG])
    return _json(without_ciphertext(value))[:LONG]


def _digest(value: Mapping[str, Any]) -> str:
    erased = "" if "c" in value else " (erased)"
    return f"{str(value['d'])[:DIGEST_SHOWN]}{erased}"


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _readable(text: str) -> str:
    """An amount without the zeros that fill its scale, an instant with its zone; the raw view has them as stored."""
    if padded := _PADDED.fullmatch(text):
        return padded[1]
    instant = _INSTANT.fullmatch(text)
    return f"{instant[1]} UTC" if instant else text


def _cut(text: str) -> str:
    """One short line."""
    text = " ".join(text.split())
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def _counted(number: int) -> str:
    return f"{number} field" if number == 1 else f"{number} fields"
