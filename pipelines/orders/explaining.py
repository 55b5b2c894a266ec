"""Which rows make the document of one order, and what came out: for whoever wonders why it says what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from hub import clock
from hub.commands import EXIT_DONE
from hub.errors import UsageError
from hub.tenancy import every_tenant
from hub.transactions import in_transaction
from pipelines.engine.models import Tenant
from pipelines.orders.chunk import Chunk
from pipelines.orders.document.body import draft_of
from pipelines.orders.draft import PERSONAL, Draft
from pipelines.orders.jobs import Asked
from pipelines.orders.lookup import Reader
from pipelines.orders.naming import named_order
from pipelines.orders.reading import read_chunk
from pipelines.orders.reckoning import reckon_chunk
from pipelines.orders.schema import problem_with
from pipelines.orders.store import stored_states

TABLES = ("catalogue_plans", "products", "accounts", "contacts", "methods", "versions")
MONEY = (
    "invoices",
    "payments",
    "payment_applications",
    "refunds",
    "refund_applications",
    "memos",
    "memo_applications",
)


@dataclass(kw_only=True)
class Explanation:
    """The rows by table (key, batch), the document without its personal sections, and how it compares."""

    key: str
    on: str
    stored: str
    withheld: str
    problem: str
    rows: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        return EXIT_DONE

    def as_dict(self) -> dict[str, Any]:
        return {
            "order": self.key,
            "date": self.on,
            "stored": self.stored,
            "withheld": self.withheld,
            "problem": self.problem,
            "rows": {
                table: [{"key": key, "batch": batch} for key, batch in rows]
                for table, rows in self.rows.items()
            },
            "document": self.document,
        }

    def show(self, console: Console) -> None:
        table = Table(title=f"Rows behind {self.key} on {self.on}", pad_edge=False)
        for name in ("table", "row", "batch"):
            table.add_column(name)
        for name, rows in self.rows.items():
            for key, batch in rows:
                table.add_row(name, key, batch)
        console.print(table)
        console.print_json(orjson.dumps(self.document).decode())
        console.print(f"stored: {self.stored}")
        if self.withheld:
            console.print(f"[yellow]not for receivers: {self.withheld}[/]")
        if self.problem:
            console.print(f"[red]not valid: {self.problem}[/]")


def explain(asked: Asked) -> Explanation:
    """Assemble one order without writing anything."""
    if not asked.order:
        raise UsageError("--explain needs --order", hint="e.g. --order A-S00001234 --explain")
    with every_tenant():
        tenant, root = named_order(asked.order, asked.brands)
        return in_transaction(lambda: _explain(tenant, root, asked))


def _explain(tenant: Tenant, root: str, asked: Asked) -> Explanation:
    on = asked.on or clock.business_date(tenant.time_zone)
    chunk = read_chunk(Reader(tenant.code), [root], on, tenant.time_zone)
    draft = draft_of(chunk, chunk.chains[0], reckon_chunk(chunk))
    return Explanation(
        key=draft.key,
        on=on.isoformat(),
        stored=_compared(draft),
        withheld=draft.withheld,
        problem=problem_with(draft.body),
        rows={name: sorted((row.key, row.batch_id) for row in rows) for name, rows in _tables(chunk) if rows},
        document={name: value for name, value in draft.body.items() if name not in PERSONAL},
    )


def _compared(draft: Draft) -> str:
    stored = stored_states([draft.key]).get(draft.key)
    if stored is None:
        return "nothing yet"
    same = "the same" if stored.fingerprint == draft.fingerprint else "another one"
    return f"version {stored.version}, {stored.status}, {same}"


def _tables(chunk: Chunk) -> Iterator[tuple[str, list[Any]]]:
    for name in TABLES:
        yield name, list(getattr(chunk, name).values())
    for name in ("plans", "charges", "items"):
        yield name, [row for rows in getattr(chunk, name).values() for row in rows]
    for name in MONEY:
        yield name, list(getattr(chunk.money, name).values())
