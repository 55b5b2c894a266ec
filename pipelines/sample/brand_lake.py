"""One brand's part of the lake, load by load. Runs alone in a process; knows no Django."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.sample.brands import BRANDS
from pipelines.sample.catalogue import catalogue_rows
from pipelines.sample.chance import ROOM, Draw, stream_of
from pipelines.sample.customer import TABLES, Customer
from pipelines.sample.damage.planter import Planter
from pipelines.sample.damage.table import DRIFT_BRAND, DRIFT_LOAD, DRIFT_TABLE
from pipelines.sample.dates import iso
from pipelines.sample.days import calm, live, newborn
from pipelines.sample.feed import Feed
from pipelines.sample.first_load import first_life
from pipelines.sample.keys import KeyList
from pipelines.sample.layout import Row
from pipelines.sample.order_truth import OrderTruth
from pipelines.sample.partition import Partition, Place
from pipelines.sample.rates import DAY
from pipelines.sample.tables import Table

SECOND_SUBSCRIPTION_EVERY = 16  # each sixteenth account holds two
CATALOGUE = ("product", "product_rate_plan")  # a damaged row here would leave every order in doubt
STEPS = 500  # customers between two words on progress
Told = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be written for one brand: `first` is the ordinal of the first load date."""

    brand: str
    out: Path
    subscriptions: int
    seed: int
    days: int
    first: int
    damage: bool
    truth: bool
    tables: dict[str, Table]


@dataclass(frozen=True, kw_only=True)
class Written:
    """Counts per table, by brand and together."""

    rows: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: Written) -> Written:
        for mine, theirs in (
            (self.rows, other.rows),
            (self.files, other.files),
            (self.damaged, other.damaged),
        ):
            mine.update(theirs)
        return self


def write_brand(order: Order, told: Told) -> Written:
    """Write all loads of a brand; `told` hears how many customers are done."""
    return BrandLake(order).write(told)


