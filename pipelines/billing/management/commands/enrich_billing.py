"""Classify imported rows, judge accounts, and keep both up to date with the rows and the rules."""

from argparse import ArgumentParser

from audit.context import Actor
from hub.commands import HubCommand, Options, add_dry_run
from hub.progress import Meter
from pipelines.billing.enrich.job import ENRICH, Asked, enrich_billing
from pipelines.engine.reports import RunReport


class Command(HubCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--brand", action="append", metavar="CODE", help="only this brand (repeatable)")
        parser.add_argument("--full", action="store_true", help="look at every row again")
        parser.add_argument("--limit", type=int, metavar="N", help="look at N records of each kind at most")
        add_dry_run(parser)

    def run(self, options: Options, progress: Meter) -> RunReport:
        asked = Asked(
            brands=tuple(options["brand"] or ()),
            full=options["full"],
            limit=options["limit"],
            dry_run=options["dry_run"],
        )
        return enrich_billing(asked, by=Actor.command(ENRICH), meter=progress)
