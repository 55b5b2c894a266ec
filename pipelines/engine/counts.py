"""What became of the rows that were read: one counter an outcome, and the sum that must come out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from hub.errors import FatalError


class CountsDoNotAddUp(FatalError):
    """Rows were read whose fate is not accounted for: nothing of the chunk is committed."""


@dataclass(kw_only=True)
class Counts:
    """Rows by outcome. `repaired`, `deleted`, `same_time`, `late`, `ahead`, `test` are shares of other counters."""

    read: int = 0
    dropped: int = 0
    joined: int = 0
    split: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    duplicate: int = 0
    quarantined: int = 0
    repaired: int = 0
    deleted: int = 0
    same_time: int = 0
    late: int = 0
    ahead: int = 0
    test: int = 0

    def __iadd__(self, other: Counts) -> Counts:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))
        return self

    @property
    def changed(self) -> int:
        return self.created + self.updated

    def check(self) -> None:
        """Raise unless every row that was read ended in exactly one outcome."""
        expected = self.read - self.dropped - self.joined + self.split
        found = self.changed + self.unchanged + self.stale + self.duplicate + self.quarantined
        if expected != found:
            raise CountsDoNotAddUp(
                f"{expected} rows were to be accounted for, {found} were",
                hint="this is a defect of the hub: please report the run's id",
            )

    def as_dict(self) -> dict[str, int]:
        return asdict(self)
