"""The real process, killed, raced and interrupted: what it leaves is what an undisturbed run leaves."""

from __future__ import annotations

import json
import random
import signal
import time
from pathlib import Path
from typing import Any

from pipelines.billing.feeds import entities
from tests.process.conftest import Hub

SUBSCRIPTIONS, DAYS, KILLS = "150", "2", 6
SMALL_CHUNKS = ("--chunk-rows", "40")


def content(hub: Hub) -> dict[str, list[Any]]:
    """Business rows with both checksums, and the trail, without what names a run or draws a nonce."""
    tables = {
        name: hub.rows(
            f"SELECT {', '.join(_quoted(hub, column) for column in _columns(model))} FROM {model._meta.db_table} "
            f"ORDER BY {_quoted(hub, 'key')}"
        )
        for name, model in entities().items()
    }
    trail = hub.rows(
        "SELECT tenant, model, object_key, action, diff, checksum_before, checksum_after FROM audit_mutation"
    )
    quarantine = hub.rows("SELECT tenant, entity, file, line, code, status FROM engine_quarantineentry")
    return tables | {
        "trail": sorted((*row[:4], _without_nonces(row[4]), *row[5:]) for row in trail),
        "quarantine": sorted(quarantine),
    }


def _columns(model: Any) -> list[str]:
    fields = [field.column for field in model._meta.local_fields]
    return [name for name in fields if name != "batch_id"]


def _quoted(hub: Hub, name: str) -> str:
    return f'"{name}"' if hub.database.startswith("sqlite") else f"`{name}`"


def _without_nonces(diff: str | None) -> str:
    """Ciphertext differs in every run by its nonce; the digest beside it says what was protected."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: strip(item) for name, item in value.items() if name != "c"}
        return [strip(item) for item in value] if isinstance(value, list) else value

    return json.dumps(strip(json.loads(diff)) if diff else None, sort_keys=True)


def test_killed_at_random_moments_and_run_again_leaves_what_one_run_leaves(hub: Hub, tmp_path: Path) -> None:
    assert hub.run("generate_lake", "--subscriptions", SUBSCRIPTIONS, "--days", DAYS)[0] == 0
    dice = random.Random(time.time_ns())
    killed = 0
    for turn in range(KILLS):
        process = hub.start("import_billing", *SMALL_CHUNKS, *(hub.with_workers if turn % 2 else ()))
        time.sleep(dice.uniform(0.9, 2.5))
        killed += process.poll() is None
        process.kill()
        process.communicate()
    assert killed, "no run was alive when it was to be killed: the delays no longer fit the speed"
    assert hub.report("import_billing", *SMALL_CHUNKS, *hub.with_workers)["status"] in {"done", "quarantined"}
    disturbed = content(hub)
    for table in [*(model._meta.db_table for model in entities().values()), *_STATE]:
        _empty(hub, table)
    assert hub.report("import_billing")["status"] in {"done", "quarantined"}
    undisturbed = content(hub)
    for name, rows in undisturbed.items():
        assert disturbed[name] == rows, name


_STATE = (
    "audit_mutation",
    "engine_watermark",
    "engine_lakefile",
    "engine_quarantineentry",
    "engine_repair",
    "engine_batch",
)


def _empty(hub: Hub, table: str) -> None:
    code = f"from django.db import connection; connection.cursor().execute('DELETE FROM {table}')"
    assert hub.run("shell", "-v0", "-c", code)[0] == 0


def test_of_two_imports_at_once_one_runs_and_the_other_says_why_not(hub: Hub) -> None:
    assert hub.run("generate_lake", "--subscriptions", SUBSCRIPTIONS)[0] == 0
    processes = [hub.start("import_billing", *SMALL_CHUNKS) for _ in range(2)]
    ends = [(process.communicate(timeout=120), process.returncode) for process in processes]
    codes = sorted(code for _, code in ends)
    refusals = [err for (_, err), code in ends if code == 1]
    assert codes in ([0, 1], [1, 3])
    assert "is being worked on by run" in refusals[0]
    assert "Traceback" not in refusals[0]


def test_sigterm_ends_the_run_after_its_chunk_and_says_so(hub: Hub) -> None:
    assert hub.run("generate_lake", "--subscriptions", "600")[0] == 0
    process = hub.start("import_billing", "--chunk-rows", "10", "--json", *hub.with_workers)
    while not hub.rows("SELECT count(*) FROM engine_batch")[0][0]:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert json.loads(out)["status"] == "interrupted"
    assert hub.rows("SELECT status FROM engine_run")[0][0] == "interrupted"


def test_a_lease_of_a_dead_run_is_taken_over_at_once(hub: Hub) -> None:
    assert hub.run("generate_lake", "--subscriptions", "30")[0] == 0
    process = hub.start("import_billing", "--chunk-rows", "5")
    while not hub.rows("SELECT count(*) FROM engine_batch")[0][0]:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.kill()
    process.communicate()
    assert hub.report("import_billing")["status"] in {"done", "quarantined"}
