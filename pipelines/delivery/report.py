"""What a pass hands back: per target what was delivered, and what was not and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hub.commands import EXIT_DONE, EXIT_FAILED, EXIT_QUARANTINED
from pipelines.delivery.receipts import Counts

DELIVER = "deliver"
REASONS_SHOWN = 3


@dataclass(kw_only=True)
class TargetReport:
    """One target's part. `skipped`: due, but held back by its breaker (counted up to a cap); `note` says why.

    `reasons`: why documents were not taken, with how many attempts ended so.
    """

    name: str
    counts: Counts = field(default_factory=Counts)
    skipped: int = 0
    paused: bool = False
    paused_meanwhile: bool = False
    note: str = ""
    error: str = ""
    hint: str = ""
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def matter(self) -> str:
        """What is the matter: with the target, and with most of the documents that it did not take."""
        common = [reason for reason, _ in self.reasons.most_common(REASONS_SHOWN)]
        return " | ".join(dict.fromkeys(filter(None, (self.error, self.hint, self.note, *common))))

    def as_dict(self) -> dict[str, Any]:
        told = {"target": self.name, **self.counts.as_dict(), "skipped": self.skipped, "paused": self.paused}
        optional = {"note": self.note, "error": self.error, "hint": self.hint, "reasons": dict(self.reasons)}
        return told | {name: value for name, value in optional.items() if value}


@dataclass(kw_only=True)
class DeliveryReport:
    """All targets of a pass."""

    targets: list[TargetReport] = field(default_factory=list)
    interrupted: bool = False

    @property
    def total(self) -> Counts:
        total = Counts()
        for each in self.targets:
            total.add(each.counts)
        return total

    @property
    def skipped(self) -> int:
        return sum(each.skipped for each in self.targets)

    @property
    def status(self) -> str:
        if self.interrupted:
            return "interrupted"
        return "failed" if any(each.error for each in self.targets) else "done"

    @property
    def exit_code(self) -> int:
        """3: all went as it should, but somebody must look at a dead letter or a target that paused itself."""
        if self.status != "done":
            return EXIT_FAILED
        return (
            EXIT_QUARANTINED
            if self.total.dead or any(each.paused_meanwhile for each in self.targets)
            else EXIT_DONE
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "job": DELIVER,
            "status": self.status,
            "total": self.total.as_dict() | {"skipped": self.skipped},
            "targets": [each.as_dict() for each in self.targets],
        }

    def show(self, console: Console) -> None:
        if not self.targets:
            console.print("There is no target. Add one under Targets in admin")
            return
        table = Table(
            "target", "delivered", "retried", "dead", "skipped", "what is the matter", title=DELIVER
        )
        for each in self.targets:
            counts = each.counts
            figures = (counts.delivered, counts.retried, counts.dead, each.skipped)
            table.add_row(escape(each.name), *(f"{figure:,}" for figure in figures), escape(each.matter))
        console.print(table)
        console.print(f"status: {self.status}")
