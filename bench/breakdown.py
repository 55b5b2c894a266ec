"""Where an import spends its time: stopwatches around the steps a chunk goes through.

No profiler, which would slow Python down and not the database: there are some ten calls a chunk to be timed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

# A step's functions by the name under which they are called; none of them calls another.
STEPS: Mapping[str, tuple[str, ...]] = {
    "wait for the reader": ("pipelines.lake.duckdb:FolderTable.chunks",),
    "raw checksums": ("pipelines.engine.chunk:Chunk.raw_checksums",),
    "look up checksums": ("pipelines.engine.store:raw_checksums",),
    "type and repair": ("pipelines.engine.importing:read_by_contract",),
    "compare": ("pipelines.engine.commit:compare",),
    "write rows": ("pipelines.engine.store:write_rows", "pipelines.engine.store:touch_raw"),
    "audit": ("pipelines.engine.commit:record_many",),
    "quarantine": ("pipelines.engine.commit:_keep_odd_rows",),
    "commit": ("django.db.backends.base.base:BaseDatabaseWrapper._commit",),
}
AUDIT = "audit"
REST = "rest"


def shares(seconds: Mapping[str, float], whole: float) -> dict[str, float]:
    """The share of each step in the whole import, the rest included."""
    found = {step: seconds[step] / whole for step in STEPS}
    return found | {REST: max(0.0, 1 - sum(found.values()))}


def watch() -> dict[str, float]:
    """Time every step from here on; the seconds in the answer grow while they run."""
    seconds = dict.fromkeys(STEPS, 0.0)
    for step, names in STEPS.items():
        for name in names:
            module, _, path = name.partition(":")
            *parents, last = path.split(".")
            owner: Any = import_module(module)
            for parent in parents:
                owner = getattr(owner, parent)
            timed = _timed_items if last == "chunks" else _timed
            setattr(owner, last, timed(getattr(owner, last), step, seconds))
    return seconds


def _timed(function: Callable[..., Any], step: str, seconds: dict[str, float]) -> Callable[..., Any]:
    def timed(*args: Any, **kwargs: Any) -> Any:
        begun = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            seconds[step] += time.perf_counter() - begun

    return timed


def _timed_items(function: Callable[..., Any], step: str, seconds: dict[str, float]) -> Callable[..., Any]:
    """Of a generator the time counts until it has the next item."""
    end = object()

    def timed(*args: Any, **kwargs: Any) -> Iterator[Any]:
        items = iter(function(*args, **kwargs))
        following = _timed(next, step, seconds)
        while (item := following(items, end)) is not end:
            yield item

    return timed
