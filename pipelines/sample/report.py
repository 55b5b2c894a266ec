"""What generate_lake wrote, for a person and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table as Grid

from pipelines.sample.brand_lake import Written
from pipelines.sample.request import Request


@dataclass(frozen=True, kw_only=True)
class LakeReport:
    """Rows and files per table, and how long it took."""

    request: Request
    written: Written
    seconds: float
    brands: dict[str, int] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        return 0

    @property
    def rows(self) -> int:
        return self.written.rows.total()

    def as_dict(self) -> dict[str, Any]:
        entities = {
            name: {
                "rows": self.written.rows[name],
                "files": self.written.files[name],
                "damaged": self.written.damaged[name],
            }
            for name in self.written.rows
        }
        return {
            "status": "done",
            "out": str(self.request.out),
            **self.request.as_dict(),
            "subscriptions_by_brand": self.brands,
            "entities": entities,
            "rows": self.rows,
            "files": self.written.files.total(),
            "damaged": self.written.damaged.total(),
            "seconds": round(self.seconds, 3),
        }

    def show(self, console: Console) -> None:
        grid = Grid(title=f"Sample lake in {self.request.out}")
        grid.add_column("table")
        for heading in ("rows", "files", "damaged"):
            grid.add_column(heading, justify="right")
        for name in self.written.rows:
            counts = (self.written.rows[name], self.written.files[name], self.written.damaged[name])
            grid.add_row(name, *(f"{count:,}" for count in counts))
        console.print(grid)
        pace = self.rows / self.seconds if self.seconds else 0
        console.print(f"{self.rows:,} rows in {self.seconds:.1f} s ({pace:,.0f} a second)")
