"""What is measured: the import command on a generated lake, three times in a row and once for its memory."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.child import ChildFailed, manage, python
from bench.databases import Database, prepare

FIRST, AGAIN, CHANGED, MEMORY = "first import", "unchanged, --full", "10 % changed", "memory"
REDELIVERED = "2026-01-06"  # the sample's first load is of the day before
DONE, MANY_QUARANTINED = 0, 3  # exit codes of an import that committed what it read
STATUSES = {"done", "quarantined"}


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One import: rows by outcome, its own wall-clock seconds, peak memory of its process in MB."""

    database: str
    phase: str
    read: int
    created: int
    updated: int
    unchanged: int
    quarantined: int
    seconds: float
    peak_mb: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.read / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Lake:
    """A generated lake of so many subscriptions, damage and all."""

    folder: Path
    subscriptions: int

    @property
    def url(self) -> str:
        return f"duckdb:///{quote(str(self.folder.absolute()))}"

    def generate(self) -> None:
        size = ("--subscriptions", str(self.subscriptions))
        manage(
            "generate_lake", *size, "--no-truth", "--force", "--out", str(self.folder.absolute()), env=_DEMO
        )

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


def measure(database: Database, lake: Lake, *, profiles: Path | None = None) -> list[Measurement]:
    """The three phases on an empty database; profiled into a folder if one is given, which slows them down."""
    prepare(database)
    one = _import(database, lake, FIRST, profiles=profiles)
    two = _import(database, lake, AGAIN, "--full", profiles=profiles)
    with lake.redelivered():
        three = _import(database, lake, CHANGED, profiles=profiles)
    return [one, two, three]


def measure_memory(database: Database, lake: Lake) -> Measurement:
    """The first import alone, of a lake too large to be held."""
    prepare(database)
    return _import(database, lake, MEMORY, profiles=None)


def profile_of(folder: Path, phase: str) -> Path:
    """Where a phase's profile stands."""
    words = "".join(sign if sign.isalnum() else " " for sign in phase).split()
    return folder / f"{'-'.join(words)}.prof"


def _import(database: Database, lake: Lake, phase: str, *flags: str, profiles: Path | None) -> Measurement:
    env = {**_DEMO, "DATABASE_URL": database.url, "LAKE_URL": lake.url}
    command = ("manage.py", "import_billing", "--json", *flags)
    if profiles is not None:
        profiles.mkdir(parents=True, exist_ok=True)
        command = ("-m", "cProfile", "-o", str(profile_of(profiles, phase).absolute()), *command)
    finished = python(*command, env=env, accept=(DONE, MANY_QUARANTINED))
    report = json.loads(finished.output.splitlines()[-1])
    if report["status"] not in STATUSES:  # under cProfile the exit code says nothing
        raise ChildFailed(f"{phase} on {database.name} ended as {report['status']}: {_errors(report)}")
    counts = {
        name: report["total"][name] for name in ("read", "created", "updated", "unchanged", "quarantined")
    }
    return Measurement(
        database=database.name, phase=phase, seconds=report["seconds"], peak_mb=finished.peak_mb, **counts
    )


def _errors(report: Mapping[str, list[dict[str, str]]]) -> str:
    return "; ".join(entity["error"] for entity in report.get("entities", []) if entity.get("error"))
