"""The engine's records with personal values."""

from __future__ import annotations

from audit import revealing
from pipelines.engine.admin.pages import RecordAdmin


class RevealAdmin(revealing.RevealAdmin, RecordAdmin):
    pass
