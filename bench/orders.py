"""Measure how orders are assembled: documents a second beside the bare work, changes alone, queries, memory.

python -m bench.orders --subscriptions 100000 --keep

A lake is generated, imported and enriched first, which takes longer than what is measured: `--keep` uses what an
earlier run of the same size left. Texts a second of the classifier and deliveries a second have benchmarks of their
own: bench.classify and bench.deliver.
"""

from __future__ import annotations

import shlex
import sys
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.child import ROOT, ChildFailed
from bench.databases import Database, MariaDB, SQLite
from bench.machine import Machine, this_machine
from bench.order_phases import (
    AGAIN,
    ALONE,
    BARE,
    CHANGED,
    FULL,
    SIDE_BY_SIDE,
    Measured,
    fill,
    measure,
    measure_peak,
)
from bench.phases import Lake
from bench.report import append, begun, markdown
from hub.errors import HubError

FOLDER = ROOT / "var" / "bench"
WIDTH_OF_FILES = 120
SUBSCRIPTIONS = 20_000
TIMES_THE_BARE_WORK, SHARE_OF_CHANGES = 3.0, 0.05  # what is aimed at
SMALLER = 4  # memory is measured at this part of the lake too
COLUMNS = ("database", "phase", "orders", "written", "seconds", "documents/s", "peak MB")
ORDER = (BARE, FULL, ALONE, SIDE_BY_SIDE, AGAIN, CHANGED)


@dataclass(kw_only=True)
class Result:
    """Everything one benchmark found."""

    command: str
    subscriptions: int
    machine: Machine
    engines: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)
    peaks: dict[str, float] = field(default_factory=dict)  # of a lake of a quarter of the size, by database


def main(arguments: Sequence[str]) -> int:
    """0 done, 1 a command failed."""
    options = _parser().parse_args(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_FILES)
    command = shlex.join(["python", "-m", "bench.orders", *arguments])
    try:
        result = run(options, command=command, console=console)
    except (ChildFailed, HubError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    table = Table(*COLUMNS, title=f"orders of {result.subscriptions:,} subscriptions", pad_edge=False)
    for row in _rows(result):
        table.add_row(*row)
    console.print(table)
    for line in [*remarks(result), *result.missing]:
        console.print(line, markup=False)
    if options.record:
        append(section(result))
    return 0


def run(options: Namespace, *, command: str, console: Console, folder: Path = FOLDER) -> Result:
    """Measure on every database that answers; lakes are written into the folder."""
    result = Result(command=command, subscriptions=options.subscriptions, machine=this_machine())
    for size in sorted({options.subscriptions, options.subscriptions // SMALLER}):
        lake, databases = Lake(folder / f"orders-lake-{size}", size), list(_databases(options, size))
        if not (options.keep and lake.folder.exists()):
            with console.status(f"generating {size:,} subscriptions"):
                lake.generate()
        for database in databases:
            if reason := database.missing():
                result.missing.append(f"{database.name} was NOT measured: {reason}")
                continue
            with console.status(f"importing and enriching {size:,} subscriptions on {database.name}"):
                fill(database, lake, keep=options.keep)
            with console.status(f"assembling {size:,} orders on {database.name}"):
                _measure(result, database, lake)
    return result


def _databases(options: Namespace, size: int) -> Iterator[Database]:
    """Those of one size, so that they may be kept."""
    yield SQLite(options.sqlite.with_name(f"{options.sqlite.name}-{size}.sqlite3"))
    if options.mysql:
        yield MariaDB(f"{options.mysql}_{size}")


def _measure(result: Result, database: Database, lake: Lake) -> None:
    if lake.subscriptions < result.subscriptions:
        result.peaks[database.name] = measure_peak(database, lake)
        return
    result.engines.append(database.version())
    result.measured.append(measure(database, lake))


def section(result: Result) -> str:
    """The result in Markdown."""
    title, said = f"orders of {result.subscriptions:,} subscriptions", [*remarks(result), *result.missing]
    lines = begun(title, result.command, result.machine, result.engines, said)
    return "\n".join([*lines, *markdown(COLUMNS, list(_rows(result)))]) + "\n"


def _rows(result: Result) -> Iterator[tuple[str, ...]]:
    for one in result.measured:
        for phase in (one.phases[name] for name in ORDER if name in one.phases):
            figures = (f"{phase.read:,}", f"{phase.changed:,}", f"{phase.seconds:.1f}", f"{phase.rate:,.0f}")
            yield phase.database, phase.name, *figures, f"{phase.peak_mb:.0f}"


def remarks(result: Result) -> Iterator[str]:
    """What the figures mean, beside what is aimed at."""
    for one in result.measured:
        parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in one.bare.items())
        yield (
            f"{one.database}: a full assembly takes {one.ratio:.1f} times as long as the bare work ({parts}); "
            f"aim {TIMES_THE_BARE_WORK:.0f}"
        )
        yield (
            f"{one.database}: {one.touched:,} rows of 1 % of the accounts changed: {one.share_of_changes:.1%} of the "
            f"time of a full assembly; aim {SHARE_OF_CHANGES:.0%}"
        )
        counts = ", ".join(f"{count} for {chains} chains" for chains, count in one.queries.items())
        yield f"{one.database}: queries of a chunk: {counts}"
        if one.database in result.peaks:
            yield (
                f"{one.database}: peak memory {result.peaks[one.database]:.0f} MB with a lake a {SMALLER}th the size, "
                f"{one.phases[FULL].peak_mb:.0f} MB with this one"
            )
    if result.machine.shared:
        yield "the machine was shared: others were at work when this began, so the rates are too low"


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m bench.orders", description=__doc__)
    parser.add_argument(
        "--subscriptions", type=int, default=SUBSCRIPTIONS, metavar="N", help="size of the lake"
    )
    parser.add_argument(
        "--sqlite",
        type=Path,
        default=FOLDER / "hub-orders",
        metavar="PATH",
        help="how its files begin; the size is added",
    )
    parser.add_argument(
        "--mysql",
        default="mysql://root@127.0.0.1:3306/hub_bench_orders",
        metavar="URL",
        help="how its databases begin; '' measures SQLite alone",
    )
    parser.add_argument(
        "--keep", action="store_true", help="use the rows that an earlier run imported and enriched"
    )
    parser.add_argument(
        "--record", action=BooleanOptionalAction, default=True, help="add to bench/RESULTS.md"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
