"""The money of a chunk, reckoned: how each invoice stands, and what each refund and memo belongs to. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.orders.allocation.allocate import Allocation, reckon
from pipelines.orders.allocation.balance import Standing
from pipelines.orders.allocation.vocabulary import IGNORED
from pipelines.orders.chunk import Chunk
from pipelines.orders.ledgers import ledgers_of


@dataclass(kw_only=True)
class Reckoned:
    """The money of a chunk: how each invoice stands, and the allocations that touch it."""

    standings: dict[str, Standing] = field(default_factory=dict)
    allocations: list[Allocation] = field(default_factory=list)
    by_source: dict[tuple[str, str], Allocation] = field(default_factory=dict)
    by_invoice: dict[str, list[Allocation]] = field(default_factory=dict)


def reckon_chunk(chunk: Chunk) -> Reckoned:
    """Reckon every ledger of a chunk."""
    found = Reckoned()
    for ledger in ledgers_of(chunk.money):
        reckoning = reckon(ledger)
        found.standings |= {standing.invoice_id: standing for standing in reckoning.standings}
        found.allocations += reckoning.allocations
    found.allocations += map(_gone, sorted(chunk.money.gone))
    found.by_source = {(each.source, each.id): each for each in found.allocations}
    for allocation in found.allocations:
        for invoice in {invoice for invoice, _ in (*allocation.amounts, *allocation.mirrored)}:
            found.by_invoice.setdefault(invoice, []).append(allocation)
    return found


def _gone(named: tuple[str, str]) -> Allocation:
    """What becomes of a refund or memo that was deleted upstream: it has no effect any more."""
    source, gone = named
    return Allocation(
        source=source,
        id=gone,
        outcome=IGNORED,
        kind="deleted",
        currency="",
        amounts=(),
        unallocated=Decimal(0),
        cash=False,
        flags=("deleted_upstream",),
    )
