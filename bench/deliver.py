"""Measure deliveries a second to a receiver on this machine, beside loops that post the same bodies and no more."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import urllib3
from rich.console import Console
from rich.table import Table

from bench.child import ROOT, manage
from bench.databases import Database, MariaDB, SQLite, prepare
from bench.machine import this_machine
from bench.report import append, begun, markdown

COLUMNS = ("way", "documents", "seconds", "documents/s", "seconds / bare loop")
BODY_BYTES = 4000
BATCH = 100
WIDTH_OF_FILES = 120
ENQUEUE = """
from django.db import transaction
from bench.deliver import body_of
from hub.tenancy import every_tenant
from pipelines.delivery.models import Target
from pipelines.delivery.outbox import Message, enqueue
from pipelines.delivery.secrets import keep_secret
from pipelines.delivery.signing import new_secret
target = Target.objects.create(
    name="bench", address={address!r}, allow_private=True, format={format!r}, max_batch={batch}
)
keep_secret(target, new_secret())
for start in range(0, {documents}, 1000):
    with transaction.atomic():
        enqueue([
            Message(tenant="polder", topic="order", event="order.changed", key=f"A-S{{n}}", version=1, body=body_of(n))
            for n in range(start, min(start + 1000, {documents}))
        ])
"""


def main(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_FILES)
    databases: list[Database] = [SQLite(options.sqlite)]
    if options.mysql:
        databases.append(MariaDB(options.mysql))
    with sink() as port:
        lines = list(_measured(databases, f"http://127.0.0.1:{port}/", options.documents, console))
    table = Table(*COLUMNS, title="deliveries")
    for line in lines:
        table.add_row(*line)
    console.print(table)
    if options.record:
        command = shlex.join(["python", "-m", "bench.deliver", *arguments])
        append("\n".join(_section(lines, options.documents, command)))
    return 0


def _measured(
    databases: Sequence[Database], address: str, documents: int, console: Console
) -> Iterator[tuple[str, ...]]:
    with console.status("bare loops"):
        bare, peer = posted_by_httpx(address, documents), posted_by_urllib3(address, documents)
    yield _line("bare loop, httpx", documents, bare, bare)
    yield _line("bare loop, urllib3", documents, peer, bare)
    for database in databases:
        for form in ("single", "batch"):
            with console.status(f"{database.name}, {form}"):
                seconds = delivered(database, address, documents, form)
            yield _line(f"hub on {database.name}, {form}", documents, seconds, bare)


def _section(lines: Sequence[Sequence[str]], documents: int, command: str) -> list[str]:
    """A dated section of the results."""
    remarks = [
        f"a document has {len(body_of(0)):,} bytes; the hub's time holds the command's start, signing, claims and "
        "receipts; the loops post and no more, over one kept connection"
    ]
    title = f"{documents:,} deliveries to a receiver on this machine"
    return [*begun(title, command, this_machine(), [], remarks), *markdown(COLUMNS, lines), ""]


def _line(way: str, documents: int, seconds: float, bare: float) -> tuple[str, ...]:
    return way, f"{documents:,}", f"{seconds:.1f}", f"{documents / seconds:,.0f}", f"{seconds / bare:.2f}"


def body_of(number: int) -> str:
    """A document about as long as an order's."""
    lines = [{"amount": "12.90", "text": f"position {number} {line}"} for line in range(BODY_BYTES // 50)]
    return json.dumps({"number": number, "lines": lines}, sort_keys=True, separators=(",", ":"))


def posted_by_httpx(address: str, documents: int) -> float:
    """Seconds for the plainest loop: one client, one kept connection."""
    bodies = [body_of(number).encode() for number in range(documents)]
    with httpx.Client(trust_env=False) as client:
        begun = time.perf_counter()
        for body in bodies:
            client.post(
                address, content=body, headers={"content-type": "application/json"}
            ).raise_for_status()
        return time.perf_counter() - begun


def posted_by_urllib3(address: str, documents: int) -> float:
    """The same by the library beneath requests and boto3."""
    bodies = [body_of(number).encode() for number in range(documents)]
    with urllib3.PoolManager() as pool:
        begun = time.perf_counter()
        for body in bodies:
            answer = pool.request("POST", address, body=body, headers={"content-type": "application/json"})
            assert answer.status == 200
        return time.perf_counter() - begun


def delivered(database: Database, address: str, documents: int, form: str) -> float:
    """Seconds of `manage.py deliver` for as many documents, its start included."""
    prepare(database)
    env = {"DATABASE_URL": database.url, "HUB_DEMO": "1", "HUB_DELIVERY_ALLOW_PRIVATE": "1"}
    code = ENQUEUE.format(address=address, format=form, batch=BATCH, documents=documents)
    manage("shell", "-v0", "-c", code, env=env)
    begun = time.perf_counter()
    answer = manage("deliver", "--json", env=env)
    seconds = time.perf_counter() - begun
    report = json.loads(answer.output.strip().splitlines()[-1])
    assert report["total"]["delivered"] == documents, report
    return seconds


@contextmanager
def sink() -> Iterator[int]:
    """The receiver in a process of its own; its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m bench.deliver", description=__doc__)
    parser.add_argument("--documents", type=int, default=5000, metavar="N")
    parser.add_argument(
        "--sqlite", type=Path, default=ROOT / "var" / "bench" / "deliver.sqlite3", metavar="PATH"
    )
    parser.add_argument("--mysql", default="", metavar="URL", help="measure MariaDB too, in this database")
    parser.add_argument("--record", action="store_true", help="add to bench/RESULTS.md")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
