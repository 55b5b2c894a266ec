"""Where rows are read from: one interface (`hub.lakes`), one engine an address."""

from __future__ import annotations

from django.conf import settings

from hub.addresses import LakeAddress
from hub.errors import ConfigError
from pipelines.lake.duckdb import DuckDBLake


def open_lake(address: LakeAddress) -> DuckDBLake:
    """The lake behind an address; complains at once when there is nothing."""
    if address.kind == "duckdb" and address.folder is not None:
        if not address.folder.is_dir():
            raise ConfigError(
                f"the lake folder {address.folder} does not exist",
                hint="set LAKE_URL, or type `manage.py generate_lake` for a sample",
            )
        return DuckDBLake(
            folder=address.folder, memory=settings.HUB_DUCKDB_MEMORY, threads=settings.HUB_DUCKDB_THREADS
        )
    raise ConfigError(
        f"no lake of kind {address.kind} can be read yet", hint="set LAKE_URL=duckdb:///var/lake"
    )
