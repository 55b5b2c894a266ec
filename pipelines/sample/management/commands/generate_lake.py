"""Write a sample lake: a coherent business of three brands, dirty at known rates, and the truth about it."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction
from datetime import date
from pathlib import Path

from django.conf import settings

from hub.commands import HubCommand, Options, Report
from hub.errors import UsageError
from hub.progress import Meter
from pipelines.sample.brands import BRANDS
from pipelines.sample.generate import generate
from pipelines.sample.request import Request
from pipelines.sample.tables import billing_tables


class Command(HubCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--subscriptions", type=int, default=1000, help="of all brands together (1000)")
        parser.add_argument("--seed", type=int, default=42, help="the same seed writes the same bytes (42)")
        parser.add_argument(
            "--days", type=int, default=1, help="loads: the first, then one increment a day (1)"
        )
        parser.add_argument("--out", type=Path, help="the folder to write (default: the lake's)")
        parser.add_argument("--start-date", default="2026-01-05", help="load date of the first load")
        parser.add_argument(
            "--brand", action="append", help=f"{', '.join(BRANDS)}; may be repeated (default: all)"
        )
        parser.add_argument("--damage", action=BooleanOptionalAction, default=True, help="plant damage")
        parser.add_argument(
            "--truth", action=BooleanOptionalAction, default=True, help="write the truth beside it"
        )
        parser.add_argument("--force", action="store_true", help="overwrite an earlier sample lake")

    def run(self, options: Options, progress: Meter) -> Report:
        request = Request(
            out=options["out"] or _lake_folder(),
            subscriptions=options["subscriptions"],
            seed=options["seed"],
            days=options["days"],
            start=_date(options["start_date"]),
            brands=tuple(dict.fromkeys(options["brand"] or BRANDS)),
            damage=options["damage"],
            truth=options["truth"],
            force=options["force"],
        )
        return generate(request, billing_tables(), progress)


def _lake_folder() -> Path:
    folder = settings.LAKE.folder
    if folder is None:
        raise UsageError("the lake is not a folder", hint="name one with --out")
    return Path(folder)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--start-date {text} is not a date", hint="write it as 2026-01-05") from None
