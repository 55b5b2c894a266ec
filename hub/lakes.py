"""What passes between a lake and the engine: how files are written, which there are, and their raw cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, Protocol

import pyarrow as pa

from hub.registry import Finding

LINE_BITS = 31  # a position is load seconds x 2^31 + line, which stays below 2^63 until the year 2106


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """How a source writes its CSV files; Parquet and JSONL files say it themselves.

    `naive`: every delimiter separates, quotes mean nothing, the last cell keeps the rest of the line, as a
    lake's simple SerDe does. `rfc4180`: quoted cells may hold delimiters, doubled quotes and line breaks.
    `columns` names the columns of files without a header.
    """

    writing: Literal["naive", "rfc4180"] = "naive"
    delimiter: str = ","
    encoding: str = "utf-8"
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FileRef:
    """One file of a table as it was listed: its path inside the lake, size in bytes, times in UTC.

    `part` orders the files of one load among themselves, in seconds behind `loaded_at`.
    """

    path: str
    size: int
    modified_ns: int
    loaded_at: datetime
    part: int = 0

    @property
    def position(self) -> int:
        """Where its lines begin on the scale of `lake_position`."""
        return (int(self.loaded_at.timestamp()) + self.part) << LINE_BITS

    @property
    def latest_change(self) -> datetime:
        """No row changed later than two days behind the date of its load, wherever that date was written.

        What says so is not believed. The run's own start would give another answer in every run.
        """
        return self.loaded_at + timedelta(days=2)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A line that could not be read into cells: why, and its bytes."""

    code: str
    raw: bytes


@dataclass(frozen=True, kw_only=True)
class RawChunk:
    """Some consecutive rows of one file: string cells in the file's own columns, nothing interpreted.

    `cells` holds one array a column, all of one length; `lines` the 1-based physical line (or row) numbers;
    `faults` the rows (by index) whose cells cannot be trusted at all; `next_line` is where to go on; `returns`
    are the numbers of lines that ended in a carriage return, blank ones too.
    """

    columns: tuple[str, ...]
    cells: list[pa.Array]
    lines: pa.Array
    next_line: int
    faults: Mapping[int, Fault] = field(default_factory=dict)
    returns: frozenset[int] = frozenset()

    @property
    def rows(self) -> int:
        return len(self.lines)


@dataclass(frozen=True, kw_only=True)
class KeyList:
    """The source ids that existed upstream when a load ended, in lists, ascending."""

    ended_at: datetime
    ids: Iterator[list[str]]

    @property
    def position(self) -> int:
        """The end of that load on the scale of `lake_position`."""
        return ((int(self.ended_at.timestamp()) + 1) << LINE_BITS) - 1


@dataclass(frozen=True, kw_only=True)
class LeftQuery:
    """A query whose run died. Without an id it is not known whether it was ever sent."""

    token: str
    statement: str
    query_id: str = ""


class QueryLog(Protocol):
    """Where a lake that is asked by queries writes each of them down, so that none is left running.

    What is written here is there for good when the call returns, also when the process is killed.
    """

    def asking(self, *, token: str, statement: str) -> None:
        """A query is about to be sent; the same token never runs twice."""

    def started(self, *, token: str, query_id: str) -> None:
        """The query has an id; nobody has waited for it yet."""

    def ended(self, *, token: str, state: str, scanned: int, price: Decimal) -> None:
        """The query runs no more: its state, the bytes it scanned, an estimated price in US dollars."""

    def left_over(self) -> list[LeftQuery]:
        """Queries of runs that are dead."""


class TableReader(Protocol):
    """One table of a lake, ready to be read."""

    @property
    def name(self) -> str:
        """For messages: brand and table."""

    def delimiter_of(self, path: str) -> str | None:
        """What separates the cells of a file that keeps an overflow in the last one; None where cells come apart."""

    def in_lines(self, path: str) -> bool:
        """Whether a row's number is that of the line it begins on, so that neighbours in number are neighbours."""

    def is_there(self) -> bool:
        """Whether the lake knows the table at all."""

    def files(self, *, since: datetime | None = None) -> list[FileRef]:
        """The files that are ready, in the order of loading.

        Where looking costs, those of loads long before `since` may be left out; None means every file.
        """

    def expect(self, files: Sequence[tuple[FileRef, int]]) -> None:
        """Which files will be read next and from which line on, so that several can be asked for together."""

    def waiting(self) -> int:
        """How many files are there and not ready: they may still be being written."""

    def missing(self) -> list[str]:
        """Files that a manifest names and that are not there: what a load still lacks."""

    def headed(self, columns: tuple[str, ...]) -> TableReader:
        """The same table, whose files' cells are called so, whatever their first line says."""

    def chunks(self, file: FileRef, *, first_line: int, rows: int) -> Iterator[RawChunk]:
        """A file's rows from a line on, `rows` at a time; the first chunk may be empty but names the columns."""

    def cut(self, line: bytes, columns: tuple[str, ...]) -> list[str | None] | None:
        """One line's cells as the table is written today; None when it still cannot be read."""

    def unchanged(self, file: FileRef) -> bool:
        """Whether the file still has the size and time it was listed with."""

    def keys(self) -> KeyList | None:
        """What exists upstream now; None where the lake keeps no such list."""


class Lake(Protocol):
    """Where tables are."""

    def table(self, brand: str, area: str, table: str, form: FileFormat) -> TableReader:
        """One table of a brand; it need not be there."""

    def begin(self, log: QueryLog) -> None:
        """A run begins: queries are written down, and those of dead runs are stopped."""

    def findings(self) -> list[Finding]:
        """What doctor is to say of the lake's address, asked without cost."""
