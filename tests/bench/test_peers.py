"""The ways that stand beside the hub load the rows they say, and one that does not says why."""

import json
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from bench import peers
from bench.child import ChildFailed, TooSlow, manage, python
from bench.databases import MariaDB, prepare
from bench.peers import LOADERS, Peer
from bench.phases import Lake
from bench.report import Result, _peer_rows
from tests.bench.test_import_bench import machine, measurement

pytestmark = pytest.mark.slow


def test_a_command_beyond_its_time_is_stopped() -> None:
    with pytest.raises(TooSlow, match="not done in 0 s"):
        python("-c", "import time; time.sleep(60)", env={}, limit=0.2)


def test_a_command_within_its_time_is_not() -> None:
    assert python("-c", "print('done')", env={}, limit=60).output == "done"


def test_the_reason_is_the_line_that_names_the_error() -> None:
    error = ChildFailed("x ended with 1\nTraceback\nValueError: no such table\nplease see the manual")
    assert peers._reason(error) == "ValueError: no such table"


def test_a_way_without_seconds_shows_its_reason() -> None:
    hub = measurement(database="MariaDB", read=100, seconds=2.0)
    found = [Peer(name="fast", rows=100, seconds=1.0), Peer(name="slow", reason="not done in 90 s")]
    rows = _peer_rows(Result(command="", subscriptions=1, machine=machine(), measured=[hub], peers=found))
    assert [row[-1] for row in rows] == ["1.00", "2.00", ""]
    assert rows[2][1] == "not done in 90 s"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("mysql" not in os.environ.get("DATABASE_URL", ""), reason="the peers load into MariaDB")
def test_every_way_loads_all_rows_as_they_are(tmp_path: Path) -> None:
    address = settings.DATABASES["default"]
    hub = MariaDB(
        f"mysql://{address['USER']}:{address['PASSWORD']}@{address['HOST']}:{address['PORT']}/peers_bench"
    )
    lake = Lake(tmp_path / "lake", 20)
    lake.generate()
    prepare(hub)
    env = {"HUB_DEMO": "1", "HUB_SOURCES_DIR": "", "DATABASE_URL": hub.url, "LAKE_URL": lake.url}
    manage("import_billing", env=env, accept=(0, 3))
    rows = tmp_path / "rows"
    python("-m", "bench.peer_rows", str(rows), env=env)
    sums = "SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', `key`, account_id, notes, updated_date))) FROM "
    target, table = hub.beside("_peers"), "billing_subscription"
    for name in LOADERS:
        target.empty()
        finished = python("-m", "bench.peer_load", name, hub.database, str(rows), env=peers._env(target.url))
        assert json.loads(finished.output)["rows"] > 0
        with connection.cursor() as cursor:
            cursor.execute(f"{sums} {hub.database}.{table} UNION ALL {sums} {target.database}.{table}")
            ours, theirs = cursor.fetchall()
        assert ours == theirs, name
    for database in (hub, target):
        database.drop()
