"""Work one step ahead: a thread prepares the next item while the caller uses this one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Item = TypeVar("Item")
_END: Any = object()


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items in the same order, one of them prepared beforehand; its error is raised in its place.

    For work that waits or leaves the interpreter (files, Arrow) beside a caller that waits for a server.
    The iterable runs in the thread, so it must not touch the database: a connection belongs to its thread.
    """
    iterator = iter(items)
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        coming = thread.submit(next, iterator, _END)
        while (item := coming.result()) is not _END:
            coming = thread.submit(next, iterator, _END)
            yield item
