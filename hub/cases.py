"""Case files: inputs with expected answers, run through the same pure functions as the jobs.

A room registers a suite for its kind of case. Users keep their own surprises in such files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hub.registry import Registry


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

    It raises KeyError, TypeError or ValueError for content that is no such case file.
    """

    name: str
    run: Callable[[Any], Iterator[CaseResult]]


suites: Registry[Suite] = Registry("case suite")
