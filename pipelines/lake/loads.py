"""When a file was loaded and where it stands among those of its load, by its path: the same in every lake."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zlib import crc32

from hub.errors import ConfigError

DAY_SECONDS = 86_400
LONGEST_PATH = 255  # characters
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)  # of a load
_STAMP = re.compile(  # 20250201_0830, 2025-02-01T08-30-15Z, 20250201083015
    r"(?<!\d)(\d{4})-?(0[1-9]|1[0-2])-?([0-2]\d|3[01])[T_ -]?([01]\d|2[0-3])[-:h]?([0-5]\d)[-:m]?([0-5]\d)?(?!\d)"
)
_PART_NUMBER = re.compile(r"(?i)part[-_]?(\d+)")
_LAST_NUMBER = re.compile(r"(\d+)(?!.*\d)")
_LOAD_DATE = re.compile(r"load_date=(\d{4}-\d{2}-\d{2})")


def short_path(path: str) -> str:
    """The path itself; complains about one that has no place in the records of what was read."""
    if len(path) <= LONGEST_PATH:
        return path
    raise ConfigError(
        f"{path[:60]}... is longer than {LONGEST_PATH} characters", hint="shorten the file's name"
    )


def load_date_in(path: str) -> datetime | None:
    """The date of the load partition a file lies in, at midnight UTC; None outside of one."""
    dated = _LOAD_DATE.search(path)
    return load_date(dated[1], path) if dated else None


def load_date(text: str, path: str) -> datetime:
    """A date as it is written in a partition's name."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise ConfigError(f"{path}: there is no such date", hint="rename its folder") from None


def plausible_load(loaded_at: datetime, path: str) -> datetime:
    """The moment itself; complains about one that no place in the lake can be counted from."""
    if EARLIEST <= loaded_at < LATEST:
        return loaded_at
    raise ConfigError(
        f"{path}: loaded in {loaded_at.year}", hint="correct the date of its folder or of the file"
    )


def part_of(name: str, loaded_at: datetime) -> int:
    """A file's place among those of its load date, in seconds: its time of day with its part number, or that alone.

    Without either its last number decides, else its name; nothing leaves the day.
    """
    written, rest = _written_at(name)
    if written is not None:
        part = _PART_NUMBER.search(rest)
        seconds = int((written - loaded_at).total_seconds()) + (int(part[1]) if part else 0)
        return min(max(seconds, 0), DAY_SECONDS - 1)
    number = _PART_NUMBER.search(name) or _LAST_NUMBER.search(name)
    return (int(number[1]) if number else crc32(name.encode())) % DAY_SECONDS


def _written_at(name: str) -> tuple[datetime | None, str]:
    """The date and time of day in a file's name, and the rest of the name."""
    stamp = _STAMP.search(name)
    if stamp is None:
        return None, name
    digits = "".join(part or "00" for part in stamp.groups())
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC), name.replace(stamp[0], "")
    except ValueError:
        return None, name
