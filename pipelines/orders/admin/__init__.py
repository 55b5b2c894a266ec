"""The pages of orders: documents that can be read, and where every refund and credit memo went."""

from pipelines.orders.admin import allocations, front, orders

__all__ = ["allocations", "front", "orders"]
