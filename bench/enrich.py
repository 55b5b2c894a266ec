"""Measure enrichment: records a second when all is new, nothing changed and 1 % changed; accounts judged a second."""

from __future__ import annotations

import json
import shlex
import sys
from argparse import ArgumentParser, BooleanOptionalAction
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.child import ROOT, manage
from bench.databases import Database, MariaDB, SQLite, prepare
from bench.machine import Machine, this_machine
from bench.phases import DONE, MANY_QUARANTINED, REDELIVERED, Lake
from bench.report import append, begun, markdown

FOLDER = ROOT / "var" / "bench"
COLUMNS = ("database", "phase", "read", "changed", "seconds", "records/s")
WIDTH_OF_FILES = 120
CHANGED_ONE_IN = 100
REDELIVER = f"from bench.redeliver import redeliver; redeliver({REDELIVERED!r}, {CHANGED_ONE_IN})"
JUDGE = "from bench.enrich import judge_all; judge_all()"
Line = tuple[str, str, int, int, float]


def main(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_FILES)
    machine, databases = this_machine(), list[Database]([SQLite(options.sqlite)])
    if options.mysql:
        databases.append(MariaDB(options.mysql))
    lake = Lake(FOLDER / "enrich-lake", options.subscriptions)
    rows = list[tuple[str, ...]]()
    for database in databases:
        with console.status(f"enriching in {database.name}"):
            rows += map(_told, measured(database, lake))
    table = Table(*COLUMNS, title=f"enrichment of {options.subscriptions:,} subscriptions")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    if options.record:
        command = shlex.join(["python", "-m", "bench.enrich", *arguments])
        append("\n".join(_section(rows, options.subscriptions, machine, command)))
    return 0


def measured(database: Database, lake: Lake) -> Iterator[Line]:
    """The phases one after the other, on a database that is emptied first."""
    env = {"DATABASE_URL": database.url, "LAKE_URL": lake.url, "HUB_DEMO": "1", "HUB_SOURCES_DIR": ""}
    lake.generate()
    prepare(database)

    def imported() -> None:
        manage("import_billing", "--json", env=env, accept=(DONE, MANY_QUARANTINED))

    def enriched(phase: str, *flags: str) -> Line:
        report = json.loads(manage("enrich_billing", "--json", *flags, env=env).output.splitlines()[-1])
        total = report["total"]
        return database.name, phase, total["read"], total["created"] + total["updated"], report["seconds"]

    imported()
    yield enriched("first")
    yield enriched("unchanged, --full", "--full")
    manage("shell", "--verbosity", "0", "--command", REDELIVER, env=env)
    imported()
    yield enriched("1 % of a brand changed")
    accounts, seconds = json.loads(manage("shell", "--verbosity", "0", "--command", JUDGE, env=env).output)
    yield database.name, "accounts judged, no more", accounts, 0, seconds


def judge_all() -> None:
    """Print how many accounts there are and the processor seconds that judging them took. Needs Django set up."""
    from time import process_time

    from hub.tenancy import every_tenant
    from pipelines.billing.enrich.verdicts import account_evidence
    from pipelines.billing.rules.active import active_judge
    from pipelines.billing.rules.seen_accounts import keys_of_accounts
    from pipelines.engine.models import Tenant

    accounts, seconds = 0, 0.0
    with every_tenant():
        for tenant in Tenant.objects.values_list("code", flat=True):
            judge, (keys, _) = active_judge(tenant), keys_of_accounts(tenant, None)
            found = account_evidence(tenant, [key.partition(":")[2] for key in keys]).values()
            begun = process_time()
            for evidence, _ in found:
                judge.judge(evidence)
            accounts, seconds = accounts + len(found), seconds + process_time() - begun
    print(json.dumps([accounts, seconds]))


def _told(line: Line) -> tuple[str, ...]:
    database, phase, read, changed, seconds = line
    return database, phase, f"{read:,}", f"{changed:,}", f"{seconds:.2f}", f"{read / seconds:,.0f}"


def _section(rows: Sequence[Sequence[str]], subscriptions: int, machine: Machine, command: str) -> list[str]:
    """A dated section of the results."""
    remarks = ["the seconds are the run's own; of the judge alone they are the processor's"]
    title = f"enrichment of {subscriptions:,} subscriptions"
    return [*begun(title, command, machine, [], remarks), *markdown(COLUMNS, rows), ""]


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m bench.enrich", description=__doc__)
    parser.add_argument(
        "--subscriptions", type=int, default=5000, metavar="N", help="size of the lake (5000)"
    )
    parser.add_argument(
        "--sqlite", type=Path, default=FOLDER / "enrich.sqlite3", metavar="PATH", help="is emptied"
    )
    parser.add_argument(
        "--mysql", default="", metavar="URL", help="measure MariaDB too; is dropped and created"
    )
    parser.add_argument(
        "--record", action=BooleanOptionalAction, default=False, help="add to bench/RESULTS.md"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
