"""Subscription versions to chains, and what state a chain is in on a date. Pure.

The caller hands over the versions of one tenant: ids and numbers repeat between tenants. See
docs/explanation/chains.md.
"""

from pipelines.billing.chains.resolving import resolve
from pipelines.billing.chains.soft import SoftLink, soft_links
from pipelines.billing.chains.state import RUNNING, State, is_running, state_of, version_on
from pipelines.billing.chains.versions import Anomaly, Chain, Event, Version

__all__ = [
    "RUNNING",
    "Anomaly",
    "Chain",
    "Event",
    "SoftLink",
    "State",
    "Version",
    "is_running",
    "resolve",
    "soft_links",
    "state_of",
    "version_on",
]
