"""Every check of the doctor is seen failing once, with a hint that says what to type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError

from hub import clock, doctor, personal
from hub.addresses import LakeAddress, parse_lake
from hub.ids import new_id
from hub.registry import Check, Finding, checks
from pipelines.billing import doctor as billing_doctor
from pipelines.billing.models import ClassCount
from pipelines.engine.models import Batch, LakeFile, Lease, QuarantineEntry, Run, Tenant, Watermark
from pipelines.engine.queries import QueryTotals, RunQueries
from pipelines.lake.athena import asking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenants", "all_tenants")]


def finding(name: str) -> Finding:
    return doctor.ask(checks.get(name))


def a_run(status: str, hours_ago: float = 0, job: str = "import_billing") -> None:
    at = clock.now() - timedelta(hours=hours_ago)
    Run(job=job, status=status, business_date=at.date(), started_at=at, actor="test").save()


def no_answer(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    def refuse() -> Finding:
        raise OperationalError(2003, "cannot connect")

    monkeypatch.setitem(checks._entries, "hub.database", Check(name="hub.database", run=refuse))


def bad_tuning(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    def odd() -> Finding:
        return doctor._expect("delete", {"wal"}, "journal mode", "type this")

    monkeypatch.setitem(
        checks._entries, "hub.database_settings", Check(name="hub.database_settings", run=odd)
    )


def missing_migration(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="billing").delete()


def lent_secret(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    settings.SECRET_KEY = "not-a-secret-hub_secret_key"


def full_disk(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 1 << 60)


def no_brand(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    Tenant.objects.all().delete()


def failed_run(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    a_run("failed")


def old_run(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    a_run("done", hours_ago=50)
    a_run("done", job="reconcile_keys")  # goes on also where no import does


def held_file(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    LakeFile(
        feed="a", tenant="a", entity="account", path="x", size=1, modified_ns=1, loaded_at=clock.now(),
        status="drifted", run_id=1,
    ).save()  # fmt: skip


def late_rows(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    own = {"tenant": "a", "source": "a", "entity": "account"}
    now = clock.now()
    state = {"mode": "cursor", "overlap_hours": 1}
    Watermark(name="a/a/account", **own, cursor="updated_date", updated_at=now, state=state).save()
    Batch(id=new_id(), run_id=1, **own, committed_at=now, late=1, latest_lateness=3500).save()


def many_quarantined(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    monkeypatch.setattr("pipelines.engine.doctor.MANY_OPEN", 0)
    now = clock.now()
    QuarantineEntry(
        fingerprint=b"x" * 16, tenant="a", source="a", entity="account", file="x", line=1, position=1,
        code="unreadable", sealed=b"", sealed_on=now.date(), expires_on=now.date(), first_run_id=1,
        last_run_id=1, created_at=now,
    ).save()  # fmt: skip


def dead_lease(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    Lease(name="a", run_id=1, heartbeat_at=clock.now() - timedelta(hours=1)).save()


def broken_source(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text("[source]\n")
    settings.HUB_SOURCES_DIR = str(tmp_path)


def empty_lake(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    settings.LAKE = LakeAddress(kind="duckdb", folder=tmp_path)


def undeclared_entity(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    monkeypatch.setattr(billing_doctor, "ENTITY_FOLDER", tmp_path)


def lake_without_answer(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setattr(asking, "CALL_ATTEMPTS", 1)
    settings.LAKE = parse_lake("athena://eu-central-1/hub/billing?staging=s3://away", tmp_path)


def left_query(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    RunQueries(run_id=7, dry_run=False, totals=QueryTotals()).asking(token="t", statement="SELECT 1")


def nothing_classified(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    ClassCount.objects.all().delete()


FAILURES: dict[str, Callable[[Any, Any, Any], None]] = {
    "billing.coverage": nothing_classified,
    "billing.entities": undeclared_entity,
    "billing.lake": empty_lake,
    "billing.lake_address": lake_without_answer,
    "billing.sources": broken_source,
    "engine.brands": no_brand,
    "engine.files": held_file,
    "engine.freshness": old_run,
    "engine.leases": dead_lease,
    "engine.overlap": late_rows,
    "engine.quarantine": many_quarantined,
    "engine.queries": left_query,
    "engine.runs": failed_run,
    "hub.database": no_answer,
    "hub.database_settings": bad_tuning,
    "hub.disk": full_disk,
    "hub.migrations": missing_migration,
    "hub.secrets": lent_secret,
}


@pytest.mark.parametrize("name", FAILURES)
def test_the_check_fails_when_what_it_asks_about_is_wrong(
    name: str, monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path
) -> None:
    FAILURES[name](monkeypatch, settings, tmp_path)
    found = finding(name)
    assert found.level in {"warn", "fail"}
    assert found.hint


def test_every_check_of_these_rooms_has_a_failure_here() -> None:
    """Those of delivery and orders have theirs beside the tests of their rooms."""
    own = [name for name in checks.names() if name.partition(".")[0] not in {"delivery", "orders"}]
    assert own == sorted(FAILURES)


@pytest.mark.parametrize(
    "name",
    ["engine.files", "engine.leases", "engine.overlap", "engine.quarantine", "hub.migrations", "hub.disk"],
)
def test_the_check_is_ok_when_nothing_is_wrong(name: str) -> None:
    assert finding(name).level == "ok"


def test_personal_columns_that_are_not_registered_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(personal._columns, "billing.contact", frozenset())
    assert finding("billing.entities").level == "fail"


def test_files_of_the_last_minute_are_told_from_an_empty_lake(settings: LazySettings, tmp_path: Path) -> None:
    file = tmp_path / "nordlicht" / "billing" / "account" / "part-1.csv"
    file.parent.mkdir(parents=True)
    file.write_text("id\n", encoding="utf-8")
    settings.LAKE = LakeAddress(kind="duckdb", folder=tmp_path)
    found = finding("billing.lake")
    assert (found.level, found.message[:26]) == ("warn", "1 files of 48 feeds are no")
    assert "_manifest" in found.hint


def test_a_source_that_does_not_fit_its_entity_is_told_before_a_run(
    settings: LazySettings, tmp_path: Path
) -> None:
    text = '[source]\ntenant = "nordlicht"\n[entities.account.values.status]\nlive = "Alive"\n'
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    settings.HUB_SOURCES_DIR = str(tmp_path)
    found = finding("billing.sources")
    assert (found.level, "values.status has 'Alive'" in found.message) == ("fail", True)
    assert "Draft, Active, Canceled" in found.hint
