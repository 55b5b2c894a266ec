"""Run one piece of work as a process of its own, so that its peak memory is nobody else's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
MAXRSS_PER_MB = 1 << 20 if sys.platform == "darwin" else 1 << 10  # macOS counts bytes, Linux kilobytes
LAST_WORDS = 2000  # characters of a failed child's stderr that are shown


class ChildFailed(Exception):
    """A measured command failed."""


class TooSlow(ChildFailed):
    """A measured command was stopped at its time limit."""


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What a child left: its output and its peak resident memory in MB."""

    output: str
    peak_mb: float


def python(
    *arguments: str,
    env: Mapping[str, str],
    accept: tuple[int, ...] = (0,),
    program: str = sys.executable,
    limit: float | None = None,
) -> Finished:
    """Run this Python (or another) with arguments in the project's folder; raises ChildFailed for another exit code.

    After `limit` seconds it is killed, and TooSlow is raised.

    The kernel counts a child's peak from before its exec, when it still shared the parent's pages: no peak
    comes out below the parent's own. That is why the parent imports neither Django nor Arrow.
    """
    with TemporaryFile() as out, TemporaryFile() as errors:
        process = subprocess.Popen(
            [program, *arguments],
            cwd=ROOT,
            env={**os.environ, "HUB_LOG_LEVEL": "ERROR", **env},
            stdout=out,
            stderr=errors,
        )
        alarm = threading.Timer(limit or 0, process.kill)
        if limit is not None:
            alarm.start()
        _, status, usage = os.wait4(process.pid, 0)
        alarm.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if limit is not None and process.returncode == -signal.SIGKILL:
            raise TooSlow(f"not done in {limit:.0f} s")
        if process.returncode not in accept:
            said = (_text(errors) or _text(out))[-LAST_WORDS:]
            raise ChildFailed(f"{' '.join(arguments)} ended with {process.returncode}\n{said}")
        return Finished(output=_text(out), peak_mb=usage.ru_maxrss / MAXRSS_PER_MB)


def manage(*arguments: str, env: Mapping[str, str], accept: tuple[int, ...] = (0,)) -> Finished:
    """Run a management command."""
    return python("manage.py", *arguments, env=env, accept=accept)


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace").strip()
