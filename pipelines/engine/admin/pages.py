"""The engine's records, and those of rooms above it: what is missing there comes by an import."""

from __future__ import annotations

from audit import pages


class RecordAdmin(pages.RecordAdmin):
    empty_hint = "manage.py import_billing"
