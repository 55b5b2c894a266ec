"""One base for every command: the same flags, one line for an error, a report, exit codes.

0 done; 3 done, but more rows quarantined than `--max-quarantined` allows; 1 failed or locked; 2 wrong usage.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from abc import abstractmethod
from argparse import Action, ArgumentError, ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn, Protocol

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError
from rich.console import Console

from hub.errors import HubError, InterruptedRun, UsageError
from hub.progress import Meter, meter

Options = dict[str, Any]
EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_QUARANTINED = 0, 1, 2, 3
SHORT_NAP = 0.25  # seconds between two looks at whether to stop, while something is waited for
WIDTH_OF_FILES = 160

log = logging.getLogger("hub.command")


class Report(Protocol):
    """What a job hands back: the same object in the output, the run's row and the tests."""

    @property
    def exit_code(self) -> int: ...

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready; carries counts and ids, never a row's content."""

    def show(self, console: Console) -> None:
        """Print it for a person."""


class _Parser(CommandParser):
    """Wrong arguments become a UsageError, so that they end in one line like every other error."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, hint=f"type `manage.py {self.prog.split()[-1]} --help`")

    def _get_values(self, action: Action, arg_strings: list[str]) -> Any:
        """A flag without a value, as of a variable that is not set, must not mean "everything"."""
        if action.option_strings and "" in arg_strings:
            raise ArgumentError(action, "is empty: give it a value, or leave it out")
        return super()._get_values(action, arg_strings)


class HubCommand(BaseCommand):
    """Parses, calls one function, shows its report."""

    requires_system_checks: list[str] = []  # `doctor` asks these questions; a nightly job should start fast

    @abstractmethod
    def run(self, options: Options, progress: Meter) -> Report:
        """Do the work; raise HubError for what goes wrong."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = _Parser(prog=f"{prog_name} {subcommand}", description=self.help or None, **kwargs)
        parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
        for hidden in ("verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color"):
            parser.set_defaults(**{hidden: {"verbosity": 1}.get(hidden)})
        parser.set_defaults(skip_checks=True)
        self.add_arguments(parser)
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        as_json = "--json" in argv
        try:
            options = vars(self.create_parser(argv[0], argv[1]).parse_args(argv[2:]))
            sys.exit(self.execute_options(options))
        except (HubError, CommandError, DatabaseError, InterfaceError, OSError) as error:
            sys.exit(self._fail(error, as_json))
        except KeyboardInterrupt:
            sys.exit(self._fail(InterruptedRun("stopped at once", hint="run the command again"), as_json))

    def handle(self, *args: object, **options: Any) -> None:
        """`call_command` comes here: errors are raised as they are."""
        self.execute_options(options)

    def execute_options(self, options: Options) -> int:
        with _stoppable(), meter(quiet=options["json"]) as progress:
            report = self.run(options, progress)
        if options["json"]:
            self.stdout.write(orjson.dumps(report.as_dict()).decode())
        else:
            report.show(self._console())
        return report.exit_code

    def _console(self) -> Console:
        """As wide as the terminal; wide enough for a table where the output goes to a file."""
        stream = getattr(self.stdout, "_out", sys.stdout)
        if stream is None:  # it was closed
            return Console(quiet=True)
        return Console(file=stream, highlight=False, width=None if stream.isatty() else WIDTH_OF_FILES)

    def _fail(self, error: Exception, as_json: bool) -> int:
        message, hint, status = describe(error)
        if as_json:
            self.stdout.write(orjson.dumps({"status": status, "error": message, "hint": hint}).decode())
        else:
            self.stderr.write(f"error: {message}" + (f" | {hint}" if hint else ""))
        return EXIT_USAGE if isinstance(error, UsageError | CommandError) else EXIT_FAILED


def describe(error: Exception) -> tuple[str, str, str]:
    """Message, hint and status of an error that ends a command, without any row content."""
    if isinstance(error, HubError):
        return error.message, error.hint, error.status
    if isinstance(error, CommandError):
        return str(error), "", "failed"
    if isinstance(error, OSError):
        place = f": {error.filename}" if error.filename else ""
        return (
            f"{error.strerror or type(error).__name__}{place}",
            "check the path and who may use it",
            "failed",
        )
    code = _code(error)
    hint = next((hint for mark, hint in _DATABASE_HINTS.items() if mark in code), "type `make doctor`")
    return f"the database refused: {type(error).__name__} {code}", hint, "failed"


def _code(error: Exception) -> str:
    """Number of a MySQL error or the words of SQLite's, never the statement with its values."""
    first = error.args[0] if error.args else ""
    return str(first)[:120]


_DATABASE_HINTS = {  # by the number of MySQL's error, or by SQLite's words
    "no such table": "python manage.py migrate",
    "1146": "python manage.py migrate",
    "1044": "may this user use the database? see DATABASE_URL in .env",
    "1045": "user and password stand in DATABASE_URL in .env",
    "1049": "create the database, or name another one in DATABASE_URL in .env",
    "2003": "does the server run where DATABASE_URL in .env says?",
    "2013": "the server went silent: does it run well?",
    "unable to open": "check the folder in DATABASE_URL in .env, and who may write there",
}


def add_dry_run(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run", action="store_true", help="write nothing, count what would have been written"
    )


def stop_requested() -> bool:
    """Whether SIGTERM or SIGINT asked the running job to end after its current chunk."""
    return _stop.requested


class _Stop:
    requested = False


_stop = _Stop()


def _interrupt(signum: int, frame: FrameType | None) -> None:
    """The first signal asks to stop between two chunks, the second does not wait."""
    if _stop.requested:
        raise KeyboardInterrupt
    _stop.requested = True


@contextmanager
def _stoppable() -> Iterator[None]:
    """Answer SIGTERM and SIGINT while a job runs, and give them back afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _interrupt) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        _stop.requested = False
        for number, handler in before.items():
            signal.signal(number, handler)
