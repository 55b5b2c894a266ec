"""Other spellings of a diff: jsondiff's, for reading, and JSON Patch (RFC 6902), for other programs. Pure.

jsondiff takes 0.1 s for a 20 kB document and cannot tell 1 from true, so it only ever sees the parts that
are known to differ, with look-alikes spelled out.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import jsondiff
import orjson

from audit.diff import Operation, apply, operations_between, position
from audit.paths import ElementId, segments


def rendered(old: dict[str, Any], new: dict[str, Any]) -> Any:
    """jsondiff's symmetric form of what differs; {} when nothing does."""
    return rendered_operations(operations_between(old, new))


def rendered_operations(operations: Sequence[Operation]) -> Any:
    """The same from stored operations; elements of arrays appear under `[id=...]`."""
    old: Any = {}
    new: Any = {}
    for operation in operations:
        if not operation["path"]:
            return rendered(operation.get("old", {}), operation.get("new", {}))
        before, after = _spelled_out(operation)
        _hang(old, operation, "old", before)
        _hang(new, operation, "new", after)
    return jsondiff.diff(old, new, syntax="symmetric", marshal=True)


def json_patch(operations: Sequence[Operation], old: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """RFC 6902. It addresses arrays by index, so the old document is needed to find an element by id."""
    patch: list[dict[str, Any]] = []
    document: Any = deepcopy(old)
    for operation in operations:
        item = {"op": operation["op"], "path": _pointer(operation, document)}
        patch.append(item | {"value": operation["new"]} if "new" in operation else item)
        if old is not None:
            document = apply(document, [operation])
    return patch


def _spelled_out(operation: Operation) -> tuple[Any, Any]:
    old, new = operation.get("old"), operation.get("new")
    if old == new and "old" in operation and "new" in operation:
        return orjson.dumps(old).decode(), orjson.dumps(new).decode()
    return old, new


def _hang(tree: dict[str, Any], operation: Operation, side: str, value: Any) -> None:
    """Put the value of one side into the tree of what differs; its parents appear even without it."""
    steps = [
        f"[id={step.id}]" if isinstance(step, ElementId) else step for step in segments(operation["path"])
    ]
    for step in steps[:-1]:
        tree = tree.setdefault(step, {})
    if side in operation:
        tree[steps[-1]] = value


def _pointer(operation: Operation, document: Any) -> str:
    """RFC 6901, read against the document as it is before the operation."""
    tokens: list[str] = []
    steps = segments(operation["path"])
    for depth, step in enumerate(steps):
        last = depth == len(steps) - 1
        if isinstance(step, ElementId) and document is None:
            raise ValueError("a patch into an array needs the old document")
        arriving = last and operation["op"] == "add" and "at" in operation
        at = operation["at"] if arriving else position(document, step)
        tokens.append(str(at).replace("~", "~0").replace("/", "~1"))
        document = None if last or document is None else document[at]
    return "".join(f"/{token}" for token in tokens)
