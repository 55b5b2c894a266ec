"""A transaction that is tried again when the database says it was nobody's fault."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

from django.db import DatabaseError, IntegrityError, InterfaceError, connection, transaction

from hub.errors import RetryableError
from hub.ids import redraw_lane

Result = TypeVar("Result")
ATTEMPTS = 5
DEADLOCK, LOCK_WAIT, READ_BEFORE = 1213, 1205, 1020  # the last: a row of a snapshot has changed since
GONE_AWAY = frozenset({2006, 2013, 0})  # 0: PyMySQL's InterfaceError on a closed socket


def in_transaction(
    work: Callable[[], Result], *, within: Callable[[], AbstractContextManager[None]] | None = None
) -> Result:
    """Run `work` in one transaction; on deadlock, lock wait or a lost connection run all of it again.

    `within` opens a transaction of another kind. Inside an outer transaction there is one attempt only: what
    was rolled back belongs to the outer one.
    """
    if connection.in_atomic_block:
        with within() if within else nullcontext():
            return work()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with within() if within else transaction.atomic():
                return work()
        except (DatabaseError, InterfaceError) as error:
            if not _passing(error) or attempt == ATTEMPTS:
                raise named(error) from error
            time.sleep(random.uniform(0.05, 0.2) * 2**attempt)
    raise AssertionError("unreachable")


def ask(query: Callable[[], Result]) -> Result:
    """Run a query; once more where the server had closed the connection while a long read of the lake went on."""
    try:
        return query()
    except (DatabaseError, InterfaceError) as error:
        if connection.in_atomic_block or not _passing(error):
            raise
        return query()


def _passing(error: Exception) -> bool:
    code = error.args[0] if error.args else None
    if code in GONE_AWAY and not isinstance(error, IntegrityError):
        connection.close()
        return True
    if isinstance(error, IntegrityError) and "PRIMARY" in str(error):
        redraw_lane()  # two processes drew the same lane of ids in the same millisecond
        return True
    return code in {DEADLOCK, LOCK_WAIT, READ_BEFORE} or "database is locked" in str(error)


def named(error: Exception) -> Exception:
    """A passing failure of the database as an error that says so; any other as it is."""
    if error.args and error.args[0] in {DEADLOCK, LOCK_WAIT, READ_BEFORE} | GONE_AWAY:
        return RetryableError(
            f"the database did not let the batch through ({type(error).__name__} {error.args[0]})",
            hint="run the command again; it continues after the last committed batch",
        )
    return error
