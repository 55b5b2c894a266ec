"""What happened between one version of a chain and the next. Pure.

Only what versions show: a superseded version loses its status, so a suspension is seen where its version
still carries it. Deleted versions take no part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from pipelines.billing.chains.versions import (
    SUSPENDED,
    Event,
    Version,
    cancelled_on,
    is_draft,
    status_of,
    valid_from,
)


def events_of(ordered: Sequence[Version]) -> tuple[Event, ...]:
    """The steps of a chain in the order of its versions; empty where all are deleted."""
    live = [version for version in ordered if not version.deleted]
    settled = [version for version in live if not is_draft(version)]
    found: list[Event] = []
    if settled and _is_beginning(settled[0], ordered):
        found += _first(settled[0])
    for before, after in pairwise(settled):
        found += _step(before, after)
    found += _drafts(live)
    place = {version.id: number for number, version in enumerate(ordered)}
    return tuple(sorted(found, key=lambda event: place[event.version_id]))


def _is_beginning(version: Version, ordered: Sequence[Version]) -> bool:
    """Whether this is where the order began: nothing is missing, or was, before it but drafts."""
    earlier = ordered[: ordered.index(version)]
    return version.version <= 1 or any(each.version <= 1 and is_draft(each) for each in earlier)


def _first(version: Version) -> Iterator[Event]:
    yield Event(kind="created", on=version.created_at.date(), version_id=version.id)
    if cancelled := cancelled_on(version):
        yield Event(kind="cancelled", on=cancelled, version_id=version.id)
    if status_of(version) == SUSPENDED:
        yield Event(kind="suspended", on=version.created_at.date(), version_id=version.id)


def _step(before: Version, after: Version) -> list[Event]:
    made = after.created_at.date()
    kinds = [*_ending(before, after), *_terms(before, after), *_standing(before, after)]
    if before.account_id and after.account_id and before.account_id != after.account_id:
        kinds.append(("owner_transferred", made))
    return [Event(kind=kind, on=on, version_id=after.id) for kind, on in kinds or [("plan_changed", made)]]


def _ending(before: Version, after: Version) -> Iterator[tuple[str, date]]:
    """What became of the end of the subscription."""
    was, now = cancelled_on(before), cancelled_on(after)
    if now and was is None:
        yield "cancelled", now
    elif was and now is None:
        yield "cancellation_withdrawn", after.created_at.date()
    elif now and was != now:
        yield "cancellation_moved", now


def _terms(before: Version, after: Version) -> Iterator[tuple[str, date]]:
    """A further term, or another one; the end that a cancellation sets is told by the cancellation."""
    begins, ended = after.term_start, before.term_end
    if begins and ended and begins >= ended and begins != before.term_start:
        yield "renewed", begins
    elif cancelled_on(before) == cancelled_on(after) and _term(before) != _term(after):
        yield "terms_changed", max(after.created_at.date(), valid_from(after))


def _term(version: Version) -> tuple[object, ...]:
    return version.term_type, version.auto_renew, version.term_start, version.term_end


def _standing(before: Version, after: Version) -> Iterator[tuple[str, date]]:
    was, now = status_of(before) == SUSPENDED, status_of(after) == SUSPENDED
    on = max(after.created_at.date(), valid_from(after))
    if now and not was:
        yield "suspended", on
    elif was and not now and cancelled_on(after) is None:
        yield "resumed", on


def _drafts(live: Sequence[Version]) -> Iterator[Event]:
    """Drafts as such; where something in force came after one, the day it was overtaken."""
    for place, version in enumerate(live):
        if not is_draft(version):
            continue
        yield Event(kind="drafted", on=version.created_at.date(), version_id=version.id)
        later = [each for each in live[place + 1 :] if not is_draft(each)]
        if later:
            on = later[0].created_at.date()
            yield Event(kind="draft_superseded", on=on, version_id=version.id)
