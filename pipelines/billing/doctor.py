"""What billing asks: are the sources readable, is the lake there, is every entity declared."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from hub import personal
from hub.registry import Check, Finding, checks
from hub.tenancy import every_tenant
from pipelines.billing.feeds import BillingFeed, billing_feeds, entities, feeds_of, sources
from pipelines.engine.mapping import check_source
from pipelines.engine.rows import META_FIELDS, spec_of
from pipelines.lake import open_lake

ENTITY_FOLDER = Path(__file__).parent / "entities"


def sources_are_readable() -> Finding:
    found, models = sources(), entities()
    for source in found:
        for feed in feeds_of(source, models):
            check_source(spec_of(models[feed.entity]), feed)
    return Finding(
        level="ok", message=f"{len(found)} source files: {', '.join(source.name for source in found)}"
    )


def lake_has_files() -> Finding:
    with every_tenant():
        feeds = billing_feeds()
    if settings.LAKE.kind == "athena":
        return _tables_are_declared(feeds)
    without = [each for each in feeds if not each.reader.files()]
    empty = [each.feed.name for each in without]
    if waiting := sum(each.reader.waiting() for each in without):
        return Finding(
            level="warn",
            message=f"{waiting} files of {len(empty)} feeds are not ready yet: they changed within the last minute",
            hint="wait a minute, or name them in a file called _manifest beside them",
        )
    if len(empty) == len(feeds):
        return Finding(
            level="fail",
            message=f"the lake {settings.LAKE.folder or settings.LAKE.kind} holds no ready file",
            hint="python manage.py generate_lake, or set LAKE_URL in .env",
        )
    if empty:
        return Finding(
            level="warn",
            message=f"{len(empty)} feeds have no ready file, e.g. {empty[0]}",
            hint="see the sources; a file is ready a minute after its last change, or when _manifest names it",
        )
    return Finding(level="ok", message=f"{len(feeds)} feeds have files")


def _tables_are_declared(feeds: list[BillingFeed]) -> Finding:
    """Listing files is a query, which costs; whether a table is declared is asked of the catalogue."""
    missing = [each.reader.name for each in feeds if not each.reader.is_there()]
    if missing:
        return Finding(
            level="fail" if len(missing) == len(feeds) else "warn",
            message=f"{len(missing)} of {len(feeds)} tables are not declared in Athena, e.g. {missing[0]}",
            hint="docs/how-to/run-on-athena.md shows how to declare them",
        )
    return Finding(level="ok", message=f"{len(feeds)} tables are declared in Athena")


def lake_address_works() -> Finding:
    """The worst of what the lake says of its own address."""
    found = open_lake(settings.LAKE).findings()
    for level in ("fail", "warn"):
        if worst := next((finding for finding in found if finding.level == level), None):
            return worst
    messages = "; ".join(finding.message for finding in found)
    return Finding(level="ok", message=messages or "the lake is a folder")


def entities_are_declared() -> Finding:
    """The registry of models and the files in entities/ say the same, and no column hides one of the engine's."""
    files = {path.stem for path in ENTITY_FOLDER.glob("[!_]*.py")}
    known = entities()
    if files != set(known):
        odd = ", ".join(sorted(files ^ set(known)))
        return Finding(
            level="fail", message=f"entity files and models differ: {odd}", hint="see entities/__init__.py"
        )
    for name, model in known.items():
        if hidden := set(META_FIELDS) & set(spec_of(model).names):
            return Finding(
                level="fail", message=f"{name} hides {hidden}", hint="rename the column on our side"
            )
        if personal.columns_of(model._meta.label_lower) != spec_of(model).personal:
            return Finding(
                level="fail", message=f"personal columns of {name} are not registered", hint="see apps.py"
            )
    return Finding(level="ok", message=f"{len(known)} entities are declared")


def register() -> None:
    for name, run in (
        ("billing.sources", sources_are_readable),
        ("billing.lake", lake_has_files),
        ("billing.lake_address", lake_address_works),
        ("billing.entities", entities_are_declared),
    ):
        checks.add(Check(name=name, run=run))
