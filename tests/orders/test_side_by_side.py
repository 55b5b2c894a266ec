"""Brands assembled at the same time do not wait for each other."""

import pytest
from django.db import connection

from audit.context import Actor, acting
from pipelines.engine.settled import settled_snapshot
from pipelines.orders.assembling import Assembler
from pipelines.orders.lookup import Reader
from pipelines.orders.models import AllocatedPart
from pipelines.orders.store import Occasion
from tests.delivery.conftest import at_once
from tests.orders.conftest import TODAY, Shop

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 2  # more than enough for a shop of one order


def opened(tenant: str, name: str) -> Shop:
    """A shop with an order whose first refund is still to be allocated.

    Each test has names of its own: keys that another one deleted a moment ago are locked by whoever inserts them.
    """
    shop = Shop(tenant=tenant)
    shop.sells(name, account=name)
    shop.refunds(name, "4", account=name, payment=f"payment-{name}-1")
    return shop


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time")
@pytest.mark.parametrize(("first", "second"), [("nordlicht", "polder"), ("polder", "nordlicht")])
def test_a_brand_writes_where_another_has_found_nothing_to_replace(
    shop: Shop, first: str, second: str
) -> None:
    name = f"{first}-then-{second}"
    one, other = opened(first, name), opened(second, name)

    def impatient() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET SESSION innodb_lock_wait_timeout = {SECONDS}")
        other.assembles()

    assembler = Assembler(
        Reader(one.tenant), Occasion(tenant=one.tenant, on=TODAY, run_id=1), "Europe/Berlin"
    )
    with acting(Actor.command("test"), source="import"), settled_snapshot(one.tenant):
        assembler.assemble([[name]])
        at_once(impatient, 1)
    assert set(AllocatedPart.unscoped.values_list("tenant", flat=True)) == {first, second}
