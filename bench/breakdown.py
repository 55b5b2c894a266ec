"""Where an import spends its time: a cProfile, summed up by the steps a chunk goes through."""

from __future__ import annotations

import pstats
from collections.abc import Mapping
from pathlib import Path

Function = tuple[str, str]  # end of a file's path, name

WHOLE: Function = ("pipelines/billing/jobs.py", "import_billing")
# None of these calls another of them, so their cumulative times can be added.
STEPS: Mapping[str, tuple[Function, ...]] = {
    "read and split": (("pipelines/lake/files.py", "csv_chunks"),),
    "raw checksums": (("pipelines/engine/mapping.py", "raw_checksums"),),
    "look up checksums": (("pipelines/engine/store.py", "raw_checksums"),),
    "type and repair": (("pipelines/engine/reading.py", "read_rows"),),
    "compare, documents": (("pipelines/engine/comparing.py", "compare"),),
    "write rows": (("pipelines/engine/store.py", "write_rows"), ("pipelines/engine/store.py", "touch_raw")),
    "audit": (("audit/record.py", "record_many"),),
    "quarantine": (("pipelines/engine/commit.py", "_keep_odd_rows"),),
    "commit": (("django/db/backends/base/base.py", "_commit"),),
}
REST = "rest"


def breakdown(profile: Path) -> dict[str, float]:
    """The share of each step in the whole import, the rest included; 0 for a step that was not reached."""
    seconds = _cumulative(profile)
    whole = seconds[WHOLE]
    shares = {
        step: sum(seconds.get(function, 0.0) for function in functions) / whole
        for step, functions in STEPS.items()
    }
    return shares | {REST: max(0.0, 1 - sum(shares.values()))}


def _cumulative(profile: Path) -> dict[Function, float]:
    wanted = {WHOLE, *(function for functions in STEPS.values() for function in functions)}
    found: dict[Function, float] = {}
    stats: Mapping[tuple[str, int, str], tuple[int, int, float, float, object]]
    stats = pstats.Stats(str(profile)).stats  # type: ignore[attr-defined]  # typeshed leaves it out
    for (file, _, name), (_, _, _, cumulative, _) in stats.items():
        for end, function in wanted:
            if name == function and file.replace("\\", "/").endswith(end):
                found[end, function] = found.get((end, function), 0.0) + cumulative
    return found
