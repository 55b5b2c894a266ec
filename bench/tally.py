"""What the repair made of every damaged row of a sample lake, against the truth beside it. No database is needed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.lakes import FileRef, TableReader
from pipelines.engine.boundaries import whole_rows
from pipelines.engine.chunk import Incoming, open_chunk
from pipelines.engine.mapping import ColumnPlan, plan_columns
from pipelines.engine.reading import Origin, RowsRead, read_rows
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.engine.source import Feed
from pipelines.engine.window import CHUNK_ROWS
from pipelines.sample.damage.table import ACCEPT, DROP, EITHER, QUARANTINE, REPAIR
from pipelines.sample.truth import TrueRow, true_rows

CLEAN = "clean"
_Truths = dict[int, list[TrueRow]]  # by line


@dataclass
class Tally:
    """One kind of damage: rows by outcome, and the codes of those that were set aside.

    `wrong` rows stand in the table as something else than they are; `lost` ones left no trace at all.
    """

    expect: str
    planted: int = 0
    dropped: int = 0
    accepted: int = 0
    repaired: int = 0
    wrong: int = 0
    quarantined: int = 0
    lost: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float | None:
        """Of the rows that were not set aside, those that stand as they truly are."""
        taken = self.accepted + self.repaired + self.wrong
        return (self.accepted + self.repaired) / taken if taken else None

    @property
    def recall(self) -> float | None:
        """Of the planted rows, those that stand as they truly are; None where none can."""
        return None if self.expect in {QUARANTINE, DROP} else (self.accepted + self.repaired) / self.planted

    @property
    def met(self) -> bool:
        """Whether everything came out as the kind demands."""
        as_demanded = {
            ACCEPT: self.accepted,
            DROP: self.dropped,
            EITHER: self.planted,
            QUARANTINE: self.quarantined,
            REPAIR: self.repaired + self.accepted,
        }
        return not self.wrong and not self.lost and as_demanded[self.expect] == self.planted


Tallies = dict[str, Tally]


def tally_table(
    lake: Path, model: type[ImportedRow], feed: Feed, reader: TableReader, tallies: Tallies
) -> None:
    """Read every file of a table as an import does and count, by kind, what became of its rows."""
    truths: dict[str, _Truths] = defaultdict(lambda: defaultdict(list))
    for row in true_rows(lake, feed.tenant, feed.table):
        truths[row.file][row.line].append(row)
    for file in reader.files():
        _File(model, feed, reader, file, truths.pop(file.path, {})).count(tallies)


@dataclass(frozen=True)
class _File:
    model: type[ImportedRow]
    feed: Feed
    reader: TableReader
    file: FileRef
    truths: Mapping[int, list[TrueRow]]

    def count(self, tallies: Tallies) -> None:
        answered: set[int] = set()
        for plan, read in _reads(self.reader, self.file, self.model, self.feed):
            rows = defaultdict(list)
            for row in read.rows:
                rows[row.line].append(row)
                answered.update((row.line, *row.other_lines))
            codes = {row.line: row.code for row in read.rejected}
            answered |= codes.keys()
            for line in rows.keys() | codes.keys():
                for truth in self.truths.get(line, ()):
                    self._one(truth, rows.get(line, []), codes.get(line), plan, tallies)
        for line in self.truths.keys() - answered:
            for truth in self.truths[line]:
                tally = _tally(tallies, truth)
                tally.dropped += truth.expect == DROP
                tally.lost += truth.expect != DROP

    def _one(
        self, truth: TrueRow, rows: list[Incoming], code: str | None, plan: ColumnPlan, tallies: Tallies
    ) -> None:
        tally = _tally(tallies, truth)
        if code is not None:
            tally.quarantined += 1
            tally.codes[code] += 1
            return
        wanted = _document(truth, plan)
        row = next((row for row in rows if _filled(row.document) == wanted), None)
        if row is None:
            tally.wrong += 1
            tally.examples.append(f"{truth.file}:{truth.line}")
        elif row.repair is None:
            tally.accepted += 1
        else:
            tally.repaired += 1


def reads_of(
    reader: TableReader, model: type[ImportedRow], feed: Feed
) -> Iterator[tuple[ColumnPlan, RowsRead]]:
    """What an import reads of a table, chunk by chunk."""
    for file in reader.files():
        yield from _reads(reader, file, model, feed)


def _reads(
    reader: TableReader, file: FileRef, model: type[ImportedRow], feed: Feed
) -> Iterator[tuple[ColumnPlan, RowsRead]]:
    for raw, _ in whole_rows(
        reader.chunks(file, first_line=1, rows=CHUNK_ROWS), in_lines=reader.in_lines(file.path)
    ):
        plan = plan_columns(spec_of(model), feed, raw.columns, file.path)
        chunk = open_chunk(raw, plan)
        if chunk.rows:
            yield plan, read_rows(chunk, chunk.raw_checksums(), Origin.of(reader, file.path))


def _tally(tallies: Tallies, truth: TrueRow) -> Tally:
    name = f"{truth.kind} {truth.how}".strip()
    tally = tallies.setdefault(name, Tally(expect=truth.expect))
    tally.planted += 1
    return tally


def _document(truth: TrueRow, plan: ColumnPlan) -> dict[str, Any]:
    names = {column.in_lake: column.name for column in plan.spec.columns}
    return _filled({names[lake]: text for lake, text in truth.row.items()})


def _filled(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value is not None}
