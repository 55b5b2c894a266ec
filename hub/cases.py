"""Case files: inputs with expected answers, run through the same pure functions as the jobs.

A room registers a suite for its kind of case. Users keep their own surprises in such files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hub.errors import UsageError
from hub.registry import Registry

FORMAT = "the format is in docs/reference/case-files.md"


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """One case: what was expected and what came out, in the same shape; `ok` by what the suite compares."""

    id: str
    ok: bool
    expected: Any
    got: Any


@dataclass(frozen=True, kw_only=True)
class Suite:
    """One kind of case: `run` takes the file's content and answers for every case in it.

    It may take for granted that `cases` is a list of objects with an `id` and `expected`; for other content that is
    no such case file it raises an error of Python's, best a ValueError that says what is wrong.
    """

    name: str
    run: Callable[[Any], Iterator[CaseResult]]


suites: Registry[Suite] = Registry("case suite")


def results(suite: Suite, content: Any) -> list[CaseResult]:
    """Every case's result; raises UsageError that says where the content is no case file of this kind."""
    cases = _cases(content)
    found: list[CaseResult] = []
    try:
        found.extend(suite.run(content))
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        place = (
            f"case {cases[len(found)]['id']}"
            if found or "meta" not in content
            else "`meta` or the first case"
        )
        raise UsageError(f"{place} is none of the kind {suite.name}: {_told(error)}", hint=FORMAT) from None
    return found


def _cases(content: Any) -> list[Any]:
    cases = content.get("cases") if isinstance(content, dict) else None
    if not isinstance(cases, list):
        raise UsageError("there is no list `cases`", hint=FORMAT)
    if not isinstance(content.get("meta", {}), dict):
        raise UsageError("`meta` is no object", hint=FORMAT)
    for number, case in enumerate(cases, start=1):
        if not isinstance(case, dict):
            raise UsageError(f"case {number} is no object", hint=FORMAT)
        if "id" not in case:
            raise UsageError(f"case {number} has no `id`", hint=FORMAT)
        if not isinstance(case.get("expected"), dict):
            raise UsageError(f"case {case['id']} has no object `expected`", hint=FORMAT)
    return cases


def _told(error: Exception) -> str:
    """What a person can look for in the file; Python's words on types say nothing of it."""
    if isinstance(error, KeyError):
        return f"it has no `{error.args[0]}`"
    return str(error) if isinstance(error, ValueError) else "a value is not of the type that is needed"
