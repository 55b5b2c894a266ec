"""Which rows exist upstream on a day: one list of ids per table, the only place where a hard delete shows."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pipelines.sample.partition import Place

HEADER = "id\n"
IDS_AT_ONCE = 10_000


class KeyList:
    """The ids of one table and day, written as they come; a later day continues an earlier one."""

    def __init__(self, place: Place, table: str) -> None:
        self.path = place.keys_file(table)
        self.loaded = place.loaded
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("w", encoding="ascii", newline="\n")
        self._file.write(HEADER)
        self._waiting: list[str] = []

    def add(self, key: str) -> None:
        self._waiting.append(key)
        if len(self._waiting) >= IDS_AT_ONCE:
            self._flush()

    def continue_from(self, earlier: Path, gone: Iterable[str]) -> None:
        """All ids of an earlier list but those that are gone."""
        without = {f"{key}\n" for key in gone}
        with earlier.open(encoding="ascii") as lines:
            next(lines)
            if without:
                self._file.writelines(line for line in lines if line not in without)
            else:
                self._file.writelines(lines)

    def close(self) -> None:
        self._flush()
        self._file.close()
        os.utime(self.path, (self.loaded, self.loaded))

    def _flush(self) -> None:
        self._file.write("".join(f"{key}\n" for key in self._waiting))
        self._waiting = []
