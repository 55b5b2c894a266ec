"""A bounded backfill beside the usual run, as two processes: case 47 of what an import must survive."""

from __future__ import annotations

import os
import random
from pathlib import Path

from tests.process.conftest import Hub

LOADS = 12
IDS = [f"{number:032x}" for number in range(150)]
HEADER = (
    "id,name,sku,product_number,category,description,effective_start_date,effective_end_date,created_date,"
    "updated_date,is_deleted"
)
SINCE = "2025-01-01"


def deliver(lake: Path) -> dict[str, str]:
    """Every load has a version of most rows, in no order of time; returns which name each id must end with."""
    dice = random.Random(47)
    newest: dict[str, tuple[str, int, str]] = {}
    for load in range(1, LOADS + 1):
        lines = [HEADER]
        for key in dice.sample(IDS, 120):
            minute = dice.randrange(40)
            changed, name = f"2025-01-{dice.randrange(1, 9):02} 08:{minute:02}:00", f"Product {load} {minute}"
            lines.append(f"{key},{name},SKU-1,,,,2024-01-01,2030-01-01,2024-01-01 00:00:00,{changed},false")
            newest[key] = max(newest.get(key, ("", 0, "")), (changed, load, name))
        folder = lake / "nordlicht" / "billing" / "product" / f"load_date=2025-01-{load + 8:02}"
        folder.mkdir(parents=True)
        file = folder / "part-001.csv"
        file.write_text("\n".join([*lines, "broken,row"]) + "\n")
        os.utime(file, (1_736_000_000 + load, 1_736_000_000 + load))
    return {key: name for key, (_, _, name) in newest.items()}


def names(hub: Hub) -> dict[str, str]:
    return dict(hub.rows("SELECT lake_id, name FROM billing_product"))


USUAL = ("import_billing", "--brand", "nordlicht", "--entity", "product", "--chunk-rows", "7")
BACKFILL = (*USUAL, "--since", SINCE)


def test_47_a_backfill_beside_the_usual_run_ends_with_the_same_rows(hub: Hub) -> None:
    expected = deliver(hub.lake)
    processes = [hub.start(*command) for command in (USUAL, BACKFILL)]
    ends = [(process.communicate(timeout=300), process.returncode) for process in processes]
    assert [code for _, code in ends] == [0, 0], [err for (_, err), _ in ends]
    overlapping = hub.rows(
        "SELECT count(*) FROM engine_run a JOIN engine_run b ON a.id < b.id AND b.started_at < a.ended_at"
    )
    assert overlapping[0][0] == 1, "the two did not run at the same time"
    assert names(hub) == expected
    created = hub.rows(
        "SELECT object_key, count(*) FROM audit_mutation WHERE action = 'created' "
        "AND model = 'billing.product' GROUP BY object_key HAVING count(*) > 1"
    )
    assert created == []
    assert hub.rows("SELECT count(*) FROM engine_quarantineentry")[0][0] == 1
    leases = hub.rows("SELECT name, run_id FROM engine_lease ORDER BY name")
    feed = "nordlicht/nordlicht/product"
    assert [tuple(lease) for lease in leases] == [(feed, None), (f"{feed}#backfill", None)]
    again = hub.report(*USUAL[:-2], "--full")
    assert (again["total"]["created"], again["total"]["updated"]) == (0, 0)


def test_47_of_two_backfills_of_one_feed_one_leaves(hub: Hub) -> None:
    deliver(hub.lake)
    processes = [hub.start(*BACKFILL) for _ in range(2)]
    ends = [(process.communicate(timeout=300), process.returncode) for process in processes]
    assert sorted(code for _, code in ends) == [0, 1]
    assert any("#backfill is being worked on" in err for (_, err), code in ends if code == 1)
