"""Read the truth that was written beside a sample lake. For tests: everything is held in memory.

Which row an id must end up with follows the hub's own order: the newest `updated_date` wins; at equal dates
the later load, then the later line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from pipelines.sample.layout import Row


@dataclass(frozen=True, kw_only=True)
class TrueRow:
    """One line of the lake as it really is; `row` is empty where the line never was a row."""

    row: Row
    file: str
    line: int
    kind: str
    how: str
    expect: str
    load: date

    @property
    def key(self) -> str:
        return self.row["id"] or ""

    @property
    def rank(self) -> tuple[str, date, str, int]:
        """What decides between two versions of a row; a cursor far ahead counts as the end of its load."""
        updated = min(self.row["updated_date"] or "", f"{self.load} 23:59:59.999999")
        return updated, self.load, self.file, self.line


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What must stand in a table after the loads up to a day.

    accepted: winners among rows that need no repair; repaired: winners among rows that must be repaired;
    either: the newest row per id that may be repaired or quarantined; missing: ids that vanished upstream.
    """

    accepted: dict[str, TrueRow] = field(default_factory=dict)
    repaired: dict[str, TrueRow] = field(default_factory=dict)
    either: dict[str, TrueRow] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    def winners(self) -> dict[str, TrueRow]:
        """The row each id must have, for ids that no `either` row leaves open."""
        best: dict[str, TrueRow] = {}
        for rows in (self.accepted, self.repaired):
            for row in rows.values():
                _newest(best, row)
        return {key: row for key, row in best.items() if key not in self.open_ids(best)}

    def open_ids(self, best: dict[str, TrueRow]) -> set[str]:
        """Ids whose newest row may or may not have been repaired."""
        return {key for key, row in self.either.items() if key not in best or best[key].rank < row.rank}

    @property
    def deleted(self) -> set[str]:
        return {key for key, row in self.winners().items() if row.row["is_deleted"] == "true"}


def true_rows(lake: Path, brand: str, table: str, until: date | None = None) -> Iterator[TrueRow]:
    """Every line of a table, load by load, in the order of the files."""
    for load, folder in loads(lake, brand, table):
        path = folder / "rows.jsonl"
        if (until is not None and load > until) or not path.exists():
            continue
        with path.open("rb") as lines:
            for line in lines:
                yield _true_row(orjson.loads(line), load)


def file_facts(lake: Path, brand: str, table: str) -> Iterator[dict[str, Any]]:
    """Per file: `_file`, `rows`, `lines`, and whether it has a `bom`, a `trailer`, or `drifted`."""
    for _, folder in loads(lake, brand, table):
        for line in (folder / "files.jsonl").read_bytes().splitlines():
            yield orjson.loads(line)


def loads(lake: Path, brand: str, table: str) -> list[tuple[date, Path]]:
    """The load dates of a table with the folder of their truth."""
    folders = sorted((lake / "truth" / brand / table).glob("load_date=*"))
    return [(date.fromisoformat(folder.name.removeprefix("load_date=")), folder) for folder in folders]


def keys_upstream(lake: Path, brand: str, table: str, day: date) -> frozenset[str]:
    """The ids that exist upstream on a day."""
    path = lake / brand / "billing" / "_keys" / table / f"load_date={day}" / "keys.csv"
    return frozenset(path.read_text(encoding="ascii").split("\n")[1:-1])


def expected_final(lake: Path, brand: str, table: str, day: date) -> Expected:
    """What the loads up to and including a day must leave in a table."""
    expected: dict[str, dict[str, TrueRow]] = {"accept": {}, "repair": {}, "either": {}}
    seen: set[str] = set()
    for row in true_rows(lake, brand, table, until=day):
        if row.row:
            seen.add(row.key)
        if row.expect in expected:
            _newest(expected[row.expect], row)
    gone = frozenset(seen - keys_upstream(lake, brand, table, day))
    return Expected(
        accepted=expected["accept"], repaired=expected["repair"], either=expected["either"], missing=gone
    )


def _newest(best: dict[str, TrueRow], row: TrueRow) -> None:
    if row.key not in best or best[row.key].rank <= row.rank:
        best[row.key] = row


def _true_row(fields: dict[str, Any], load: date) -> TrueRow:
    about = {name: fields.pop(name, "") for name in ("_file", "_line", "_kind", "_how", "_expect")}
    return TrueRow(
        row=fields,
        file=about["_file"],
        line=about["_line"],
        kind=about["_kind"],
        how=about["_how"],
        expect=about["_expect"],
        load=load,
    )
