"""What an order's document should be now, and what has to be done about the one that is stored. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import orjson

LIVE, WITHDRAWN, HELD, INVALID = "live", "withdrawn", "held", "invalid"
TEST, DELETED = "test", "deleted"
PERSONAL = frozenset({"customer", "remarks"})  # the sections of a document that hold a person's data
Step = Literal["created", "changed", "withdrawn", "held", "invalid", "unchanged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document as it was just assembled; `withheld` says why nobody may have it ("" where they may)."""

    key: str
    number: str
    account_id: str | None
    text: str = ""  # the document as canonical JSON
    fingerprint: bytes = b""
    withheld: str = ""
    state: str = ""
    subscription_class: str = ""
    funnel_step: str = ""
    refunds: int = 0
    anomalies: int = 0
    next_due_on: date | None = None
    batches: tuple[str, ...] = field(default=())

    @property
    def body(self) -> dict[str, Any]:
        """The document, read anew each time."""
        document: dict[str, Any] = orjson.loads(self.text)
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is stored of an order, as far as it takes to decide."""

    status: str
    version: int
    fingerprint: bytes
    next_due_on: date | None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """An order as it shall stand: its new document and what it replaces."""

    draft: Draft
    step: Step
    version: int


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
