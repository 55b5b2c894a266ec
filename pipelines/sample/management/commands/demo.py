"""Show the hub at work: a sample lake, two days imported, the admin running."""

import socket
from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from hub.commands import HubCommand, Options
from hub.errors import UsageError
from hub.progress import Meter
from pipelines.sample.demo import DemoReport, run_demo


class Command(HubCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--subscriptions", type=int, default=1500, help="of all brands together (1500)")
        parser.add_argument("--port", type=int, default=8000, help="where the admin listens on 127.0.0.1")
        parser.add_argument(
            "--serve", action=BooleanOptionalAction, default=True, help="run the admin at the end"
        )

    def run(self, options: Options, progress: Meter) -> DemoReport:
        if settings.LAKE.folder is None:
            raise UsageError("the demo needs a lake in a folder", hint="set LAKE_URL=duckdb:///var/lake")
        if not 1 <= options["port"] <= 65_535:
            raise UsageError("--port must be between 1 and 65535")
        if options["serve"] and not options["json"]:
            must_be_free(options["port"])
        url = f"http://127.0.0.1:{options['port']}/"
        return run_demo(Path(settings.LAKE.folder), options["subscriptions"], url, progress)

    def execute_options(self, options: Options) -> int:
        code = super().execute_options(options)
        if options["serve"] and not options["json"]:
            self.stdout.write("Stop it with Ctrl-C.")
            self.stdout.flush()
            call_command("runserver", f"127.0.0.1:{options['port']}", use_reloader=False, verbosity=0)
        return code


def must_be_free(port: int) -> None:
    """Refuse a port that somebody listens on, before anything is made of which the admin would tell."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise UsageError(
                f"port {port} cannot be had: {error.strerror}",
                hint=f'stop what listens there, or type make demo ARGS="--port {port + 1}"',
            ) from None
