"""What one run shall read: the flags every import shares, checked before anything is touched."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.commands import add_dry_run
from hub.errors import UsageError

CHUNK_ROWS = 10_000
KEEP = "keep"
DAY_LENGTHS = {len("2026-01-31"), len("20260131")}  # and no hour
LONGEST_MINUTES = 7 * 24 * 60
MAX_CHUNK_ROWS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Window:
    """The part of the lake a run reads, and how it writes.

    With `since` (and `until`, exclusive) the run is a bounded backfill: it reads rows by change time and
    leaves watermarks and file progress alone. `limit` is rows per entity, `minutes` of the whole run,
    `max_quarantined` a share, `workers` feeds at a time. `watermark` is what a person sets it to before the
    run: an instant, or KEEP.
    """

    brands: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    full: bool = False
    limit: int | None = None
    minutes: float | None = None
    watermark: datetime | str | None = None
    dry_run: bool = False
    max_quarantined: float = 0.05
    chunk_rows: int = CHUNK_ROWS
    workers: int = 1

    def __post_init__(self) -> None:
        if self.until and not self.since:
            raise UsageError("--until needs --since", hint="e.g. --since 2026-01-01 --until 2026-02-01")
        if self.since and self.until and self.since >= self.until:
            raise UsageError("--since is not before --until", hint="the end is exclusive")
        if self.full and self.since:
            raise UsageError("--full and --since exclude each other", hint="--full reads everything")
        if self.limit is not None and self.limit < 1:
            raise UsageError("--limit must be at least 1")
        if self.minutes is not None and not 0 < self.minutes <= LONGEST_MINUTES:
            raise UsageError("--minutes must be more than 0", hint="and at most a week")
        if self.watermark is not None:
            self._check_choice()
        if not 0 <= self.max_quarantined <= 1:
            raise UsageError("--max-quarantined is a share", hint="e.g. 0.05 for 5 %")
        if not 1 <= self.chunk_rows <= MAX_CHUNK_ROWS:
            raise UsageError(f"--chunk-rows must be between 1 and {MAX_CHUNK_ROWS}")

    def _check_choice(self) -> None:
        if not (self.brands and self.entities):
            raise UsageError("--watermark needs --brand and --entity", hint="it is a decision on one feed")
        if self.full or self.bounded:
            raise UsageError("--watermark goes with neither --full nor --since", hint="choose one of them")

    @property
    def bounded(self) -> bool:
        return self.since is not None

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Window:
        since, until = _instant("--since", options["since"]), _instant("--until", options["until"])
        chosen = options["watermark"]
        if since and until and _has_zone(options["since"]) != _has_zone(options["until"]):
            raise UsageError("only one of --since and --until has a zone", hint="both or none: none is UTC")
        if options["closed"]:
            if until is None:
                raise UsageError(
                    "--closed needs --until", hint="it takes in what changed at that time itself"
                )
            until += _length_of(options["until"])
        return cls(
            brands=tuple(options["brand"] or ()),
            entities=tuple(options["entity"] or ()),
            since=since,
            until=until,
            full=options["full"],
            limit=options["limit"],
            minutes=options["minutes"],
            watermark=chosen if chosen in {None, KEEP} else _instant("--watermark", chosen),
            dry_run=options["dry_run"],
            max_quarantined=options["max_quarantined"],
            chunk_rows=options["chunk_rows"],
            workers=options["workers"],
        )

    def as_dict(self) -> dict[str, Any]:
        """The flags that were given, for the run's row."""
        given = {
            "brand": list(self.brands),
            "entity": list(self.entities),
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "full": self.full,
            "limit": self.limit,
            "minutes": self.minutes,
            "watermark": self.watermark.isoformat()
            if isinstance(self.watermark, datetime)
            else self.watermark,
        }
        return {name: value for name, value in given.items() if value}


def add_selection_arguments(parser: ArgumentParser) -> None:
    """--brand and --entity, each as often as wanted."""
    parser.add_argument("--brand", action="append", metavar="CODE", help="only this brand (repeatable)")
    parser.add_argument("--entity", action="append", metavar="NAME", help="only this entity (repeatable)")


MEANINGS = {
    "since": "bounded backfill: rows changed at or after (ISO, UTC)",
    "until": "... and before",
    "closed": "... and at --until itself: a day is taken in wholly",
    "full": "read every file again",
    "limit": "stop after N rows of each entity",
    "minutes": "begin no further chunk after so many minutes; the next run goes on",
    "watermark": "set the watermark of one feed first: a time (ISO, UTC), or keep after its column changed",
    "max_quarantined": "a greater share quarantined: exit 3",
    "chunk_rows": "rows a transaction",
    "workers": "feeds at a time, each over its own connection (MySQL, MariaDB)",
}


def add_window_arguments(parser: ArgumentParser, **meanings: str) -> None:
    """The flags every job on feeds shares; `meanings` says what one of them does in this job."""
    says = MEANINGS | meanings
    add_selection_arguments(parser)
    parser.add_argument("--since", metavar="TIME", help=says["since"])
    parser.add_argument("--until", metavar="TIME", help=says["until"])
    parser.add_argument("--closed", action="store_true", help=says["closed"])
    parser.add_argument("--full", action="store_true", help=says["full"])
    parser.add_argument("--limit", type=int, metavar="N", help=says["limit"])
    parser.add_argument("--minutes", type=float, metavar="N", help=says["minutes"])
    parser.add_argument("--watermark", metavar="TIME|keep", help=says["watermark"])
    parser.add_argument(
        "--max-quarantined", type=float, default=0.05, metavar="SHARE", help=says["max_quarantined"]
    )
    parser.add_argument("--chunk-rows", type=int, default=CHUNK_ROWS, metavar="N", help=says["chunk_rows"])
    parser.add_argument("--workers", type=int, default=1, metavar="N", help=says["workers"])
    add_dry_run(parser)


def _instant(flag: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{flag} {text!r} is no date or time", hint="e.g. 2026-01-31 or 2026-01-31T06:00"
        ) from None


def _length_of(text: str) -> timedelta:
    """How long what is written lasts: a day without an hour is the whole of it, anything else an instant."""
    return timedelta(days=1) if len(text) in DAY_LENGTHS else timedelta(microseconds=1)


def _has_zone(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is not None
