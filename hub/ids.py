"""Time-ordered 64-bit integers that any process may hand out without asking a database.

Layout, from the top: 1 unused bit, 41 bits of milliseconds since 2020-01-01, 10 bits of lane
(random per process), 12 bits of sequence. Two processes that draw the same lane can collide only
within one millisecond; a collision surfaces as a duplicate primary key, and the retried transaction
draws a new lane.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from datetime import datetime

EPOCH_MS = 1_577_836_800_000
LANE_BITS = 10
SEQUENCE_BITS = 12
_SEQUENCE_LIMIT = 1 << SEQUENCE_BITS

_lock = threading.Lock()
_lane = secrets.randbits(LANE_BITS)
_last_ms = 0
_sequence = 0


def new_id() -> int:
    """One new id, larger than every earlier one of this process."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[int]:
    """`count` ascending new ids."""
    with _lock:
        return [_next() for _ in range(count)]


def redraw_lane() -> None:
    """Leave a lane that collided (or that was inherited through fork)."""
    global _lane, _last_ms, _sequence
    with _lock:
        _lane = secrets.randbits(LANE_BITS)
        _last_ms, _sequence = _last_ms + 1, 0  # a lower lane must not hand out a lower id


def milliseconds_of(identifier: int) -> int:
    """Unix milliseconds at which an id was handed out."""
    return (identifier >> (LANE_BITS + SEQUENCE_BITS)) + EPOCH_MS


def first_id_at(moment: datetime) -> int:
    """The smallest id that can have been handed out at an instant; 0 before the first."""
    milliseconds = int(moment.timestamp() * 1000) - EPOCH_MS
    return max(milliseconds, 0) << (LANE_BITS + SEQUENCE_BITS)


def _next() -> int:
    global _last_ms, _sequence
    at = max(int(time.time() * 1000) - EPOCH_MS, _last_ms)
    _sequence = _sequence + 1 if at == _last_ms else 0
    if _sequence == _SEQUENCE_LIMIT:  # borrow from the next millisecond rather than wait for it
        at, _sequence = at + 1, 0
    _last_ms = at
    return (at << (LANE_BITS + SEQUENCE_BITS)) | (_lane << SEQUENCE_BITS) | _sequence


def _after_fork() -> None:
    """The lock may have been held by a thread that the child does not have."""
    global _lock
    _lock = threading.Lock()
    redraw_lane()


os.register_at_fork(after_in_child=_after_fork)
