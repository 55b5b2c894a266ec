"""Where rows are read from: one interface (`hub.lakes`), one engine an address."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from django.conf import settings

from hub.addresses import LakeAddress
from hub.errors import ConfigError
from pipelines.lake.athena import AthenaLake
from pipelines.lake.athena.habits import Habits, Text, Way
from pipelines.lake.duckdb import DuckDBLake


def open_lake(address: LakeAddress) -> DuckDBLake | AthenaLake:
    """The lake behind an address; complains at once when there is nothing."""
    if address.folder is None:
        return AthenaLake(address=address, habits=_habits())
    if not address.folder.is_dir():
        raise ConfigError(
            f"the lake folder {address.folder} does not exist",
            hint="set LAKE_URL, or type `manage.py generate_lake` for a sample",
        )
    return DuckDBLake(
        folder=address.folder, memory=settings.HUB_DUCKDB_MEMORY, threads=settings.HUB_DUCKDB_THREADS
    )


def _habits() -> Habits:
    return Habits(
        read=cast(Way, settings.HUB_ATHENA_READ),
        text=cast(Text, settings.HUB_ATHENA_TEXT),
        unload_from=settings.HUB_ATHENA_UNLOAD_FROM,
        budget=settings.HUB_ATHENA_BUDGET,
        price=Decimal(settings.HUB_ATHENA_PRICE_CENTS) / 100,
        timeout=settings.HUB_ATHENA_TIMEOUT,
        poll=settings.HUB_ATHENA_POLL_MS / 1000,
        lag_days=settings.HUB_ATHENA_LAG_DAYS,
    )
