"""The lake in folders: CSV, JSONL and Parquet under `<lake>/<brand>/<area>/<table>/`, optionally by load date.

DuckDB reads Parquet and sorts key lists; text files come as lines (see `lines`). Its memory and threads
are limited explicitly, because a library that sizes itself by the machine does not stay flat.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from hub.ahead import ahead
from hub.errors import ConfigError, FatalError, UnreadableFileError
from hub.lakes import FileFormat, FileRef, KeyList, QueryLog, RawChunk
from hub.registry import Finding
from pipelines.lake.cells import split_lines
from pipelines.lake.files import csv_chunks, jsonl_chunks, parquet_chunks
from pipelines.lake.loads import DAY_SECONDS, load_date_in, part_of, plausible_load, short_path

SETTLING_SECONDS = 60  # a file that changed a moment ago may still be being written
MANIFEST = "_manifest"  # lists, one name a line, files of its folder that are complete
KEY_LISTS = ("keys.csv", "keys.csv.gz")
KEY_LIST_ROWS = 10_000
_SUFFIXES = (".csv", ".csv.gz", ".jsonl", ".parquet")
_IDS = """
    SELECT DISTINCT trim(id) AS id FROM read_csv(?, columns = {'id': 'VARCHAR'}, header = true) ORDER BY id
"""
_FIRST_ID = "SELECT id FROM read_csv(?, columns = {'id': 'VARCHAR'}, header = false) LIMIT 1"


@dataclass(frozen=True, kw_only=True)
class DuckDBLake:
    """A folder as a lake."""

    folder: Path
    memory: str = "256MB"
    threads: int = 2

    def table(self, brand: str, area: str, table: str, form: FileFormat) -> FolderTable:
        return FolderTable(lake=self, folder=self.folder / brand / area / table, form=form)

    def begin(self, log: QueryLog) -> None:
        """A folder is not asked by queries."""

    def findings(self) -> list[Finding]:
        """What is to be said of a folder, its tables' files say."""
        return []

    def connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(config={"memory_limit": self.memory, "threads": self.threads})


