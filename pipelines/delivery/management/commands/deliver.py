"""Send what is due to the targets: one pass over the outbox."""

from argparse import ArgumentParser

from audit.context import Actor
from hub.commands import HubCommand, Options
from hub.progress import Meter
from pipelines.delivery.delivering import Selection, deliver
from pipelines.delivery.report import DELIVER, DeliveryReport


class Command(HubCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--target", default="", metavar="NAME", help="only this target")
        parser.add_argument("--limit", type=int, metavar="N", help="at most N documents of each target")
        parser.add_argument(
            "--until-empty",
            action="store_true",
            help="wait for what is to be tried again, until all is settled",
        )

    def run(self, options: Options, progress: Meter) -> DeliveryReport:
        selection = Selection(
            target=options["target"], limit=options["limit"], until_empty=options["until_empty"]
        )
        return deliver(selection, by=Actor.command(DELIVER), meter=progress)
