"""Which new subscription seems to follow a cancelled one: a guess with a confidence, never a merge. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipelines.billing.chains.roots import plain_number
from pipelines.billing.chains.versions import Chain, Version, cancelled_on, first_day, is_draft

STATED = 1.0
NEAREST, FARTHEST = 0.9, 0.5  # of a guess by dates: on the very day, and at the end of the window


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftLink:
    """A cancelled chain and the new one that seems to follow it: a guess with a confidence, never a merge."""

    before: str
    after: str
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """What of a chain counts for a link: its names, who had it first and last, its first and its last day."""

    root: str
    names: frozenset[str]
    predecessors: frozenset[str]
    first_owner: str | None
    last_owner: str | None
    starts_on: date | None
    cancelled_on: date | None
    created_at: datetime


def soft_links(chains: Sequence[Chain], *, days: int = 30) -> list[SoftLink]:
    """Links between chains, each chain at most once as the one before and once as the one after.

    A predecessor that the new subscription names (number or id) is certain. Otherwise: same account, the new one
    begins at most `days` before or after the cancellation and was created later; the nearer, the surer.
    Links come by the root of the chain before.
    """
    ends = sorted(filter(None, map(_end_of, chains)), key=lambda end: end.root)
    found = sorted([*_stated(ends), *_guessed(ends, days)], key=lambda each: each[0])
    before: set[str] = set()
    after: set[str] = set()
    taken = []
    for _, link in found:
        if link.before not in before and link.after not in after:
            before.add(link.before)
            after.add(link.after)
            taken.append(link)
    return sorted(taken, key=lambda link: link.before)


Ranked = tuple[tuple[float, int, str, str], SoftLink]


def _stated(ends: Sequence[_End]) -> Iterator[Ranked]:
    by_name: defaultdict[str, list[_End]] = defaultdict(list)
    for end in ends:
        for name in end.names:
            by_name[name].append(end)
    for after in ends:
        for name in sorted(after.predecessors):
            for before in by_name.get(name, ()):
                if before.root != after.root:
                    yield _ranked(before, after, STATED, "predecessor")


def _guessed(ends: Sequence[_End], days: int) -> Iterator[Ranked]:
    begun: defaultdict[str, list[_End]] = defaultdict(list)
    for end in ends:
        if end.first_owner and end.starts_on:
            begun[end.first_owner].append(end)
    for before in ends:
        if before.last_owner and before.cancelled_on:
            for after in begun.get(before.last_owner, ()):
                gap = _gap(before, after)
                if gap is not None and abs(gap) <= days and before.created_at < after.created_at:
                    share = abs(gap) / days if days else 0.0
                    confidence = round(NEAREST - (NEAREST - FARTHEST) * share, 2)
                    yield _ranked(before, after, confidence, "same_account")


def _ranked(before: _End, after: _End, confidence: float, rule: str) -> Ranked:
    """A link with what decides between two of them: surer, nearer, then the smaller root."""
    link = SoftLink(before=before.root, after=after.root, confidence=confidence, rule=rule)
    gap = _gap(before, after)
    nearness = abs(gap) if gap is not None else date.max.toordinal()
    return (-confidence, nearness, before.root, after.root), link


def _gap(before: _End, after: _End) -> int | None:
    """Days from the end of one to the start of the other; negative where they overlap."""
    if before.cancelled_on is None or after.starts_on is None:
        return None
    return (after.starts_on - before.cancelled_on).days


def _end_of(chain: Chain) -> _End | None:
    """None for what is deleted or nothing but a draft."""
    current = chain.current
    if current is None or is_draft(current):
        return None
    live = [version for version in chain.versions if not version.deleted]
    return _End(
        root=chain.root,
        names=frozenset(filter(None, (_folded(name) for each in live for name in _names(each, chain)))),
        predecessors=frozenset(filter(None, (_folded(each.predecessor) for each in live))),
        first_owner=live[0].account_id,
        last_owner=current.account_id,
        starts_on=first_day(current),
        cancelled_on=cancelled_on(current),
        created_at=live[0].created_at,
    )


def _names(version: Version, chain: Chain) -> tuple[str, ...]:
    return chain.root, version.id, plain_number(version)


def _folded(text: str | None) -> str:
    return (text or "").strip().casefold()
