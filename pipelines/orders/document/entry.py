"""A part of a document: what is not known is absent."""

from __future__ import annotations

from typing import Any

Entry = dict[str, Any]


def known(entry: Entry) -> Entry:
    """The entry without its members that nobody knows; parts of it are entries of their own."""
    if None not in entry.values():
        return entry
    return {name: value for name, value in entry.items() if value is not None}
