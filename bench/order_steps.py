"""What the benchmark of orders does inside a database, each step in a process of its own; prints one JSON object.

python -m bench.order_steps filled | clear | bare | touch | queries
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

ROWS_A_PAGE = 10_000
DOCUMENTS_A_TRANSACTION = 500  # as many as a chunk of the assembly has
EVERY = 100  # one account in so many is touched
CHUNK_SIZES = (100, 400)
MARK = " *"
TABLES = (
    "delivery_delivery",
    "delivery_outboxmessage",
    "orders_order",
    "orders_allocation",
    "orders_allocatedpart",
)
DAY = "2026-01-06"  # the sample's only load is of the day before
Figures = dict[str, Any]


def main(arguments: Sequence[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()
    from hub.tenancy import every_tenant

    with every_tenant():
        print(json.dumps(STEPS[arguments[0]]()))


def filled() -> Figures:
    """Whether an import and an enrichment have ended here."""
    from django.db import OperationalError, connection

    from pipelines.engine.models import Run

    try:
        tables = connection.introspection.table_names()
    except OperationalError:  # there is no such database yet
        return {"filled": False}
    if Run._meta.db_table not in tables:
        return {"filled": False}
    runs = Run.objects.filter(status__in=("done", "quarantined"))
    jobs = set(runs.values_list("job", flat=True))
    return {"filled": jobs >= {"import_billing", "enrich_billing"}}


def clear() -> Figures:
    """Take away what assemblies wrote, and where they stand in the change feed."""
    from django.db import connection

    statements = (
        *(f"DELETE FROM {table}" for table in TABLES),
        "DELETE FROM audit_mutation WHERE model LIKE 'orders.%%'",
        "DELETE FROM engine_feedposition WHERE consumer = 'orders'",
    )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, [])
    return {}


def bare() -> Figures:
    """Seconds of the bare work: read the rows, dump the finished documents, store them; and how many there are."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_documents")
        long_text = "longtext" if connection.vendor == "mysql" else "text"
        cursor.execute(f"CREATE TABLE bench_documents (name varchar(100) PRIMARY KEY, body {long_text})")
    rows, read = _read_rows()
    documents, dump, write = _write_documents()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_documents")
    return {"rows": rows, "documents": documents, "read": read, "dump": dump, "write": write}


def _read_rows() -> tuple[int, float]:
    """Every row that documents are made of, into tuples, page by page in the order of the keys."""
    from django.db import connection

    from pipelines.orders.rows import SOURCES

    rows, begun = 0, time.perf_counter()
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for shape, model in SOURCES.items():
            select = f"SELECT {', '.join(map(quote, shape._fields))} FROM {model._meta.db_table}"
            last = ""
            while True:
                cursor.execute(
                    f"{select} WHERE {quote('key')} > %s ORDER BY {quote('key')} LIMIT {ROWS_A_PAGE}", [last]
                )
                page = cursor.fetchall()
                if not page:
                    break
                rows, last = rows + len(page), page[-1][0]
    return rows, time.perf_counter() - begun


def _write_documents() -> tuple[int, float, float]:
    import orjson
    from django.db import connection, transaction

    documents, dump, write = 0, 0.0, 0.0
    for part in _documents():
        begun = time.perf_counter()
        texts = [(key, orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()) for key, body in part]
        dumped = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany("INSERT INTO bench_documents VALUES (%s, %s)", texts)
        documents += len(part)
        dump, write = dump + dumped - begun, write + time.perf_counter() - dumped
    return documents, dump, write


def _documents() -> Iterator[list[tuple[str, Any]]]:
    """The finished documents, as they were before they became text."""
    import orjson

    from pipelines.orders.models import Order

    last = ""
    while True:
        page = list(
            Order.unscoped.filter(key__gt=last)
            .order_by("key")
            .values_list("key", "body")[:DOCUMENTS_A_TRANSACTION]
        )
        if not page:
            return
        yield [(key, orjson.loads(body)) for key, body in page]
        last = page[-1][0]


