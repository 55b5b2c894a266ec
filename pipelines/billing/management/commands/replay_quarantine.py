"""Send quarantined rows through the import again, after a column map or a rule was mended."""

from argparse import ArgumentParser

from audit.context import Actor
from hub.commands import HubCommand, Options
from hub.progress import Meter
from pipelines.billing.jobs import REPLAY, replay_quarantine
from pipelines.engine.replay import Selection
from pipelines.engine.reports import RunReport
from pipelines.engine.window import Window, add_window_arguments


class Command(HubCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_window_arguments(
            parser,
            since="rows quarantined at or after (ISO, UTC)",
            full="dismissed rows too",
            limit="at most N rows of each entity",
            max_quarantined="without meaning here",
            chunk_rows="without meaning here",
        )
        parser.add_argument("--id", type=int, metavar="ID", help="one entry")
        parser.add_argument("--key", metavar="KEY", help="the entries of one row, as brand:id")
        parser.add_argument("--file", metavar="PATH", help="the entries of one file of the lake")
        parser.add_argument("--code", metavar="CODE", help="the entries with one reason code")
        parser.add_argument(
            "--columns", metavar="NAMES", help="the entries whose unreadable columns are just these"
        )

    def run(self, options: Options, progress: Meter) -> RunReport:
        window = Window.from_options(options)
        selection = Selection(
            entry=options["id"],
            key=options["key"],
            file=options["file"],
            code=options["code"],
            columns=options["columns"],
            since=window.since,
            until=window.until,
            dismissed=window.full,
            limit=window.limit,
        )
        return replay_quarantine(window, selection, by=Actor.command(REPLAY))
