"""The sample's three brands imported from either lake: the same rows, types and checksums."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from audit.context import Actor
from hub.addresses import LakeAddress, parse_lake
from hub.progress import SilentMeter
from pipelines.billing.feeds import entities
from pipelines.billing.jobs import import_billing, reconcile_keys
from pipelines.engine.models import QuarantineEntry
from pipelines.engine.reports import RunReport
from pipelines.engine.window import Window
from pipelines.sample.brands import BRANDS
from pipelines.sample.customer import TABLES
from pipelines.sample.generate import generate
from pipelines.sample.request import Request
from pipelines.sample.tables import billing_tables
from pipelines.sample.truth import loads, true_rows
from tests.athena.brands import declare_brands
from tests.athena.server import StandIn, standing_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenants", "all_tenants")]
OURS = {"batch_id", "lake_position"}  # when and from where a row came, not what it is
# Damage that lies in lines. Athena has none: text is cut at every line break and bytes that are no UTF-8 are
# replaced before anything can be asked, rows have no order, so that the pieces of a torn row are strangers.
OF_LINES = {"bad_utf8", "split_row", "unclosed_quote", "swallowed", "merged_lines"}
FRENCH = Window(brands=("lumiere",), entities=("account",))
DAILY = ("account", "subscription", "invoice", "payment")  # what every day brings rows of
Rows = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(tmp_path_factory.mktemp("clean"), damage=False)


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(tmp_path_factory.mktemp("dirty"), damage=True)


def sample(folder: Path, *, damage: bool) -> Path:
    request = Request(out=folder / "lake", subscriptions=60, days=3, damage=damage)
    generate(request, billing_tables(), SilentMeter())
    return folder / "lake"


class Hub:
    """Imports one lake after the other into the same tables."""

    def __init__(self, settings: LazySettings, standin: StandIn) -> None:
        self.settings, self.standin = settings, standin

    def use(self, lake: str) -> None:
        folder = LakeAddress(kind="duckdb", folder=self.standin.lake)
        self.settings.LAKE = folder if lake == "folder" else parse_lake(self.standin.address, Path())

    def imports(self, **window: Any) -> RunReport:
        return import_billing(Window(**window), by=Actor.command("test"), meter=SilentMeter())

    def forgets(self) -> None:
        tables = [model._meta.db_table for model in entities().values()]
        state = ("lakefile", "watermark", "quarantineentry", "repair", "batch", "feedentry", "feedstream")
        with connection.cursor() as cursor:
            for table in [*tables, "audit_mutation", *(f"engine_{name}" for name in state)]:
                cursor.execute(f"DELETE FROM {table}")


def stored() -> Rows:
    """Every row of every entity with both checksums."""
    return {
        (name, row["key"]): {column: value for column, value in row.items() if column not in OURS}
        for name, model in entities().items()
        for row in model.unscoped.values()
    }


def torn(rows: Rows) -> set[tuple[str, str]]:
    """Rows with a cell of several lines: one cell in a folder, one row a line in Athena."""
    return {key for key, row in rows.items() if any("\n" in str(value) for value in row.values())}


def quarantined() -> list[tuple[str, str, str]]:
    return sorted(QuarantineEntry.objects.values_list("tenant", "entity", "code"))


@pytest.fixture
def hub(
    request: pytest.FixtureRequest, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    lake = request.getfixturevalue(request.param)
    settings.HUB_ATHENA_POLL_MS = 10
    with standing_in(lake, tmp_path / "staging") as standin:
        for name, value in standin.environment.items():
            monkeypatch.setenv(name, value)
        declare_brands(standin)
        yield Hub(settings, standin)


@pytest.mark.parametrize("hub", ["clean"], indirect=True)
@pytest.mark.parametrize("way", ["results", "unload"])
def test_a_clean_lake_gives_the_same_rows_and_checksums(hub: Hub, way: str, settings: LazySettings) -> None:
    settings.HUB_ATHENA_READ = way
    hub.use("folder")
    counts = hub.imports().total
    expected = stored()
    hub.forgets()
    hub.use("athena")
    report = hub.imports()
    broken = torn(expected)
    assert stored() == {key: row for key, row in expected.items() if key not in broken}
    assert len(expected) - len(broken) > 800
    # None of the torn rows is lost.
    assert report.total.quarantined == report.total.read - counts.read + len(broken)
    assert {brand for brand, _, _ in quarantined()} <= {"polder"}


@pytest.mark.parametrize("hub", ["clean"], indirect=True)
def test_the_other_lake_has_nothing_new_for_a_hub_that_read_the_first(hub: Hub) -> None:
    """The raw checksums are the same too: every row read again is known, no matter where it came from."""
    hub.use("folder")
    hub.imports()
    hub.use("athena")
    again = hub.imports().total
    assert again.unchanged > 800
    assert (again.created, again.updated) == (0, 0)


@pytest.mark.parametrize("hub", ["clean"], indirect=True)
def test_increments_over_days_read_each_file_once_and_no_history(hub: Hub, settings: LazySettings) -> None:
    settings.HUB_ATHENA_LAG_DAYS = 0
    days = [str(day) for day, _ in loads(hub.standin.lake, "nordlicht", "account")]
    tables = [path for path in hub.standin.lake.rglob("load_date=*") if "truth" not in path.parts]
    hidden = [
        path.rename(path.with_name(f"_{path.name}")) for path in tables if not path.name.endswith(days[0])
    ]
    hub.use("athena")
    scans = []
    try:
        for day in days:
            for path in [path for path in hidden if path.name.endswith(day)]:
                path.rename(path.with_name(path.name[1:]))
            scans.append(hub.imports(entities=DAILY))
    finally:
        for path in hidden:
            if path.exists():
                path.rename(path.with_name(path.name[1:]))
    by_days = stored()
    hub.forgets()
    hub.use("folder")
    hub.imports(entities=DAILY)
    once = stored()
    broken = torn(once)
    assert by_days == {key: row for key, row in once.items() if key not in broken}
    first, _, third = (scan.queries for scan in scans)
    assert third.scanned < first.scanned / 3  # two small loads are looked into, the first load is not
    asked = [text for text in hub.standin.statements() if f"'{days[2]}'" in text and "ARRAY_POSITION" in text]
    assert asked
    assert not any(f"'{days[0]}'" in text for text in asked)


@pytest.mark.parametrize("hub", ["dirty"], indirect=True)
def test_a_damaged_lake_differs_only_where_the_damage_lies_in_lines(hub: Hub) -> None:
    hub.use("folder")
    hub.imports()
    folder = stored()
    hub.forgets()
    hub.use("athena")
    hub.imports()
    athena = stored()
    names = {model.lake_table or model.entity: entity for entity, model in entities().items()}
    open_keys = {
        (names[table], f"{brand}:{row.key}")
        for brand in BRANDS
        for table in TABLES
        for row in true_rows(hub.standin.lake, brand, table)
        if row.kind in OF_LINES
    }
    different = {key for key in folder.keys() | athena.keys() if folder.get(key) != athena.get(key)}
    assert different - open_keys - torn(folder) == set()
    assert len(different) < len(folder) / 20


@pytest.mark.parametrize("hub", ["dirty"], indirect=True)
def test_a_damaged_lake_read_by_its_lines_is_what_it_is_in_a_folder(hub: Hub) -> None:
    hub.use("folder")
    hub.imports()
    folder, set_aside = stored(), quarantined()
    hub.forgets()
    hub.use("athena")
    hub.settings.HUB_ATHENA_TEXT = "lines"
    hub.imports()
    assert (stored(), quarantined()) == (folder, set_aside)
    assert not any("row_number" in text.lower() for text in hub.standin.statements())


@pytest.mark.parametrize("hub", ["clean"], indirect=True)
def test_key_lists_of_either_lake_flag_the_same_rows(hub: Hub) -> None:
    flagged = []
    for lake in ("folder", "athena"):
        hub.use(lake)
        hub.imports(brands=("lumiere",), entities=("account",))
        with newest_list(hub.standin.lake / "lumiere" / "billing" / "_keys" / "account"):
            reconcile_keys(FRENCH, least_share=0.5, by=Actor.command("test"))
        flagged.append({key for key, row in stored().items() if row["missing_since"]})
        hub.forgets()
    assert len(flagged[0]) == 1
    assert flagged[0] == flagged[1]


@pytest.mark.parametrize("hub", ["clean"], indirect=True)
@pytest.mark.parametrize("read_from", ["folder", "athena"])
def test_a_rewritten_file_is_read_again_and_nothing_else(hub: Hub, read_from: str) -> None:
    hub.use(read_from)
    hub.imports(brands=("nordlicht",), entities=("account",))
    first, *_ = sorted((hub.standin.lake / "nordlicht/billing/account").rglob("*.csv"))
    content = first.read_bytes()
    *rows, _ = content.splitlines(keepends=True)
    try:
        first.write_bytes(b"".join(rows))
        os.utime(first, (1_770_000_000, 1_770_000_000))
        again = hub.imports(brands=("nordlicht",), entities=("account",)).total
    finally:
        first.write_bytes(content)
        os.utime(first, (1_769_000_000, 1_769_000_000))
    # Stale are accounts that a later load told of anew.
    assert (again.read, again.unchanged + again.stale) == (len(rows) - 1, len(rows) - 1)
    assert hub.imports(brands=("nordlicht",), entities=("account",)).total.read == len(rows)


@contextmanager
def newest_list(lists: Path) -> Iterator[None]:
    """A list of a later day, in which one id is missing."""
    *ids, _ = max(lists.rglob("keys.csv*")).read_bytes().splitlines()
    newest = lists / "load_date=2026-03-01" / "keys.csv"
    newest.parent.mkdir()
    newest.write_bytes(b"\n".join(ids))
    os.utime(newest, (1_770_000_000, 1_770_000_000))
    try:
        yield
    finally:
        shutil.rmtree(newest.parent)
