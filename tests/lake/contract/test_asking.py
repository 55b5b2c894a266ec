"""What goes wrong between the hub and Athena: throttling, failures, cancellation, slow polls, lost answers, budgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hub.addresses import parse_lake
from hub.errors import ConfigError, FatalError, HubError, InterruptedRun, RetryableError
from hub.lakes import FileFormat, LeftQuery
from pipelines.lake.athena import AthenaLake, asking, objects, results
from pipelines.lake.athena.failures import PassingFailure
from pipelines.lake.athena.spending import BudgetSpent
from pipelines.lake.athena.table import AthenaTable
from tests.athena.declaring import STRING, how_written, statement
from tests.athena.server import StandIn
from tests.athena.service import Course
from tests.conftest import LakeFolder
from tests.lake.contract.conftest import BELOW, NAME, AnyLake, rows_of

OWN_FAULT, OURS, NEITHER = (1, 233, True), (2, 1003, False), (3, 1, True)


@dataclass
class Log:
    """A log in memory: what was written about each query, in order."""

    lines: list[tuple[str, ...]] = field(default_factory=list)
    left: list[LeftQuery] = field(default_factory=list)
    prices: list[Decimal] = field(default_factory=list)
    fails: BaseException | None = None

    def asking(self, *, token: str, statement: str) -> None:
        self.lines.append(("asking", token))

    def started(self, *, token: str, query_id: str) -> None:
        self.lines.append(("started", token, query_id))
        if self.fails:
            raise self.fails

    def ended(self, *, token: str, state: str, scanned: int, price: Decimal) -> None:
        self.lines.append(("ended", token, state, str(scanned)))
        self.prices.append(price)

    def left_over(self) -> list[LeftQuery]:
        return self.left

    @property
    def words(self) -> list[str]:
        return [line[0] if line[0] != "ended" else line[2] for line in self.lines]


@dataclass
class Asked:
    lake: AthenaLake
    log: Log
    standin: StandIn

    @property
    def table(self) -> AthenaTable:
        return self.lake.table("acme", "club", "member", FileFormat())


@pytest.fixture
def make(lake: LakeFolder, standin: StandIn) -> Any:
    lake.write(f"{BELOW}/load_date=2025-02-01/part-1.csv", "id,name\n1,Ada\n2,Boris\n")
    columns = {"id": STRING, "name": STRING}
    standin.declare(statement(NAME, BELOW, columns, how_written(FileFormat())))

    def make(**habits: Any) -> Asked:
        found, log = AnyLake(lake, standin, "results").athena(**habits), Log()
        found.begin(log)
        return Asked(found, log, standin)

    return make


@pytest.fixture(autouse=True)
def _nothing_runs_on(standin: StandIn) -> Iterator[None]:
    """Whatever a test does: no query is left running."""
    yield
    assert standin.service.running() == []


def test_a_query_is_written_down_before_it_is_sent_and_before_it_is_waited_for(make: Any) -> None:
    asked = make()
    asked.table.files()
    (query,) = asked.standin.queries
    assert asked.log.lines == [
        ("asking", query.token),
        ("started", query.token, query.id),
        ("ended", query.token, "succeeded", "22"),
    ]
    assert asked.log.prices == [Decimal("0.000050")]  # ten megabytes are the least that is billed


@pytest.mark.parametrize("code", ["ThrottlingException", "TooManyRequestsException"])
@pytest.mark.parametrize("operation", ["StartQueryExecution", "GetQueryExecution", "GetTableMetadata"])
def test_a_throttled_call_is_made_again(make: Any, operation: str, code: str) -> None:
    asked = make()
    asked.standin.fail(operation, code=code, times=2)
    assert len(asked.table.files()) == 1
    assert len(asked.standin.queries) == 1


def test_a_slow_down_of_s3_is_waited_out(make: Any) -> None:
    asked = make()
    asked.standin.fail("GET", code="SlowDown", status=503, times=2)
    assert rows_of(asked.table) == [("1", "Ada"), ("2", "Boris")]


def test_calls_throttled_for_good_fail_and_may_be_tried_later(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "CALL_ATTEMPTS", 1)
    asked = make()
    asked.standin.fail("StartQueryExecution", code="ThrottlingException", times=99)
    with pytest.raises(RetryableError, match="ThrottlingException"):
        asked.table.files()
    assert asked.log.words == ["asking", "refused"]


def test_a_lost_answer_runs_nothing_twice(make: Any) -> None:
    asked = make()
    asked.standin.fail("StartQueryExecution", lost=True, times=2)
    assert len(asked.table.files()) == 1
    assert asked.standin.count("StartQueryExecution") == 3
    assert len(asked.standin.queries) == 1
    assert asked.standin.service.executed == 1


@pytest.mark.parametrize("error", [OWN_FAULT, NEITHER])
def test_a_query_that_failed_for_no_fault_of_ours_is_asked_again_under_a_new_token(
    make: Any, error: Any
) -> None:
    asked = make()
    asked.standin.next_queries(Course(state="FAILED", error=error), Course(state="FAILED", error=error))
    assert len(asked.table.files()) == 1
    assert asked.log.words == ["asking", "started", "failed"] * 2 + ["asking", "started", "succeeded"]
    assert len({query.token for query in asked.standin.queries}) == 3


def test_it_is_asked_so_often_and_no_more(make: Any) -> None:
    asked = make(attempts=3)
    asked.standin.next_queries(*[Course(state="FAILED", error=OWN_FAULT)] * 9)
    with pytest.raises(PassingFailure):
        asked.table.files()
    assert len(asked.standin.queries) == 3


@pytest.mark.parametrize(
    "course",
    [
        Course(state="FAILED", error=OURS),
        Course(state="FAILED", error=(3, 9, False)),
        Course(state="FAILED"),
        Course(state="CANCELLED"),
    ],
)
def test_other_failures_end_at_once_name_the_query_and_quote_nothing(make: Any, course: Course) -> None:
    asked = make()
    asked.standin.next_queries(course)
    with pytest.raises(FatalError) as error:
        asked.table.files()
    (query,) = asked.standin.queries
    assert query.id in error.value.message
    assert "Ada" not in error.value.message + error.value.hint
    assert not isinstance(error.value, RetryableError)


def test_slow_polls_are_waited_for(make: Any) -> None:
    asked = make()
    asked.standin.next_queries(Course(polls=20))
    assert len(asked.table.files()) == 1
    assert asked.standin.count("GetQueryExecution") == 21


def test_a_query_that_takes_too_long_is_stopped(make: Any) -> None:
    asked = make(timeout=0.05)
    asked.standin.next_queries(Course(held=True))
    with pytest.raises(RetryableError, match="more than 0 seconds"):
        asked.table.files()
    assert [query.state for query in asked.standin.queries] == ["CANCELLED"]
    assert asked.log.words == ["asking", "started", "cancelled"]


def test_a_run_that_is_to_stop_stops_its_query(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = make()
    asked.standin.next_queries(Course(held=True))
    answers = iter([False, False])
    monkeypatch.setattr(asking, "stop_requested", lambda: next(answers, True))
    with pytest.raises(InterruptedRun):
        asked.table.files()
    assert [query.state for query in asked.standin.queries] == ["CANCELLED"]


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), RuntimeError("the database went away"), HubError("odd")]
)
def test_whatever_ends_the_run_its_query_is_stopped(make: Any, error: BaseException) -> None:
    asked = make()
    asked.standin.next_queries(Course(held=True))
    asked.log.fails = error
    with pytest.raises(type(error)):
        asked.table.files()
    assert [query.state for query in asked.standin.queries] == ["CANCELLED"]


def test_a_query_left_by_a_dead_run_is_stopped_when_the_next_begins(make: Any) -> None:
    asked = make()
    standin: StandIn = asked.standin
    standin.next_queries(Course(held=True))
    started = standin.service.answer("StartQueryExecution", request("SELECT 1", "t" * 40))
    log = Log(left=[LeftQuery(token="t" * 40, statement="SELECT 1", query_id=started["QueryExecutionId"])])
    asked.lake.begin(log)
    assert [query.state for query in standin.queries] == ["CANCELLED"]
    assert log.words == ["cancelled"]


def test_where_its_id_was_never_known_its_token_brings_it(make: Any) -> None:
    asked = make()
    standin: StandIn = asked.standin
    standin.next_queries(Course(held=True))
    standin.service.answer("StartQueryExecution", request("SELECT 1", "t" * 40))
    asked.lake.begin(Log(left=[LeftQuery(token="t" * 40, statement="SELECT 1")]))
    assert [query.state for query in standin.queries] == ["CANCELLED"]


def test_a_query_that_cannot_be_stopped_stays_on_the_list(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "CALL_ATTEMPTS", 1)
    asked = make()
    log = Log(left=[LeftQuery(token="t" * 40, statement="SELECT 1", query_id="unknown")])
    asked.lake.begin(log)
    assert log.lines == []


def request(statement: str, token: str) -> dict[str, Any]:
    """As PyAthena sends it."""
    return {
        "QueryString": statement,
        "QueryExecutionContext": {"Database": "billing", "Catalog": "AwsDataCatalog"},
        "WorkGroup": "hub",
        "ResultConfiguration": {"OutputLocation": "s3://staging/results/"},
        "ClientRequestToken": token,
    }


def test_the_budget_is_asked_before_a_query_by_the_size_of_its_files(make: Any) -> None:
    asked = make(budget=30)  # listing takes 24 bytes of it
    table = asked.table
    (file,) = table.files()
    with pytest.raises(BudgetSpent) as error:
        next(iter(table.chunks(file, first_line=0, rows=10)))
    assert len(asked.standin.queries) == 1
    assert "HUB_ATHENA_BUDGET" in error.value.hint


def test_the_budget_ends_a_query_that_scans_more_than_expected(make: Any) -> None:
    asked = make(budget=1000)
    asked.standin.next_queries(Course(held=True, claims=1001))
    with pytest.raises(BudgetSpent):
        asked.table.files()
    assert [query.state for query in asked.standin.queries] == ["CANCELLED"]
    with pytest.raises(BudgetSpent):  # and nothing more is asked in this run
        asked.table.files()
    assert len(asked.standin.queries) == 1


def test_results_that_are_gone_are_told(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = make()
    asked.standin.fail("GET", code="NoSuchKey", status=404)
    with pytest.raises(RetryableError, match="not there any more"):
        asked.table.files()


def test_a_result_that_is_written_anew_is_no_mixture(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = make()
    path = asked.standin.staging / "object"
    path.write_bytes(b"a" * 100)
    monkeypatch.setattr(objects, "RANGE_BYTES", 64)
    stream = objects.Ranges(asked.lake.asker.s3, "s3://staging/object")
    assert stream.read(64) == b"a" * 64
    path.write_bytes(b"b" * 120)
    with pytest.raises(FatalError, match="PreconditionFailed"):
        stream.read(64)


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 128, 200])
def test_an_object_is_read_in_ranges_to_its_last_byte(
    make: Any, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    asked = make()
    content = bytes(range(200))[:length]
    (asked.standin.staging / "object").write_bytes(content)
    monkeypatch.setattr(objects, "RANGE_BYTES", 64)
    assert objects.Ranges(asked.lake.asker.s3, "s3://staging/object").readall() == content


def test_a_row_larger_than_a_block_is_told(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = make()
    monkeypatch.setattr(results, "BLOCK_BYTES", 16)
    with pytest.raises(FatalError, match="cannot be read"):
        asked.table.files()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("athena://eu-central-1/away/billing?staging=s3://staging/x", "no workgroup away"),
        ("athena://eu-central-1/hub/away?staging=s3://staging/x", "no database away"),
    ],
)
def test_a_name_in_the_address_that_does_not_exist_is_named(make: Any, address: str, said: str) -> None:
    asked = make()
    asked.lake.address = asked.lake.asker.address = parse_lake(address, Path())
    with pytest.raises(ConfigError, match=said):
        asked.table.files()


def test_a_table_that_is_dropped_in_mid_run_fails_with_the_query_named(make: Any) -> None:
    asked = make()
    table = asked.table
    (file,) = table.files()
    asked.standin.service.tables.clear()
    with pytest.raises(FatalError, match=r"reading acme_club_member.* failed"):
        next(iter(table.chunks(file, first_line=0, rows=10)))


@pytest.mark.parametrize(
    ("code", "said"),
    [("AccessDeniedException", "access denied"), ("ExpiredTokenException", "credentials")],
)
def test_rights_and_credentials_are_told(make: Any, code: str, said: str) -> None:
    asked = make()
    asked.standin.fail("StartQueryExecution", code=code, times=9)
    with pytest.raises(ConfigError, match=said):
        asked.table.files()
    assert asked.log.words == ["asking", "refused"]


def test_the_doctor_asks_without_a_query(make: Any) -> None:
    asked = make()
    asked.standin.service.workgroups["hub"] = {"Configuration": {"BytesScannedCutoffPerQuery": 10**9}}
    assert [finding.level for finding in asked.lake.findings()] == ["ok", "ok"]
    assert asked.standin.queries == []
    assert list(asked.standin.staging.rglob("hub-doctor-*")) == []


@pytest.mark.parametrize(
    ("operation", "how", "said"),
    [
        ("GetWorkGroup", {"code": "InvalidRequestException"}, "no workgroup hub"),
        ("GetWorkGroup", {"code": "AccessDeniedException"}, "access denied"),
        ("PUT", {"code": "NoSuchBucket", "status": 404}, "no such bucket"),
        ("PUT", {"code": "AccessDenied", "status": 403}, "access denied"),
    ],
)
def test_the_doctor_finds_what_would_fail(make: Any, operation: str, how: dict[str, Any], said: str) -> None:
    asked = make()
    asked.standin.fail(operation, times=9, **how)
    found = [finding for finding in asked.lake.findings() if finding.level == "fail"]
    assert [said in finding.message for finding in found] == [True]
    assert found[0].hint
