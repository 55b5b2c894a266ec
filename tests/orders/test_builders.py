"""Documents built ahead, here or in other processes, are the same ones, and each is written once."""

import os
from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from audit.context import Actor, acting
from hub.transactions import in_transaction
from pipelines.delivery.models import OutboxMessage
from pipelines.orders import jobs, pending
from pipelines.orders.assembling import Assembler
from pipelines.orders.building import build
from pipelines.orders.lookup import Reader
from pipelines.orders.models import Allocation, Order
from pipelines.orders.reading import read_chunk
from pipelines.orders.store import Occasion
from tests.orders.conftest import TODAY, Shop

pytestmark = pytest.mark.django_db
ZONE = "Europe/Berlin"
NAMES = ("ada", "boris", "chen", "dora", "emil")


@pytest.fixture
def busy(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop with a refund, a test customer and as many chunks as orders."""
    monkeypatch.setattr(jobs, "CHAINS_PER_CHUNK", 1)
    monkeypatch.setattr(pending, "PAGE", 1)
    for name in NAMES:
        shop.sells(name, account=name, invoices=2)
    shop.refunds("x", "4", account="ada", payment="payment-ada-1")
    shop.judge("emil", left_out=True)
    return shop


def kept() -> list[tuple[object, ...]]:
    names = ("key", "status", "version", "body", "fingerprint", "checksum", "next_due_on", "batches")
    return list(Order.unscoped.order_by("key").values_list(*names))


def test_other_processes_build_the_same_documents(busy: Shop) -> None:
    counts = busy.assembles(full=True, builders=2)
    assert (counts.created, counts.test) == (5, 1)
    built_there, allocated = kept(), list(Allocation.unscoped.values_list("key", "checksum"))
    assert busy.assembles(full=True, builders=0).unchanged == len(NAMES)
    Order.unscoped.all()._raw_delete("default")
    OutboxMessage.objects.all()._raw_delete("default")
    assert busy.assembles(full=True, builders=0).created == len(NAMES)
    assert kept() == built_there
    assert list(Allocation.unscoped.values_list("key", "checksum")) == allocated


def no_such_work(*given: object) -> None:
    raise RuntimeError("out of order")


def dies(*given: object) -> None:
    os._exit(9)


@pytest.mark.parametrize(
    ("work", "error"), [(no_such_work, "RuntimeError"), (dies, "has died")], ids=["error", "death"]
)
def test_an_error_in_another_process_fails_the_brand_and_writes_nothing(
    busy: Shop, monkeypatch: pytest.MonkeyPatch, work: Callable[..., None], error: str
) -> None:
    monkeypatch.setattr("pipelines.orders.assembling._build", work)
    busy.assembles(full=True, builders=1, ends="failed")
    assert error in busy.reports[-1].entities[0].error
    assert not Order.unscoped.exists()


def test_the_run_says_how_much_money_was_allocated_anew(busy: Shop) -> None:
    busy.assembles()
    (report,) = busy.reports[-1].entities
    assert "1 refunds and credit memos allocated anew" in report.notes


def test_an_order_that_two_chunks_come_to_is_written_once(shop: Shop) -> None:
    shop.sells("ada")
    assembler = Assembler(Reader(shop.tenant), Occasion(tenant=shop.tenant, on=TODAY, run_id=1), ZONE)
    with acting(Actor.command("test"), source="test"):
        outcome = in_transaction(lambda: assembler.assemble([["ada"], ["ada"]]))
    assert (outcome.counts.created, outcome.counts.unchanged) == (1, 1)
    assert OutboxMessage.objects.count() == 1


def test_to_build_takes_no_database(busy: Shop, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    chunk = read_chunk(Reader(busy.tenant), NAMES, TODAY, ZONE)
    with django_assert_num_queries(0):
        assert build(chunk, {}, []).counts.created == len(NAMES)
