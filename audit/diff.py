"""What changed between two JSON documents, as a flat list of reversible operations. Pure.

An operation is `{"op": "add" | "remove" | "replace", "path": ..., "old": ..., "new": ...}`. Elements of an
array whose elements all have an `id` of their own are addressed by it; such an `add` or `remove` also
carries `at`, the element's position. Any other array is one value. Types count: True is not 1, 1.0 is not
1, an absent name is not null; so a diff is empty exactly when the canonical JSON is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import orjson

from audit.paths import ElementId, Segment, element, member, segments

Operation = dict[str, Any]
Identified = dict[str | int, dict[str, Any]]

CAP = 64 * 1024
_ABSENT: Any = object()


def diff(old: dict[str, Any], new: dict[str, Any]) -> list[Operation]:
    """The operations that lead from old to new; one that replaces everything when they exceed CAP bytes."""
    operations = operations_between(old, new)
    if operations and len(orjson.dumps(operations)) > CAP:
        return [{"op": "replace", "path": "", "old": old, "new": new}]
    return operations


def operations_between(old: dict[str, Any], new: dict[str, Any]) -> list[Operation]:
    """The same without a cap."""
    operations: list[Operation] = []
    _mappings("", old, new, operations)
    return operations


def apply(old: dict[str, Any], operations: Sequence[Operation]) -> dict[str, Any]:
    """The document after the operations; raises LookupError when it is not the one they were made for."""
    document = deepcopy(old)
    for operation in operations:
        document = _put(document, operation, operation.get("new", _ABSENT))
    return document


def revert(new: dict[str, Any], operations: Sequence[Operation]) -> dict[str, Any]:
    """The document before the operations."""
    document = deepcopy(new)
    for operation in reversed(operations):
        document = _put(document, operation, operation.get("old", _ABSENT))
    return document


def _mappings(path: str, old: dict[str, Any], new: dict[str, Any], found: list[Operation]) -> None:
    for name, before in old.items():
        after = new.get(name, _ABSENT)
        if after is _ABSENT:
            found.append({"op": "remove", "path": member(path, name), "old": before})
        elif not _same(before, after):
            _values(member(path, name), before, after, found)
    for name, after in new.items():
        if name not in old:
            found.append({"op": "add", "path": member(path, name), "new": after})


def _values(path: str, old: Any, new: Any, found: list[Operation]) -> None:
    """Two values known to differ."""
    if type(old) is dict and type(new) is dict:
        _mappings(path, old, new, found)
        return
    if type(old) is list and type(new) is list:
        befores, afters = _identified(old), _identified(new)
        if befores is not None and afters is not None and _same_order(befores, afters):
            _arrays(path, befores, afters, found)
            return
    found.append({"op": "replace", "path": path, "old": old, "new": new})


def _arrays(path: str, old: Identified, new: Identified, found: list[Operation]) -> None:
    """Removals from the end, changes, additions from the start: so each position holds when it is reached."""
    gone = [(at, key) for at, key in enumerate(old) if key not in new]
    for at, key in reversed(gone):
        found.append({"op": "remove", "path": element(path, key), "old": old[key], "at": at})
    for key, before in old.items():
        after = new.get(key)
        if after is not None and not _same(before, after):
            _mappings(element(path, key), before, after, found)
    for at, key in enumerate(new):
        if key not in old:
            found.append({"op": "add", "path": element(path, key), "new": new[key], "at": at})


def _identified(array: list[Any]) -> Identified | None:
    """The elements by id; None when one has no id or two share it."""
    by_id: Identified = {}
    for item in array:
        key = item.get("id") if type(item) is dict else None
        if type(key) is not str and type(key) is not int:
            return None
        by_id[key] = item
    return by_id if len(by_id) == len(array) else None


def _same_order(old: Identified, new: Identified) -> bool:
    return [key for key in old if key in new] == [key for key in new if key in old]


def _same(old: Any, new: Any) -> bool:
    """Equal in value and type at every depth. `==` takes True for 1, so containers are compared as text."""
    if old is new:
        return True
    kind = type(old)
    if kind is not type(new) or old != new:
        return False
    if kind is float:
        return repr(old) == repr(new)  # 0.0 and -0.0 are two texts
    if kind is not dict and kind is not list:
        return True
    # Names nearly always stand in the same order, and sorting them is most of the cost.
    return orjson.dumps(old) == orjson.dumps(new) or _sorted_text(old) == _sorted_text(new)


def _sorted_text(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _put(document: Any, operation: Operation, value: Any) -> Any:
    """Set the value at the operation's path, or take it away where there is none."""
    value = value if value is _ABSENT else deepcopy(value)
    steps = segments(operation["path"])
    if not steps:
        return {} if value is _ABSENT else value
    parent = document
    for step in steps[:-1]:
        parent = parent[position(parent, step)]
    _set(parent, steps[-1], value, operation.get("at"))
    return document


def position(parent: Any, step: Segment) -> Any:
    """The index or key under which a parent holds the step."""
    if isinstance(step, str):
        return step
    for at, item in enumerate(parent):
        if type(item["id"]) is type(step.id) and item["id"] == step.id:
            return at
    raise LookupError("no element with the id of the operation")


def _set(parent: Any, step: Segment, value: Any, at: int | None) -> None:
    if value is _ABSENT:
        del parent[position(parent, step)]
    elif isinstance(step, ElementId) and at is not None:
        parent.insert(at, value)
    else:
        parent[position(parent, step)] = value