def touch() -> Figures:
    """Change a contact or a charge of one account in a hundred, with trail and change feed as an import does."""
    from pipelines.billing.entities import Account, Contact, RatePlan, RatePlanCharge, Subscription

    accounts = list(Account.unscoped.order_by("key").values_list("tenant", "lake_id"))[::EVERY]
    touched = 0
    for tenant in sorted({tenant for tenant, _ in accounts}):
        own = [lake_id for owner, lake_id in accounts if owner == tenant]
        contacts = Contact.unscoped.filter(tenant=tenant, account_id__in=own[::2])
        subscriptions = Subscription.unscoped.filter(
            tenant=tenant, account_id__in=own[1::2], is_latest_version=True
        )
        plans = RatePlan.unscoped.filter(
            tenant=tenant, subscription_id__in=list(subscriptions.values_list("lake_id", flat=True))
        )
        charges = RatePlanCharge.unscoped.filter(
            tenant=tenant, rate_plan_id__in=list(plans.values_list("lake_id", flat=True))
        )
        touched += _changed(_one_each(contacts, "account_id"), "city", tenant)
        touched += _changed(_one_each(charges, "rate_plan_id"), "name", tenant)
    return {"accounts": len(accounts), "rows": touched}


def _one_each(rows: Any, owner: str) -> list[Any]:
    return list({getattr(row, owner): row for row in rows}.values())


def _changed(rows: Sequence[Any], column: str, tenant: str) -> int:
    """Give the column of each row another text, in transactions as large as an import's batches."""
    from django.db import transaction

    from audit.context import Actor, acting
    from audit.locked import audited_writing
    from audit.record import Change, record_many
    from hub.ids import new_id
    from pipelines.engine import feed

    left = iter(rows)
    while part := list(islice(left, 1000)):
        model, before = type(part[0]), [getattr(row, column) for row in part]
        for row, old in zip(part, before, strict=True):
            setattr(row, column, _other(old or ""))
        with transaction.atomic(), acting(Actor.command("bench"), source="import"), audited_writing():
            batch = new_id()
            model.unscoped.bulk_update(part, [column])
            feed.publish(tenant, model._meta.label_lower, batch, feed.Keys(updated=[row.key for row in part]))
            record_many(
                [
                    Change(
                        tenant=tenant,
                        model=model._meta.label_lower,
                        key=row.key,
                        action="updated",
                        before={column: old},
                        after={column: getattr(row, column)},
                        personal=frozenset({column}),
                    )
                    for row, old in zip(part, before, strict=True)
                ]
            )
    return len(rows)


def _other(text: str) -> str:
    return text.removesuffix(MARK) if text.endswith(MARK) else f"{text}{MARK}"


def queries() -> Figures:
    """How many queries a chunk takes, by the number of its chains; nothing of it stays."""
    return {"chunks": {str(chains): _queries_of(chains) for chains in CHUNK_SIZES}}


def _queries_of(chains: int) -> int:
    from django.db import connection, transaction

    from audit.context import Actor, acting
    from pipelines.orders.assembling import Assembler
    from pipelines.orders.lookup import Reader
    from pipelines.orders.models import Order
    from pipelines.orders.pending import all_roots
    from pipelines.orders.store import Occasion

    asked = 0

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*arguments)

    tenant = Order.unscoped.values_list("tenant", flat=True).order_by("tenant").first() or ""
    reader = Reader(tenant)
    roots = [root for page in islice(all_roots(reader), 1) for root in page][:chains]
    occasion = Occasion(tenant=tenant, on=date.fromisoformat(DAY), run_id=0)
    with transaction.atomic(), acting(Actor.command("bench"), source="import"):
        Order.unscoped.filter(key__in=[f"{tenant}:{root}" for root in roots])._raw_delete("default")
        with connection.execute_wrapper(count):
            Assembler(reader, occasion, "UTC").assemble([roots])
        transaction.set_rollback(True)
    return asked


STEPS: dict[str, Callable[[], Figures]] = {
    step.__name__: step for step in (filled, clear, bare, touch, queries)
}

if __name__ == "__main__":
    main(sys.argv[1:])
