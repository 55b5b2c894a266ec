"""What a source file says of files that are not as declared: other columns, another heading, cells that do not read.

Pure. The contract of an entity stands for all of its files, a version for those of some loads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import Any

ACCEPT, IGNORE, QUARANTINE, STOP = "accept", "ignore", "quarantine", "stop"
ACTIONS = {
    "new_columns": (ACCEPT, IGNORE, QUARANTINE, STOP),
    "dropped_columns": (ACCEPT, STOP),
    "unreadable": (ACCEPT, IGNORE, QUARANTINE, STOP),
}
CONTRACT_KEYS = {"new_columns": "text", "dropped_columns": "text", "unreadable": "table"}
VERSION_KEYS = {
    "from_load": "day",
    "until_load": "day",
    "files": "text",
    "heading": "text",
    "columns": "formats",
    "constants": "table",
    "absent": "list",
    "ignored": "list",
    "damaged": "text",
}


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What happens to columns nobody declared, to declared ones that are not there, and to cells that do not read.

    `unreadable` gives some columns an action of their own; the cell of any other sends its row to the
    quarantine. `accept` keeps the text of such a cell in `extra`, `ignore` keeps nothing of it.
    """

    new_columns: str = ACCEPT
    dropped_columns: str = ACCEPT
    unreadable: Mapping[str, str] = field(default_factory=dict)

    @property
    def marks(self) -> tuple[Any, ...]:
        """What of it changes how a cell is read; nothing where all is as it was before there were contracts."""
        ignores = (IGNORE,) if self.new_columns == IGNORE else ()
        return (*ignores, *sorted(self.unreadable.items()))


@dataclass(frozen=True, kw_only=True)
class Version:
    """Some files of an entity and what is different about them: those of the loads between two days, or by name.

    `heading` is what their first line should have said. With `damaged` = quarantine, rows that do not read
    are quarantined however many they are, instead of the file being held.
    """

    from_load: date | None = None
    until_load: date | None = None
    files: str = ""
    heading: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    damaged: str = STOP

    def covers(self, path: str, loaded_at: datetime) -> bool:
        """Whether a file is one of them; both days are taken in."""
        day = loaded_at.date()
        if self.from_load and day < self.from_load:
            return False
        if self.until_load and day > self.until_load:
            return False
        return not self.files or fnmatchcase(path, self.files)
