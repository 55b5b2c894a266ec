"""The sample's drifted file, as a user meets it: held, then explained in the source file, then in as it should be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import LazySettings

from audit.context import Actor
from hub.addresses import LakeAddress
from hub.progress import SilentMeter
from pipelines.billing.feeds import OWN_SOURCES, entities
from pipelines.billing.jobs import import_billing
from pipelines.engine.models import LakeFile
from pipelines.engine.reports import EntityReport
from pipelines.engine.window import Window
from pipelines.sample.damage.table import DRIFT_BRAND, DRIFT_TABLE
from pipelines.sample.generate import generate
from pipelines.sample.request import Request
from pipelines.sample.tables import billing_tables
from tests.billing.accounting import account_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenants", "all_tenants")]
DAYS = 4  # one more than the one that drifts


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake = tmp_path_factory.mktemp("drift") / "lake"
    generate(
        Request(out=lake, subscriptions=600, days=DAYS, brands=(DRIFT_BRAND,)),
        billing_tables(),
        SilentMeter(),
    )
    return lake


@pytest.fixture
def own_sources(sample: Path, settings: LazySettings, tmp_path: Path) -> Path:
    settings.LAKE = LakeAddress(kind="duckdb", folder=sample)
    settings.HUB_SOURCES_DIR = str(tmp_path)
    (tmp_path / f"{DRIFT_BRAND}.toml").write_text(built_in(), encoding="utf-8")
    return tmp_path / f"{DRIFT_BRAND}.toml"


def built_in() -> str:
    return (OWN_SOURCES / f"{DRIFT_BRAND}.toml").read_text(encoding="utf-8")


def imported() -> EntityReport:
    window = Window(brands=(DRIFT_BRAND,), entities=(DRIFT_TABLE,))
    (report,) = import_billing(window, by=Actor.command("test"), meter=SilentMeter()).entities
    return report


def test_a_user_gets_the_rows_of_the_drifted_file_in_by_what_the_error_says(
    sample: Path, own_sources: Path
) -> None:
    model = entities()[DRIFT_TABLE]
    report = imported()
    assert report.files == DAYS - 1  # the load behind the held one is read
    assert account_for(sample, DRIFT_BRAND, model).wrong == []

    held = LakeFile.objects.get(status="drifted")
    place = re.search(r"they read if what is new stands before (.+)$", held.reason)
    assert place, held.reason
    heading = (sample / held.path).read_text(encoding="utf-8-sig").split("\n", 1)[0].split(",")
    at = heading.index(place[1].split(" or ")[0])
    true_heading = ",".join([*heading[:at], "channel", *heading[at:]])
    day = re.search(r"load_date=([\d-]+)", held.path)
    assert day
    text = built_in().replace(f"{DRIFT_TABLE} = {{}}\n", "")
    own_sources.write_text(
        f"""{text}
[[entities.{DRIFT_TABLE}.versions]]
from_load = {day[1]}
until_load = {day[1]}
heading = "{true_heading}"
ignored = ["channel"]
""",
        encoding="utf-8",
    )

    assert imported().error == ""
    assert not LakeFile.objects.exclude(status="done").exists()
    account = account_for(sample, DRIFT_BRAND, model)
    assert account.wrong == []
    assert (account.kept["drifted_file"] > 20, account.quarantined["drifted_file"]) == (True, 0)
