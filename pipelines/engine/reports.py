"""What an import hands back: one report an entity, one for the run; the same object everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hub.commands import EXIT_DONE, EXIT_FAILED, EXIT_QUARANTINED
from pipelines.engine.counts import Counts
from pipelines.engine.queries import QueryTotals

_ALWAYS = ("read", "created", "updated", "unchanged")
_WHERE_ANY = ("repaired", "quarantined", "deleted", "stale", "duplicate", "dropped", "test")
_COLOURS = {"done": "green", "quarantined": "yellow", "failed": "red", "locked": "red", "interrupted": "red"}


@dataclass(kw_only=True)
class EntityReport:
    """One entity of one brand: its counts and, if it failed, why. Seconds of wall time, bytes as stored.

    `looked_at` counts all rows of the files, those outside the window too: damage is a share of these.
    """

    tenant: str
    entity: str
    status: str = "done"
    counts: Counts = field(default_factory=Counts)
    looked_at: int = 0
    files: int = 0
    bytes: int = 0
    seconds: float = 0.0
    watermark: str | None = None
    notes: list[str] = field(default_factory=list)
    error: str = ""
    hint: str = ""
    samples: list[dict[str, Any]] = field(default_factory=list)

    @property
    def idle(self) -> bool:
        """Nothing was read and nothing went wrong."""
        return self.counts == Counts() and self.status == "done"

    def as_dict(self) -> dict[str, Any]:
        own = {
            "brand": self.tenant,
            "entity": self.entity,
            "status": self.status,
            **self.counts.as_dict(),
            "files": self.files,
            "bytes": self.bytes,
            "seconds": round(self.seconds, 3),
            "watermark": self.watermark,
        }
        optional = {"notes": self.notes, "error": self.error, "hint": self.hint, "samples": self.samples}
        return own | {name: value for name, value in optional.items() if value}


@dataclass(kw_only=True)
class RunReport:
    """A whole run. Its status is that of its worst entity."""

    job: str
    run_id: int | None = None
    dry_run: bool = False
    max_quarantined: float = 0.05
    entities: list[EntityReport] = field(default_factory=list)
    seconds: float = 0.0
    queries: QueryTotals = field(default_factory=QueryTotals)

    @property
    def total(self) -> Counts:
        total = Counts()
        for entity in self.entities:
            total += entity.counts
        return total

    @property
    def quarantined_share(self) -> float:
        looked_at = sum(max(entity.looked_at, entity.counts.read) for entity in self.entities)
        return self.total.quarantined / looked_at if looked_at else 0.0

    @property
    def status(self) -> str:
        statuses = {entity.status for entity in self.entities}
        for status in ("failed", "locked", "interrupted"):
            if status in statuses:
                return status
        return "quarantined" if self.quarantined_share > self.max_quarantined else "done"

    @property
    def exit_code(self) -> int:
        return {"done": EXIT_DONE, "quarantined": EXIT_QUARANTINED}.get(self.status, EXIT_FAILED)

    def as_dict(self) -> dict[str, Any]:
        return {
            "job": self.job,
            "status": self.status,
            "run": None if self.run_id is None else str(self.run_id),
            "dry_run": self.dry_run,
            "seconds": round(self.seconds, 3),
            "total": self.total.as_dict(),
            "entities": [entity.as_dict() for entity in self.entities],
            **({"lake": self.queries.as_dict()} if self.queries.ids else {}),
        }

    def show(self, console: Console) -> None:
        table = Table(
            title=f"{self.job}{' (dry run: nothing was written)' if self.dry_run else ''}", pad_edge=False
        )
        table.add_column("brand")
        table.add_column("entity")
        shown = [*_ALWAYS, *(name for name in _WHERE_ANY if getattr(self.total, name))]
        for name in shown:
            table.add_column(name, justify="right")
        idle = [entity for entity in self.entities if entity.idle]
        for entity in self.entities:
            if entity.idle:
                continue
            table.add_row(entity.tenant, entity.entity, *_cells(entity.counts, shown), style=_style(entity))
        table.add_section()
        table.add_row("", "all", *_cells(self.total, shown), style="bold")
        console.print(table)
        if idle:
            console.print(f"[dim]{len(idle)} of {len(self.entities)} entities had nothing to do[/]")
        for entity in self.entities:
            _show_words(console, entity)
        rate = self.total.read / self.seconds if self.seconds else 0
        console.print(
            f"[{_COLOURS[self.status]}]{self.status}[/] in {self.seconds:.1f} s, {rate:,.0f} rows/s"
            + (f", run {self.run_id}" if self.run_id else "")
        )
        if self.queries.ids:
            console.print(
                f"[dim]{len(self.queries.ids)} lake queries scanned {self.queries.scanned:,} bytes, "
                f"estimated at {self.queries.price} USD[/]"
            )


def _cells(counts: Counts, shown: Sequence[str]) -> list[str]:
    return [f"{value:,}" if (value := getattr(counts, name)) else "[dim]·[/]" for name in shown]


def _style(entity: EntityReport) -> str:
    return "" if entity.status == "done" else _COLOURS[entity.status]


def _show_words(console: Console, entity: EntityReport) -> None:
    name = f"{entity.tenant}/{entity.entity}"
    for note in entity.notes:
        console.print(f"[yellow]{name}[/]: {escape(note)}")
    if entity.error:
        told = f"{entity.error} | {entity.hint}" if entity.hint else entity.error
        console.print(f"[red]{name}[/]: {escape(told)}")
    for sample in entity.samples:
        console.print(
            f"[dim]{sample['action']}[/] {escape(sample['key'])} {escape(str(sample['diff'] or ''))}"
        )
