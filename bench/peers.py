"""What a user would take instead of the hub, on the same rows: how long each way takes to get them into MariaDB.

None of them repairs, compares, counts or records anything; each stores the rows and no more.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from venv import EnvBuilder

from bench.child import ROOT, ChildFailed, TooSlow, python
from bench.databases import MariaDB

LOADERS = ("LOAD DATA LOCAL INFILE", "executemany, sorted", "Django bulk_create")
DLT_MODES = ("dlt append", "dlt append, Arrow", "dlt merge of 10 %")
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
SLOWEST = 90  # seconds that one of them may take
REASON_LENGTH = 120


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One way and what it took; without seconds, why there are none."""

    name: str
    rows: int = 0
    seconds: float = 0.0
    reason: str = ""

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds if self.seconds else 0.0


def measure_peers(hub: MariaDB, folder: Path) -> Iterator[Peer]:
    """Each way in turn; the rows are those of the hub's own tables, just imported."""
    python("-m", "bench.peer_rows", str(folder), env=_env(hub.url))
    target = hub.beside("_peers")
    for name in LOADERS:
        target.empty()
        yield _peer(name, target, "-m", "bench.peer_load", name, hub.database, str(folder))
    dlt = hub.beside("_dlt")
    try:
        program = _environment(folder.parent / "dlt")
    except ChildFailed as error:
        reason = f"dlt could not be installed: {_reason(error)}"
        yield from (Peer(name=name, reason=reason) for name in DLT_MODES)
        return
    staging = dlt.beside("_staging")  # dlt's own, which it would make in the server's character set
    for name in DLT_MODES:
        if name != DLT_MODES[-1]:  # the merge is into the tables that the append before it filled
            dlt.empty()
        staging.empty()
        yield _peer(name, dlt, str(Path("bench", "dlt_load.py")), name, str(folder), program=program)
    for database in (target, dlt, staging):
        database.drop()


def _peer(name: str, target: MariaDB, *arguments: str, program: str = sys.executable) -> Peer:
    try:
        finished = python(*arguments, env=_env(target.url), program=program, limit=SLOWEST)
    except TooSlow as error:
        target.stop_queries()
        return Peer(name=name, reason=str(error))
    except ChildFailed as error:
        return Peer(name=name, reason=_reason(error))
    return Peer(name=name, **json.loads(finished.output.splitlines()[-1]))


def _reason(error: ChildFailed) -> str:
    """The last line that names an error: what follows it in a traceback is advice."""
    lines = str(error).splitlines()
    named = [line for line in lines if "Error" in line or "Exception" in line or "ERROR" in line]
    return [*lines, *named][-1][:REASON_LENGTH]


def _environment(folder: Path) -> str:
    """The Python of an environment that holds what bench/requirements.txt pins, made where there is none."""
    program = folder / "bin" / "python"
    done = folder / "installed.txt"
    if not done.exists() or done.read_text() != REQUIREMENTS.read_text():
        EnvBuilder(with_pip=True, clear=True).create(folder)
        install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input")
        python(*install, "-r", str(REQUIREMENTS), env={}, program=str(program))
        done.write_text(REQUIREMENTS.read_text())
    return str(program)


def _env(url: str) -> dict[str, str]:
    return {"DATABASE_URL": url, "HUB_DEMO": "1", "PYTHONPATH": str(ROOT)}
