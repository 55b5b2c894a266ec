"""One account and all that hangs on it: rows as upstream holds them, and which of them a day changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.sample.brands import Brand
from pipelines.sample.brands.brand import Plan
from pipelines.sample.chance import Draw, mix
from pipelines.sample.languages import Country
from pipelines.sample.layout import Row
from pipelines.sample.money import amount

if TYPE_CHECKING:
    from pipelines.sample.cast.role import Role, Scene

CODES = {
    "account": "a0", "contact": "c0", "payment_method": "b1", "product": "d0", "product_rate_plan": "d1",
    "subscription": "50", "rate_plan": "51", "rate_plan_charge": "52", "invoice": "10", "invoice_item": "11",
    "payment": "20", "invoice_payment": "21", "refund": "30", "refund_invoice_payment": "31",
    "credit_memo": "40", "credit_memo_application": "41",
}  # fmt: skip
TABLES = tuple(CODES)
NUMBERS_PER_CUSTOMER = 99


def prefix_of(stream: int, index: int) -> str:
    """24 hex digits that all ids of a customer begin with."""
    return f"{mix(stream, 2 * index):016x}{mix(stream, 2 * index + 1) >> 32:08x}"


@dataclass(slots=True)
class SoldCharge:
    number: str
    original_id: str
    row: Row
    cents: int
    category: str


@dataclass(slots=True)
class SoldPlan:
    plan: Plan
    number: str
    original_id: str
    row: Row
    charges: list[SoldCharge]
    removed: bool = False


@dataclass(slots=True)
class Sold:
    """A subscription: its chain of versions and what the newest one holds. Days are ordinals."""

    number: str
    start: int
    term: int
    months: int
    term_end: int | None
    versions: list[Row]
    plans: list[SoldPlan]
    renews: bool = True
    ends: int | None = None  # the day from which it is cancelled
    stands: Row | None = None  # the version in force, where it is not the newest one
    quiet: bool = False  # no bill any more
    follows: str | None = None  # the id of the first version of the subscription it replaces

    @property
    def row(self) -> Row:
        return self.versions[-1]

    @property
    def current(self) -> SoldPlan:
        return next(plan for plan in reversed(self.plans) if not plan.removed)


@dataclass(slots=True)
class Bill:
    """An invoice and its money in minor units; `adjusted` is what no exported column explains."""

    row: Row
    items: list[Row]
    amount: int
    tax: int
    number: str  # of the subscription
    paid: int = 0
    refunded: int = 0
    credited: int = 0
    adjusted: int = 0
    unseen: int = 0  # paid by a payment that no file has told yet

    @property
    def id(self) -> str:
        return self.row["id"] or ""

    @property
    def balance(self) -> int:
        return self.amount - self.paid + self.refunded - self.credited - self.adjusted


@dataclass(slots=True)
class Applied:
    """What of a payment went to one bill."""

    row: Row
    bill: Bill
    amount: int
    refunded: int = 0


@dataclass(slots=True)
class Receipt:
    """A processed payment, where it was applied and what was given back of it."""

    row: Row
    parts: list[Applied]
    amount: int
    applied: int
    refunded: int = 0

    @property
    def bill(self) -> Bill:
        """The first one."""
        return self.parts[0].bill


@dataclass(slots=True)
class Told:
    """What must become of a refund or a credit memo: invoice ids with what falls on them, and the rest.

    Written down when the case is planned, by a fixed table per kind; `kind` or `outcome` is empty where the
    domain does not say. `number` is the subscription that the money belongs to.
    """

    source: str
    row: Row
    number: str
    kind: str
    outcome: str
    to: dict[str, int]
    left: int = 0


@dataclass(slots=True)
class Customer:
    """All rows by table; of a watched day the rows it changed, and what those were (absent when new)."""

    brand: Brand
    index: int
    stream: int
    draw: Draw
    country: Country
    bill_day: int
    prefix: str
    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in TABLES})
    sold: list[Sold] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    role: Role | None = None  # in the sample's cast, if this customer plays one
    scene: Scene | None = None  # of its role, with what is kept for the next day
    first_day: int = 0  # the business day that the second load tells about
    twice: set[str] = field(default_factory=set)  # ids of rows that every delivery repeats
    watching: bool = False
    changed: dict[str, tuple[str, Row]] = field(default_factory=dict)
    before: dict[str, Row] = field(default_factory=dict)
    gone: list[tuple[str, str]] = field(
        default_factory=list
    )  # (table, id) erased upstream on the watched day
    ids: int = 0
    numbers: int = 0

    @property
    def account(self) -> Row:
        return self.rows["account"][0]

    def money(self, units: int) -> str:
        """Minor units of the customer's currency as a row states them."""
        return amount(units, self.country.digits)

    def tell(
        self,
        source: str,
        row: Row,
        bill: Bill,
        kind: str,
        to: dict[str, int],
        *,
        outcome: str = "allocated",
        left: int = 0,
    ) -> Told:
        """Note what must become of a refund or a credit memo."""
        told = Told(
            source, row, bill.number, kind, outcome, {key: units for key, units in to.items() if units}, left
        )
        self.told.append(told)
        return told

    def new_id(self, table: str) -> str:
        self.ids += 1
        return f"{self.prefix}{CODES[table]}{self.ids:06x}"

    def new_number(self) -> int:
        """A business number nobody else of the brand gets: eight digits for a million customers."""
        self.numbers += 1
        return self.index * NUMBERS_PER_CUSTOMER + self.numbers

    def add(self, table: str, row: Row) -> Row:
        self.rows[table].append(row)
        if self.watching:
            self.changed[row["id"] or ""] = (table, row)
        return row

    def touch(self, table: str, row: Row, **values: str | None) -> None:
        """Change a row; `updated_date` moves only if it is among the values."""
        if self.watching:
            key = row["id"] or ""
            if key not in self.changed:
                self.changed[key] = (table, row)
                self.before[key] = dict(row)
        row.update(values)

    def forget(self, table: str, row: Row) -> None:
        """Take a row back before any file mentions it."""
        self.rows[table] = [kept for kept in self.rows[table] if kept is not row]
        self.changed.pop(row["id"] or "", None)

    def erase(self, table: str, row: Row) -> None:
        """Take a row away upstream: no later file mentions it."""
        key = row["id"] or ""
        self.rows[table] = [kept for kept in self.rows[table] if kept is not row]
        self.changed.pop(key, None)
        self.gone.append((table, key))

    def watch(self) -> None:
        """Begin a day: forget what earlier days changed."""
        self.watching = True
        self.changed, self.before, self.gone = {}, {}, []
