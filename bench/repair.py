"""Measure the repair: precision and recall for each kind of damage in a generated lake."""

from __future__ import annotations

import os
import random
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import django
from rich.console import Console
from rich.table import Table

from bench.child import ROOT, manage
from bench.machine import this_machine
from bench.report import append, markdown

if TYPE_CHECKING:  # it needs Django, which is set up when the lake is there
    from bench.tally import Tallies, Tally

LAKE = ROOT / "var" / "bench" / "repair-lake"
COLUMNS = (
    "kind",
    "expected",
    "planted",
    "as it is",
    "repaired",
    "set aside",
    "dropped",
    "wrong",
    "precision",
    "recall",
    "codes",
)
MOST_CODES = 3
WIDTH_OF_FILES = 160
DEMO = {"HUB_DEMO": "1", "HUB_SOURCES_DIR": "", "DJANGO_SETTINGS_MODULE": "hub.settings"}


def main(arguments: Sequence[str]) -> int:
    """0 when every kind came out as it must and no row is wrong, else 1."""
    options = _parser().parse_args(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_FILES)
    if not options.keep:
        with console.status("generating the lake"):
            size = ("--subscriptions", str(options.subscriptions), "--days", str(options.days))
            manage(
                "generate_lake",
                *size,
                "--seed",
                str(options.seed),
                "--force",
                "--out",
                str(options.lake),
                env=DEMO,
            )
    return _judge(options, console)


def _judge(options: Namespace, console: Console) -> int:
    os.environ.update(DEMO)
    django.setup()
    from bench.tally import tally_table
    from pipelines.billing.feeds import AREA, entities, sources
    from pipelines.lake.duckdb import DuckDBLake
    from pipelines.sample.customer import TABLES

    if options.texts:
        return _judge_texts(options, console)
    tallies: Tallies = {}
    lake, models = DuckDBLake(folder=options.lake.absolute()), entities()
    for source in sources():
        for feed in source.feeds.values():
            if feed.table in TABLES:
                reader = lake.table(source.tenant, AREA, feed.table, source.form)
                with console.status(f"{feed.name}"):
                    tally_table(options.lake, models[feed.entity], feed, reader, tallies)
    console.print(_table(tallies))
    for name, tally in sorted(tallies.items()):
        for example in tally.examples[: options.examples]:
            console.print(f"wrong: {name} {example}", markup=False)
    console.print(_summary(tallies))
    if options.record:
        append(_section(options, tallies))
    return 0 if all(tally.met for tally in tallies.values()) else 1


def _summary(tallies: Tallies) -> str:
    rows, wrong, lost = (
        sum(getattr(tally, name) for tally in tallies.values()) for name in ("planted", "wrong", "lost")
    )
    return f"{rows:,} rows, {wrong} wrong, {lost} lost"


def _section(options: Namespace, tallies: Tallies) -> str:
    lines = [
        f"## {date.today().isoformat()}, repair of {options.subscriptions:,} subscriptions",
        "",
        f"    python -m bench.repair --subscriptions {options.subscriptions} --seed {options.seed}",
        "",
        *markdown(COLUMNS, (_figures(name, tally) for name, tally in sorted(tallies.items()))),
        "",
        f"{_summary(tallies)}. Commit {this_machine().commit}.",
    ]
    return "\n".join(lines) + "\n"


def _judge_texts(options: Namespace, console: Console) -> int:
    """Plant texts of others into the lake's good rows; 1 if any row was mended to something else."""
    from bench.foreign import Outcomes, Planting, texts_in
    from pipelines.billing.feeds import AREA, entities, sources
    from pipelines.lake.duckdb import DuckDBLake

    texts, outcomes, chance = texts_in(options.texts), Outcomes(), random.Random(options.seed)
    lake, models = DuckDBLake(folder=options.lake.absolute()), entities()
    with TemporaryDirectory() as folder:
        for source in sources():
            for feed in source.feeds.values() if source.form.writing == "naive" else ():
                reader = lake.table(source.tenant, AREA, feed.table, source.form)
                planting = Planting(models[feed.entity], feed, reader, texts, chance)
                planting.judge(Path(folder), outcomes)
    console.print(f"{len(texts):,} texts; {outcomes.damaged:,} rows with a delimiter or a line end in a text")
    for how, count in sorted(outcomes.counts.items()):
        console.print(f"{count:8,}  {how}")
    for wrong in outcomes.wrong[: options.examples]:
        console.print(f"wrong: {wrong}", markup=False)
    return (
        1 if any(how.endswith("WRONG") and not how.startswith("as it is") for how in outcomes.counts) else 0
    )


def _table(tallies: Tallies) -> Table:
    table = Table(pad_edge=False)
    for place, name in enumerate(COLUMNS):
        table.add_column(name, justify="left" if place in {0, 1, 10} else "right")
    for name, tally in sorted(tallies.items()):
        table.add_row(*_figures(name, tally), style=None if tally.met else "bold red")
    return table


def _figures(name: str, tally: Tally) -> list[str]:
    codes = ", ".join(f"{code} {count}" for code, count in tally.codes.most_common(MOST_CODES))
    counts = (tally.planted, tally.accepted, tally.repaired, tally.quarantined, tally.dropped, tally.wrong)
    shares = ("" if share is None else f"{100 * share:.1f} %" for share in (tally.precision, tally.recall))
    return [name, tally.expect, *(f"{count:,}" for count in counts), *shares, codes]


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m bench.repair", description=__doc__)
    parser.add_argument("--subscriptions", type=int, default=100_000, metavar="N", help="size of the lake")
    parser.add_argument("--days", type=int, default=3, metavar="N", help="loads")
    parser.add_argument("--seed", type=int, default=42, metavar="N", help="of the lake")
    parser.add_argument("--lake", type=Path, default=LAKE, metavar="DIR", help="where it is written")
    parser.add_argument("--keep", action="store_true", help="judge the lake that is there")
    parser.add_argument(
        "--texts", type=Path, metavar="DIR", help="plant the texts of a folder's CSV files instead"
    )
    parser.add_argument("--record", action="store_true", help="add to bench/RESULTS.md")
    parser.add_argument("--examples", type=int, default=3, metavar="N", help="wrong rows to name per kind")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
