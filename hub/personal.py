"""The registry of personal columns: filled by each app from its declarations, read by audit, logs, export, erasure."""

from __future__ import annotations

from collections.abc import Iterable

_columns: dict[str, frozenset[str]] = {}


def register(model: str, columns: Iterable[str]) -> None:
    """Name the personal columns of a model ("billing.contact")."""
    _columns[model] = frozenset(columns)


def columns_of(model: str) -> frozenset[str]:
    """The personal columns of a model; empty when it has none."""
    return _columns.get(model, frozenset())


def all_columns() -> dict[str, frozenset[str]]:
    """Every model with its personal columns, by name."""
    return dict(sorted(_columns.items()))
