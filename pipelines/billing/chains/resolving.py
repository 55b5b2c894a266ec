"""Which versions form a chain, in which order, and which of them is current. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from pipelines.billing.chains.events import events_of
from pipelines.billing.chains.roots import Roots, plain_number
from pipelines.billing.chains.versions import (
    STATUSES,
    Anomaly,
    Chain,
    Version,
    is_cancelled,
    is_draft,
    order_of,
    status_of,
)


def resolve(versions: Iterable[Version]) -> list[Chain]:
    """The chains among these versions, by root; never fails, whatever is missing.

    Each id is in exactly one chain. The order in which the versions come in does not matter.
    """
    by_id, doubled = _one_each(versions)
    roots = Roots(by_id)
    members: defaultdict[str, list[Version]] = defaultdict(list)
    for version in by_id.values():
        members[roots.of(version.id)].append(version)
    numbers: defaultdict[str, set[str]] = defaultdict(set)
    for root, chain in members.items():
        for version in chain:
            if not version.deleted:
                numbers[plain_number(version)].add(root)
    shared = {number for number, owners in numbers.items() if number and len(owners) > 1}
    return [_chain(root, members[root], roots, doubled, shared) for root in sorted(members)]


def _one_each(versions: Iterable[Version]) -> tuple[dict[str, Version], set[str]]:
    """The newest row of each id, and the ids of which unlike rows came in."""
    by_id: dict[str, Version] = {}
    doubled = set()
    for version in versions:
        known = by_id.setdefault(version.id, version)
        if known != version:
            doubled.add(version.id)
            by_id[version.id] = max(known, version, key=_newest)
    return by_id, doubled


def _newest(version: Version) -> tuple[object, ...]:
    return version.updated_at, version.created_at, version.version, repr(version)


def _chain(root: str, members: Sequence[Version], roots: Roots, doubled: set[str], shared: set[str]) -> Chain:
    ordered = tuple(sorted(members, key=order_of))
    current = _current(ordered)
    found = [
        *(Anomaly(code="duplicate_version", about=each.id) for each in ordered if each.id in doubled),
        *roots.anomalies(ordered),
        *_gaps(ordered),
        *_links(ordered),
        *_numbers(ordered, shared),
        *(_claims(ordered, current) if current else ()),
        *(anomaly for version in ordered for anomaly in _oddities(version)),
    ]
    return Chain(
        root=root,
        versions=ordered,
        current=current,
        in_force=tuple(_in_force(ordered, current)),
        events=events_of(ordered),
        anomalies=tuple(found),
    )


def _current(ordered: Sequence[Version]) -> Version | None:
    """The version that says what the order is now: not deleted, in force if any is, flagged as latest if any is."""
    left = [version for version in ordered if not version.deleted]
    left = [version for version in left if not is_draft(version)] or left
    left = [version for version in left if version.is_latest] or left
    return left[-1] if left else None


def _in_force(ordered: Sequence[Version], current: Version | None) -> Iterator[Version]:
    if current is None or is_draft(current):
        return
    for version in ordered[: ordered.index(current) + 1]:
        if not version.deleted and not is_draft(version):
            yield version


def _claims(ordered: Sequence[Version], current: Version) -> Iterator[Anomaly]:
    """Others that say they are the latest or stand higher, and a current one that says it is not."""
    ahead = ordered[ordered.index(current) + 1 :]
    for version in ordered:
        if version is current or not (version.is_latest or version in ahead):
            continue
        if is_draft(version):
            if not version.deleted:
                yield Anomaly(code="draft_ignored", about=version.id)
        elif version.deleted:
            yield Anomaly(code="latest_deleted", about=version.id)
        else:
            code = "two_latest" if version.is_latest else "latest_not_highest"
            yield Anomaly(code=code, about=version.id)
    if current.is_latest is False and not ahead:
        yield Anomaly(code="latest_missing", about=current.id)


def _gaps(ordered: Sequence[Version]) -> Iterator[Anomaly]:
    """Version numbers that nobody has, as ranges, and numbers that two have."""
    numbers = [version.version for version in ordered]
    for before, after in pairwise([0, *numbers]):
        if after - before == 2:
            yield Anomaly(code="missing_version", about=str(before + 1))
        elif after - before > 2:
            yield Anomaly(code="missing_version", about=f"{before + 1}-{after - 1}")
    for number in sorted({one for one, other in pairwise(numbers) if one == other}):
        yield Anomaly(code="version_twice", about=str(number))


def _links(ordered: Sequence[Version]) -> Iterator[Anomaly]:
    """Versions that name another predecessor than the one before them."""
    for before, after in pairwise(ordered):
        follows = after.version == before.version + 1
        if follows and after.previous_id and after.previous_id != before.id:
            yield Anomaly(code="broken_link", about=after.id)


def _numbers(ordered: Sequence[Version], shared: set[str]) -> Iterator[Anomaly]:
    numbers = sorted({plain_number(version) for version in ordered} - {""})
    if len(numbers) > 1:
        yield Anomaly(code="number_changed", about=" ".join(numbers))
    for number in numbers:
        if number in shared:
            yield Anomaly(code="number_in_two_chains", about=number)


def _oddities(version: Version) -> Iterator[Anomaly]:
    if status_of(version) not in STATUSES:
        yield Anomaly(code="unknown_status", about=version.id)
    if is_cancelled(version) and version.cancelled is None and not version.deleted:
        yield Anomaly(code="cancelled_without_date", about=version.id)
