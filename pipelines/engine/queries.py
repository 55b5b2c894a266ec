"""What a run asks of a lake that is asked by queries: each written down, so that none outlives its run."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock
from typing import Any

from hub import clock
from hub.lakes import LeftQuery
from hub.transactions import in_transaction
from pipelines.engine.leases import living_runs
from pipelines.engine.models import LakeQuery


@dataclass(kw_only=True)
class QueryTotals:
    """All queries of a run: bytes scanned, estimated price in US dollars, ids in the order of asking."""

    scanned: int = 0
    price: Decimal = Decimal(0)
    ids: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def add(self, scanned: int, price: Decimal) -> None:
        """Count one query that ended; several workers may ask at once."""
        with self._lock:
            self.scanned += scanned
            self.price += price

    def as_dict(self) -> dict[str, Any]:
        return {
            "queries": len(self.ids),
            "bytes_scanned": self.scanned,
            "price_usd": str(self.price),
            "query_ids": self.ids,
        }


@dataclass(kw_only=True)
class RunQueries:
    """The log of one run's queries (`hub.lakes.QueryLog`). A dry run writes nothing: it only counts."""

    run_id: int
    dry_run: bool
    totals: QueryTotals

    def asking(self, *, token: str, statement: str) -> None:
        if not self.dry_run:
            query = LakeQuery(run_id=self.run_id, token=token, statement=statement, asked_at=clock.now())
            in_transaction(lambda: query.save(force_insert=True))

    def started(self, *, token: str, query_id: str) -> None:
        self.totals.ids.append(query_id)
        self._update(token, query_id=query_id)

    def ended(self, *, token: str, state: str, scanned: int, price: Decimal) -> None:
        self.totals.add(scanned, price)
        self._update(token, state=state, bytes_scanned=scanned, price=price, ended_at=clock.now())

    def left_over(self) -> list[LeftQuery]:
        """Queries without an end whose run holds no living lease any more."""
        if self.dry_run:
            return []
        found = LakeQuery.objects.filter(ended_at=None).exclude(run_id__in={self.run_id, *living_runs()})
        return [
            LeftQuery(token=query.token, statement=query.statement, query_id=query.query_id)
            for query in found
        ]

    def _update(self, token: str, **values: Any) -> None:
        if not self.dry_run:
            in_transaction(lambda: LakeQuery.objects.filter(token=token).update(**values))
