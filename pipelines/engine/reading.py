"""Read a chunk's rows: typed where every cell reads, mended where one reading is clearly right, rejected else. Pure.

Rows that read are never looked at one by one. The few others meet the repair, with what is known of them:
the lines beside them in the file, and the row that is stored under their key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from hub.lakes import TableReader
from pipelines.engine.chunk import (
    Chunk,
    Incoming,
    Rejected,
    implausible_cursor,
    in_order,
    incoming,
    rejected_row,
    typed_cells,
    verbatim,
)
from pipelines.engine.repair.alignment import Step
from pipelines.engine.repair.mending import mend
from pipelines.engine.repair.slots import Cells
from pipelines.engine.repair.verdict import Refused, Repaired, Surroundings, Suspect
from pipelines.engine.typed import TypedCells

IMPLAUSIBLE = "cursor_implausible"
MOST_LINES = 5  # of one row
FEW_TEXTS = 500  # of a column: what is not among so many is hardly usual there
BLANK_SHARE = 0.001  # of a column's texts that begin with a blank: from there on a blank binds nothing
StoredRows = Callable[[Sequence[str]], Mapping[str, Mapping[str, Any]]]  # documents by source id


def _nothing_stored(source_ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Origin:
    """How a chunk's rows were cut, for those that must be cut again, and what is stored of them.

    Without `delimiter` their cells came apart; only `in_lines` are rows of neighbouring numbers neighbours.
    """

    delimiter: str | None
    in_lines: bool
    stored: StoredRows = _nothing_stored

    @classmethod
    def of(cls, reader: TableReader, path: str, stored: StoredRows = _nothing_stored) -> Origin:
        return cls(delimiter=reader.delimiter_of(path), in_lines=reader.in_lines(path), stored=stored)


@dataclass(kw_only=True)
class RowsRead:
    """What became of a chunk's rows.

    `joined` lines were part of a row that began on another one, `split` rows began behind another on its line.
    """

    rows: list[Incoming]
    rejected: list[Rejected] = field(default_factory=list)
    joined: int = 0
    split: int = 0

    def __iadd__(self, other: RowsRead) -> RowsRead:
        self.rows += other.rows
        self.rejected += other.rejected
        self.joined += other.joined
        self.split += other.split
        return self


def read_rows(chunk: Chunk, raw_checksums: Sequence[bytes], origin: Origin) -> RowsRead:
    """Type the rows, mend those that do not read, reject the rest."""
    typed = typed_cells(chunk)
    good = pc.and_(typed.valid, in_order(chunk.plan, typed)).to_pylist()
    overfull = _overfull(chunk, origin)
    for index in (*chunk.faults, *overfull):
        good[index] = False
    read = RowsRead(
        rows=incoming(chunk, typed, raw_checksums, [index for index, ok in enumerate(good) if ok])
    )
    if not all(good):
        read += _Suspects(chunk, typed, raw_checksums, origin, overfull).read(good)
    return _with_times(chunk, read)


def _overfull(chunk: Chunk, origin: Origin) -> frozenset[int]:
    """Rows that read, and whose last column is a text with another row in it."""
    row, delimiter = chunk.plan.row, origin.delimiter
    if delimiter is None or not row.slots[-1].prose:
        return frozenset()
    many = pc.greater_equal(pc.count_substring(chunk.arrays[-1], delimiter), len(row) - 1)
    places = pc.indices_nonzero(pc.fill_null(many, False)).to_pylist()
    return frozenset(index for index in places if row.another(chunk.cells(index), delimiter))


def set_aside(read: RowsRead, chunk: Chunk, wrong: Mapping[int, str], code: str) -> RowsRead:
    """The same without some rows (by `id`, with the column it is about); all lines they came from are rejected.

    Of two rows on one line both are, since a line is kept or set aside as a whole.
    """
    if not wrong:
        return read
    columns = {row.line: wrong[id(row)] for row in read.rows if id(row) in wrong}
    gone = [row for row in read.rows if row.line in columns]
    indices = {line: index for index, line in enumerate(chunk.lines)}
    lines = {line: columns[row.line] for row in gone for line in (row.line, *row.other_lines)}
    return RowsRead(
        rows=[row for row in read.rows if row.line not in columns],
        rejected=[
            *read.rejected,
            *(
                rejected_row(chunk, indices[line], Refused(code=code, columns=(name,)))
                for line, name in lines.items()
            ),
        ],
        joined=read.joined - (len(lines) - len(columns)),
        split=read.split - (len(gone) - len(columns)),
    )


def _with_times(chunk: Chunk, read: RowsRead) -> RowsRead:
    """Rows whose change time is a placeholder are rejected: nobody knows which of two versions is newer."""
    wrong = {id(row): chunk.plan.spec.cursor for row in read.rows if implausible_cursor(row)}
    return set_aside(read, chunk, wrong, IMPLAUSIBLE)


@dataclass(frozen=True)
class _Mended:
    """An answer of the repair and the rows (by index) it is about."""

    answer: Repaired
    indices: tuple[int, ...]


@dataclass(frozen=True)
class _Suspects:
    """The rows of a chunk that do not read, and the `overfull` ones, which read only because a text took up a row."""

    chunk: Chunk
    typed: TypedCells
    raw_checksums: Sequence[bytes]
    origin: Origin
    overfull: frozenset[int]

    def read(self, good: Sequence[bool]) -> RowsRead:
        chunk, read, damaged = self.chunk, RowsRead(rows=[]), list[int]()
        for index in (index for index, ok in enumerate(good) if not ok):
            if index in chunk.faults:
                read.rejected.append(self._faulty(index))
            elif self.typed.valid[index].as_py() and index not in self.overfull:
                read.rejected.append(
                    rejected_row(chunk, index, Refused(code="order_violated", columns=self._pairs))
                )
            else:
                damaged.append(index)
        if damaged:
            read += self._mended(damaged, good)
        return read

    def _faulty(self, index: int) -> Rejected:
        fault = self.chunk.faults[index]
        raw = verbatim(self.chunk.plan.file_columns, fault.raw)
        return Rejected(code=fault.code, line=self.chunk.lines[index], raw=raw)

    @property
    def _pairs(self) -> tuple[str, ...]:
        return tuple(name for pair in self.chunk.plan.spec.not_after for name in pair)

    def _mended(self, damaged: Sequence[int], good: Sequence[bool]) -> RowsRead:
        cells = {index: self._cells(index) for index in damaged}
        around = Surroundings(
            delimiter=self.origin.delimiter,
            blank_starts=self._blank_starts(good),
            usual=partial(self._usual, pa.array(good, pa.bool_())),
        )
        stored = self._stored(cells)
        mended, read, half = list[_Mended](), RowsRead(rows=[]), None
        left = damaged
        while left:
            index = left[0]
            found = self._torn(left, cells, around) or self._alone(index, cells, around, stored)
            if isinstance(found, _Mended) and self._goes_on(half, found):
                found = self._refused(found, "not_certain")[0]
            if isinstance(found, _Mended):
                mended.append(found)
                left, half = left[len(found.indices) :], None
            else:
                read.rejected.append(found)
                left, half = left[1:], index if cells[index][-1] is None else None
        read += self._retyped(mended)
        return read

    def _goes_on(self, half: int | None, found: _Mended) -> bool:
        """Whether a row that seems to lack a column may be the second half of the line before, which was set aside."""
        if half is None or found.answer.rule != Step.OMITTED or not self.origin.in_lines:
            return False
        return self._follows(self.chunk.lines[half], self.chunk.lines[found.indices[0]])

    def _cells(self, index: int) -> Cells:
        markers = set(self.chunk.plan.feed.null_markers)
        return [None if cell in markers else cell for cell in self.chunk.cells(index)]

    def _alone(
        self, index: int, cells: Mapping[int, Cells], around: Surroundings, stored: Mapping[int, Cells]
    ) -> _Mended | Rejected:
        suspect = Suspect(lines=[cells[index]], stored=stored.get(index))
        answer = mend(suspect, self.chunk.plan.row, around)
        if isinstance(answer, Repaired):
            return _Mended(answer, (index,))
        if not answer.columns:  # right in form, impossible in content
            answer = replace(answer, columns=tuple(self.typed.faults(index)))
        return replace(rejected_row(self.chunk, index, answer), delimiter=self.origin.delimiter)

    def _torn(self, left: Sequence[int], cells: Mapping[int, Cells], around: Surroundings) -> _Mended | None:
        """A row that lies on the first of these lines and some that follow at once, if it can be put together."""
        for indices in self._runs(left, cells):
            gaps = pairwise(self.chunk.lines[index] for index in indices)
            ends = ["".join(map(self.chunk.line_end, range(line, after))) for line, after in gaps]
            suspect = Suspect(lines=[cells[index] for index in indices], ends=ends)
            answer = mend(suspect, self.chunk.plan.row, around)
            if isinstance(answer, Repaired) and not self._takes_up_a_row(answer):
                return _Mended(answer, indices)
        return None

    def _takes_up_a_row(self, answer: Repaired) -> bool:
        """Whether a torn text may hold another row's beginning: keys that look like words do not tell."""
        if self.chunk.plan.row.keys_tell:
            return False
        behind = (cell.partition("\n")[2] for cells in answer.rows for cell in cells if cell)
        return any((self.origin.delimiter or "") in text for text in behind if text)

    def _runs(self, left: Sequence[int], cells: Mapping[int, Cells]) -> Iterator[tuple[int, ...]]:
        """The first line with one, two... that follow it, as long as all have too few cells and begin no row."""
        if not self.origin.in_lines:
            return
        for count in range(2, MOST_LINES + 1):
            run = tuple(left[:count])
            lines = [self.chunk.lines[index] for index in run]
            follow = len(run) == count and all(self._follows(line, after) for line, after in pairwise(lines))
            if not follow or any(cells[index][-1] is not None for index in run):
                return
            if self.chunk.plan.row.begins(cells[run[-1]]):
                return
            if any("\n" in (cell or "") for cell in cells[run[-2]]):
                return  # it lay on several lines itself, so what stands between is no blank line
            yield run

    def _follows(self, line: int, after: int) -> bool:
        """Whether nothing but blank lines stands between two lines."""
        between = range(line + 1, after)
        known = not between or self.chunk.delivered is not None
        return known and len(between) < MOST_LINES and self._delivered.isdisjoint(between)

    @cached_property
    def _delivered(self) -> frozenset[int]:
        return frozenset(() if self.chunk.delivered is None else self.chunk.delivered.to_pylist())

    def _blank_starts(self, good: Sequence[bool]) -> frozenset[str]:
        """Text columns whose good cells begin with blanks of their own."""
        plan, rows = self.chunk.plan, pa.array(good, pa.bool_())
        found = set()
        for slot, cells in zip(plan.row.slots, self.chunk.arrays, strict=True):
            if slot.prose:
                texts = cells.filter(rows)
                begin = pc.sum(pc.starts_with(texts, " ")).as_py() or 0
                if begin and begin >= BLANK_SHARE * (len(texts) - texts.null_count):
                    found.add(slot.name)
        return frozenset(found)

    def _usual(self, good: pa.Array, column: str, text: str) -> bool:
        """Whether good rows hold this very text in a column; too few of them say nothing."""
        names = [slot.name for slot in self.chunk.plan.row.slots]
        texts = self.chunk.arrays[names.index(column)].filter(good)
        known = len(texts) - texts.null_count
        return known < FEW_TEXTS or bool(pc.any(pc.equal(texts, text)).as_py())

    def _stored(self, cells: Mapping[int, Cells]) -> dict[int, Cells]:
        """What is stored under the keys of the rows, in the file's order."""
        plan = self.chunk.plan
        found = {index: plan.source_id(row) for index, row in cells.items()}
        ids = {index: source_id for index, source_id in found.items() if plan.key_slot.fits(source_id)}
        documents = self.origin.stored(sorted(set(ids.values())))
        return {
            index: [documents[source_id].get(place or "") for place in plan.places]
            for index, source_id in ids.items()
            if source_id in documents
        }

    def _retyped(self, mended: Sequence[_Mended]) -> RowsRead:
        """Mended rows go through the same typing; one that still does not read is rejected, with all it came from."""
        pairs = [(found, cells) for found in mended for cells in found.answer.rows]
        if not pairs:
            return RowsRead(rows=[])
        again = self._as_chunk(pairs)
        typed = typed_cells(again)
        good = pc.and_(typed.valid, in_order(again.plan, typed)).to_pylist()
        places = [place for place, ok in enumerate(good) if ok]
        rows = incoming(again, typed, [self._checksum(found) for found, _ in pairs], places)
        bad = {id(found) for (found, _), ok in zip(pairs, good, strict=True) if not ok}
        read = RowsRead(rows=[])
        for place, row in zip(places, rows, strict=True):
            if id(pairs[place][0]) not in bad:
                read.rows.append(self._told(row, pairs[place][0]))
        for found in mended:
            if id(found) in bad:
                read.rejected += self._refused(found, "repair_unreadable")
            else:
                read.joined += len(found.indices) - 1
                read.split += len(found.answer.rows) - 1
        return read

    def _as_chunk(self, pairs: Sequence[tuple[_Mended, Sequence[str | None]]]) -> Chunk:
        columns = zip(*(cells for _, cells in pairs), strict=True)
        return replace(
            self.chunk,
            arrays=[pa.array(column, pa.string()) for column in columns],
            lines=[self.chunk.lines[found.indices[0]] for found, _ in pairs],
            faults={},
        )

    def _checksum(self, found: _Mended) -> bytes | None:
        """Of the cells as delivered; a row of several lines, or one of several on a line, is compared in full."""
        whole = len(found.indices) == len(found.answer.rows) == 1
        return self.raw_checksums[found.indices[0]] if whole else None

    def _told(self, row: Incoming, found: _Mended) -> Incoming:
        lines = [self.chunk.cells(index) for index in found.indices]
        raw = orjson.dumps({"columns": self.chunk.plan.file_columns, "lines": lines})
        behind = tuple(self.chunk.lines[index] for index in found.indices[1:])
        return replace(row, repair=found.answer, raw=raw, other_lines=behind)

    def _refused(self, found: _Mended, code: str) -> list[Rejected]:
        refused = Refused(code=code, columns=(found.answer.column,), shift=found.answer.shift)
        return [rejected_row(self.chunk, index, refused) for index in found.indices]
