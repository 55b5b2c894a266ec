"""A dirty sample lake, day after day, against the truth beside it: nothing is missing, nothing is wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from audit.context import Actor
from audit.models import Mutation
from hub.addresses import LakeAddress
from hub.progress import SilentMeter
from pipelines.billing.feeds import entities
from pipelines.billing.jobs import import_billing, reconcile_keys
from pipelines.engine.reports import RunReport
from pipelines.engine.rows import ImportedRow
from pipelines.engine.window import Window
from pipelines.sample.brands import BRANDS
from pipelines.sample.customer import TABLES
from pipelines.sample.damage.table import DAMAGE, DRIFT_BRAND, DRIFT_TABLE, REPAIR
from pipelines.sample.generate import generate
from pipelines.sample.request import Request
from pipelines.sample.tables import billing_tables
from pipelines.sample.truth import keys_upstream, loads
from tests.billing.accounting import account_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenants", "all_tenants")]
SUBSCRIPTIONS, DAYS = 900, 3
CERTAIN = tuple(
    f"{kind} {how}".strip()
    for kind, damage in DAMAGE.items()
    for how, what in damage.expect.items()
    if what == REPAIR
)
FREQUENT = (
    "shift_rest_kept alone_blank",
    "shift_rest_kept alone_tight",
    "merged_lines delimited",
    "quoted_split",
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake = tmp_path_factory.mktemp("sample") / "lake"
    generate(Request(out=lake, subscriptions=SUBSCRIPTIONS, days=DAYS), billing_tables(), SilentMeter())
    return lake


@pytest.fixture(autouse=True)
def lake_address(sample: Path, settings: LazySettings) -> None:
    settings.LAKE = LakeAddress(kind="duckdb", folder=sample)


def sampled() -> list[type[ImportedRow]]:
    """The entities whose rows the sample invents."""
    return [model for model in entities().values() if (model.lake_table or model.entity) in TABLES]


def run(**window: Any) -> RunReport:
    return import_billing(Window(**window), by=Actor.command("test"), meter=SilentMeter())


def test_every_true_row_is_stored_as_it_is_or_quarantined_and_nothing_else_is_stored(sample: Path) -> None:
    run()
    kept: Counter[str] = Counter()
    quarantined: Counter[str] = Counter()
    for brand in BRANDS:
        for model in sampled():
            account = account_for(sample, brand, model)
            assert account.wrong == [], (brand, model.entity)
            kept += account.kept
            quarantined += account.quarantined
    assert not quarantined["clean"]
    assert all(kept[kind] for kind in FREQUENT)
    assert not any(quarantined[kind] for kind in CERTAIN)
    assert quarantined["truncated"]
    assert quarantined["bad_value"]


def test_one_day_after_the_other_gives_what_all_days_at_once_give(sample: Path) -> None:
    days = [day for day, _ in loads(sample, "nordlicht", "account")]
    hidden = [
        path for day in days[1:] for path in sample.rglob(f"load_date={day}") if "truth" not in path.parts
    ]
    for path in hidden:
        path.rename(path.with_name(f"_{path.name}"))
    for day in days:
        for path in hidden:
            if path.name.endswith(str(day)):
                path.with_name(f"_{path.name}").rename(path)
        run()
    for brand in BRANDS:
        for model in sampled():
            assert account_for(sample, brand, model).wrong == [], (brand, model.entity)


def test_a_second_import_of_the_same_days_changes_nothing_and_audits_nothing() -> None:
    run()
    trail = Mutation.unscoped.count()
    again = run(full=True).total
    assert (again.created, again.updated) == (0, 0)
    kept = again.unchanged + again.stale + again.duplicate + again.quarantined
    assert kept == again.read - again.dropped - again.joined + again.split
    assert Mutation.unscoped.count() == trail


def test_the_drifted_file_is_held_and_the_other_entities_are_done() -> None:
    report = run()
    failed = [(entity.tenant, entity.entity) for entity in report.entities if entity.status == "failed"]
    assert failed == [(DRIFT_BRAND, DRIFT_TABLE)]


def test_rows_that_vanish_upstream_are_flagged_and_only_those(sample: Path) -> None:
    run()
    reconcile_keys(Window(), least_share=0.9, by=Actor.command("test"))
    last = loads(sample, "nordlicht", "account")[-1][0]
    for brand in BRANDS:
        for model in sampled():
            upstream = keys_upstream(sample, brand, model.lake_table or model.entity, last)
            rows = model.unscoped.filter(tenant=brand).exclude(**{str(model.deleted): True})
            gone = set(rows.filter(missing_since__isnull=False).values_list("lake_id", flat=True))
            here = set(rows.filter(missing_since__isnull=True).values_list("lake_id", flat=True))
            assert not gone & upstream
            assert here <= upstream
