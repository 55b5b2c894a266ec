"""Cancelled here, new there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pipelines.billing.chains import SoftLink, Version, resolve, soft_links
from tests.billing.chains.making import version

ENDED = date(2025, 5, 1)


def ended(name: str, *, on: date = ENDED, **changes: Any) -> Version:
    row = {"id": name, "original_id": name, "number": f"N-{name}", "status": "Cancelled", "cancelled": on}
    return version(**{**row, **changes})


def begun(name: str, *, on: date, **changes: Any) -> Version:
    made = datetime(on.year, on.month, on.day, tzinfo=UTC)
    row = {"id": name, "original_id": name, "number": f"N-{name}", "start": on, "created_at": made}
    return version(**{**row, **changes})


def after(days: int, name: str = "new", **changes: Any) -> Version:
    return begun(name, on=ENDED + timedelta(days=days), **changes)


def links(*versions: Version, days: int = 30) -> list[SoftLink]:
    return soft_links(resolve(versions), days=days)


def pairs(*versions: Version, days: int = 30) -> list[tuple[str, str, float]]:
    return [(link.before, link.after, link.confidence) for link in links(*versions, days=days)]


@pytest.mark.parametrize(
    ("gap", "confidence"),
    [(0, 0.9), (15, 0.7), (-15, 0.7), (30, 0.5), (-30, 0.5)],
    ids=lambda value: str(value),
)
def test_the_nearer_the_new_one_begins_the_surer_the_link(gap: int, confidence: float) -> None:
    assert pairs(ended("old"), after(gap)) == [("old", "new", confidence)]


@pytest.mark.parametrize("gap", [31, -31])
def test_outside_the_window_there_is_no_link(gap: int) -> None:
    assert links(ended("old"), after(gap)) == []


def test_a_window_of_no_days_is_the_very_day() -> None:
    assert pairs(ended("old"), after(0), days=0) == [("old", "new", 0.9)]


def test_another_account_is_no_link() -> None:
    assert links(ended("old"), after(0, account_id="boris")) == []


def test_no_account_is_no_link() -> None:
    assert links(ended("old", account_id=None), after(0, account_id=None)) == []


def test_one_that_was_not_cancelled_is_followed_by_none() -> None:
    assert links(ended("old", status="Active", cancelled=None), after(0)) == []


def test_an_older_subscription_follows_none() -> None:
    older = after(0, created_at=datetime(2024, 1, 1, tzinfo=UTC))
    assert links(ended("old"), older) == []


def test_one_that_ends_soon_after_it_began_does_not_follow_itself() -> None:
    assert links(ended("short", start=ENDED - timedelta(days=3))) == []


def test_of_two_that_were_made_at_once_neither_follows_the_other() -> None:
    assert links(ended("old"), after(0, created_at=ended("old").created_at)) == []


def test_a_draft_follows_none() -> None:
    assert links(ended("old"), after(0, status="Draft")) == []


def test_a_deleted_one_follows_none() -> None:
    assert links(ended("old"), after(0, deleted=True)) == []


@pytest.mark.parametrize("name", ["N-old", " n-OLD ", "old"])
def test_a_predecessor_that_is_named_is_certain_whatever_the_dates_and_the_account(name: str) -> None:
    found = links(ended("old"), after(900, account_id="boris", predecessor=name))
    assert found == [SoftLink(before="old", after="new", confidence=1.0, rule="predecessor")]


def test_one_that_names_itself_follows_none() -> None:
    assert links(after(0, predecessor="new")) == []


def test_an_empty_predecessor_names_none() -> None:
    assert links(ended("old", number=""), after(900, predecessor=" ")) == []


def test_a_named_predecessor_goes_before_a_nearer_guess() -> None:
    found = pairs(ended("near"), ended("named", on=date(2024, 1, 1)), after(0, predecessor="N-named"))
    assert found == [("named", "new", 1.0)]


def test_each_is_linked_once_to_its_nearest() -> None:
    found = pairs(ended("a"), ended("b", on=date(2025, 5, 20)), after(2, "c"), after(20, "d"))
    assert found == [("a", "c", 0.87), ("b", "d", 0.89)]


def test_a_tie_goes_to_the_smaller_root() -> None:
    assert pairs(ended("b"), ended("a"), after(0)) == [("a", "new", 0.9)]


def test_after_a_transfer_the_last_owner_counts_before_and_the_first_after() -> None:
    moved = ended("old2", original_id="old", version=2, account_id="boris")
    gift = after(3, account_id="boris", is_latest=False)
    taken = after(3, "new2", original_id="new", version=2, account_id="chen")
    assert pairs(ended("old", is_latest=False), moved, gift, taken) == [("old", "new", 0.86)]


def test_before_and_after_the_end_are_equally_near() -> None:
    assert pairs(ended("old"), after(-5, "z"), after(5, "a")) == [("old", "a", 0.83)]
