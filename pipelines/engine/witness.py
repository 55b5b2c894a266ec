"""The row that lifted a watermark: as long as it stands in the table, the table and the watermark belong together.

A separate MAX() over the change times would read a table of any size in every run; one row by its key does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hub.transactions import ask
from pipelines.engine.chunk import Incoming
from pipelines.engine.comparing import Comparison
from pipelines.engine.models import Watermark
from pipelines.engine.progress import text_of
from pipelines.engine.rows import ImportedRow


@dataclass(frozen=True, kw_only=True)
class Witness:
    """A stored row whose change time is at least `at` (canonical text)."""

    key: str
    at: str

    @property
    def facts(self) -> dict[str, Any]:
        """What the watermark's state keeps of it."""
        return {"witness": {"key": self.key, "at": self.at}}


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A row that still bears the watermark out, if there is one; `lost` when the one that did is gone."""

    witness: Witness | None
    lost: bool = False


def among(written: Iterable[Incoming], under: Comparison, value: str) -> Witness | None:
    """A row just written that changed at this time."""
    found = next((row for row in written if under.cursor(row) == value), None)
    return Witness(key=under.key(found), at=value) if found else None


def look(model: type[ImportedRow], tenant: str, mark: Watermark) -> Looked:
    """Ask for the remembered row; only where that does not settle it, for any row as new as the watermark.

    A row that is there with another change time proves nothing: a later delivery may have brought it without one.
    """
    if mark.value is None:
        return Looked(witness=None)
    known, at = _remembered(mark), text_of(mark.value)
    if known is not None and known.at == at:
        rows = model.unscoped.filter(key=known.key).values_list("cursor_at", flat=True)
        stored = ask(lambda: list(rows))
        if not stored:
            return Looked(witness=None, lost=True)
        if stored[0] is not None and stored[0] >= mark.value:
            return Looked(witness=known)
    others = model.unscoped.filter(tenant=tenant, cursor_at__gte=mark.value).values_list("key", flat=True)
    key = ask(lambda: others.first())
    return Looked(witness=Witness(key=str(key), at=at) if key is not None else None)


def _remembered(mark: Watermark) -> Witness | None:
    """None also for what an older release kept, or another."""
    kept = mark.state.get("witness")
    texts = isinstance(kept, dict) and isinstance(kept.get("key"), str) and isinstance(kept.get("at"), str)
    return Witness(key=kept["key"], at=kept["at"]) if texts else None
