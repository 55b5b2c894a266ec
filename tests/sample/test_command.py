"""generate_lake: what it refuses, what it reports, what it may overwrite."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from hub.errors import UsageError


def run(out: Path, *more: str) -> dict[str, Any]:
    stdout = io.StringIO()
    call_command("generate_lake", "--out", str(out), "--subscriptions", "40", *more, "--json", stdout=stdout)
    return dict(json.loads(stdout.getvalue()))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--subscriptions", "0"), "out of range"),
        (("--subscriptions", "1000000000000"), "out of range"),
        (("--days", "0"), "out of range"),
        (("--start-date", "9999-12-31"), "out of range"),
        (("--start-date", "0001-01-01"), "out of range"),
        (("--brand", "unknown"), "no brand is called unknown"),
        (("--start-date", "5.1.2026"), "not a date"),
    ],
)
def test_refuses_arguments_that_cannot_be(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        run(tmp_path / "lake", *arguments)
    assert caught.value.hint
    assert not (tmp_path / "lake").exists()


def test_refuses_a_folder_that_somebody_else_filled(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(UsageError, match="did not write"):
        run(tmp_path, "--force")
    assert (tmp_path / "letter.txt").read_text() == "mine"


@pytest.mark.parametrize("place", ["file", "file/lake", "file/deep/lake"])
def test_refuses_a_place_where_no_folder_can_be(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="cannot be a folder") as caught:
        run(tmp_path / place)
    assert caught.value.hint


def test_overwrites_an_earlier_lake_only_when_forced(tmp_path: Path) -> None:
    run(tmp_path / "lake", "--days", "2")
    with pytest.raises(UsageError, match="already"):
        run(tmp_path / "lake")
    run(tmp_path / "lake", "--force")
    assert not list((tmp_path / "lake").rglob("load_date=2026-01-06"))


def test_reports_rows_and_files_per_table(tmp_path: Path) -> None:
    report = run(tmp_path / "lake")
    assert report["entities"]["account"]["files"] == 3
    assert report["rows"] == sum(entity["rows"] for entity in report["entities"].values())


def test_shares_the_subscriptions_out_exactly(tmp_path: Path) -> None:
    report = run(tmp_path / "lake")
    assert report["subscriptions_by_brand"] == {"nordlicht": 20, "lumiere": 12, "polder": 8}


def test_writes_one_brand_alone(tmp_path: Path) -> None:
    run(tmp_path / "lake", "--brand", "polder")
    assert {path.name for path in (tmp_path / "lake").iterdir()} == {"polder", "truth", "_sample.json"}


def test_without_truth_only_the_lake_is_written(tmp_path: Path) -> None:
    run(tmp_path / "lake", "--no-truth")
    assert not (tmp_path / "lake" / "truth").exists()
