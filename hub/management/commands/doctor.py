"""Ask every check of the installation: ok, warn or fail, and what to type."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hub.commands import EXIT_DONE, EXIT_FAILED, HubCommand, Options
from hub.doctor import ask
from hub.progress import Meter
from hub.registry import Finding, checks

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """Every check's finding, by the check's name."""

    findings: dict[str, Finding]

    @property
    def exit_code(self) -> int:
        failed = any(finding.level == "fail" for finding in self.findings.values())
        return EXIT_FAILED if failed else EXIT_DONE

    def as_dict(self) -> dict[str, Any]:
        return {
            "status": "failed" if self.exit_code else "done",
            "checks": {name: asdict(finding) for name, finding in self.findings.items()},
        }

    def show(self, console: Console) -> None:
        table = Table(box=None, show_header=False, pad_edge=False)
        for overflow in ("ignore", "ignore", "fold", "fold"):  # a path that is cut short cannot be typed
            table.add_column(overflow=overflow)
        for name, finding in self.findings.items():
            hint = f"[bold]{escape(finding.hint)}[/]" if finding.level != "ok" else ""
            table.add_row(
                f"[{_COLOURS[finding.level]}]{finding.level}[/]", name, escape(finding.message), hint
            )
        console.print(table)


class Command(HubCommand):
    help = __doc__

    def run(self, options: Options, progress: Meter) -> Diagnosis:
        return Diagnosis(findings={check.name: ask(check) for check in checks})
