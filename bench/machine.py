"""What a number means nothing without: the machine, how busy it was, and the versions of everything in between."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from importlib.metadata import version

from bench.child import ROOT

BUSY = 1.5  # load average from which on others had a share in the result
PACKAGES = ("Django", "duckdb", "pyarrow", "PyMySQL")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Taken at the start, before the benchmark itself adds to the load. RAM in GB."""

    cores: int
    ram_gb: float
    load: float
    versions: tuple[str, ...]
    commit: str

    @property
    def shared(self) -> bool:
        return self.load > BUSY


def this_machine() -> Machine:
    return Machine(
        cores=os.cpu_count() or 0,
        ram_gb=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30),
        load=os.getloadavg()[0],
        versions=(f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)),
        commit=_commit(),
    )


def _commit() -> str:
    """The commit that is measured, and whether files were changed since."""
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=, with uncommitted changes"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return told.stdout.strip()
