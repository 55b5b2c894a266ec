"""The worked example of docs/how-to/add-a-source.md, typed in as it stands there."""

import os
import re
from pathlib import Path

import pytest

from audit.context import Actor
from hub.addresses import LakeAddress
from hub.progress import SilentMeter
from hub.tenancy import tenant_scope
from pipelines.billing.jobs import import_billing, replay_quarantine
from pipelines.billing.models import Contact, Invoice
from pipelines.engine.mapping import check_source
from pipelines.engine.models import QuarantineEntry, Tenant
from pipelines.engine.replay import Selection
from pipelines.engine.reports import RunReport
from pipelines.engine.rows import spec_of
from pipelines.engine.source_file import load_source
from pipelines.engine.window import Window

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-a-source.md"
ACTOR = Actor.command("test")
FJORD = Window(brands=("fjord",))

pytestmark = pytest.mark.django_db


def block(language: str, number: int = 0) -> str:
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return found[number]


@pytest.fixture
def source(tmp_path, settings) -> Path:
    """The tenant, the file and the source file of the page, in folders of their own."""
    people = tmp_path / "lake" / "fjord" / "billing" / "people" / "load_date=2026-03-02" / "people.csv"
    people.parent.mkdir(parents=True)
    people.write_bytes(block("csv").encode("latin-1"))
    os.utime(people, (1_772_400_000, 1_772_400_000))
    toml = tmp_path / "sources" / "fjord.toml"
    toml.parent.mkdir()
    toml.write_text(block("toml"), encoding="utf-8")
    settings.LAKE = LakeAddress(kind="duckdb", folder=tmp_path / "lake")
    settings.HUB_SOURCES_DIR = str(toml.parent)
    Tenant.objects.create(code="fjord", name="Fjord", currency="NOK", time_zone="Europe/Oslo")
    return toml


def imported() -> RunReport:
    return import_billing(FJORD, by=ACTOR, meter=SilentMeter())


def test_the_example_counts_as_the_page_says(source):
    report = imported()
    counts = report.total
    assert (counts.read, counts.created, counts.dropped, counts.quarantined) == (4, 2, 1, 1)
    assert report.exit_code == 3


def test_the_example_reads_as_the_page_says(source):
    imported()
    with tenant_scope("fjord"):
        boris = Contact.objects.get(first_name="Boris")
    assert boris.last_name == "Bø; Moe"
    assert boris.work_email is None
    assert f"{boris.updated_date:%H:%M}" == "22:59"  # 23:59 in Oslo
    assert boris.extra == {"Shoe_Size": "44"}


def test_the_remedy_of_the_quarantine_page_brings_the_third_person_in(source):
    imported()
    text = block("toml").replace('null_markers = ["-"]', 'null_markers = ["-", "yesterday"]')
    source.write_text(text.replace('table = "people"', 'table = "people"\nnull_cursor = "created_date"'))
    report = replay_quarantine(FJORD, Selection(code="unreadable"), by=ACTOR)
    assert report.total.created == 1
    with tenant_scope("fjord"):
        assert not QuarantineEntry.objects.filter(status="open").exists()


def test_the_keys_for_other_ways_of_writing_fit_the_entity_they_are_shown_with(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[source]\ntenant = "acme"\n' + block("toml", 1), encoding="utf-8")
    feed = load_source(path).feeds["invoice"]
    check_source(spec_of(Invoice), feed)
    assert (feed.key, feed.writing.values["status"]["n/a"]) == (("Invoice", "Line"), "")
