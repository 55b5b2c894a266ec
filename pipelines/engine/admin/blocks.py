"""The blocks of the engine's pages: those of every room, and what is told of runs, files and rows."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.blocks import (
    Block,
    Fact,
    Table,
    badge,
    code,
    facts,
    list_link,
    notice,
    record_link,
    start_of,
    table,
    unbroken,
)
from pipelines.engine.rows import ImportedRow

__all__ = [
    "Block",
    "Fact",
    "Table",
    "badge",
    "code",
    "facts",
    "file_told",
    "imported_models",
    "list_link",
    "notice",
    "record_link",
    "row_link",
    "start_of",
    "status_badge",
    "table",
    "unbroken",
]

TONES = {
    "done": "success",
    "running": "info",
    "quarantined": "warning",
    "interrupted": "warning",
    "locked": "warning",
    "partial": "info",
    "failed": "danger",
    "drifted": "danger",
    "open": "warning",
    "replayed": "success",
    "superseded": "success",
}


def status_badge(status: str, text: str) -> SafeString:
    """The label of a status, in the colour it has everywhere."""
    return badge(text, TONES.get(status, ""))


def file_told(path: str, line: int | None = None, *, parts: int = 2) -> SafeString:
    """A lake file by the last parts of its path, its load date without its name; the whole of it on hover.

    `line` counts from 1, as an editor does.
    """
    names = [part.partition("=")[2] or part for part in path.split("/")[-parts:]]
    behind = "" if line is None else f":{line}"
    return format_html('<span title="{}">{}</span>', path + behind, "/".join(names) + behind)


def imported_models() -> dict[str, type[ImportedRow]]:
    """The imported models of all rooms by entity name."""
    return {model.entity: model for model in apps.get_models() if issubclass(model, ImportedRow)}


def row_link(entity: str, key: str) -> SafeString | str:
    """A link to an imported row where it exists, else its key."""
    model: type[Model] | None = imported_models().get(entity)
    if not key or model is None or not model._default_manager.filter(pk=key).exists():
        return key
    return record_link(model._meta.label_lower, key)
