"""What a chain is on a date, and when that changes by itself. Pure.

Dates decide, the status word only where no date can: `Expired` on a superseded version means nothing, a
cancellation counts from its date. An end date is the first day without the subscription.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipelines.billing.chains.versions import (
    AWAITING_ACCEPTANCE,
    AWAITING_ACTIVATION,
    DRAFT,
    EXPIRED,
    SUSPENDED,
    Chain,
    Version,
    cancelled_on,
    first_day,
    is_draft,
    is_evergreen,
    status_of,
    valid_from,
)

RUNNING = frozenset({"active", "past_due", "cancelling"})


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a chain is on a date, why, since when and until when; `next_due` is the date it changes by itself.

    `ends_on` is the first day without it: the cancellation, or the end of the last term that is known (for one
    that renews by itself, the day it renews).
    """

    value: str
    reason: str
    since: date | None
    ends_on: date | None
    next_due: date | None


def is_running(state: State) -> bool:
    """The hub's one definition of an active subscription: active, past due, or cancelled with a date to come."""
    return state.value in RUNNING


def state_of(chain: Chain, on: date, *, overdue: bool = False) -> State:
    """The state of a chain on a date, by what is known today; for dates gone by not what was known then.

    `overdue` turns an active one into past due and nothing else. `next_due` is the first later date on which
    value or reason differ, as long as no new row comes in and `overdue` stays as it is.
    """
    now = _look(chain, on, overdue=overdue)
    for day in _turning_points(chain, on):
        then = _look(chain, day, overdue=overdue)
        if (then.value, then.reason) != (now.value, now.reason):
            return State(
                value=now.value, reason=now.reason, since=now.since, ends_on=now.ends_on, next_due=day
            )
    return now


def version_on(chain: Chain, on: date) -> Version | None:
    """The version that holds on a date: `current`, or while that lies ahead the last one that does not.

    A version lies ahead while its term, its contract or its service begins later; a cancellation never does. Where
    all lie ahead (the subscription has not begun) it is `current`.
    """
    return next((version for version in reversed(chain.in_force) if valid_from(version) <= on), chain.current)


def _turning_points(chain: Chain, on: date) -> list[date]:
    """The dates ahead on which anything could change."""
    days = set()
    for version in chain.in_force:
        days |= {first_day(version), cancelled_on(version), _end_of_term(version), valid_from(version)}
    return sorted(day for day in days if day and day > on)


def _look(chain: Chain, on: date, *, overdue: bool) -> State:
    """The state on a date, without a look at what comes."""
    current = chain.current
    if current is None:
        return _state("deleted", "deleted_upstream")
    if is_draft(current):
        return _waiting(current)
    held = version_on(chain, on) or current
    last = _horizon(chain, held)
    return (
        _begun(chain, held, last, on)
        or _ended(chain, last, on)
        or _running(chain, held, last, overdue=overdue)
    )


def _state(value: str, reason: str, since: date | None = None, ends_on: date | None = None) -> State:
    return State(value=value, reason=reason, since=since, ends_on=ends_on, next_due=None)


def _waiting(version: Version) -> State:
    """A version that only somebody's doing can bring into force: no date changes that."""
    made = version.created_at.date()
    ends_on = _end_of_term(version)
    if status_of(version) == DRAFT:
        return _state("draft", "draft", made, ends_on)
    reasons = {AWAITING_ACTIVATION: "awaiting_activation", AWAITING_ACCEPTANCE: "awaiting_acceptance"}
    return _state("pending", reasons[status_of(version)], made, ends_on)


def _begun(chain: Chain, held: Version, last: Version, on: date) -> State | None:
    """Cancelled before it could begin, or not begun; None where it has."""
    start, cancelled = first_day(held), cancelled_on(last)
    if start and cancelled and cancelled <= start:
        return _state("cancelled", "cancelled_at_start", cancelled, cancelled)
    if start and start > on:
        return _state("pending", "starts_later", held.created_at.date(), _end(chain, last))
    return None


def _ended(chain: Chain, last: Version, on: date) -> State | None:
    """Cancelled with a date that has come, or run out; None where neither is."""
    cancelled, term = cancelled_on(last), _end_of_term(last)
    runs_out = _runs_out(chain, last) and not (cancelled and term and cancelled <= term)
    if runs_out and (term <= on if term else _truly_expired(chain, last)):
        return _state("expired", "term_ended", term, term)
    if cancelled and cancelled <= on:
        back_dated = cancelled < _cancelled_by(chain, last).created_at.date()
        reason = "cancelled_back_dated" if back_dated else "cancelled"
        return _state("cancelled", reason, cancelled, cancelled)
    return None


def _running(chain: Chain, held: Version, last: Version, *, overdue: bool) -> State:
    start, ends_on = first_day(held), _end(chain, last)
    if status_of(held) == SUSPENDED:
        return _state("suspended", "suspended", _since_suspended(chain, held), ends_on)
    if cancelled_on(last):
        made = _cancelled_by(chain, last).created_at.date()
        return _state("cancelling", "cancelled_for_later", made, ends_on)
    if overdue:
        return _state("past_due", "overdue", None, ends_on)
    if is_evergreen(last):
        return _state("active", "evergreen", start, ends_on)
    return _state("active", "term_running" if _runs_out(chain, last) else "renews", start, ends_on)


def _horizon(chain: Chain, held: Version) -> Version:
    """The last version that follows without a gap: its end is the end of the order as far as it is known."""
    known = chain.in_force
    for version in known[known.index(held) + 1 :] if held in known else ():
        ends_on = _end(chain, held)
        if ends_on is None or valid_from(version) <= ends_on:
            held = version
    return held


def _end(chain: Chain, version: Version) -> date | None:
    """The cancellation, or the end of the term where that comes first or nothing was cancelled."""
    cancelled, term = cancelled_on(version), _end_of_term(version)
    if cancelled and term and _runs_out(chain, version):
        return min(cancelled, term)
    return cancelled or term


def _end_of_term(version: Version) -> date | None:
    if is_evergreen(version):
        return None
    return version.term_end or version.end


def _runs_out(chain: Chain, version: Version) -> bool:
    """Whether the end of its term is an end: nobody renews it, or the last word upstream is that it expired."""
    if is_evergreen(version):
        return _truly_expired(chain, version)
    return not version.auto_renew or _truly_expired(chain, version)


def _truly_expired(chain: Chain, version: Version) -> bool:
    """`Expired` on the latest version there is; on any other it means superseded."""
    is_last = version is chain.versions[-1] and version.is_latest is not False
    return status_of(version) == EXPIRED and (is_last or version.is_latest is True)


def _cancelled_by(chain: Chain, last: Version) -> Version:
    """The version that brought the cancellation date in: later versions copy it."""
    return _first_alike(chain, last, lambda version: cancelled_on(version) == cancelled_on(last))


def _since_suspended(chain: Chain, held: Version) -> date:
    first = _first_alike(chain, held, lambda version: status_of(version) == SUSPENDED)
    return max(first.created_at.date(), valid_from(first))


def _first_alike(chain: Chain, version: Version, alike: Callable[[Version], bool]) -> Version:
    """Back from a version, the first of those that are alike without a break; deleted ones and drafts are none."""
    found = version
    for earlier in reversed(chain.versions[: chain.versions.index(version)]):
        if earlier.deleted or is_draft(earlier):
            continue
        if not alike(earlier):
            break
        found = earlier
    return found
