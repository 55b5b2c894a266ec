"""Python's search for garbage in cycles, put off while a piece of work makes many small objects and no cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """Look for no cycles meanwhile: each search walks every object that is alive, and finds nothing.

    What is in no cycle is freed as always. So keep the work so small that the cycles it does make may wait.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
