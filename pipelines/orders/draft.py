"""What an order's document should be now, and what has to be done about the one that is stored. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

LIVE, WITHDRAWN, HELD, INVALID = "live", "withdrawn", "held", "invalid"
TEST, DELETED = "test", "deleted"
Step = Literal["created", "changed", "withdrawn", "held", "invalid", "unchanged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document as it was just assembled; `withheld` says why nobody may have it ("" where they may)."""

    key: str
    number: str
    account_id: str | None
    body: dict[str, Any] = field(default_factory=dict)
    text: str = ""  # the same as canonical JSON
    fingerprint: bytes = b""
    withheld: str = ""
    state: str = ""
    subscription_class: str = ""
    funnel_step: str = ""
    refunds: int = 0
    anomalies: int = 0
    next_due_on: date | None = None
    batches: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is stored of an order, as far as it takes to decide."""

    status: str
    version: int
    fingerprint: bytes
    next_due_on: date | None
    problem: str = ""


def step_for(draft: Draft, stored: Stored | None) -> Step:
    """What happens to the stored document.

    A tombstone is written once, over a document that was live; what never was live is held back without one.
    """
    if draft.withheld:
        if stored is None or stored.status == INVALID:
            return "held"
        return "withdrawn" if stored.status == LIVE else "unchanged"
    if stored is None:
        return "created"
    return "unchanged" if stored.status == LIVE and stored.fingerprint == draft.fingerprint else "changed"
