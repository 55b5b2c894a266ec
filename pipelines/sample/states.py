"""What state an order is in on a day, and on which later days that changes by itself.

An order is past due from the day after the due date of a bill whose balance is above nothing. A cancelled
order is `cancelling` before its `cancelled_date` and `cancelled` from that day on; a term that is not renewed
is `expired` from its `term_end_date` on, the first day it no longer covers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipelines.sample.customer import Bill, Sold
from pipelines.sample.layout import Row

WORDS = {
    "Draft": "draft",
    "Pending Activation": "pending",
    "Pending Acceptance": "pending",
    "Suspended": "suspended",
}


def current_of(sold: Sold) -> Row | None:
    """The version in force: the newest that is not deleted, unless another one is planned to be it."""
    standing = [row for row in sold.versions if row["is_deleted"] != "true"]
    if sold.stands is not None:
        return sold.stands
    return standing[-1] if standing else None


def end_of(current: Row | None) -> str | None:
    """The day an order ends, if that is decided."""
    if current is None:
        return None
    if current["status"] == "Cancelled":
        return current["cancelled_date"]
    return None if current["auto_renew"] == "true" else current["term_end_date"]


def timeline(sold: Sold, bills: Sequence[Bill], day: int) -> list[tuple[int, str]]:
    """The state on a day, then each day on which it becomes another one if no further row comes."""
    current = current_of(sold)
    overdue = min((_day(bill.row["due_date"]) + 1 for bill in bills if bill.balance > 0), default=None)
    ends = end_of(current)
    turns = {turn for turn in (overdue, _day(ends) if ends else None) if turn is not None and turn > day}
    states = [(day, _state(sold, current, day, overdue))]
    for turn in sorted(turns):
        state = _state(sold, current, turn, overdue)
        if state != states[-1][1]:
            states.append((turn, state))
    return states


def _state(sold: Sold, current: Row | None, day: int, overdue: int | None) -> str:
    if current is None:
        return "deleted"
    status, ends = current["status"] or "", end_of(current)
    over = ends is not None and _day(ends) <= day
    if status in WORDS:
        return WORDS[status]
    if status == "Cancelled":
        return "cancelled" if over else "cancelling"
    # The newest version says Expired when its term ran out; an older one was merely superseded.
    if over or (status == "Expired" and current is sold.versions[-1]):
        return "expired"
    return "past_due" if overdue is not None and overdue <= day else "active"


def _day(text: str | None) -> int:
    return date.fromisoformat(text or "").toordinal()
