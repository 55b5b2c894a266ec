"""What the queries of a run scan and are estimated to cost, and the budget that ends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock

from hub.errors import FatalError

LEAST_BILLED = 10_000_000  # bytes a query, as Athena's price list says
TERABYTE = 10**12


class BudgetSpent(FatalError):
    """The run would scan more of the lake than its budget allows."""


@dataclass
class Spending:
    """Bytes scanned so far in this run, by all its workers, against its budget, at a price for 10^12 bytes."""

    budget: int
    price: Decimal
    scanned: int = 0
    spent: bool = False
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def allow(self, more: int, *, doing: str) -> None:
        """Complain where `more` bytes on top would be too many; from then on about every query."""
        if self.spent or self.scanned + more > self.budget:
            self.spent = True
            raise BudgetSpent(
                f"{doing}: this run may scan {size(self.budget)}, has scanned {size(self.scanned)} "
                f"and would need {size(more)} more",
                hint="raise HUB_ATHENA_BUDGET (bytes a run), or import fewer brands and entities at a time",
            )

    def add(self, scanned: int) -> Decimal:
        """Count a query that ended; returns its estimated price."""
        with self._lock:
            self.scanned += scanned
        return self.price_of(scanned)

    def price_of(self, scanned: int) -> Decimal:
        """US dollars for one query, to a millionth; a query that scanned nothing costs nothing."""
        billed = max(scanned, LEAST_BILLED) if scanned else 0
        return (self.price * billed / TERABYTE).quantize(Decimal("0.000001"))


def size(count: int) -> str:
    """Bytes for people."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
