"""What a run's page says of the queries it asked of the lake."""

from __future__ import annotations

from pipelines.engine.admin import words
from pipelines.engine.admin.blocks import Table
from pipelines.engine.models import LakeQuery, Run

MOST = 100  # queries that a page shows
STILL = "not ended"


def lake_queries(run: Run) -> Table | None:
    """The run's queries, the last ones first; none where its lake is not asked by queries."""
    rows = [
        (
            query.query_id or "not known yet",
            query.state or STILL,
            words.instant(query.asked_at),
            words.size(query.bytes_scanned),
            f"{query.price} USD",
        )
        for query in LakeQuery.objects.filter(run_id=run.pk)[:MOST]
    ]
    headers = ("query", "state", "asked (UTC)", "scanned", "price, estimated")
    return Table(headers=headers, rows=rows, numbers_from=3) if rows else None
