"""One table of Athena: its files, its rows, its key list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from hub import clock
from hub.errors import ConfigError, FatalError, RetryableError
from hub.lakes import FileFormat, FileRef, KeyList, RawChunk
from pipelines.lake.athena import catalogue, cells, objects, results, sql
from pipelines.lake.athena.asking import Asker
from pipelines.lake.athena.catalogue import Column, Shape
from pipelines.lake.athena.sql import Wanted
from pipelines.lake.cells import split_lines
from pipelines.lake.files import csv_chunks
from pipelines.lake.loads import DAY_SECONDS, load_date, load_date_in, part_of, plausible_load, short_path

GROUP_FILES = 100  # in one query, whose text may have 262,144 bytes
GROUP_BYTES = 4 << 30  # unloaded rows of so much are sorted on a disk of ours
LISTS_OF_DAYS = 45  # a key list comes every week, at the latest every month
NANO = 10**9


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What the listing said of a file, beyond its reference: its address, its partition, how many rows it has."""

    url: str
    load: str | None
    rows: int


@dataclass(kw_only=True)
class AthenaTable:
    """A declared table over files in S3. `keys_name` is the table that lists its ids.

    A line number is a row's place in the order of all its cells (`sql.rows`): it is the same however often the
    file is read, so that a killed run goes on behind the row it committed last, but no editor shows it. Where text
    is read by `lines`, it is the line's.
    """

    asker: Asker
    table: str
    keys_name: str
    form: FileFormat
    _shape: Shape | None = field(init=False, default=None)
    _is_known: bool = field(init=False, default=False)
    _listed: dict[str, Listed] = field(init=False, default_factory=dict)
    _expected: list[tuple[FileRef, int]] = field(init=False, default_factory=list)
    _opened: cells.Opened | None = field(init=False, default=None)
    _group: list[tuple[FileRef, int]] = field(init=False, default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.database}.{self.table}"

    @property
    def database(self) -> str:
        return self.asker.address.database

    @property
    def shape(self) -> Shape | None:
        """What the catalogue says, asked once; no `cached_property`, whose lock all tables share in Python 3.11."""
        if not self._is_known:
            self._shape, self._is_known = catalogue.shape_of(self.asker.cursor(), self.table), True
        return self._shape

    @property
    def partition(self) -> Column | None:
        return self._partition_of(self.shape) if self.shape else None

    def delimiter_of(self, path: str) -> str | None:
        """A SerDe drops what is too much, unless the table's last column takes the rest."""
        keeps = self.in_lines(path) or (self.shape is not None and self.shape.keeps_overflow)
        return self.form.delimiter if keeps else None

    def in_lines(self, path: str) -> bool:
        """Rows of a query come in no order, and their numbers say nothing of who stood beside whom."""
        return self.asker.habits.text == "lines" and self.shape is not None and self.shape.is_text

    def is_there(self) -> bool:
        return self.shape is not None

    def waiting(self) -> int:
        """An object of S3 is there as a whole or not at all."""
        return 0

    def files(self, *, since: datetime | None = None) -> list[FileRef]:
        """Files that hold rows, by load time, then path; from `since` on, and some days before it."""
        if self.shape is None:
            return []
        found = self._files_of(self.shape, since and since - timedelta(days=self.asker.habits.lag_days))
        self._listed |= {file.path: listed for file, listed in found}
        return sorted((file for file, _ in found), key=lambda file: (file.loaded_at, file.path))

    def expect(self, files: Sequence[tuple[FileRef, int]]) -> None:
        self._expected = list(files)

    def missing(self) -> list[str]:
        """There are no manifests here."""
        return []

    def headed(self, columns: tuple[str, ...]) -> AthenaTable:
        """The declaration names the cells, whatever stands in a file's first line."""
        raise ConfigError(
            f"a heading of its own cannot be given to files of {self.name}: its declaration names their cells",
            hint="declare a table of its own for these files, and a source that reads it",
        )

    def unchanged(self, file: FileRef) -> bool:
        """Whether the object is the one that was listed; asked of S3, where that is no query."""
        found = objects.stat(self.asker.s3, self._of(file).url)
        return found is not None and (found.size, found.modified) == (file.size, file.modified_ns // NANO)

    def chunks(self, file: FileRef, *, first_line: int, rows: int) -> Iterator[RawChunk]:
        """The rows of a file; files that are expected one after the other come with one query."""
        if self.shape is None:
            raise FatalError(f"there is no table {self.name}", hint="was it dropped since the run began?")
        if self.in_lines(file.path):
            yield from self._lines_of(file, self.shape, first_line, rows)
            return
        place = self._place_of(file, first_line)
        assert self._opened is not None  # _place_of opens what is not open
        there = self._of(file).rows
        found = cells.chunks(self._opened.of(place), self.shape.columns, first_line=first_line, rows=rows)
        for chunk in found:
            read = chunk.next_line - 1
            if read > there or (read < there and not chunk.rows):
                raise RetryableError(
                    f"{file.path} changed while it was being read", hint="run the command again"
                )
            yield chunk

    def _lines_of(self, file: FileRef, shape: Shape, first_line: int, rows: int) -> Iterator[RawChunk]:
        """The rows as they stand in the object's lines: what a SerDe drops, tears or replaces is still there."""
        names = tuple(column.name for column in shape.columns)
        form = self.form if shape.has_headings else replace(self.form, columns=names)
        with TemporaryDirectory() as folder:
            name = file.path.rpartition("/")[2]
            path = objects.download(self.asker.s3, self._of(file).url, Path(folder), name)
            yield from csv_chunks(path, form, first_line, rows)

    def cut(self, line: bytes, columns: tuple[str, ...]) -> list[str | None] | None:
        """A line kept from the days when the lake was a folder."""
        found = split_lines(line.split(b"\n"), 1, 1, len(columns), self.form)
        return None if found.faults or not found.lines else [each[0].as_py() for each in found.cells]

    def keys(self) -> KeyList | None:
        """The ids of the newest load of the key list; where it has no loads, the whole table is the list."""
        shape = catalogue.shape_of(self.asker.cursor(), self.keys_name)
        if shape is None:
            return None
        if "id" not in {column.name for column in shape.columns}:
            raise ConfigError(f"the key list {self.keys_name} has no column id", hint="declare it with one")
        recent = clock.now() - timedelta(days=LISTS_OF_DAYS)
        found = self._files_of(shape, recent) or self._files_of(shape, None)
        if not found:
            return None
        newest, listed = max(found, key=lambda pair: (pair[0].loaded_at, pair[0].modified_ns))
        length = DAY_SECONDS - 1 if listed.load else 0
        return KeyList(
            ended_at=newest.loaded_at + timedelta(seconds=length), ids=self._ids(shape, listed.load)
        )

    def _ids(self, shape: Shape, load: str | None) -> Iterator[list[str]]:
        query = sql.ids(self.database, shape, self._partition_of(shape), load)
        for (column,) in results.texts(self.asker, query, doing=f"reading the key list {shape.name}"):
            yield [key for key in column.to_pylist() if key is not None]

    def _partition_of(self, shape: Shape) -> Column | None:
        return shape.partition(self.asker.address.options["partition"])

    def _files_of(self, shape: Shape, since: datetime | None) -> list[tuple[FileRef, Listed]]:
        partition = self._partition_of(shape)
        times = self.asker.address.options["times"] == "yes"
        query = sql.listing(self.database, shape, partition, since=since, times=times)
        batches = results.texts(self.asker, query, doing=f"listing the files of {shape.name}")
        facts = [
            row for batch in batches for row in zip(*(column.to_pylist() for column in batch), strict=True)
        ]
        return [self._file(shape, *row) for row in facts]

    def _file(
        self, shape: Shape, url: str, load: str | None, size: str | None, time: str | None, rows: str
    ) -> tuple[FileRef, Listed]:
        """A file of the listing. An engine that tells no size and time leaves them to S3."""
        path = self._path(shape, url)
        if size is None or time is None:
            stat = objects.stat(self.asker.s3, url) or objects.Stat(size=0, modified=0)
            size, time = str(stat.size), str(stat.modified * 1000)
        dated = load_date(load, path) if load else load_date_in(path)
        modified = int(time) // 1000
        loaded_at = plausible_load(dated or datetime.fromtimestamp(modified, UTC), path)
        file = FileRef(
            path=path,
            size=int(size),
            modified_ns=modified * NANO,
            loaded_at=loaded_at,
            part=part_of(path.rpartition("/")[2], loaded_at) if dated else 0,
        )
        return file, Listed(url=url, load=load, rows=int(rows))

    def _path(self, shape: Shape, url: str) -> str:
        """Short, and the same if the bucket moves: the table and the place below its location."""
        below = shape.location and url.startswith(shape.location)
        return short_path(f"{shape.name}/{url.removeprefix(shape.location)}" if below else url)

    def _of(self, file: FileRef) -> Listed:
        try:
            return self._listed[file.path]
        except KeyError:
            raise FatalError(
                f"{file.path} was not listed by this run", hint="run the command again"
            ) from None

    def _place_of(self, file: FileRef, first_line: int) -> int:
        """Which file of the open query it is; a query for it, and what is expected behind it, where it is in none."""
        wanted = (file, first_line)
        if self._opened is not None and wanted in self._group[self._opened.at - 1 :]:
            return self._group.index(wanted, self._opened.at - 1) + 1
        self._group = self._next_group(wanted)
        self._opened = cells.Opened(batches=self._rows_of(self._group))
        return 1

    def _next_group(self, wanted: tuple[FileRef, int]) -> list[tuple[FileRef, int]]:
        if wanted not in self._expected:
            return [wanted]
        group, size = list[tuple[FileRef, int]](), 0
        for file, line in self._expected[self._expected.index(wanted) :]:
            size += file.size
            if group and (len(group) == GROUP_FILES or size > GROUP_BYTES):
                break
            group.append((file, line))
        return group

    def _rows_of(self, group: Sequence[tuple[FileRef, int]]) -> Iterator[pa.RecordBatch]:
        assert self.shape is not None  # asked by chunks()
        files = [
            Wanted(url=listed.url, load=listed.load, first_line=line)
            for file, line in group
            if (listed := self._of(file))
        ]
        query = sql.rows(self.database, self.shape, self.partition, files)
        first = group[0][0].path
        doing = f"reading {first}" + (f" and {len(group) - 1} more" if len(group) > 1 else "")
        return results.rows(self.asker, query, doing=doing, expected=sum(file.size for file, _ in group))
