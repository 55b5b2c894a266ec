"""Declares the tables of the sample's brands."""

from __future__ import annotations

import gzip
from pathlib import Path

from hub.lakes import FileFormat
from pipelines.billing.feeds import OWN_SOURCES
from pipelines.engine.source_file import load_source
from tests.athena.declaring import STRING, declare_keys, how_written, statement
from tests.athena.server import StandIn


def declare_brands(standin: StandIn) -> None:
    """Every table of the sample's brands, with the columns that the heading of its first file has."""
    for path in sorted(OWN_SOURCES.glob("*.toml")):
        source = load_source(path)
        for feed in source.feeds.values():
            below = f"{source.tenant}/billing/{feed.table}"
            if columns := heading(standin.lake / below, source.form):
                name = f"{source.tenant}_billing_{feed.table}"
                standin.declare(statement(name, below, columns, how_written(source.form)))
            declare_keys(standin, source.tenant, feed.table)


def heading(folder: Path, form: FileFormat) -> dict[str, str]:
    """The columns of the first CSV file below a folder, all of them text."""
    for path in sorted(folder.rglob("*.csv*")):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        first = data.split(b"\n", 1)[0].decode("utf-8-sig").strip()
        return dict.fromkeys((name.strip().strip('"') for name in first.split(form.delimiter)), STRING)
    return {}
