"""Which chain a version belongs to, by the ids that versions name each other with. Pure.

By `original_id`; else by walking to the version before until one has it. Where the walk ends at a row that is
not there, or in a circle, a later version that knows the chain and names this one is asked, and at last the
number, which is one in a chain.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pipelines.billing.chains.versions import Anomaly, Version

RENAMED = re.compile(r"[0-9a-f]{32}_")  # what a deleted row's number is prefixed with upstream


def plain_number(version: Version) -> str:
    """The number without the prefix that a deletion gives it; '' where there is none."""
    return RENAMED.sub("", version.number.strip(), count=1)


class Roots:
    """The root of every version: looked up, not built again, by `of`."""

    def __init__(self, by_id: Mapping[str, Version]) -> None:
        self._by_id = by_id
        self._end: dict[str, str] = {}  # version id: where its walk ended
        self._known = {each.original_id for each in by_id.values() if each.original_id}  # roots for sure
        self._circles: set[str] = set()
        self._joined: dict[str, str] = {}  # end of a walk: the root it was found to belong to
        self._by_number: set[str] = set()
        for version_id in sorted(by_id):
            self._walk(version_id)
        self._ask_later_versions()
        self._ask_numbers()

    def of(self, version_id: str) -> str:
        """The root of the chain this version is in."""
        root = self._end[version_id]
        while root in self._joined:
            root = self._joined[root]
        return root

    def anomalies(self, ordered: Sequence[Version]) -> Iterator[Anomaly]:
        """What was odd about how these versions of one chain were found."""
        ends = {version.id: self._end[version.id] for version in ordered}
        for circle in sorted(set(ends.values()) & self._circles):
            yield Anomaly(code="cycle", about=circle)
        for version in ordered:
            if ends[version.id] in self._by_number:
                yield Anomaly(code="joined_by_number", about=version.id)

    def _walk(self, version_id: str) -> None:
        """Note where the walk from here ends, for every version on the way."""
        path: list[str] = []
        here = version_id
        while here not in self._end and (version := self._by_id.get(here)):
            path.append(here)
            if version.original_id:
                end = version.original_id
                break
            if here in self._known or not version.previous_id:
                end = here
                break
            if version.previous_id in path:
                end = min(path[path.index(version.previous_id) :])
                self._circles.add(end)
                break
            here = version.previous_id
        else:
            end = self._end.get(here, here)
        self._end.update(dict.fromkeys(path, end))

    def _ask_later_versions(self) -> None:
        """A version that knows its chain names the one before it: that one is in the same chain."""
        claims: defaultdict[str, set[str]] = defaultdict(set)
        for version in self._by_id.values():
            if version.original_id and version.previous_id in self._end:
                end = self._end[version.previous_id]
                if end not in self._known:
                    claims[end].add(version.original_id)
        for end, roots in claims.items():
            self._joined[end] = min(roots)

    def _ask_numbers(self) -> None:
        """Walks that ended at a missing row join the one other chain of their number, or one another."""
        owners: defaultdict[str, set[str]] = defaultdict(set)
        lost: defaultdict[str, set[str]] = defaultdict(set)
        for version in self._by_id.values():
            end = self._end[version.id]
            open_end = end not in self._known and end not in self._by_id and end not in self._joined
            if number := plain_number(version):
                (lost if open_end else owners)[number].add(self.of(version.id))
        for number in sorted(lost):
            homes = owners[number] or {min(lost[number])}
            if len(homes) == 1:
                for end in lost[number] - homes:
                    self._joined.setdefault(end, *homes)
                    self._by_number.add(end)
