"""One version of a subscription, what can be read off it, and the chain that versions form. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

ACTIVE, CANCELLED, EXPIRED, SUSPENDED = "active", "cancelled", "expired", "suspended"
DRAFT, AWAITING_ACTIVATION, AWAITING_ACCEPTANCE = "draft", "pending activation", "pending acceptance"
NOT_IN_FORCE = frozenset({DRAFT, AWAITING_ACTIVATION, AWAITING_ACCEPTANCE})
STATUSES = NOT_IN_FORCE | {ACTIVE, CANCELLED, EXPIRED, SUSPENDED}
EVERGREEN = "EVERGREEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One row of the subscription table, as far as chains need it. `deleted`: flagged or gone upstream.

    The day of a moment is read off as it stands: hand moments over in the tenant's time zone.
    """

    id: str
    number: str
    version: int
    status: str
    account_id: str | None
    original_id: str | None
    previous_id: str | None
    is_latest: bool | None
    term_type: str
    auto_renew: bool
    term_start: date | None
    term_end: date | None
    start: date | None
    end: date | None
    cancelled: date | None
    service_activation: date | None
    contract_effective: date | None
    predecessor: str | None
    created_at: datetime
    updated_at: datetime
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """Something odd that did not stop the work: a stable code and what it is about (an id, a number)."""

    code: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A step from one version to the next: what happened, on which day, by which version."""

    kind: str
    on: date | None
    version_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The versions of one order in their order, the current one among them, and what was odd.

    `current` is None where every version is deleted. `in_force` are those up to the current one that are or were in
    force; none where that is a draft.
    """

    root: str
    versions: tuple[Version, ...]
    current: Version | None
    in_force: tuple[Version, ...]
    events: tuple[Event, ...]
    anomalies: tuple[Anomaly, ...]


def order_of(version: Version) -> tuple[int, datetime, datetime, str]:
    """What versions of a chain are sorted by: the later one wins where two claim the same place."""
    return version.version, version.updated_at, version.created_at, version.id


def status_of(version: Version) -> str:
    """The status in one spelling, whatever the exporter made of case and blanks."""
    return _spelled(version.status)


@lru_cache(maxsize=1024)
def _spelled(status: str) -> str:
    word = status.strip().casefold()
    return CANCELLED if word == "canceled" else word


def is_draft(version: Version) -> bool:
    """Written down but not in force: a draft, or waiting for an activation or acceptance."""
    return status_of(version) in NOT_IN_FORCE


def is_evergreen(version: Version) -> bool:
    """Whether it goes on without a term."""
    return version.term_type.strip().upper() == EVERGREEN


def is_cancelled(version: Version) -> bool:
    """Whether it ends by a cancellation: superseded ones lose the status and keep the date."""
    return version.cancelled is not None or status_of(version) == CANCELLED


def cancelled_on(version: Version) -> date | None:
    """The first day without the subscription; None where it is not cancelled.

    A cancellation without a date takes the end that was written, at last the day it was made.
    """
    if not is_cancelled(version):
        return None
    return version.cancelled or version.end or version.term_end or version.created_at.date()


def first_day(version: Version) -> date | None:
    """The day the subscription as a whole starts."""
    return version.start or version.service_activation or version.contract_effective or version.term_start


def valid_from(version: Version) -> date:
    """The day this version's own content holds: none of its dates lies ahead any more.

    A cancellation is known, and counts, from the beginning; so does a version without dates.
    """
    if is_cancelled(version):
        return date.min
    dates = (version.term_start, version.contract_effective, version.service_activation)
    return max((day for day in dates if day), default=date.min)
