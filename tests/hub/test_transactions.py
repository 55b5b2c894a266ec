"""The import under strain, case 60: transactions that are tried again when nobody was at fault."""

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, transaction

from hub.errors import RetryableError
from hub.transactions import ask, in_transaction
from pipelines.engine.models import Lease

pytestmark = pytest.mark.django_db(transaction=True)

PASSING = [
    OperationalError(1213, "Deadlock found"),
    OperationalError(1205, "Lock wait timeout exceeded"),
    OperationalError(2006, "MySQL server has gone away"),
    OperationalError(2013, "Lost connection to MySQL server during query"),
    InterfaceError(0, ""),
    OperationalError("database is locked"),
    IntegrityError(1062, "Duplicate entry '7' for key 'PRIMARY'"),
]


class Work:
    """Fails with each error in turn, then writes a row."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.attempts = list(errors), 0

    def __call__(self) -> str:
        self.attempts += 1
        Lease(name=f"attempt {self.attempts}").save()
        if self.errors:
            raise self.errors.pop(0)
        return "done"


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr("hub.transactions.time.sleep", taken.append)
    return taken


@pytest.mark.parametrize("error", PASSING, ids=str)
def test_a_passing_error_is_tried_again_from_the_start(error: Exception, naps: list[float]) -> None:
    work = Work(error)
    assert in_transaction(work) == "done"
    assert list(Lease.objects.values_list("name", flat=True)) == ["attempt 2"]
    assert len(naps) == 1


@pytest.mark.parametrize(
    "error",
    [
        OperationalError(1045, "Access denied"),
        DataError(1406, "Data too long"),
        IntegrityError("UNIQUE failed"),
        KeyError("x"),
    ],
    ids=str,
)
def test_an_error_that_would_come_again_is_raised_at_once(error: Exception) -> None:
    work = Work(error)
    with pytest.raises(type(error)):
        in_transaction(work)
    assert (work.attempts, Lease.objects.count()) == (1, 0)


def test_after_five_attempts_the_error_is_named(naps: list[float]) -> None:
    work = Work(*[OperationalError(1213, "Deadlock found")] * 5)
    with pytest.raises(RetryableError, match="OperationalError 1213") as error:
        in_transaction(work)
    assert work.attempts == 5
    assert "run the command again" in error.value.hint
    assert (len(naps), all(0 < nap < 5 for nap in naps)) == (4, True)


def test_inside_another_transaction_there_is_one_attempt() -> None:
    work = Work(OperationalError(1213, "Deadlock found"))
    with pytest.raises(OperationalError), transaction.atomic():
        in_transaction(work)
    assert work.attempts == 1


def test_a_query_is_asked_again_on_a_new_connection_when_the_old_one_was_closed() -> None:
    work = Work(OperationalError(2013, "Lost connection"))
    assert (ask(work), work.attempts) == ("done", 2)


def test_a_query_that_is_wrong_is_asked_once() -> None:
    work = Work(OperationalError(1054, "Unknown column"))
    with pytest.raises(OperationalError):
        ask(work)
    assert work.attempts == 1
