"""What is measured of orders on one database: all of them, the bare work, nothing changed, 1 % changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bench.child import ChildFailed, manage, python
from bench.databases import TENANTS, Database, MariaDB, prepare
from bench.order_steps import DAY
from bench.phases import DONE, MANY_QUARANTINED, Lake

FULL, BARE, AGAIN, CHANGED = (
    "full assembly",
    "the bare work",
    "nothing changed, --full",
    "1 % of accounts changed",
)
ALONE = "full assembly, --builders 0"
SIDE_BY_SIDE = "full assembly, a process a brand"
_DEMO = {"HUB_DEMO": "1", "HUB_SOURCES_DIR": ""}


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One phase: orders looked at and written, wall-clock seconds, peak memory of its process in MB."""

    database: str
    name: str
    read: int
    changed: int
    seconds: float
    peak_mb: float

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.read / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, kw_only=True)
class Measured:
    """All of one database. `queries` by the chains of a chunk; `bare` are the parts of the bare work in seconds."""

    database: str
    phases: Mapping[str, Phase]
    bare: Mapping[str, float]
    queries: Mapping[str, int]
    touched: int

    @property
    def ratio(self) -> float:
        """How many times as long as the bare work a full assembly takes."""
        return self.phases[FULL].seconds / self.phases[BARE].seconds

    @property
    def share_of_changes(self) -> float:
        return self.phases[CHANGED].seconds / self.phases[FULL].seconds


def fill(database: Database, lake: Lake, *, keep: bool) -> None:
    """The lake's rows, imported and enriched, and no orders; what an earlier run left is used where it may be kept."""
    env = _env(database, lake)
    if keep and _step("filled", env)["filled"]:
        manage("migrate", env=env)
    else:
        prepare(database)
        manage("import_billing", "--json", env=env, accept=(DONE, MANY_QUARANTINED))
        manage("enrich_billing", "--json", env=env)
    _step("clear", env)


def measure(database: Database, lake: Lake) -> Measured:
    """Every phase, on a database that was filled."""
    env = _env(database, lake)
    full = _assemble(database, env, FULL, "--full")
    bare = _step("bare", env)
    parts = {name: float(bare[name]) for name in ("read", "dump", "write")}
    again = _assemble(database, env, AGAIN, "--full")
    touched = int(_step("touch", env)["rows"])
    changed = _assemble(database, env, CHANGED)
    queries = _step("queries", env)["chunks"]
    _step("clear", env)
    phases = [full, again, changed, _assemble(database, env, ALONE, "--full", "--builders", "0")]
    if isinstance(database, MariaDB):  # SQLite lets one transaction write at a time
        _step("clear", env)
        phases.append(_side_by_side(database, env))
    work = Phase(
        database=database.name,
        name=BARE,
        read=bare["documents"],
        changed=bare["documents"],
        seconds=sum(parts.values()),
        peak_mb=bare["peak_mb"],
    )
    return Measured(
        database=database.name,
        phases={phase.name: phase for phase in (work, *phases)},
        bare=parts,
        queries=queries,
        touched=touched,
    )


def measure_peak(database: Database, lake: Lake) -> float:
    """Peak memory of a full assembly alone, in MB."""
    return _assemble(database, _env(database, lake), FULL, "--full").peak_mb


def _side_by_side(database: Database, env: Mapping[str, str]) -> Phase:
    """Every brand's orders at the same time: the time of the slowest, the memory of all together."""
    brands = [row["pk"] for row in json.loads(TENANTS.read_text(encoding="utf-8"))]
    with ThreadPoolExecutor(len(brands)) as pool:
        asked = [
            pool.submit(_assemble, database, env, SIDE_BY_SIDE, "--full", "--builders", "0", "--brand", brand)
            for brand in brands
        ]
        each = [one.result() for one in asked]
    return Phase(
        database=database.name,
        name=SIDE_BY_SIDE,
        read=sum(one.read for one in each),
        changed=sum(one.changed for one in each),
        seconds=max(one.seconds for one in each),
        peak_mb=sum(one.peak_mb for one in each),
    )


def _env(database: Database, lake: Lake) -> dict[str, str]:
    return {**_DEMO, "DATABASE_URL": database.url, "LAKE_URL": lake.url}


def _step(name: str, env: Mapping[str, str]) -> dict[str, Any]:
    finished = python("-m", "bench.order_steps", name, env=env)
    figures: dict[str, Any] = json.loads(finished.output.splitlines()[-1])
    return figures | {"peak_mb": finished.peak_mb}


def _assemble(database: Database, env: Mapping[str, str], name: str, *flags: str) -> Phase:
    finished = manage("assemble_orders", "--json", "--date", DAY, *flags, env=env)
    report = json.loads(finished.output.splitlines()[-1])
    if report["status"] != "done":
        raise ChildFailed(f"{name} on {database.name} ended as {report['status']}")
    total = report["total"]
    return Phase(
        database=database.name,
        name=name,
        read=total["read"],
        changed=total["created"] + total["updated"],
        seconds=report["seconds"],
        peak_mb=finished.peak_mb,
    )
