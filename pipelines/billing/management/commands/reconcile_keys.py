"""Compare the keys of every billing entity with those that exist upstream, and flag what is gone."""

from argparse import ArgumentParser

from audit.context import Actor
from hub.commands import HubCommand, Options
from hub.progress import Meter
from pipelines.billing.jobs import RECONCILE, reconcile_keys
from pipelines.engine.reconcile import LEAST_SHARE
from pipelines.engine.reports import RunReport
from pipelines.engine.window import Window, add_window_arguments


class Command(HubCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        unused = "refused: key sets are compared whole"
        add_window_arguments(
            parser,
            since=unused,
            until=unused,
            full=unused,
            limit="flag nothing of an entity that lost more than N rows",
            max_quarantined="without meaning here",
            chunk_rows="without meaning here",
        )
        parser.add_argument(
            "--least-share",
            type=float,
            default=LEAST_SHARE,
            metavar="SHARE",
            help="refuse a shorter key list",
        )

    def run(self, options: Options, progress: Meter) -> RunReport:
        window = Window.from_options(options)
        return reconcile_keys(window, least_share=options["least_share"], by=Actor.command(RECONCILE))
