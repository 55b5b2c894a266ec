"""Progress of a long job in percent: bars on a terminal, log lines elsewhere, nothing in between."""

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
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

log = logging.getLogger("hub.progress")
SECONDS_BETWEEN_LINES = 10.0


class Meter(Protocol):
    """What a job tells while it works."""

    def begin(self, what: str, total: int | None = None) -> None:
        """A new piece of work, with its number of steps where known: only their share is shown."""

    def advance(self, steps: int, note: str = "") -> None:
        """Some steps are done; the note says what is counted beside them. Not shown of work that was not begun."""

    def end(self) -> None:
        """The piece of work is over."""

    def beside(self) -> Meter:
        """A meter for a piece of work that goes on at the same time."""


class SilentMeter:
    """For tests and for callers that do not show anything."""

    def begin(self, what: str, total: int | None = None) -> None: ...

    def advance(self, steps: int, note: str = "") -> None: ...

    def end(self) -> None: ...

    def beside(self) -> Meter:
        return self


class LogMeter:
    """A log line at the beginning, every ten seconds, and at the end."""

    def __init__(self) -> None:
        self._what, self._done, self._total, self._note, self._said = "", 0, 0, "", 0.0

    def begin(self, what: str, total: int | None = None) -> None:
        self._what, self._done, self._total, self._note = what, 0, total or 0, ""
        self._said = time.monotonic()
        log.info("%s: begins", what)

    def advance(self, steps: int, note: str = "") -> None:
        self._done, self._note = self._done + steps, note
        if self._what and time.monotonic() - self._said >= SECONDS_BETWEEN_LINES:
            self._said = time.monotonic()
            share = f"{100 * self._done // self._total} % done" if self._total else "goes on"
            log.info("%s: %s%s", self._what, share, self._counted())

    def end(self) -> None:
        if self._what:
            log.info("%s: ends%s", self._what, self._counted())
        self._what = ""

    def beside(self) -> Meter:
        return LogMeter()

    def _counted(self) -> str:
        return f", {self._note}" if self._note else ""


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

    def beside(self) -> Meter:
        return BarMeter(self._progress)


def stage(of: Meter, what: str) -> Meter:
    """The meter for one stage of a job of many: on a terminal the same bars, in a log one line for all of it."""
    if not isinstance(of, LogMeter):
        return of
    log.info(what)
    return SilentMeter()


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
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}"),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            yield BarMeter(progress)
    else:
        yield LogMeter()
