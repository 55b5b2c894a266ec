"""How far before the watermark an import by change time begins, and how far it had better begin.

The watermark's state says how a feed is read, so that whoever looks at the lateness of its rows can say
whether the overlap covers it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hub import clock
from hub.ids import first_id_at
from pipelines.engine.models import Batch, Watermark
from pipelines.engine.source import Feed
from pipelines.engine.spec import Column, Kind

LOOKED_BACK = timedelta(days=30)
MOST_BATCHES = 2000
QUANTILE = 0.99
MARGIN = 1.5
EDGE = 0.8  # of the overlap: a row as late as that makes it likely that a later one was left out
INSTANT = timedelta(microseconds=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_LONGEST = (datetime.max - datetime.min) / HOUR


def lowest(feed: Feed, cursor: Column, mark: datetime) -> datetime:
    """The first change time that is read. A day is read wholly or not, so hours are rounded up to days there."""
    if feed.boundary == "open":
        return min(mark, datetime.max.replace(tzinfo=UTC) - INSTANT) + INSTANT
    hours = min(feed.overlap_hours, _LONGEST)
    if cursor.kind is Kind.DATE:
        hours = min(math.ceil(hours / 24) * 24.0, _LONGEST)
    reach = (mark - datetime.min.replace(tzinfo=UTC)) / HOUR
    return mark - timedelta(hours=min(hours, reach))


def facts(feed: Feed) -> dict[str, Any]:
    """What the watermark's state keeps of it."""
    known = math.isfinite(feed.overlap_hours)
    return {"mode": feed.mode, "overlap_hours": feed.overlap_hours if known else None}


@dataclass(frozen=True, kw_only=True)
class Lateness:
    """How late rows of a feed came lately. `overlap` is how far back it is read; None where that plays no part."""

    batches: int
    rows: int
    usual: timedelta
    latest: timedelta
    overlap: timedelta | None

    @property
    def suggested(self) -> timedelta:
        """What covers nearly all of it with a margin: whole hours, from two days on whole days."""
        wanted = self.usual * MARGIN
        step = DAY if wanted > 2 * DAY else HOUR
        return math.ceil(wanted / step) * step

    @property
    def setting(self) -> str:
        """The line to write in the source file."""
        days, rest = divmod(self.suggested, DAY)
        if days > 1 and not rest:
            return f"overlap_days = {days}"
        return f"overlap_hours = {self.suggested // HOUR}"

    @property
    def too_late(self) -> bool:
        """Whether rows come so late that the overlap hardly covers them; what it does not cover nobody sees."""
        return self.overlap is not None and self.rows > 0 and self.latest > EDGE * self.overlap


def lateness_of(mark: Watermark) -> Lateness:
    """The lateness of a feed's batches of the last 30 days, through the index of tenant, entity and id."""
    recent = Batch.objects.filter(
        tenant=mark.tenant,
        entity=mark.entity,
        source=mark.source,
        id__gte=first_id_at(clock.now() - LOOKED_BACK),
    )
    found = recent.order_by("-id").values_list("late", "latest_lateness")[:MOST_BATCHES]
    late = [(rows, seconds) for rows, seconds in found if rows]
    spans = sorted(seconds for _, seconds in late)
    return Lateness(
        batches=len(late),
        rows=sum(rows for rows, _ in late),
        usual=timedelta(seconds=quantile(spans, QUANTILE)),
        latest=timedelta(seconds=spans[-1] if spans else 0),
        overlap=_overlap(mark),
    )


def quantile(ascending: Sequence[float], share: float) -> float:
    """The smallest value that this share of all values does not exceed; 0 of none."""
    if not ascending:
        return 0.0
    return ascending[max(0, math.ceil(share * len(ascending)) - 1)]


def _overlap(mark: Watermark) -> timedelta | None:
    state = mark.state if isinstance(mark.state, dict) else {}
    hours = state.get("overlap_hours")
    if state.get("mode") != "cursor" or not isinstance(hours, int | float):
        return None
    return timedelta(hours=min(float(hours), _LONGEST))