class BrandLake:
    def __init__(self, order: Order) -> None:
        self.order, self.brand = order, BRANDS[order.brand]
        self.stream = stream_of(order.seed, order.brand, ROOM)
        self.accounts = accounts_for(order.subscriptions)
        self.born_daily = max(1, round(DAY.new_subscriptions * order.subscriptions))
        self.feeds = {table: Feed(table, tidy=not order.damage) for table in TABLES}
        self.written = Written()

    def write(self, told: Told) -> Written:
        self._first_load(told)
        for load in range(2, self.order.days + 1):
            self._increment(load, told)
        return self.written

    def _first_load(self, told: Told) -> None:
        today, place = self.order.first - 1, self._place(1)
        with (
            OrderTruth(place) as orders,
            self._partitions(1, orders) as partitions,
            _key_lists(place) as keys,
        ):
            for table, rows in catalogue_rows(self.brand, self.stream, self.order.first).items():
                for row in rows:
                    partitions[table].write(row)
                    keys[table].add(row["id"] or "")
            draw = self._draw("feed", 1)
            for index in range(self.accounts):
                customer = first_life(self.brand, self.stream, index, self._held_by(index), today)
                for table, rows in customer.rows.items():
                    for row in rows:
                        keys[table].add(row["id"] or "")
                        self._deliver(partitions, table, row, None, draw, customer, orders)
                orders.tell(customer)
                if index % STEPS == STEPS - 1:
                    told(STEPS)
        told(self.accounts % STEPS)

    def _increment(self, load: int, told: Told) -> None:
        draw, place = self._draw("feed", load), self._place(load)
        gone: dict[str, list[str]] = {table: [] for table in TABLES}
        with (
            OrderTruth(place) as orders,
            self._partitions(load, orders) as partitions,
            _key_lists(place) as keys,
        ):
            for table in TABLES:
                for kind, row in self.feeds[table].carried_over():
                    partitions[table].write(row, kind)
            for customer in self._changed(load, told):
                for key, (table, row) in customer.changed.items():
                    before = customer.before.get(key)
                    if before is None:
                        keys[table].add(key)
                    self._deliver(partitions, table, row, before, draw, customer, orders)
                for table, key in customer.gone:
                    gone[table].append(key)
                if customer.changed or customer.gone:
                    orders.tell(customer)
            for table in TABLES:
                keys[table].continue_from(self._place(load - 1).keys_file(table), gone[table])

    def _changed(self, load: int, told: Told) -> Iterator[Customer]:
        """The customers a load tells about, each built again from its index up to that day."""
        day = self.order.first + load - 2
        for index in range(self.accounts):
            if index % STEPS == STEPS - 1:
                told(STEPS)
            if not calm(self.brand, self.stream, index, day, self.order.first):
                customer = first_life(
                    self.brand, self.stream, index, self._held_by(index), self.order.first - 1
                )
                for passed in range(self.order.first, day):
                    if not calm(self.brand, self.stream, index, passed, self.order.first):
                        live(customer, passed)
                live(customer, day)
                yield customer
        told(self.accounts % STEPS)
        for index in range(self.accounts, self.accounts + (load - 1) * self.born_daily):
            born = self.order.first + (index - self.accounts) // self.born_daily
            customer = newborn(self.brand, self.stream, index, born)
            for passed in range(born + 1, day + 1):
                live(customer, passed)
            yield customer

    def _deliver(
        self,
        partitions: dict[str, Partition],
        table: str,
        row: Row,
        before: Row | None,
        draw: Draw,
        customer: Customer,
        orders: OrderTruth,
    ) -> None:
        delivered_today = self.feeds[table].pass_on(row, before, draw)
        if not delivered_today:
            orders.doubt(row, "late", days=1)
        for kind, delivered in delivered_today:
            partitions[table].write(delivered, kind)
        if customer.twice and row["id"] in customer.twice and self.order.damage:
            partitions[table].write(row, "duplicate")

    def _held_by(self, index: int) -> int:
        """How many subscriptions an account holds; the last account takes what is left."""
        earlier = index + index // SECOND_SUBSCRIPTION_EVERY
        here = 2 if index % SECOND_SUBSCRIPTION_EVERY == SECOND_SUBSCRIPTION_EVERY - 1 else 1
        return min(here, self.order.subscriptions - earlier)

    def _place(self, load: int) -> Place:
        day = self.order.first + load - 1
        return Place(out=self.order.out, brand=self.order.brand, day=day, truth=self.order.truth)

    def _draw(self, purpose: str, load: int, *more: str) -> Draw:
        day = iso(self.order.first + load - 1)
        return Draw(stream_of(self.order.seed, self.order.brand, ROOM, purpose, day, *more))

    def _planter(self, table: Table, load: int) -> Planter | None:
        if not self.order.damage or table.name in CATALOGUE:
            return None
        here = (self.order.brand, table.name, load)
        words = self.brand.language.afterthoughts
        draw = self._draw("damage", load, table.name)
        return Planter(
            table, self.brand.layout, draw, words, drifted=here == (DRIFT_BRAND, DRIFT_TABLE, DRIFT_LOAD)
        )

    @contextmanager
    def _partitions(self, load: int, orders: OrderTruth) -> Iterator[dict[str, Partition]]:
        place = self._place(load)
        partitions = {
            name: Partition(place, table, self.brand.layout, self._planter(table, load), orders.doubt)
            for name, table in self.order.tables.items()
        }
        yield partitions
        for name, partition in partitions.items():
            partition.close()
            self.written.rows[name] += partition.rows
            self.written.files[name] += partition.files
            self.written.damaged[name] += partition.damaged


def accounts_for(subscriptions: int) -> int:
    """How many accounts hold so many subscriptions."""
    accounts = subscriptions * SECOND_SUBSCRIPTION_EVERY // (SECOND_SUBSCRIPTION_EVERY + 1)
    while accounts + accounts // SECOND_SUBSCRIPTION_EVERY < subscriptions:
        accounts += 1
    return accounts


@contextmanager
def _key_lists(place: Place) -> Iterator[dict[str, KeyList]]:
    lists = {table: KeyList(place, table) for table in TABLES}
    yield lists
    for keys in lists.values():
        keys.close()
