"""Measure the import: rows a second and peak memory for each database, where the time goes, and other ways."""

from __future__ import annotations

import shlex
import sys
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench.child import ROOT, ChildFailed
from bench.databases import Database, MariaDB, SQLite
from bench.machine import this_machine
from bench.peers import measure_peers
from bench.phases import Lake, measure, measure_memory, measure_repair
from bench.report import Result, append, section, show
from hub.errors import HubError

FOLDER = ROOT / "var" / "bench"
WIDTH_OF_FILES = 120
SUBSCRIPTIONS = 20_000
CLEAN_SUBSCRIPTIONS, REPAIR_TIMES = 2_000, 5
FIVE_MILLION_ROWS = 285_000  # subscriptions


def main(arguments: Sequence[str]) -> int:
    """0 done, 1 a command failed or the memory limit was exceeded."""
    options = _parser().parse_args(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_FILES)
    command = shlex.join(["python", "-m", "bench.import_", *arguments])
    try:
        result = run(options, command=command, console=console)
    except (ChildFailed, HubError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    show(result, console)
    if options.record:
        append(section(result))
    return 1 if result.over_limit else 0


def run(options: Namespace, *, command: str, console: Console, folder: Path = FOLDER) -> Result:
    """Measure what the options ask for; lakes and profiles are written into the folder."""
    result = Result(command=command, subscriptions=options.subscriptions, machine=this_machine())
    databases = _answering([SQLite(options.sqlite), MariaDB(options.mysql)], result)
    lake = Lake(folder / "lake", options.subscriptions)
    with console.status("generating the lake"):
        lake.generate()
    for database in databases:
        with console.status(f"importing into {database.name}"):
            result.measured += measure(database, lake)
        if options.workers > 1 and isinstance(database, MariaDB):
            with console.status(f"importing into {database.name} by {options.workers} workers"):
                result.measured += measure(database, lake, workers=options.workers)
        if options.peers and isinstance(database, MariaDB):
            for peer in measure_peers(database, folder / "rows"):
                result.peers.append(peer)
    if options.repair:
        add_repair(result, databases, Lake(folder / "clean-lake", CLEAN_SUBSCRIPTIONS, damage=False), console)
    if options.memory:
        add_memory(result, databases, Lake(folder / "memory-lake", options.memory), console)
    return result


def _answering(databases: Sequence[Database], result: Result) -> list[Database]:
    """The databases that can be measured; the result says which could not, and why."""
    reasons = {database.name: database.missing() for database in databases}
    result.missing = [f"{name} was NOT measured: {reason}" for name, reason in reasons.items() if reason]
    answering = [database for database in databases if not reasons[database.name]]
    result.engines = [database.version() for database in answering]
    return answering


def add_repair(result: Result, databases: Sequence[Database], lake: Lake, console: Console) -> None:
    """What the repair costs where there is nothing to mend."""
    with console.status("generating a lake without damage"):
        lake.generate()
    for database in databases:
        with console.status(f"importing clean rows into {database.name}, with and without repair"):
            result.repair = {**result.repair, database.name: measure_repair(database, lake, REPAIR_TIMES)}


def add_memory(result: Result, databases: Sequence[Database], lake: Lake, console: Console) -> None:
    """Import a lake too large to be held."""
    with console.status(f"generating {lake.subscriptions:,} subscriptions"):
        lake.generate()
    for database in databases:
        with console.status(f"importing {lake.subscriptions:,} subscriptions into {database.name}"):
            result.memory.append(measure_memory(database, lake))


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m bench.import_", description=__doc__)
    parser.add_argument(
        "--subscriptions", type=int, default=SUBSCRIPTIONS, metavar="N", help="size of the lake"
    )
    parser.add_argument(
        "--sqlite", type=Path, default=FOLDER / "hub.sqlite3", metavar="PATH", help="is emptied"
    )
    parser.add_argument(
        "--mysql",
        default="mysql://root@127.0.0.1:3306/hub_bench",
        metavar="URL",
        help="is dropped and created",
    )
    parser.add_argument(
        "--memory",
        type=int,
        nargs="?",
        const=FIVE_MILLION_ROWS,
        metavar="N",
        help=f"also import a lake of N subscriptions (without N {FIVE_MILLION_ROWS:,}: five million rows)",
    )
    parser.add_argument(
        "--workers", type=int, default=2, metavar="N", help="also by so many workers, on MariaDB; 1: not"
    )
    parser.add_argument(
        "--peers", action=BooleanOptionalAction, default=True, help="also other ways, on MariaDB"
    )
    parser.add_argument(
        "--repair", action=BooleanOptionalAction, default=True, help="also what repair costs on clean rows"
    )
    parser.add_argument(
        "--record", action=BooleanOptionalAction, default=True, help="add to bench/RESULTS.md"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
