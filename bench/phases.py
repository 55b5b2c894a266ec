"""What is measured of the hub: the import command on a generated lake, three times in a row and once for its memory."""

from __future__ import annotations

import json
import shutil
import statistics
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from bench.breakdown import shares
from bench.child import ChildFailed, manage, python
from bench.databases import Database, prepare
from bench.timed import WITHOUT_REPAIR

FIRST, AGAIN, CHANGED, MEMORY = "first import", "unchanged, --full", "10 % changed", "memory"
REDELIVERED = "2026-01-06"  # the sample's first load is of the day before
DONE, MANY_QUARANTINED = 0, 3  # exit codes of an import that committed what it read
STATUSES = {"done", "quarantined"}


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One import: rows by outcome, its own wall-clock seconds, peak memory of its process in MB.

    `shares` says what part of the time each step took.
    """

    database: str
    phase: str
    read: int
    created: int
    updated: int
    unchanged: int
    quarantined: int
    seconds: float
    peak_mb: float
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.read / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Lake:
    """A generated lake of so many subscriptions, damage and all unless it is to be clean."""

    folder: Path
    subscriptions: int
    damage: bool = True

    @property
    def url(self) -> str:
        return f"duckdb:///{quote(str(self.folder.absolute()))}"

    def generate(self) -> None:
        size = ("--subscriptions", str(self.subscriptions))
        damage = () if self.damage else ("--no-damage",)
        out = ("--no-truth", "--force", "--out", str(self.folder.absolute()))
        manage("generate_lake", *size, *damage, *out, env=_DEMO)

    @contextmanager
    def redelivered(self) -> Iterator[None]:
        """With one further load in it; taken away again, so that the next database meets the same lake."""
        statement = f"from bench.redeliver import redeliver; redeliver({REDELIVERED!r})"
        manage("shell", "--verbosity", "0", "--command", statement, env={**_DEMO, "LAKE_URL": self.url})
        try:
            yield
        finally:
            for folder in self.folder.glob(f"*/*/*/load_date={REDELIVERED}"):
                shutil.rmtree(folder)


_DEMO = {"HUB_DEMO": "1", "HUB_SOURCES_DIR": ""}  # no keys needed, and no sources but the built-in ones


def measure(database: Database, lake: Lake, *, workers: int = 1) -> list[Measurement]:
    """The three phases on an empty database, by so many workers."""
    prepare(database)
    flags = ("--workers", str(workers)) if workers > 1 else ()
    one = _import(database, lake, FIRST, *flags)
    two = _import(database, lake, AGAIN, "--full", *flags)
    with lake.redelivered():
        three = _import(database, lake, CHANGED, *flags)
    return [_by_workers(each, workers) if workers > 1 else each for each in (one, two, three)]


def _by_workers(one: Measurement, workers: int) -> Measurement:
    """Their seconds overlap, so no share of the wall clock can be told."""
    return replace(one, phase=f"{one.phase}, {workers} workers", shares={})


def measure_memory(database: Database, lake: Lake) -> Measurement:
    """The first import alone, of a lake too large to be held."""
    prepare(database)
    return _import(database, lake, MEMORY)


def measure_repair(database: Database, lake: Lake, times: int) -> float:
    """How much longer a first import of clean rows takes with the repair than without: the median of the ratios.

    With and without take turns, so that whatever else the machine does falls on both.
    """
    ratios = []
    for _ in range(times):
        seconds = []
        for flags in ((), (WITHOUT_REPAIR,)):
            prepare(database)
            seconds.append(_import(database, lake, FIRST, *flags).seconds)
        ratios.append(seconds[0] / seconds[1])
    return statistics.median(ratios)


def _import(database: Database, lake: Lake, phase: str, *flags: str) -> Measurement:
    env = {**_DEMO, "DATABASE_URL": database.url, "LAKE_URL": lake.url}
    command = ("-m", "bench.timed", "import_billing", "--json", *flags)
    finished = python(*command, env=env, accept=(DONE, MANY_QUARANTINED))
    report, steps = map(json.loads, finished.output.splitlines()[-2:])
    if report["status"] not in STATUSES:
        raise ChildFailed(f"{phase} on {database.name} ended as {report['status']}: {_errors(report)}")
    counts = {
        name: report["total"][name] for name in ("read", "created", "updated", "unchanged", "quarantined")
    }
    return Measurement(
        database=database.name,
        phase=phase,
        seconds=report["seconds"],
        peak_mb=finished.peak_mb,
        shares=shares(steps, report["seconds"]),
        **counts,
    )


def _errors(report: Mapping[str, list[dict[str, str]]]) -> str:
    return "; ".join(entity["error"] for entity in report.get("entities", []) if entity.get("error"))
