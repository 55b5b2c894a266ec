"""What generate_lake was asked to write, and whether it may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hub.errors import UsageError
from pipelines.sample.brands import BRANDS

MOST_SUBSCRIPTIONS = 10_000_000
MOST_DAYS = 1000
EARLIEST, LATEST = (
    date(2000, 1, 1),
    date(2090, 1, 1),
)  # what the sample's own history and future need room for
MARKER = "_sample.json"  # stands in every folder that generate_lake wrote; no other folder is ever emptied


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to write; `start` is the load date of the first load, `days` counts it."""

    out: Path
    subscriptions: int = 1000
    seed: int = 42
    days: int = 1
    start: date = date(2026, 1, 5)
    brands: tuple[str, ...] = tuple(BRANDS)
    damage: bool = True
    truth: bool = True
    force: bool = False

    def check(self) -> None:
        if not 1 <= self.subscriptions <= MOST_SUBSCRIPTIONS:
            raise UsageError(
                f"--subscriptions {self.subscriptions} is out of range", hint=f"1 to {MOST_SUBSCRIPTIONS}"
            )
        if not 1 <= self.days <= MOST_DAYS:
            raise UsageError(
                f"--days {self.days} is out of range", hint=f"1, the first load alone, to {MOST_DAYS}"
            )
        if not EARLIEST <= self.start < LATEST:
            raise UsageError(f"--start-date {self.start} is out of range", hint=f"{EARLIEST} to {LATEST}")
        if unknown := [code for code in self.brands if code not in BRANDS]:
            raise UsageError(f"no brand is called {unknown[0]}", hint=f"brands are {', '.join(BRANDS)}")
        self._check_folder()

    def _check_folder(self) -> None:
        """Make the folder, since nothing else tells whether it can be made; what is in it must be ours."""
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            filled = any(self.out.iterdir())
        except OSError as error:
            raise UsageError(
                f"{self.out} cannot be a folder ({error.strerror})", hint="name another with --out"
            ) from None
        if not filled:
            return
        if not (self.out / MARKER).exists():
            raise UsageError(
                f"{self.out} holds files that generate_lake did not write",
                hint="name an empty folder (--out; for the demo LAKE_URL)",
            )
        if not self.force:
            raise UsageError(f"{self.out} holds a sample lake already", hint="overwrite it with --force")

    def shares(self) -> dict[str, int]:
        """Subscriptions per brand, adding up; a brand may be left without any in a tiny lake."""
        total = sum(BRANDS[code].share for code in self.brands)
        shares, given, covered = {}, 0, 0.0
        for code in self.brands:
            covered += BRANDS[code].share
            upto = round(self.subscriptions * covered / total)
            shares[code], given = upto - given, upto
        return {code: share for code, share in shares.items() if share}

    def as_dict(self) -> dict[str, Any]:
        return {
            "subscriptions": self.subscriptions,
            "seed": self.seed,
            "days": self.days,
            "start_date": self.start.isoformat(),
            "brands": list(self.brands),
            "damage": self.damage,
            "truth": self.truth,
        }
