"""Case files: what is printed, what is compared, what a file that holds none is told."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from hub.cases import results, suites
from hub.errors import UsageError
from hub.management.commands.check_cases import Command

PAGE = settings.BASE_DIR / "docs" / "reference" / "case-files.md"
SHARED = settings.BASE_DIR.parent / "shared" / "domain" / "cases" / "column_shift.json"


def example() -> dict[str, Any]:
    """The file that the documentation shows."""
    content: dict[str, Any] = json.loads(re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)[0])
    return content


def run(tmp_path: Path, content: Any, *flags: str) -> tuple[int, str]:
    file = tmp_path / "cases.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    out = StringIO()
    command = Command(stdout=out)
    options = vars(
        command.create_parser("manage.py", "check_cases").parse_args(["column_shift", str(file), *flags])
    )
    return command.execute_options(options), out.getvalue()


def test_the_example_of_the_documentation_passes(tmp_path: Path) -> None:
    assert run(tmp_path, example()) == (0, "1 passed, 0 failed\n")


def test_a_difference_is_printed_and_fails(tmp_path: Path) -> None:
    content = example()
    content["cases"][0]["expected"]["action"] = "quarantine"
    code, said = run(tmp_path, content)
    assert code == 1
    assert said.startswith("a comma in a name\n")
    assert '"action":"quarantine"' in said
    assert '"action":"repair"' in said
    assert said.endswith("0 passed, 1 failed\n")


def test_as_json_every_case_is_told_and_nothing_else(tmp_path: Path) -> None:
    code, said = run(tmp_path, example(), "--json")
    report = json.loads(said)
    assert (code, report["passed"], report["failed"]) == (0, 1, 0)
    (case,) = report["cases"]
    assert case["ok"]
    assert case["got"]["rows"] == case["expected"]["rows"]
    assert case["got"].keys() >= {"action", "rows", "shift", "column", "lost_columns", "reason"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is no JSON"),
        ("[]", "there is no list `cases`"),
        ("{}", "there is no list `cases`"),
        ('{"cases": 3}', "there is no list `cases`"),
        ('{"cases": [], "meta": []}', "`meta` is no object"),
        ('{"cases": [1]}', "case 1 is no object"),
        ('{"cases": [{}]}', "case 1 has no `id`"),
        ('{"cases": [{"id": "a"}]}', "case a has no object `expected`"),
        ('{"cases": [{"id": "a", "expected": {}}]}', "case a is none of the kind column_shift: it has no `observed"),
        (
            '{"cases": [{"id": "a", "expected": {}, "observed_rows": 1}]}',
            "case a is none of the kind column_shift: a value is not of the type that is needed",
        ),
        (
            '{"meta": {"columns": [{"name": "x", "strength": "y"}]}, "cases": [{"id": "a", "expected": {}}]}',
            "`meta` or the first case is none of the kind column_shift: 'y' is not a valid Strength",
        ),
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_told_what_it_lacks(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        run(tmp_path, content)
    assert told in error.value.message
    assert error.value.hint


@pytest.mark.parametrize("kind", suites.names())
def test_no_kind_of_case_ends_in_an_error_of_pythons(kind: str) -> None:
    case = {"id": "a", "expected": {}, "fields": {"payment": 3}, "input": {"refunds": [{"amount": "much"}]}}
    with pytest.raises(UsageError, match="case a is none of the kind"):
        results(suites.get(kind), {"cases": [case]})


def test_the_second_case_is_named_where_the_first_is_well(tmp_path: Path) -> None:
    content = example()
    content["cases"].append({"id": "b", "expected": {}})
    with pytest.raises(UsageError, match="case b is none of the kind"):
        run(tmp_path, content)


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        call_command("check_cases", "column_shift", str(tmp_path / "none.json"))


@pytest.mark.parametrize(
    ("change", "action"),
    [
        ({"observed_rows": [["m1", "Ada", "Gold"]]}, "accept"),
        ({"observed_rows": [["id", "NAME", "level"]]}, "drop"),
        ({"observed_rows": [["", None, " "]]}, "drop"),
        ({"observed_rows": [["end", None, None]], "context": {"trailer_pattern": "^end$"}}, "drop"),
        ({"observed_rows": [["end", None, None]]}, "quarantine"),
        ({"observed_rows": [["m1", "Ada", "Gold\r"]]}, "normalise"),
        ({"context": {"file_share": 0.95}}, "file_remap"),
        ({"context": {"file_share": 0.9}}, "repair"),
        ({"serde": "LazySimpleSerDe", "observed_rows": [["m1", "Lie", " Ada"]]}, "quarantine"),
    ],
)
def test_what_is_done_with_a_row(tmp_path: Path, change: dict[str, Any], action: str) -> None:
    content = example()
    content["cases"][0] |= change
    _, said = run(tmp_path, content, "--json")
    assert json.loads(said)["cases"][0]["got"]["action"] == action


def test_times_the_wrong_way_round_are_found_though_every_cell_reads(tmp_path: Path) -> None:
    content = example()
    day = {"regex": r"^\d{4}-\d{2}-\d{2}$", "nullable": False, "strength": "medium"}
    content["meta"]["columns"] += [{"name": "start_date", **day}, {"name": "end_date", **day}]
    content["cases"][0]["observed_rows"] = [["m1", "Ada", "Gold", "2025-02-01", "2025-01-01"]]
    _, said = run(tmp_path, content, "--json")
    assert json.loads(said)["cases"][0]["got"]["reason"] == "order_violated"


@pytest.mark.skipif(not SHARED.exists(), reason="the case collection is not part of the project")
def test_all_collected_cases_pass() -> None:
    out = StringIO()
    call_command("check_cases", "column_shift", str(SHARED), stdout=out)
    assert out.getvalue().endswith("27 passed, 0 failed\n")


def test_every_suite_is_documented() -> None:
    assert [name for name in suites.names() if f"\n## {name}\n" not in PAGE.read_text()] == []
