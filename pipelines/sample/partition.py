"""The files of one table and load date, and beside them the truth about every line."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from pipelines.sample.damage.planter import Planter
from pipelines.sample.damage.site import Line, Site
from pipelines.sample.damage.table import EITHER, QUARANTINE
from pipelines.sample.dates import DAY_SECONDS, iso
from pipelines.sample.layout import BOM, Layout, Row, Spelling
from pipelines.sample.tables import Table

ROWS_PER_FILE = 250_000
LINES_AT_ONCE = 2_000
UNCERTAIN = frozenset({EITHER, QUARANTINE})  # the row may not be in the table afterwards
EPOCH_ORDINAL = 719_163  # 1970-01-01
LOADED_SECOND = 10_800  # the nightly load ends at 03:00 UTC; files get that time


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which partition of which lake."""

    out: Path
    brand: str
    day: int  # ordinal of the load date
    truth: bool

    def folder(self, table: str) -> Path:
        return self.out / self.brand / "billing" / table / f"load_date={iso(self.day)}"

    def truth_folder(self, table: str) -> Path:
        return self.out / "truth" / self.brand / table / f"load_date={iso(self.day)}"

    @property
    def loaded(self) -> int:
        """When the load ended, in Unix seconds: the time its files carry."""
        return (self.day - EPOCH_ORDINAL) * DAY_SECONDS + LOADED_SECOND

    def keys_file(self, table: str) -> Path:
        return self.out / self.brand / "billing" / "_keys" / table / f"load_date={iso(self.day)}" / "keys.csv"


class Partition:
    """Takes canonical rows, writes them as the brand would, damages some, and tells the truth about all."""

    def __init__(
        self,
        place: Place,
        table: Table,
        layout: Layout,
        planter: Planter | None,
        doubt: Callable[[Row, str], None],
    ) -> None:
        self.place, self.table, self.layout, self.planter, self.doubt = place, table, layout, planter, doubt
        self.rows = self.files = self.damaged = 0
        self._spelling = Spelling(layout, table.columns)
        self._newline = layout.newline
        self._lines: list[bytes] = []
        self._truths: list[bytes] = []
        self._line = self._in_file = 0
        self._held: Site | None = None
        self._file: IO[bytes] | gzip.GzipFile | None = None
        self._raw: IO[bytes] | None = None
        self._truth: IO[bytes] | None = None
        self._facts: dict[str, Any] = {}

    def write(self, row: Row, kind: str = "clean") -> None:
        """One row; only clean ones may be damaged, what the feed does oddly is enough by itself."""
        if self._in_file >= ROWS_PER_FILE or self._file is None:
            self._next_file()
        self.rows += 1
        self._in_file += 1
        cells = self._spelling.cells(row, self._in_file)
        if self.planter is not None and (self._held is not None or self.planter.due(self.rows)):
            self._plant(row, cells, kind)
            return
        self._put(self.layout.line(cells), row, kind)

    def close(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._put(self.layout.line(held.cells), held.row, "clean")
        self._end_file()
        if self._truth is not None:
            self._truth.close()
            self._truth = None

    def _put(self, text: str, row: Row, kind: str) -> None:
        line = self._line
        self._line += 1 if self.layout.naive else 1 + text.count("\n")
        self._lines.append((text + self._newline).encode())
        if self._truth is not None:
            tail = f'{self._tail}{line},"_kind":"{kind}","_expect":"accept"}}\n'
            self._truths.append(orjson.dumps(row)[:-1] + tail.encode())
        if len(self._lines) >= LINES_AT_ONCE:
            self._flush()

    def _plant(self, row: Row, cells: list[str], kind: str) -> None:
        assert self.planter is not None
        site = Site(row=row, cells=cells, columns=self._spelling.columns, layout=self.layout)
        if self._held is not None:
            held, self._held = self._held, None
            if kind == "clean" and (planted := self.planter.plant(held, site)):
                self._put_planted(planted)
                return
            self._put(self.layout.line(held.cells), held.row, "clean")
        elif kind == "clean" and self.planter.needs_two:
            self._held = site
            return
        elif kind == "clean" and (planted := self.planter.plant(site, None)):
            self._put_planted(planted)
            return
        self._put(self.layout.line(cells), row, kind)

    def _put_planted(self, lines: Iterator[Line] | list[Line]) -> None:
        for line in lines:
            here = self._line
            if line.ends:
                self._line += line.data.count(b"\n") + 1
                self._lines.append(line.data + self._newline.encode())
            else:
                self._line += line.data.count(b"\n")
                self._lines.append(line.data)
            for truth in line.truths:
                if truth.row and truth.expect in UNCERTAIN:
                    self.doubt(truth.row, truth.kind)
                self.damaged += truth.kind not in ("clean", "drifted_file")
                if self._truth is not None:
                    how = f',"_how":"{truth.how}"' if truth.how else ""
                    tail = f'{self._tail}{here},"_kind":"{truth.kind}"{how},"_expect":"{truth.expect}"}}\n'
                    body = orjson.dumps(truth.row)[:-1] if truth.row else b"{"
                    text = tail.encode()
                    self._truths.append(body + (text if truth.row else text[1:]))

    def _next_file(self) -> None:
        self._end_file()
        path = self.place.folder(self.table.name) / f"part-{self.files:04d}{self.layout.suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.files += 1
        self._in_file, self._line = 0, 2
        self._raw = path.open("wb")
        self._file = self._raw
        if self.layout.gzip:
            self._file = gzip.GzipFile("", "wb", compresslevel=1, fileobj=self._raw, mtime=0)
        name = path.relative_to(self.place.out).as_posix()
        self._tail = f',"_file":"{name}","_line":'
        if self.place.truth and self._truth is None:
            folder = self.place.truth_folder(self.table.name)
            folder.mkdir(parents=True, exist_ok=True)
            self._truth = (folder / "rows.jsonl").open("wb")
        header = self.layout.line(self.layout.header(self.table.names)) + self._newline
        marked = self.planter is not None and self.planter.bom()
        self._facts = {"_file": name, "bom": marked, "trailer": False, "drifted": False}
        self._lines.append((BOM if marked else b"") + header.encode())

    def _end_file(self) -> None:
        if self._file is None or self._raw is None:
            return
        if self.planter is not None:
            self._facts["drifted"] = self.planter.drifted
            if trailer := self.planter.trailer(self._in_file):
                self._facts["trailer"] = True
                self._put_planted([trailer])
        self._flush()
        self._file.close()
        self._raw.close()
        path = self.place.out / self._facts["_file"]
        os.utime(path, (self.place.loaded, self.place.loaded))
        if self.place.truth:
            facts = {**self._facts, "rows": self._in_file, "lines": self._line - 1}
            with (self.place.truth_folder(self.table.name) / "files.jsonl").open("ab") as stream:
                stream.write(orjson.dumps(facts) + b"\n")
        self._file = self._raw = None

    def _flush(self) -> None:
        if self._file is not None:
            self._file.write(b"".join(self._lines))
        if self._truth is not None:
            self._truth.write(b"".join(self._truths))
        self._lines, self._truths = [], []
