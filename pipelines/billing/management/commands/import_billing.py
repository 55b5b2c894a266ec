"""Import the 16 billing entities of every brand from the lake."""

from argparse import ArgumentParser

from audit.context import Actor
from hub.commands import HubCommand, Options
from hub.progress import Meter
from pipelines.billing.jobs import IMPORT, import_billing
from pipelines.engine.reports import RunReport
from pipelines.engine.window import Window, add_window_arguments


class Command(HubCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_window_arguments(parser)

    def run(self, options: Options, progress: Meter) -> RunReport:
        return import_billing(Window.from_options(options), by=Actor.command(IMPORT), meter=progress)
