"""The benchmark measures what it says: every phase reads rows, and what did not change is not written."""

from pathlib import Path

import pytest

from bench.breakdown import REST, STEPS
from bench.databases import MariaDB, SQLite
from bench.machine import Machine
from bench.phases import AGAIN, CHANGED, FIRST, Lake, Measurement, measure, measure_repair
from bench.report import Result, append, section
from hub.errors import UsageError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def measured(folder: Path) -> dict[str, Measurement]:
    lake = Lake(folder / "lake", 50)
    lake.generate()
    found = measure(SQLite(folder / "bench.sqlite3"), lake)
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


@pytest.mark.parametrize("step", STEPS)
def test_the_first_import_goes_through_every_step(measured: dict[str, Measurement], step: str) -> None:
    """A step whose function was renamed would silently count as nothing."""
    assert measured[FIRST].shares[step] > 0


def test_the_shares_of_a_phase_add_up(measured: dict[str, Measurement]) -> None:
    for one in measured.values():
        assert sum(one.shares.values()) == pytest.approx(1)
        assert one.shares[REST] > 0


def test_without_repair_clean_rows_are_imported_as_with_it(folder: Path) -> None:
    lake = Lake(folder / "clean", 20, damage=False)
    lake.generate()
    assert measure_repair(SQLite(folder / "clean-bench.sqlite3"), lake, 1) > 0


def test_results_are_added_behind_earlier_ones(measured: dict[str, Measurement], tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    for subscriptions in (50, 60):
        append(section(_result(subscriptions, list(measured.values()))), file)
    text = file.read_text()
    assert text.index(" 50 subscriptions") < text.index(" 60 subscriptions")
    assert text.count("| SQLite | first import |") == 2


def machine() -> Machine:
    return Machine(cores=2, ram_gb=4, load=0.1, versions=("Python 3.11",), commit="abc")


def measurement(*, database: str, read: int, seconds: float) -> Measurement:
    return Measurement(
        database=database,
        phase=FIRST,
        read=read,
        created=read,
        updated=0,
        unchanged=0,
        quarantined=0,
        seconds=seconds,
        peak_mb=1,
    )


def _result(subscriptions: int, measured: list[Measurement]) -> Result:
    return Result(command="make bench", subscriptions=subscriptions, machine=machine(), measured=measured)


def test_a_database_that_is_not_for_this_is_never_emptied() -> None:
    with pytest.raises(UsageError, match="would be emptied"):
        MariaDB("mysql://root@127.0.0.1:3306/hub")
    with pytest.raises(UsageError, match="would be emptied"):
        SQLite(Path("var/hub.sqlite3"))


def test_a_server_that_is_not_there_is_told_with_its_reason() -> None:
    assert "Can't connect" in MariaDB("mysql://root@127.0.0.1:1/hub_bench").missing()
