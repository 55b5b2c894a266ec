"""Pure work in other processes, while this one talks to databases."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from threading import Thread
from typing import Any, TypeVar

import django

Result = TypeVar("Result")


class Here(Executor):
    """Does what it is given at once, in the process that asks."""

    def submit(self, work: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """The future of something that is done."""
        future = Future[Result]()
        future.set_result(work(*args, **kwargs))
        return future


def beside(processes: int) -> Executor:
    """So many processes beside this one; none, or where none may be begun, is this one itself.

    What they are given must need no database: each would open a connection, and see another state of it.
    """
    if processes == 0 or multiprocessing.current_process().daemon:
        return Here()
    context = multiprocessing.get_context("spawn")  # a fork would share connections and locks
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_begin)


def idle_cores() -> int:
    """How many cores are left for others while this process works."""
    return len(os.sched_getaffinity(0)) - 1


def _begin() -> None:
    """In a new process: it ends with its parent, whose business signals are."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    django.setup()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
