"""Run a file of cases with expected answers, print what differs, and exit 1 if anything does."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape

from hub.cases import CaseResult, results, suites
from hub.commands import EXIT_DONE, EXIT_FAILED, HubCommand, Options
from hub.errors import UsageError
from hub.progress import Meter


@dataclass(frozen=True, kw_only=True)
class CaseReport:
    """Every case's result, in the file's order."""

    cases: list[CaseResult]

    @property
    def failed(self) -> int:
        return sum(not case.ok for case in self.cases)

    @property
    def exit_code(self) -> int:
        return EXIT_FAILED if self.failed else EXIT_DONE

    def as_dict(self) -> dict[str, Any]:
        passed = len(self.cases) - self.failed
        return {"passed": passed, "failed": self.failed, "cases": [asdict(case) for case in self.cases]}

    def show(self, console: Console) -> None:
        for case in self.cases:
            if not case.ok:
                console.print(f"[bold]{escape(case.id)}[/]")
                console.print(f"  expected {escape(_told(case.expected))}", soft_wrap=True)
                console.print(f"  got      {escape(_told(case.got))}", soft_wrap=True)
        console.print(f"{len(self.cases) - self.failed} passed, {self.failed} failed")


class Command(HubCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=suites.names(), help="what the cases are about")
        parser.add_argument("file", type=Path, metavar="FILE", help="a case file (JSON)")

    def run(self, options: Options, progress: Meter) -> CaseReport:
        file = options["file"]
        try:
            return CaseReport(cases=results(suites.get(options["kind"]), orjson.loads(file.read_bytes())))
        except OSError as error:
            raise UsageError(f"{file} cannot be read: {error.strerror}", hint="name a case file") from None
        except orjson.JSONDecodeError as error:
            raise UsageError(f"{file} is no JSON: {error.msg}", hint=f"at line {error.lineno}") from None
        except UsageError as error:
            raise UsageError(f"{file}: {error.message}", hint=error.hint) from None


def _told(value: Any) -> str:
    return orjson.dumps(value).decode()
