"""The benchmark of orders measures what it says: all orders, then none, then those of one account in a hundred."""

import pytest

from bench.databases import SQLite
from bench.machine import Machine
from bench.order_phases import AGAIN, BARE, CHANGED, FULL, Measured, fill, measure
from bench.orders import Result, main, remarks, section
from bench.phases import Lake

pytestmark = pytest.mark.slow
SUBSCRIPTIONS = 60


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> SQLite:
    return SQLite(tmp_path_factory.mktemp("orders-bench") / "bench.sqlite3")


@pytest.fixture(scope="module")
def lake(database: SQLite) -> Lake:
    lake = Lake(database.path.with_name("lake"), SUBSCRIPTIONS)
    lake.generate()
    fill(database, lake, keep=False)
    return lake


@pytest.fixture(scope="module")
def measured(database: SQLite, lake: Lake) -> Measured:
    return measure(database, lake)


def test_a_full_assembly_writes_every_order_and_the_bare_work_as_many(measured: Measured) -> None:
    full, bare = measured.phases[FULL], measured.phases[BARE]
    assert full.changed == full.read == bare.read > SUBSCRIPTIONS / 2


def test_nothing_is_written_where_nothing_changed(measured: Measured) -> None:
    again = measured.phases[AGAIN]
    assert (again.read, again.changed) == (measured.phases[FULL].read, 0)


def test_touched_rows_change_few_orders_and_some(measured: Measured) -> None:
    changed = measured.phases[CHANGED]
    assert measured.touched > 0
    assert 0 < changed.changed <= changed.read < measured.phases[FULL].read


def test_a_kept_database_is_used_again_without_its_orders(
    measured: Measured, database: SQLite, lake: Lake
) -> None:
    fill(database, lake, keep=True)
    again = measure(database, lake)
    assert again.phases[FULL].changed == measured.phases[FULL].changed


def test_results_say_each_phase_and_its_ratio(measured: Measured) -> None:
    machine = Machine(cores=2, ram_gb=4, load=0.1, versions=("Python 3.11",), commit="abc")
    result = Result(command="x", subscriptions=60, machine=machine, measured=[measured], peaks={"SQLite": 90})
    text = section(result)
    assert all(f"| SQLite | {name} |" in text for name in (FULL, BARE, AGAIN, CHANGED))
    assert f"{measured.ratio:.1f} times as long as the bare work" in text
    assert len(list(remarks(result))) == 4


def test_a_database_that_is_not_for_this_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--subscriptions", "4", "--sqlite", "/tmp/hub", "--mysql", "", "--no-record"]) == 1
    assert "would be emptied" in capsys.readouterr().out
