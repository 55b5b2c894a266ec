"""Delivery's pages: who receives, what was sent, and what a person can do about it."""

from pipelines.delivery.admin import deliveries, front, targets

__all__ = ["deliveries", "front", "targets"]
