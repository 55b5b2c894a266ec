"""The real process over Athena's stand-in, stopped and killed: no query outlives it for long."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.athena.brands import declare_brands
from tests.athena.server import StandIn, standing_in
from tests.athena.service import Course
from tests.process.conftest import Hub

ONE = ("--brand", "nordlicht", "--entity", "account")
FAR = 60.0  # seconds after which a test gives up waiting


@dataclass
class AthenaHub(Hub):
    """An installation whose lake is the stand-in."""

    standin: StandIn

    @property
    def environment(self) -> dict[str, str]:
        own = {"LAKE_URL": self.standin.address, "HUB_ATHENA_POLL_MS": "20"}
        return super().environment | self.standin.environment | own


@pytest.fixture
def athena(hub: Hub, tmp_path: Path) -> Iterator[AthenaHub]:
    """The hub of a folder with a small lake in it, which Athena reads from here on."""
    assert hub.run("generate_lake", "--subscriptions", "60")[0] == 0
    with standing_in(hub.lake, tmp_path / "staging") as standin:
        declare_brands(standin)
        yield AthenaHub(database=hub.database, lake=hub.lake, standin=standin)


def until(condition: Callable[[], object], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + FAR
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def held_query(athena: AthenaHub, *, first: int) -> subprocess.Popen[str]:
    """An import whose query number `first` + 1 runs for ever, and is under way."""
    athena.standin.next_queries(*[Course()] * first, Course(held=True))
    process = athena.start("import_billing", *ONE, "--json")
    until(lambda: len(athena.standin.queries) > first and athena.standin.queries[first].looks > 1, process)
    assert athena.standin.service.running()
    return process


@pytest.mark.parametrize(
    ("number", "first"), [(signal.SIGTERM, 1), (signal.SIGINT, 0)], ids=["reading", "listing"]
)
def test_a_signal_stops_the_query_at_once(athena: AthenaHub, number: signal.Signals, first: int) -> None:
    process = held_query(athena, first=first)
    process.send_signal(number)
    out, _ = process.communicate(timeout=FAR)
    assert json.loads(out)["status"] == "interrupted"
    assert process.returncode == 1
    assert athena.standin.service.running() == []
    assert athena.rows("SELECT state FROM engine_lakequery ORDER BY id DESC LIMIT 1") == [("cancelled",)]


def test_a_killed_import_has_its_query_stopped_by_the_next_run(athena: AthenaHub) -> None:
    process = held_query(athena, first=1)
    process.kill()
    process.communicate()
    (left,) = athena.standin.service.running()
    _, out, err = athena.run("doctor")
    assert left in out + err
    report = athena.report("import_billing", *ONE)
    assert report["status"] in {"done", "quarantined"}
    assert athena.standin.service.running() == []
    assert [query.id for query in athena.standin.service.of_state("CANCELLED")] == [left]
    assert athena.rows("SELECT count(*) FROM engine_lakequery WHERE ended_at IS NULL") == [(0,)]


def test_killed_before_it_knew_the_id_the_next_run_finds_the_query_by_its_token(athena: AthenaHub) -> None:
    athena.standin.next_queries(Course(held=True))
    athena.standin.fail("StartQueryExecution", seconds=1.5, lost=True)
    process = athena.start("import_billing", *ONE)
    until(lambda: athena.standin.count("StartQueryExecution"), process)
    process.kill()
    process.communicate()
    end = time.monotonic() + FAR
    while not athena.standin.service.running() and time.monotonic() < end:
        time.sleep(0.02)
    (left,) = athena.standin.service.running()
    assert athena.rows("SELECT query_id FROM engine_lakequery") == [("",)]
    assert athena.report("import_billing", *ONE)["status"] in {"done", "quarantined"}
    assert [query.id for query in athena.standin.service.of_state("CANCELLED")] == [left]


def test_a_run_that_lives_keeps_its_query(athena: AthenaHub) -> None:
    """Another brand's run begins meanwhile: what it stops are the queries of the dead."""
    process = held_query(athena, first=1)
    other = athena.report("import_billing", "--brand", "polder", "--entity", "account")
    assert other["status"] in {"done", "quarantined"}
    assert len(athena.standin.service.running()) == 1
    process.terminate()
    process.communicate(timeout=FAR)
    assert athena.standin.service.running() == []


def test_the_run_tells_its_queries_and_a_dry_run_writes_none(
    athena: AthenaHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    dry = athena.report("import_billing", *ONE, "--dry-run")
    assert len(dry["lake"]["query_ids"]) == 2
    assert athena.rows("SELECT count(*) FROM engine_lakequery") == [(0,)]
    monkeypatch.setenv("HUB_ATHENA_BUDGET", "100")
    refused = athena.report("import_billing", *ONE)
    assert refused["status"] == "failed"
    assert "HUB_ATHENA_BUDGET" in refused["entities"][0]["hint"]
    monkeypatch.delenv("HUB_ATHENA_BUDGET")
    before = len(athena.standin.queries)
    lake = athena.report("import_billing", *ONE)["lake"]
    queries = athena.standin.queries[before:]
    assert lake["query_ids"] == [query.id for query in queries]
    assert lake["bytes_scanned"] == sum(query.scanned for query in queries)
    assert lake["price_usd"] == "0.000100"
    written = athena.rows("SELECT query_id FROM engine_lakequery ORDER BY id DESC LIMIT 2")
    assert [row[0] for row in reversed(written)] == lake["query_ids"]


def test_a_resumed_import_goes_on_behind_the_committed_rows(athena: AthenaHub) -> None:
    process = athena.start("import_billing", *ONE, "--chunk-rows", "5")
    until(lambda: athena.rows("SELECT count(*) FROM engine_batch")[0][0] >= 2, process)
    process.kill()
    process.communicate()
    read = athena.rows("SELECT sum(engine_batch.read) FROM engine_batch")[0][0]
    report = athena.report("import_billing", *ONE)
    whole = athena.rows("SELECT sum(engine_batch.read) FROM engine_batch")[0][0]
    assert report["total"]["read"] == whole - read
    once = athena.rows("SELECT count(*) FROM billing_account")[0][0]
    again = athena.report("import_billing", *ONE, "--full")["total"]
    assert (again["created"], again["updated"], again["read"]) == (0, 0, whole)
    assert athena.rows("SELECT count(*) FROM billing_account")[0][0] == once
