"""The sum that must come out: rows read on the left, what became of them on the right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.engine.admin import words
from pipelines.engine.admin.blocks import Block

READ = (("", "read"), ("−", "dropped"), ("−", "joined"), ("+", "split"))  # noqa: RUF001  a minus sign
FATES = ("created", "updated", "unchanged", "stale", "duplicate", "quarantined")
SHARES = ("repaired", "deleted", "same_time", "late", "ahead", "test")


@dataclass(frozen=True, kw_only=True)
class Term:
    """A number with its name and the sign before it."""

    sign: str
    name: str
    number: int

    @property
    def shown(self) -> str:
        return words.count(self.number)


@dataclass(frozen=True, kw_only=True)
class Equation:
    """Both sides, their sums, and the counters that are shares of others."""

    left: list[Term]
    right: list[Term]
    accounted: int
    found: int
    shares: list[Term]

    @property
    def adds_up(self) -> bool:
        return self.accounted == self.found


def balanced(counts: Mapping[str, int]) -> Equation:
    """The equation of some counts."""
    left = [Term(sign=sign, name=name, number=counts[name]) for sign, name in READ]
    right = [Term(sign="+" if at else "=", name=name, number=counts[name]) for at, name in enumerate(FATES)]
    return Equation(
        left=left,
        right=right,
        accounted=counts["read"] - counts["dropped"] - counts["joined"] + counts["split"],
        found=sum(term.number for term in right),
        shares=[
            Term(sign="", name=name.replace("_", " "), number=counts[name]) for name in SHARES if counts[name]
        ],
    )


def equation(title: str, counts: Mapping[str, int]) -> Block:
    return Block(template="engine/blocks/equation.html", title=title, data=balanced(counts))
