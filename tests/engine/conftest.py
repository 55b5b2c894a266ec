"""The club's feed: a lake of member files, imported the way a job imports an entity."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import AppConfig, apps

from audit.context import Actor
from audit.models import Mutation
from hub import clock
from hub.lakes import FileFormat, FileRef, RawChunk, TableReader
from hub.progress import SilentMeter
from pipelines.engine.importing import EntityImport
from pipelines.engine.leases import Held
from pipelines.engine.models import Batch, QuarantineEntry, Watermark
from pipelines.engine.progress import feed_name, text_of
from pipelines.engine.reconcile import Reconciliation
from pipelines.engine.replay import Replay, Selection
from pipelines.engine.reports import EntityReport, RunReport
from pipelines.engine.runs import Job, guarded, run_job
from pipelines.engine.source import Feed
from pipelines.engine.window import Window
from tests.conftest import LakeFolder


def _install_club() -> None:
    """pytest-django sets Django up before it looks at conftest files, so the club moves in afterwards."""
    config = AppConfig("tests.engine.club", import_module("tests.engine.club"))
    config.apps = apps
    apps.app_configs[config.label] = config
    config.import_models()
    apps.clear_cache()


if "club" not in apps.app_configs:
    _install_club()

from tests.engine.club.models import Member  # noqa: E402  # a model needs its app

HEADER = (
    "id", "number", "name", "level", "visits", "fee", "joined", "note", "email",
    "created_date", "updated_date", "is_deleted",
)  # fmt: skip
Row = dict[str, str]
Part = Callable[[EntityReport, int, Held | None], EntityReport]


def member(key: str, updated: str = "2025-01-10 08:00:00", **cells: str) -> Row:
    """A row that reads: Ada, unless said otherwise."""
    row = {
        "id": key,
        "number": "M0001",
        "name": "Ada",
        "level": "Gold",
        "visits": "7",
        "fee": "12.5",
        "joined": "2024-01-31",
        "note": "",
        "email": "",
        "created_date": "2020-01-01 00:00:00",
        "updated_date": updated,
        "is_deleted": "false",
    }
    return row | cells


def csv_of(*rows: Row, header: tuple[str, ...] = HEADER) -> str:
    lines = [",".join(header), *(",".join(row[name] for name in header) for row in rows)]
    return "\n".join(lines) + "\n"


@dataclass
class Club:
    """Delivers files of members and imports them; every import is a run of its own."""

    lake: LakeFolder
    feed: Feed = field(
        default_factory=lambda: Feed(tenant="acme", source="acme", entity="member", table="member")
    )
    form: FileFormat = field(default_factory=FileFormat)
    wrap: Callable[[TableReader], TableReader] = lambda reader: reader
    delivered: int = 0

    def reads(self, **changes: Any) -> None:
        """Let the feed be another from here on."""
        self.feed = replace(self.feed, **changes)

    def deliver(self, *rows: Row, header: tuple[str, ...] = HEADER, at: datetime | None = None) -> str:
        """A new file in the lake; returns its path there."""
        return self.deliver_text(csv_of(*rows, header=header), at=at)

    def deliver_text(self, text: str | bytes, *, at: datetime | None = None) -> str:
        self.delivered += 1
        path = f"{self.feed.tenant}/club/member/part-{self.delivered:03}.csv"
        self.lake.write(path, text, at=at)
        return path

    @property
    def folder(self) -> Path:
        return self.lake.folder / self.feed.tenant / "club" / "member"

    def deliver_dated(self, day: str, *rows: Row, name: str = "part-001.csv") -> None:
        """A file of a load date; the same name again rewrites it."""
        path = f"{self.feed.tenant}/club/member/load_date={day}/{name}"
        self.lake.write(path, csv_of(*rows))

    def deliver_keys(self, day: str, *keys: str, text: str | None = None) -> None:
        """The ids that are upstream on a day."""
        path = f"{self.feed.tenant}/club/_keys/member/load_date={day}/keys.csv"
        self.lake.write(path, "id\n" + "".join(f"{key}\n" for key in keys) if text is None else text)

    def lists_one_of_two(self) -> None:
        """Members a and b are imported, and by the next day's list only b is upstream."""
        self.deliver_dated("2025-02-01", member("a"), member("b"))
        self.imports()
        self.deliver_keys("2025-02-02", "b")

    def run(self, **window: Any) -> RunReport:
        """One run of the import, with everything a job puts around it."""
        asked = Window(**window)
        return self._job(asked, lambda *given: self._entity_import(asked, *given).run())

    def replay(self, **selection: Any) -> EntityReport:
        """One replay of what is quarantined."""

        def part(report: EntityReport, run_id: int, held: Held | None) -> EntityReport:
            replay = Replay(
                model=Member, feed=self.feed, reader=self.reader, run_id=run_id, held=held, report=report
            )
            return replay.run(Selection(**selection))

        (report,) = self._job(Window(max_quarantined=1.0), part).entities
        return report

    def reconcile(self, least_share: float = 0.0) -> EntityReport:
        """One comparison with the newest key list."""

        def part(report: EntityReport, run_id: int, held: Held | None) -> EntityReport:
            return Reconciliation(
                model=Member,
                feed=self.feed,
                reader=self.reader,
                run_id=run_id,
                held=held,
                report=report,
                least_share=least_share,
            ).run()

        (report,) = self._job(Window(), part).entities
        return report

    def _job(self, asked: Window, part: Part) -> RunReport:
        def work(report: RunReport, run_id: int, held: Held | None) -> None:
            entity = EntityReport(tenant=self.feed.tenant, entity=self.feed.entity)
            report.entities.append(entity)
            guarded(entity, lambda: part(entity, run_id, held))

        job = Job(
            name="import_club",
            arguments=asked.as_dict(),
            names=[feed_name(self.feed)],
            max_quarantined=asked.max_quarantined,
            dry_run=asked.dry_run,
            mode="backfill" if asked.bounded else "",
        )
        return run_job(job, work, by=Actor.command("import_club"))

    def imports(self, **window: Any) -> EntityReport:
        """One run that must not fail."""
        (report,) = self.run(**window).entities
        assert report.error == ""
        return report

    def fails(self, **window: Any) -> EntityReport:
        """One run that must not succeed."""
        (report,) = self.run(**window).entities
        assert report.status != "done"
        return report

    @property
    def reader(self) -> TableReader:
        return self.wrap(self.lake.table(self.feed.tenant, "club", "member", self.form))

    def _entity_import(
        self, window: Window, report: EntityReport, run_id: int, held: Held | None
    ) -> EntityImport:
        return EntityImport(
            model=Member,
            feed=self.feed,
            reader=self.reader,
            window=window,
            run_id=run_id,
            started_at=clock.now(),
            held=held,
            meter=SilentMeter(),
            report=report,
        )

    @property
    def watermark(self) -> str | None:
        """The stored one, as canonical text."""
        mark = Watermark.objects.filter(name=feed_name(self.feed)).first()
        return text_of(mark.value) if mark and mark.value else None

    def names(self) -> dict[str, str | None]:
        """What the table holds: names by source id."""
        return dict(Member.objects.filter(tenant=self.feed.tenant).values_list("lake_id", "name"))

    def get(self, key: str) -> Member:
        return Member.objects.get(key=f"{self.feed.tenant}:{key}")


