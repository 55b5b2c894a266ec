"""Which feeds of billing entities there are: those of every source file whose brand is active."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings

from hub.errors import ConfigError, UsageError
from hub.lakes import Lake, TableReader
from pipelines.engine.models import Tenant
from pipelines.engine.rows import ImportedRow
from pipelines.engine.source import Feed, Source
from pipelines.engine.source_file import load_source
from pipelines.lake import open_lake

AREA = "billing"
OWN_SOURCES = Path(__file__).parent / "sources"


@dataclass(frozen=True, kw_only=True)
class BillingFeed:
    """A feed with its model and the table it is read from."""

    model: type[ImportedRow]
    feed: Feed
    reader: TableReader
    lake: Lake


def entities() -> dict[str, type[ImportedRow]]:
    """The imported models by entity name."""
    models = apps.get_app_config("billing").get_models()
    return {model.entity: model for model in models if issubclass(model, ImportedRow)}


def sources() -> list[Source]:
    """All source files: ours and those of HUB_SOURCES_DIR, of which one with our file's name replaces it."""
    folders = [OWN_SOURCES, *([Path(settings.HUB_SOURCES_DIR)] if settings.HUB_SOURCES_DIR else [])]
    files: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise ConfigError(f"the sources folder {folder} does not exist", hint="set HUB_SOURCES_DIR")
        files |= {path.name: path for path in sorted(folder.iterdir()) if path.suffix == ".toml"}
    return [load_source(path) for path in files.values()]


def billing_feeds(brands: Iterable[str] = (), only: Iterable[str] = ()) -> list[BillingFeed]:
    """The feeds of the chosen brands and entities; unknown names are refused with what is known."""
    models, wanted_brands, wanted = entities(), set(brands), set(only)
    tenants = {tenant.code: tenant for tenant in Tenant.objects.filter(kind=Tenant.Kind.BRAND)}
    _refuse_unknown("brand", wanted_brands, tenants)
    _refuse_unknown("entity", wanted, models)
    chosen = {
        code for code, tenant in tenants.items() if tenant.active and code in (wanted_brands or tenants)
    }
    if not chosen:
        raise ConfigError("no active brand to import", hint="add one under Tenants in the admin")
    lake = open_lake(settings.LAKE)
    feeds = [
        BillingFeed(
            model=models[feed.entity],
            feed=feed,
            reader=lake.table(source.tenant, AREA, feed.table, source.form),
            lake=lake,
        )
        for source in sources()
        if source.tenant in chosen
        for feed in feeds_of(source, models)
        if feed.entity in (wanted or models)
    ]
    if not feeds:
        raise ConfigError(
            f"no source file feeds {', '.join(sorted(chosen))}", hint="see docs/how-to/add-a-source.md"
        )
    return feeds


def feeds_of(source: Source, models: dict[str, type[ImportedRow]]) -> Iterator[Feed]:
    """A source's feeds; one of an entity that does not exist is refused."""
    for name, feed in source.feeds.items():
        if name not in models:
            raise ConfigError(
                f"source {source.name} lists an entity {name!r} that does not exist",
                hint=f"known: {', '.join(models)}",
            )
        yield feed


def _refuse_unknown(what: str, wanted: set[str], known: Iterable[str]) -> None:
    if unknown := sorted(wanted - set(known)):
        raise UsageError(
            f"there is no {what} {unknown[0]!r}", hint=f"known: {', '.join(sorted(known)) or 'none'}"
        )
