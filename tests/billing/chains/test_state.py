"""What a chain is on 1 June 2025, why, since when, until when, and when that changes by itself."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.billing.chains import State, Version, is_running
from tests.billing.chains.making import TODAY, cancelled, later, state, superseded, version

START, TERM_END = date(2025, 1, 1), date(2026, 1, 1)
PAST, FUTURE = date(2025, 5, 1), date(2025, 9, 1)
Expected = tuple[str, str, date | None, date | None, date | None]

CASES: list[tuple[str, list[Version], Expected]] = [
    ("renews by itself", [version()], ("active", "renews", START, TERM_END, None)),
    ("term over, renewal not here yet", [version(term_end=PAST)], ("active", "renews", START, PAST, None)),
    ("runs out", [version(auto_renew=False)], ("active", "term_running", START, TERM_END, TERM_END)),
    ("ran out", [version(auto_renew=False, term_end=PAST)], ("expired", "term_ended", PAST, PAST, None)),
    (
        "ran out today",
        [version(auto_renew=False, term_end=TODAY)],
        ("expired", "term_ended", TODAY, TODAY, None),
    ),
    (
        "no end written",
        [version(auto_renew=False, term_end=None, end=None)],
        ("active", "term_running", START, None, None),
    ),
    (
        "superseded, no end written",
        [superseded(auto_renew=False, term_end=None, end=None)],
        ("active", "term_running", START, None, None),
    ),
    (
        "only the subscription's end",
        [version(auto_renew=False, term_end=None)],
        ("active", "term_running", START, TERM_END, TERM_END),
    ),
    (
        "evergreen",
        [version(term_type="EVERGREEN", term_end=None, auto_renew=False)],
        ("active", "evergreen", START, None, None),
    ),
    ("not begun", [version(start=FUTURE)], ("pending", "starts_later", START, TERM_END, FUTURE)),
    ("starts today", [version(start=TODAY)], ("active", "renews", TODAY, TERM_END, None)),
    (
        "start known by its service",
        [version(start=None, service_activation=FUTURE)],
        ("pending", "starts_later", START, TERM_END, FUTURE),
    ),
    ("draft", [version(status="Draft")], ("draft", "draft", START, TERM_END, None)),
    (
        "awaiting activation",
        [version(status="Pending Activation")],
        ("pending", "awaiting_activation", START, TERM_END, None),
    ),
    (
        "awaiting acceptance",
        [version(status="PENDING ACCEPTANCE ")],
        ("pending", "awaiting_acceptance", START, TERM_END, None),
    ),
    (
        "suspended",
        [superseded(), later(2, status="Suspended")],
        ("suspended", "suspended", date(2025, 2, 1), TERM_END, None),
    ),
    (
        "suspended for two versions",
        [superseded(), later(2, status="Suspended", is_latest=False), later(3, status="Suspended")],
        ("suspended", "suspended", date(2025, 2, 1), TERM_END, None),
    ),
    (
        "suspended for two versions, a draft between them",
        [
            superseded(),
            superseded(2, status="Suspended"),
            later(3, status="Draft", is_latest=False),
            later(4, status="Suspended"),
        ],
        ("suspended", "suspended", date(2025, 2, 1), TERM_END, None),
    ),
    (
        "suspended by a version that held later than it was made",
        [superseded(), later(2, status="Suspended", contract_effective=date(2025, 3, 15))],
        ("suspended", "suspended", date(2025, 3, 15), TERM_END, None),
    ),
    (
        "suspended until the term runs out",
        [version(status="Suspended", auto_renew=False)],
        ("suspended", "suspended", START, TERM_END, TERM_END),
    ),
    (
        "suspended from September",
        [superseded(), later(2, status="Suspended", contract_effective=FUTURE)],
        ("active", "renews", START, TERM_END, FUTURE),
    ),
    (
        "cancelled for later",
        [superseded(), cancelled(2, FUTURE)],
        ("cancelling", "cancelled_for_later", date(2025, 2, 1), FUTURE, FUTURE),
    ),
    (
        "cancelled, then changed again",
        [superseded(), superseded(2, cancelled=FUTURE), cancelled(3, FUTURE)],
        ("cancelling", "cancelled_for_later", date(2025, 2, 1), FUTURE, FUTURE),
    ),
    ("cancelled", [superseded(), cancelled(2, PAST)], ("cancelled", "cancelled", PAST, PAST, None)),
    ("cancelled today", [superseded(), cancelled(2, TODAY)], ("cancelled", "cancelled", TODAY, TODAY, None)),
    (
        "cancelled at the start",
        [superseded(), cancelled(2, START)],
        ("cancelled", "cancelled_at_start", START, START, None),
    ),
    (
        "cancelled before it begins",
        [superseded(start=FUTURE), cancelled(2, FUTURE, start=FUTURE)],
        ("cancelled", "cancelled_at_start", FUTURE, FUTURE, None),
    ),
    (
        "begins, then ends",
        [superseded(start=FUTURE), cancelled(2, TERM_END, start=FUTURE)],
        ("pending", "starts_later", date(2025, 2, 1), TERM_END, FUTURE),
    ),
    (
        "back-dated",
        [superseded(), cancelled(2, date(2025, 1, 15))],
        ("cancelled", "cancelled_back_dated", date(2025, 1, 15), date(2025, 1, 15), None),
    ),
    (
        "back-dated, then changed again",
        [superseded(), superseded(2, cancelled=date(2025, 2, 15)), cancelled(3, date(2025, 2, 15))],
        ("cancelled", "cancelled", date(2025, 2, 15), date(2025, 2, 15), None),
    ),
    (
        "an American cancellation",
        [superseded(), later(2, status="canceled", cancelled=PAST)],
        ("cancelled", "cancelled", PAST, PAST, None),
    ),
    (
        "without a date: the end",
        [superseded(), later(2, status="Cancelled", end=FUTURE)],
        ("cancelling", "cancelled_for_later", date(2025, 2, 1), FUTURE, FUTURE),
    ),
    (
        "without any date: the day it was made",
        [superseded(), later(2, status="Cancelled", end=None, term_end=None)],
        ("cancelled", "cancelled", date(2025, 2, 1), date(2025, 2, 1), None),
    ),
    ("a date without the word", [version(cancelled=PAST)], ("cancelled", "cancelled", PAST, PAST, None)),
    (
        "term out before the cancellation",
        [version(auto_renew=False, term_end=PAST, cancelled=FUTURE)],
        ("expired", "term_ended", PAST, PAST, None),
    ),
    (
        "cancelled for the day the term runs out",
        [version(auto_renew=False, term_end=PAST, cancelled=PAST)],
        ("cancelled", "cancelled", PAST, PAST, None),
    ),
    (
        "cancelled for a day behind the end of the term",
        [version(auto_renew=False, term_end=FUTURE, cancelled=TERM_END)],
        ("cancelling", "cancelled_for_later", START, FUTURE, FUTURE),
    ),
    (
        "cancellation withdrawn",
        [superseded(), superseded(2, cancelled=FUTURE), later(3)],
        ("active", "renews", START, TERM_END, None),
    ),
    (
        "expired and latest",
        [version(status="Expired", term_end=PAST)],
        ("expired", "term_ended", PAST, PAST, None),
    ),
    (
        "expired, latest, no dates",
        [version(status="Expired", term_end=None, end=None)],
        ("expired", "term_ended", None, None, None),
    ),
    (
        "expired and latest, its term not over",
        [version(status="Expired")],
        ("active", "term_running", START, TERM_END, TERM_END),
    ),
    (
        "expired and highest of very old rows",
        [version(status="Expired", is_latest=None, term_end=PAST)],
        ("expired", "term_ended", PAST, PAST, None),
    ),
    (
        "expired means superseded, the latest is deleted",
        [superseded(term_end=PAST), later(2, deleted=True)],
        ("active", "renews", START, PAST, None),
    ),
    (
        "expired means superseded, the latest is missing",
        [superseded(term_end=PAST)],
        ("active", "renews", START, PAST, None),
    ),
    ("deleted", [version(deleted=True)], ("deleted", "deleted_upstream", None, None, None)),
    (
        "renewed early: one run to the last end",
        [
            superseded(auto_renew=False),
            later(2, auto_renew=False, term_start=TERM_END, term_end=date(2027, 1, 1)),
        ],
        ("active", "term_running", START, date(2027, 1, 1), date(2027, 1, 1)),
    ),
    (
        "a gap before the next term",
        [
            superseded(auto_renew=False, term_end=FUTURE),
            later(2, term_start=TERM_END, term_end=date(2027, 1, 1)),
        ],
        ("active", "term_running", START, FUTURE, FUTURE),
    ),
    (
        "in the gap",
        [superseded(auto_renew=False, term_end=PAST), later(2, term_start=FUTURE)],
        ("expired", "term_ended", PAST, PAST, FUTURE),
    ),
    ("a word nobody knows", [version(status="Zombie")], ("active", "renews", START, TERM_END, None)),
]


@pytest.mark.parametrize(("versions", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_state_of_a_chain(versions: list[Version], expected: Expected) -> None:
    found = state(*versions)
    assert (found.value, found.reason, found.since, found.ends_on, found.next_due) == expected


def test_overdue_makes_an_active_one_past_due() -> None:
    found = state(version(auto_renew=False), overdue=True)
    assert (found.value, found.reason, found.next_due) == ("past_due", "overdue", TERM_END)


@pytest.mark.parametrize(
    "versions",
    [[version(start=FUTURE)], [version(status="Suspended")], [superseded(), cancelled(2, FUTURE)],
     [superseded(), cancelled(2, PAST)], [version(status="Draft")], [version(deleted=True)]],
    ids=["pending", "suspended", "cancelling", "cancelled", "draft", "deleted"],
)  # fmt: skip
def test_overdue_changes_no_other_state(versions: list[Version]) -> None:
    assert state(*versions, overdue=True) == state(*versions)


@pytest.mark.parametrize(
    ("value", "running"),
    [("active", True), ("past_due", True), ("cancelling", True), ("pending", False), ("suspended", False),
     ("draft", False), ("cancelled", False), ("expired", False), ("deleted", False)],
)  # fmt: skip
def test_what_an_active_subscription_is(value: str, running: bool) -> None:
    assert is_running(State(value=value, reason="", since=None, ends_on=None, next_due=None)) is running
