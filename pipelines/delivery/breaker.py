"""The circuit breaker of a target. Pure.

Closed: everything is sent. After OPENS_AFTER failures of the target in a row it opens: nothing is sent until
`closed_until`, then one parcel is, as a probe. If that goes well the breaker closes, if not it opens for twice as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipelines.delivery.verdict import Verdict

OPENS_AFTER = 5
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)
DOUBLINGS = 10


@dataclass(frozen=True, kw_only=True)
class State:
    """`failures` in a row, how often it `opened` since the target last answered well, and until when it rests."""

    failures: int = 0
    openings: int = 0
    closed_until: datetime | None = None
    reason: str = ""

    @property
    def tripped(self) -> bool:
        return self.failures >= OPENS_AFTER

    def resting(self, now: datetime) -> bool:
        """Whether nothing may be sent now."""
        return self.closed_until is not None and self.closed_until > now

    def probes(self, now: datetime) -> bool:
        """Whether one parcel may be sent, to see."""
        return self.tripped and not self.resting(now)


def after(state: State, verdicts: Iterable[Verdict], now: datetime) -> State:
    """The state after some attempts, in the order in which they ended."""
    failures, asked, why = state.failures, 0.0, state.reason
    for verdict in verdicts:
        asked = max(asked, verdict.wait or 0.0)
        if verdict.failed:
            failures, why = failures + 1, verdict.why
        elif verdict.wait is None:
            failures, why = 0, ""
        else:
            why = verdict.why
    if failures == 0:  # a wait that was asked for stands, a breaker that had opened closes
        state = State(closed_until=None if state.tripped else state.closed_until)
    elif failures >= OPENS_AFTER and failures > state.failures:
        state = _opened(state, now)
    if asked:
        until = now + timedelta(seconds=asked)
        state = replace(state, closed_until=max(state.closed_until or until, until))
    return replace(state, failures=failures, reason=why)


def _opened(state: State, now: datetime) -> State:
    rest = min(FIRST_REST * 2 ** min(state.openings, DOUBLINGS), LONGEST_REST)
    return replace(state, openings=state.openings + 1, closed_until=now + rest)
