"""The real `assemble_orders`, killed at random and raced by a second one and an import."""

from __future__ import annotations

import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.process.conftest import Hub

SUBSCRIPTIONS, KILLS = 300, 3
DAY = "2026-01-06"
ROWS = "SELECT {key}, version, fingerprint FROM orders_order ORDER BY 1"
pytestmark = pytest.mark.slow


@pytest.fixture
def filled(hub: Hub) -> Hub:
    """Two days in the lake, of which the first is imported and enriched."""
    lake = hub.lake.with_name("all")
    subscriptions = ("--subscriptions", str(SUBSCRIPTIONS), "--days", "2")
    assert hub.run("generate_lake", *subscriptions, "--out", str(lake))[0] == 0
    copy_days(lake, hub.lake, first=True)
    hub.report("import_billing", "--max-quarantined", "1")
    hub.report("enrich_billing")
    return hub


def copy_days(source: Path, target: Path, *, first: bool) -> None:
    """The loads of the first day, or those behind it."""
    days = sorted({path.name for path in source.rglob("load_date=*")})
    for folder in source.glob("*/billing/*/load_date=*"):
        if (folder.name == days[0]) is first:
            shutil.copytree(folder, target / folder.relative_to(source), copy_function=shutil.copy2)


def orders(hub: Hub) -> list[tuple[object, ...]]:
    key = '"key"' if hub.database.startswith("sqlite") else "`key`"
    return hub.rows(ROWS.format(key=key))


def test_a_run_killed_at_random_is_finished_by_the_next_and_nothing_is_told_twice(filled: Hub) -> None:
    draw = random.Random(4)
    for _ in range(KILLS):
        process = filled.start("assemble_orders", "--date", DAY)
        time.sleep(draw.uniform(1.0, 3.5))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert filled.report("assemble_orders", "--date", DAY)["status"] == "done"
    found = orders(filled)
    assert {version for _, version, _ in found} <= {0, 1}
    ((messages,),) = filled.rows("SELECT COUNT(*) FROM delivery_outboxmessage")
    assert messages == sum(version == 1 for _, version, _ in found)
    assert filled.report("assemble_orders", "--date", DAY, "--full")["total"]["unchanged"] == len(found)


def test_two_assemblers_beside_an_import_end_with_what_a_rebuild_gives(filled: Hub) -> None:
    copy_days(filled.lake.with_name("all"), filled.lake, first=False)
    racers = [
        filled.start("assemble_orders", "--date", DAY, "--json"),
        filled.start("import_billing", "--max-quarantined", "1", "--json"),
        filled.start("assemble_orders", "--date", DAY, "--json"),
    ]
    for racer in racers:
        out, err = racer.communicate(timeout=300)
        assert "eadlock" not in out + err
        assert racer.returncode in {0, 1, 3}, err
    for command in (
        ("import_billing", "--max-quarantined", "1"),
        ("enrich_billing",),
        ("assemble_orders", "--date", DAY),
    ):
        filled.report(*command)
    found = orders(filled)
    again = filled.report("assemble_orders", "--date", DAY, "--full")
    assert again["total"]["unchanged"] == again["total"]["read"] == len(found)


def test_no_document_is_made_of_half_an_import(filled: Hub) -> None:
    copy_days(filled.lake.with_name("all"), filled.lake, first=False)
    before = batches(filled)
    process = filled.start("import_billing", "--max-quarantined", "1", "--chunk-rows", "2")
    while batches(filled) == before:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    report = filled.report("assemble_orders", "--date", DAY)
    assert {entity["status"] for entity in report["entities"]} == {"locked"}
    assert not orders(filled)


def batches(hub: Hub) -> int:
    ((number,),) = hub.rows("SELECT COUNT(*) FROM engine_batch")
    return int(number)
