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
    _running: dict[str, int] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def allow(self, query: str, most: int, *, doing: str) -> None:
        """Set bytes aside for a query; complain where they are too many, from then on about every query."""
        with self._lock:
            needed = max(most, self._running.get(query, 0))
            others = self.scanned + sum(self._running.values()) - self._running.get(query, 0)
            if self.spent or others + needed > self.budget:
                self.spent = True
                raise BudgetSpent(
                    f"{doing}: this run may scan {size(self.budget)}, has scanned {size(others)} "
                    f"and would need {size(needed)} more",
                    hint="raise HUB_ATHENA_BUDGET (bytes a run), or import fewer brands and entities at a time",
                )
            self._running[query] = needed

    def add(self, query: str, scanned: int) -> Decimal:
        """Count a query that ended; returns its estimated price."""
        with self._lock:
            self._running.pop(query, None)
            self.scanned += scanned
        return self.price_of(scanned)

    def release(self, query: str) -> None:
        """A query that never ran, or whose end nobody saw, takes nothing of the budget."""
        with self._lock:
            self._running.pop(query, None)

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
