"""One account and all that hangs on it: rows as upstream holds them, and which of them a day changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.sample.brands import Brand
from pipelines.sample.brands.brand import Plan
from pipelines.sample.chance import Draw, mix
from pipelines.sample.languages import Country
from pipelines.sample.layout import Row

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

    @property
    def row(self) -> Row:
        return self.versions[-1]

    @property
    def current(self) -> SoldPlan:
        return next(plan for plan in reversed(self.plans) if not plan.removed)


@dataclass(slots=True)
class Bill:
    """An invoice and its money in cents."""

    row: Row
    items: list[Row]
    amount: int
    tax: int
    paid: int = 0
    refunded: int = 0
    credited: int = 0

    @property
    def balance(self) -> int:
        return self.amount - self.paid + self.refunded - self.credited


@dataclass(slots=True)
class Receipt:
    """A processed payment, its one application and what was given back of it."""

    row: Row
    application: Row
    bill: Bill
    amount: int
    refunded: int = 0


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
    watching: bool = False
    changed: dict[str, tuple[str, Row]] = field(default_factory=dict)
    before: dict[str, Row] = field(default_factory=dict)
    gone: list[tuple[str, str]] = field(
        default_factory=list
    )  # (table, id) erased upstream on the watched day
    ids: int = 0
    numbers: int = 0

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
