"""When to try again, and when not any more. Pure: chance and time are given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_ASKED = timedelta(hours=1)  # a receiver may ask for more; nobody would notice that it never came back
SHORTEST_ASKED = timedelta(seconds=1)
DOUBLINGS = 20


def wait_after(attempts: int, chance: float) -> timedelta:
    """The wait after so many failed attempts: doubled each time up to an hour, of which `chance` (0 to 1) takes up
    to a half, so that what failed together does not come back together."""
    full: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, DOUBLINGS), LONGEST_WAIT)
    return full * (1 - chance / 2)


def asked_wait(header: str | None, now: datetime) -> float | None:
    """Seconds a Retry-After header asks for (RFC 9110, 10.2.3: seconds or an HTTP date), within our bounds.

    None where there is none, or none that can be read.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdecimal():
        asked = timedelta(seconds=min(int(text[:12]), 10**9))
    else:
        try:
            at = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
        asked = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(max(asked, SHORTEST_ASKED), LONGEST_ASKED).total_seconds()


def is_over(attempts: int, since: timedelta, *, max_attempts: int, max_age: timedelta) -> bool:
    """Whether a document that failed again becomes a dead letter."""
    return attempts >= max_attempts or since >= max_age
