"""Assemble the order documents of every brand: what changed since last time, and what today brings by itself."""

from argparse import ArgumentParser
from datetime import date

from audit.context import Actor
from hub.commands import HubCommand, Options, Report, add_dry_run
from hub.errors import UsageError
from hub.progress import Meter
from hub.workers import MOST_WORKERS
from pipelines.orders.explaining import explain
from pipelines.orders.jobs import ASSEMBLE, Asked, assemble_orders


class Command(HubCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--brand", action="append", metavar="CODE", help="only this brand (repeatable)")
        parser.add_argument(
            "--full", action="store_true", help="assemble every order, not what changed alone"
        )
        parser.add_argument(
            "--date", metavar="DAY", help="as on this day (default: today, in the brand's time zone)"
        )
        parser.add_argument(
            "--order", metavar="KEY", help="only this order: its key (brand:id) or its number"
        )
        parser.add_argument(
            "--explain", action="store_true", help="write nothing, show what makes the document of --order"
        )
        parser.add_argument(
            "--builders",
            type=int,
            metavar="N",
            default=Asked().builders,
            help="processes that make documents while this one reads and writes (default here: %(default)s)",
        )
        add_dry_run(parser)

    def run(self, options: Options, progress: Meter) -> Report:
        asked = Asked(
            brands=tuple(options["brand"] or ()),
            order=options["order"] or "",
            on=_day(options["date"]),
            full=options["full"],
            dry_run=options["dry_run"],
            builders=_builders(options["builders"]),
        )
        if options["explain"]:
            return explain(asked)
        return assemble_orders(asked, by=Actor.command(ASSEMBLE), meter=progress)


def _builders(number: int) -> int:
    if not 0 <= number <= MOST_WORKERS:
        raise UsageError(f"--builders must be between 0 and {MOST_WORKERS}")
    return number


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"--date {text!r} is no day", hint="e.g. 2026-01-31") from None
