"""Nothing is held for all customers: memory does not grow with the lake."""

import subprocess
import sys
from pathlib import Path

import pytest

MEASURE = """
import resource, sys
from datetime import date
from pathlib import Path
import django
django.setup()
from pipelines.sample.brand_lake import Order, write_brand
from pipelines.sample.tables import billing_tables
for subscriptions in (1000, 20000):
    write_brand(
        Order(
            brand="nordlicht", out=Path(sys.argv[1]) / str(subscriptions), subscriptions=subscriptions,
            seed=1, days=2, first=date(2026, 1, 5).toordinal(), damage=True, truth=True,
            tables=billing_tables(),
        ),
        lambda customers: None,
    )
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_twenty_times_the_customers_need_hardly_more_memory(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        env={"DJANGO_SETTINGS_MODULE": "hub.settings", "HUB_DEMO": "1", "PYTHONPATH": ":".join(sys.path)},
    )
    small, large = map(int, done.stdout.split()[-2:])
    assert large - small < 60
