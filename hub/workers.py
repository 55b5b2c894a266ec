"""Independent parts of a job side by side, each in a thread with the caller's context and a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context

from django.db import connection

from hub.commands import SHORT_NAP
from hub.errors import UsageError

MOST_WORKERS = 16
Part = Callable[[], None]


def refuse_workers(workers: int, *, dry_run: bool) -> None:
    """Complain where parts could not go side by side."""
    if not 1 <= workers <= MOST_WORKERS:
        raise UsageError(f"--workers must be between 1 and {MOST_WORKERS}")
    if workers > 1 and dry_run:
        raise UsageError(
            "--workers goes with no --dry-run", hint="a dry run is one transaction of one worker"
        )
    if workers > 1 and connection.vendor == "sqlite":
        raise UsageError(
            "--workers needs MySQL or MariaDB",
            hint="SQLite lets one transaction write at a time: leave it out",
        )


def side_by_side(parts: Sequence[Part], workers: int) -> None:
    """Do all parts, `workers` at a time, begun in their order; an error is raised when the others are done.

    A part waits for the database most of its time, or works in Arrow, so threads do not stand in each other's way.
    """
    if workers == 1:
        for part in parts:
            part()
        return
    pool, begun = ThreadPoolExecutor(workers, thread_name_prefix="worker"), list[Future[None]]()
    try:
        for part in parts:
            begun.append(pool.submit(copy_context().run, _on_its_own_connection, part))
        _await(begun)
    except (
        BaseException
    ):  # Ctrl-C: it comes up when those at work have ended, who need what the caller gives back
        pool.shutdown(wait=False, cancel_futures=True)
        _await([one for one in begun if not one.cancelled()])
        raise
    pool.shutdown()
    for one in begun:
        one.result()


def _await(begun: Sequence[Future[None]]) -> None:
    """Wait in short naps: signals are answered by the main thread alone, and only while it is awake."""
    while wait(begun, timeout=SHORT_NAP).not_done:
        pass


def _on_its_own_connection(part: Part) -> None:
    try:
        part()
    finally:
        connection.close()
