"""Progress of a long job: bars on a terminal, log lines elsewhere, nothing in between."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

log = logging.getLogger("hub.progress")
SECONDS_BETWEEN_LINES = 10.0


class Meter(Protocol):
    """What a job tells while it works."""

    def begin(self, what: str, total: int | None = None) -> None:
        """A new piece of work, with its number of steps where known."""

    def advance(self, steps: int, note: str = "") -> None:
        """Some steps are done; the note says what is counted beside them."""

    def end(self) -> None:
        """The piece of work is over."""


class SilentMeter:
    """For tests and for callers that do not show anything."""

    def begin(self, what: str, total: int | None = None) -> None: ...

    def advance(self, steps: int, note: str = "") -> None: ...

    def end(self) -> None: ...


class LogMeter:
    """A log line at the beginning, every ten seconds, and at the end."""

    def __init__(self) -> None:
        self._what, self._done, self._said = "", 0, 0.0

    def begin(self, what: str, total: int | None = None) -> None:
        self._what, self._done, self._said = what, 0, time.monotonic()
        log.info("%s: begins%s", what, f", {total} to do" if total is not None else "")

    def advance(self, steps: int, note: str = "") -> None:
        self._done += steps
        if time.monotonic() - self._said >= SECONDS_BETWEEN_LINES:
            self._said = time.monotonic()
            log.info("%s: %d done %s", self._what, self._done, note)

    def end(self) -> None:
        if self._what:
            log.info("%s: ends after %d", self._what, self._done)
        self._what = ""


class BarMeter:
    """One bar a piece of work, on standard error."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def begin(self, what: str, total: int | None = None) -> None:
        self._task = self._progress.add_task(what, total=total, note="")

    def advance(self, steps: int, note: str = "") -> None:
        if self._task is not None:
            self._progress.update(self._task, advance=steps, note=note)

    def end(self) -> None:
        if self._task is not None:
            self._progress.update(self._task, visible=False)


@contextmanager
def meter(*, quiet: bool = False) -> Iterator[Meter]:
    """The meter that fits where standard error goes."""
    if quiet:
        yield SilentMeter()
    elif sys.stderr.isatty():
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}"),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            yield BarMeter(progress)
    else:
        yield LogMeter()
