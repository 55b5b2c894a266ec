"""How the hub asks Athena: what the settings decide, in one value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Way = Literal["auto", "results", "pages", "unload"]
Text = Literal["rows", "lines"]


@dataclass(frozen=True, kw_only=True)
class Habits:
    """Seconds, bytes, days and US dollars for 10^12 bytes scanned.

    `read`: `results` fetches the CSV that a query leaves in S3, `pages` asks for 1,000 rows a call, `unload`
    lets Athena write Parquet; `auto` unloads where the files asked for have at least `unload_from` bytes and
    fetches results otherwise. `budget` is what one run may scan, `lag_days` how far behind the newest load
    an increment looks for files that came late. `text`: `rows` asks Athena for the rows of text tables too,
    `lines` fetches their files and cuts them here, which keeps what a SerDe loses.
    """

    read: Way = "auto"
    text: Text = "rows"
    unload_from: int = 256 << 20
    budget: int = 10**12
    price: Decimal = Decimal(5)
    timeout: float = 1800
    poll: float = 1.0
    lag_days: int = 7
    attempts: int = 4
    backoff: float = 2.0
