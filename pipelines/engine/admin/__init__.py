"""The engine's pages: what ran, how far it came, what was set aside, and the rows themselves."""

from pipelines.engine.admin import (
    batches,
    front,
    quarantined,
    repairs,
    runs,
    standing,
    tenants,
    worklist,
)

__all__ = ["batches", "front", "quarantined", "repairs", "runs", "standing", "tenants", "worklist"]
