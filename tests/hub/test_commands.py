"""What every command does with its flags, its report and its errors."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from hub.commands import HubCommand, add_dry_run
from hub.errors import ConfigError, HubError, InterruptedRun, LockedError, UsageError


@dataclass
class Answer:
    exit_code: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {"status": "done"}

    def show(self, console) -> None:
        console.print("all is well")


class Command(HubCommand):
    help = "For tests."

    def __init__(self, outcome: Answer | Exception) -> None:
        super().__init__()
        self.outcome = outcome

    def add_arguments(self, parser) -> None:
        parser.add_argument("--rows", type=int)
        parser.add_argument("--brand", action="append")
        parser.add_argument("--out", type=Path, default="")
        add_dry_run(parser)

    def run(self, options, progress) -> Answer:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def typed(capfd):
    """Run the command line; give exit code, standard output and standard error."""

    def run(*flags: str, outcome: Answer | Exception | None = None) -> tuple[Any, str, str]:
        with pytest.raises(SystemExit) as ended:
            Command(outcome or Answer()).run_from_argv(["manage.py", "try", *flags])
        out, err = capfd.readouterr()
        return ended.value.code, out, err

    return run


def test_a_report_for_people_goes_to_standard_output(typed) -> None:
    assert typed() == (0, "all is well\n", "")


def test_a_report_for_machines_is_one_object_and_nothing_else(typed) -> None:
    code, out, err = typed("--json")
    assert (code, json.loads(out), err) == (0, {"status": "done"}, "")


def test_the_report_decides_the_exit_code(typed) -> None:
    assert typed(outcome=Answer(exit_code=3))[0] == 3


@pytest.mark.parametrize("flags", [["--nonsense"], ["--rows", "many"], ["--rows"], ["stray"]])
def test_bad_flags_end_in_one_line_and_exit_2(typed, flags: list[str]) -> None:
    code, out, err = typed(*flags)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "manage.py try --help" in err


@pytest.mark.parametrize(
    "flags", [["--brand", ""], ["--brand="], ["--brand", "nord", "--brand", ""], ["--out", ""], ["--rows="]]
)
def test_an_empty_value_is_no_way_to_say_everything(typed, flags: list[str]) -> None:
    code, out, err = typed(*flags)
    assert (code, out) == (2, "")
    assert "is empty: give it a value, or leave it out | type `manage.py try --help`" in err


@pytest.mark.parametrize("flags", [["--json", "--nonsense"], ["--rows", "many", "--json"]])
def test_bad_flags_with_json_end_in_one_object_and_exit_2(typed, flags: list[str]) -> None:
    code, out, err = typed(*flags)
    assert (code, err) == (2, "")
    assert json.loads(out).keys() == {"status", "error", "hint"}


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (HubError("went wrong"), 1, "failed"),
        (ConfigError("went wrong", hint="type this"), 1, "failed"),
        (LockedError("went wrong"), 1, "locked"),
        (InterruptedRun("went wrong"), 1, "interrupted"),
        (UsageError("went wrong"), 2, "failed"),
        (CommandError("went wrong"), 2, "failed"),
        (OperationalError(1045, "Access denied for 'hub'"), 1, "failed"),
        (PermissionError(13, "Permission denied", "/lake"), 1, "failed"),
        (TimeoutError(), 1, "failed"),
    ],
)
def test_errors_end_in_one_line_or_one_object(typed, error: Exception, code: int, status: str) -> None:
    plain_code, nothing, line = typed(outcome=error)
    json_code, out, silence = typed("--json", outcome=error)
    assert (plain_code, nothing, line.count("\n")) == (code, "", 1)
    assert (json_code, json.loads(out)["status"], silence) == (code, status, "")


def test_an_error_line_carries_message_and_hint(typed) -> None:
    _, out, err = typed(outcome=ConfigError("the lake is away", hint="set LAKE_URL"))
    assert (out, err) == ("", "error: the lake is away | set LAKE_URL\n")


def test_a_database_error_is_told_without_its_statement(typed) -> None:
    _, _, err = typed(outcome=OperationalError(1366, "Incorrect value: 'ada@marker.example' for column"))
    assert "OperationalError 1366" in err
    assert "marker" not in err


def test_an_error_of_the_file_system_names_the_path(typed) -> None:
    _, _, err = typed(outcome=NotADirectoryError(20, "Not a directory", "/lake/file/x"))
    assert err.startswith("error: Not a directory: /lake/file/x | ")


def test_what_nobody_expected_is_not_hidden(typed) -> None:
    with pytest.raises(ZeroDivisionError):
        typed(outcome=ZeroDivisionError())


def test_called_from_code_errors_are_raised_as_they_are() -> None:
    with pytest.raises(ConfigError):
        call_command(Command(ConfigError("went wrong")))


def test_help_exits_0(capfd) -> None:
    with pytest.raises(SystemExit) as ended:
        Command(Answer()).run_from_argv(["manage.py", "try", "--help"])
    assert ended.value.code == 0
    assert "--dry-run" in capfd.readouterr().out
