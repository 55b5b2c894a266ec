"""The benchmark measures what it says: every phase reads rows, and what did not change is not written."""

from pathlib import Path

import pytest

from bench.breakdown import REST, STEPS, breakdown
from bench.databases import MariaDB, SQLite
from bench.machine import Machine
from bench.phases import AGAIN, CHANGED, FIRST, Lake, Measurement, measure, profile_of
from bench.report import Result, append
from hub.errors import UsageError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def measured(folder: Path) -> dict[str, Measurement]:
    lake = Lake(folder / "lake", 50)
    lake.generate()
    found = measure(SQLite(folder / "bench.sqlite3"), lake, profiles=folder)
    return {one.phase: one for one in found}


def test_every_phase_reads_rows_and_takes_memory(measured: dict[str, Measurement]) -> None:
    assert list(measured) == [FIRST, AGAIN, CHANGED]
    assert all(one.read > 0 and one.rate > 0 and one.peak_mb > 0 for one in measured.values())


def test_unchanged_rows_are_neither_created_nor_updated(measured: dict[str, Measurement]) -> None:
    again = measured[AGAIN]
    assert (again.created, again.updated) == (0, 0)
    assert again.read == measured[FIRST].read


def test_every_redelivered_row_is_an_update(measured: dict[str, Measurement]) -> None:
    changed = measured[CHANGED]
    assert changed.updated == changed.read


def test_the_first_import_goes_through_every_step(measured: dict[str, Measurement], folder: Path) -> None:
    """A step whose function was renamed would silently count as nothing."""
    shares = breakdown(profile_of(folder, FIRST))
    assert all(shares[step] > 0 for step in STEPS)
    assert sum(shares.values()) == pytest.approx(1)
    assert REST in shares


def test_results_are_added_behind_earlier_ones(measured: dict[str, Measurement], tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    for subscriptions in (50, 60):
        append(_result(subscriptions, list(measured.values())), file)
    text = file.read_text()
    assert text.index(" 50 subscriptions") < text.index(" 60 subscriptions")
    assert text.count("| SQLite | first import |") == 2


def _result(subscriptions: int, measured: list[Measurement]) -> Result:
    machine = Machine(cores=2, ram_gb=4, load=0.1, versions=("Python 3.11",), commit="abc")
    return Result(command="make bench", subscriptions=subscriptions, machine=machine, measured=measured)


def test_a_database_that_is_not_for_this_is_never_emptied() -> None:
    with pytest.raises(UsageError, match="would be emptied"):
        MariaDB("mysql://root@127.0.0.1:3306/hub")
    with pytest.raises(UsageError, match="would be emptied"):
        SQLite(Path("var/hub.sqlite3"))


def test_a_server_that_is_not_there_is_told_with_its_reason() -> None:
    assert "Can't connect" in MariaDB("mysql://root@127.0.0.1:1/hub_bench").missing()
