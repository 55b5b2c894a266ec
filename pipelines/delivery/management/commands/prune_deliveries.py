"""Remove the bodies of documents that every target received long ago."""

from argparse import ArgumentParser

from django.conf import settings

from hub.commands import HubCommand, Options
from hub.progress import Meter
from pipelines.delivery.pruning import PruneReport, prune


class Command(HubCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days", type=int, metavar="N", help="keep bodies so long; default: HUB_DELIVERY_KEEP_DAYS"
        )

    def run(self, options: Options, progress: Meter) -> PruneReport:
        days = options["days"]
        return prune(days=settings.HUB_DELIVERY_KEEP_DAYS if days is None else days)
