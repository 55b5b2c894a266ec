"""The engine's pages: what ran, how far it came, what was set aside, and the rows themselves."""

from pipelines.engine.admin import (
    batches,
    front,
    quarantined,
    repairs,
    runs,
    standing,
    tenants,
)

__all__ = ["batches", "front", "quarantined", "repairs", "runs", "standing", "tenants"]