@dataclass(frozen=True, kw_only=True)
class FolderTable:
    """One table: its files, its rows, its key list."""

    lake: DuckDBLake
    folder: Path
    form: FileFormat
    heading_is_wrong: bool = False

    @property
    def name(self) -> str:
        return str(self.folder.relative_to(self.lake.folder))

    def delimiter_of(self, path: str) -> str | None:
        return None if path.endswith((".jsonl", ".parquet")) else self.form.delimiter

    def in_lines(self, path: str) -> bool:
        return self.delimiter_of(path) is not None

    def is_there(self) -> bool:
        return self.folder.is_dir()

    def files(self, *, since: datetime | None = None) -> list[FileRef]:
        """Ready files by load time, then path; all of them, as looking costs nothing here."""
        found = [self._ref(path) for path in self._data_files() if _settled(path)]
        return sorted(found, key=lambda ref: (ref.loaded_at, ref.path))

    def waiting(self) -> int:
        return sum(1 for path in self._data_files() if path.stat().st_size and not _settled(path))

    def expect(self, files: Sequence[tuple[FileRef, int]]) -> None:
        """A folder is read file by file."""

    def unchanged(self, file: FileRef) -> bool:
        path = self.lake.folder / file.path
        return path.exists() and self._ref(path) == file

    def missing(self) -> list[str]:
        """Names in the manifests of this table's folders that no file has, in the order of their paths."""
        if not self.folder.exists():
            return []
        listed = sorted(self.folder.rglob(MANIFEST))
        absent = [path.parent / name for path in listed for name in sorted(_manifest_of(path.parent))]
        return [self._relative(path) for path in absent if not path.exists()]

    def headed(self, columns: tuple[str, ...]) -> FolderTable:
        """Only CSV has headings to be wrong; the other kinds name every cell themselves."""
        return replace(self, form=replace(self.form, columns=columns), heading_is_wrong=not self.form.columns)

    def chunks(self, file: FileRef, *, first_line: int, rows: int) -> Iterator[RawChunk]:
        """While a chunk is imported, which is mostly waiting for the database, the next one is read."""
        if self.heading_is_wrong:
            first_line = max(first_line, 2)
        try:
            yield from ahead(self._chunks(self.lake.folder / file.path, first_line, rows))
        except (OSError, duckdb.Error) as error:  # their texts may quote the file
            raise _unreadable(file.path, error) from None

    def _chunks(self, path: Path, first_line: int, rows: int) -> Iterator[RawChunk]:
        if path.suffix == ".parquet":
            return parquet_chunks(self.lake.connect(), path, first_line, rows)
        if path.suffix == ".jsonl":
            return jsonl_chunks(path, first_line, rows)
        return csv_chunks(path, self.form, first_line, rows)

    def cut(self, line: bytes, columns: tuple[str, ...]) -> list[str | None] | None:
        rows = split_lines(line.split(b"\n"), 1, 1, len(columns), self.form)
        return None if rows.faults or not rows.lines else [cells[0].as_py() for cells in rows.cells]

    def keys(self) -> KeyList | None:
        """The newest key list under `_keys/<table>/`, sorted by DuckDB."""
        folder = self.folder.parent / "_keys" / self.folder.name
        lists = [self._ref(path) for path in self._walk(folder) if path.name in KEY_LISTS and _settled(path)]
        if not lists:
            return None
        newest = max(lists, key=lambda ref: (ref.loaded_at, ref.modified_ns, ref.path))
        length = DAY_SECONDS - 1 if load_date_in(newest.path) else 0
        ended_at = newest.loaded_at + timedelta(seconds=length)
        return KeyList(ended_at=ended_at, ids=self._read_keys(self.lake.folder / newest.path))

    def _read_keys(self, path: Path) -> Iterator[list[str]]:
        try:
            with self.lake.connect() as connection:
                first = connection.execute(_FIRST_ID, [str(path)]).fetchone()
                if first is None or str(first[0]).strip().lower() != "id":
                    raise ConfigError(
                        f"{self._relative(path)}: its first line is not the heading id",
                        hint="write id above the ids, else the first of them would be lost",
                    )
                cursor = connection.execute(_IDS, [str(path)])
                while rows := cursor.fetchmany(KEY_LIST_ROWS):
                    yield [row[0] for row in rows]
        except duckdb.Error as error:  # its text may quote the file
            raise _unreadable(self._relative(path), error) from None

    def _data_files(self) -> list[Path]:
        """Files of a known kind, none of whose names is hidden, in the order of their paths."""
        return [path for path in self._walk(self.folder) if path.name.endswith(_SUFFIXES)]

    def _walk(self, folder: Path) -> list[Path]:
        """Every file below a folder that is not hidden, links followed; what cannot be looked at is told."""
        try:
            return sorted(_files_below(folder, frozenset())) if folder.exists() else []
        except OSError as error:
            raise FatalError(
                f"{self._relative(Path(error.filename or folder))} cannot be looked into ({error.strerror})",
                hint="check who may read it, and where a link leads",
            ) from None

    def _ref(self, path: Path) -> FileRef:
        stat = path.stat()
        relative = short_path(self._relative(path))
        dated = load_date_in(relative)
        loaded_at = plausible_load(dated or datetime.fromtimestamp(stat.st_mtime, UTC), relative)
        return FileRef(
            path=relative,
            size=stat.st_size,
            modified_ns=stat.st_mtime_ns,
            loaded_at=loaded_at,
            part=part_of(path.name, loaded_at) if dated else 0,
        )

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.lake.folder).as_posix()


def _unreadable(path: str, error: Exception) -> FatalError:
    return UnreadableFileError(
        f"{path} cannot be read ({type(error).__name__})",
        hint="is it complete? deliver it again, or move it away",
    )


def _files_below(folder: Path, above: frozenset[Path]) -> Iterator[Path]:
    """Like rglob, which passes over what it may not read and over folders that are links."""
    own = folder.resolve()
    if own in above:  # a link that leads back up
        return
    for path in folder.iterdir():
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir():
            yield from _files_below(path, above | {own})
        elif path.stat():  # raises for a link that leads nowhere
            yield path


def _settled(path: Path) -> bool:
    """Whether a file is complete: it rests, or its folder's manifest says so. An empty one is only begun.

    A file that is being written changed now, by the machine's clock and not by ours; a time ahead says nothing.
    """
    stat = path.stat()
    rests = abs(time.time() - stat.st_mtime) >= SETTLING_SECONDS
    return stat.st_size > 0 and (rests or path.name in _manifest_of(path.parent))


def _manifest_of(folder: Path) -> frozenset[str]:
    path = folder / MANIFEST
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    return frozenset(name for line in lines if (name := line.strip()))
