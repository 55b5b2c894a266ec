"""What the demo tells: sums that can be checked by eye, and few words where nobody watches."""

import logging
import socket
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth import authenticate
from django.core.management import call_command

from audit.context import Actor
from audit.models import Mutation
from hub.addresses import LakeAddress
from hub.errors import UsageError
from hub.progress import LogMeter, SilentMeter, stage
from pipelines.engine.counts import Counts
from pipelines.engine.models import Tenant
from pipelines.orders.doctor import assembly_is_recent
from pipelines.orders.jobs import Asked, assemble_orders
from pipelines.sample.demo import USER, accounted, run_demo


@pytest.mark.parametrize(
    "counts",
    [
        Counts(read=10, created=4, updated=1, quarantined=2, unchanged=1, stale=1, duplicate=1),
        Counts(read=10, dropped=2, joined=1, split=2, created=9),  # a row cut out of another one's line
        Counts(),
    ],
)
def test_the_numbers_of_the_table_add_up(counts: Counts) -> None:
    counts.check()
    shown = accounted(counts)
    assert shown["read"] == sum(shown[name] for name in ("created", "updated", "quarantined", "other"))
    assert shown["other"] >= 0


def test_a_stage_is_one_line_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    meter = stage(LogMeter(), "importing the first load")
    meter.begin("nordlicht/account", 35_851)
    meter.advance(35_851, "1,412 rows")
    meter.end()
    assert caplog.messages == ["importing the first load"]


def test_a_stage_keeps_a_meter_that_does_not_log() -> None:
    meter = SilentMeter()
    assert stage(meter, "importing") is meter


def test_a_logged_job_counts_in_rows_and_never_in_bytes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    meter = LogMeter()
    meter.begin("nordlicht/account", 35_851)
    meter.advance(35_851, "1,412 rows")
    meter.end()
    assert caplog.messages == ["nordlicht/account: begins", "nordlicht/account: ends, 1,412 rows"]


@pytest.fixture
def lake(tmp_path: Path, settings: LazySettings) -> Path:
    """An empty place for the demo's lake."""
    settings.LAKE = LakeAddress(kind="duckdb", folder=tmp_path / "lake")
    settings.HUB_DELIVERY_FOLDER = str(tmp_path / "delivered")
    return tmp_path / "lake"


@pytest.mark.django_db
def test_two_days_are_imported_and_can_be_signed_in_to(lake: Path) -> None:
    report = run_demo(lake, 60, "http://127.0.0.1:8000/", SilentMeter())
    first, second = (day.total for day in report.days)
    assert (report.exit_code, first.created > 500, second.created > 0) == (0, True, True)
    assert authenticate(username=USER, password=report.password) is not None


@pytest.mark.django_db
def test_the_demo_again_changes_nothing(lake: Path) -> None:
    run_demo(lake, 60, "", SilentMeter())
    rows = Mutation.unscoped.count()
    again = run_demo(lake, 60, "", SilentMeter())
    assert [day.total.changed for day in again.days] == [0, 0]
    assert Mutation.unscoped.count() == rows


@pytest.mark.django_db
def test_the_demo_leaves_nothing_to_do_today(lake: Path) -> None:
    run_demo(lake, 60, "", SilentMeter())
    assert assembly_is_recent().level == "ok"
    left = assemble_orders(Asked(), by=Actor.command("test"), meter=SilentMeter())
    assert left.total.read == 0


@pytest.mark.django_db
def test_a_demo_that_cannot_be_writes_nothing(lake: Path) -> None:
    with pytest.raises(UsageError, match="--subscriptions 0"):
        run_demo(lake, 0, "", SilentMeter())
    assert (Tenant.objects.exists(), lake.exists()) == (False, False)


def test_a_port_that_is_taken_is_said_before_anything_is_made(lake: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UsageError, match="cannot be had") as caught:
            call_command("demo", "--port", str(other.getsockname()[1]))
    assert "--port" in caught.value.hint
    assert not lake.exists()


@pytest.mark.django_db
def test_a_database_with_other_brands_is_left_alone(lake: Path) -> None:
    Tenant.objects.create(code="fjord", name="Fjord", currency="NOK", time_zone="Europe/Oslo")
    with pytest.raises(UsageError, match=r"other brands \(fjord\)"):
        run_demo(lake, 60, "", SilentMeter())
    assert Tenant.objects.count() == 1