@dataclass
class Meddling:
    """A table where something happens while its first file is read."""

    reader: TableReader
    meddle: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.reader, name)

    def chunks(self, file: FileRef, *, first_line: int, rows: int) -> Iterator[RawChunk]:
        yield from self.reader.chunks(file, first_line=first_line, rows=rows)
        if self.meddle is not None:
            meddle, self.meddle = self.meddle, None
            meddle()


def meddling(club: Club, meddle: Any) -> None:
    tables: list[Meddling] = []

    def wrap(reader: TableReader) -> TableReader:
        if not tables:
            tables.append(Meddling(reader, meddle))
            return tables[0]
        return reader

    club.wrap = wrap


def mutations(key: str = "") -> list[str | None]:
    """Actions of the trail, oldest first; of one member where asked."""
    found = Mutation.objects.filter(model="club.member").order_by("id")
    return list((found.filter(object_key=f"acme:{key}") if key else found).values_list("action", flat=True))


def quarantined() -> list[tuple[str, str]]:
    """Code and columns of the open entries, oldest first."""
    entries = QuarantineEntry.objects.filter(status="open").order_by("id")
    return list(entries.values_list("code", "columns"))


def batches() -> list[Batch]:
    return list(Batch.objects.order_by("id"))


@pytest.fixture
def club(lake: LakeFolder, now: datetime, all_tenants: None) -> Club:
    """A club whose lake is empty. Tests ask for a database themselves: with or without real commits."""
    return Club(lake)


@pytest.fixture
def by_cursor(club: Club) -> Club:
    """The same, read by change time: from the watermark on, nothing before it."""
    club.reads(mode="cursor", overlap_hours=0)
    return club
