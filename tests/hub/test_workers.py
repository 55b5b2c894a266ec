"""Parts of a job side by side: all of them, in the caller's context, each on a connection of its own."""

import signal
import threading
import time
from contextvars import ContextVar
from functools import partial

import pytest
from django.db import connection

from hub.errors import UsageError
from hub.workers import refuse_workers, side_by_side

asked_by: ContextVar[str] = ContextVar("asked_by")


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_part_is_done_once_in_the_callers_context(workers: int) -> None:
    done: list[tuple[int, str]] = []
    asked_by.set("cron")
    side_by_side([partial(lambda n: done.append((n, asked_by.get())), n) for n in range(12)], workers)
    assert sorted(done) == [(n, "cron") for n in range(12)]


def test_one_worker_is_the_caller() -> None:
    places: list[int] = []
    side_by_side([lambda: places.append(threading.get_ident())] * 2, 1)
    assert places == [threading.get_ident()] * 2


def test_two_workers_are_at_work_at_once() -> None:
    both = threading.Barrier(2, timeout=10)

    def meets_the_other() -> None:
        both.wait()

    side_by_side([meets_the_other] * 2, 2)


def test_an_error_comes_up_when_the_others_are_done() -> None:
    done: list[int] = []

    def fails() -> None:
        raise ValueError("the first part")

    with pytest.raises(ValueError, match="the first part"):
        side_by_side([fails, *[lambda: done.append(1)] * 4], 2)
    assert len(done) == 4


def test_what_one_part_sets_in_its_context_the_next_does_not_see() -> None:
    seen: list[str] = []

    def part() -> None:
        seen.append(asked_by.get())
        asked_by.set("a part")

    asked_by.set("cron")
    side_by_side([part] * 3, 2)
    assert seen == ["cron"] * 3


def test_a_signal_that_a_worker_receives_is_answered_at_once() -> None:
    """The kernel may give a signal to any thread, and Python answers it in the main one alone."""
    answered = threading.Event()
    before = signal.signal(signal.SIGUSR1, lambda *_: answered.set())

    def part() -> None:
        time.sleep(0.5)  # the caller waits by now
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        assert answered.wait(10)

    try:
        side_by_side([part, lambda: None], 2)
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_after_ctrl_c_what_was_begun_ends_and_nothing_else_is_begun() -> None:
    done: list[int] = []

    def part(number: int) -> None:
        time.sleep(0.2)
        if number == 0:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        time.sleep(0.4)
        done.append(number)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            side_by_side([partial(part, number) for number in range(9)], 2)
    finally:
        signal.signal(signal.SIGINT, before)
    assert sorted(done) == [0, 1]


@pytest.mark.parametrize("workers", [0, -1, 17])
def test_how_many_has_bounds(workers: int) -> None:
    with pytest.raises(UsageError, match="between 1 and 16"):
        refuse_workers(workers, dry_run=False)


def test_a_dry_run_is_one_workers() -> None:
    refuse_workers(1, dry_run=True)
    with pytest.raises(UsageError, match="--dry-run"):
        refuse_workers(2, dry_run=True)


def test_only_sqlite_wants_one_worker() -> None:
    if connection.vendor == "sqlite":
        with pytest.raises(UsageError, match="MySQL or MariaDB"):
            refuse_workers(2, dry_run=False)
    else:
        refuse_workers(2, dry_run=False)
