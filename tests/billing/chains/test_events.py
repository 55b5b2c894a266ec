"""What happened between the versions of a chain."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.billing.chains import Version
from tests.billing.chains.making import cancelled, chain, later, superseded, version

BORN, FEBRUARY = date(2025, 1, 1), date(2025, 2, 1)
TERM_END, FUTURE = date(2026, 1, 1), date(2025, 9, 1)
NEXT_TERM = {"term_start": TERM_END, "term_end": date(2027, 1, 1)}
Step = tuple[str, date]

CASES: list[tuple[str, Version, Version, list[Step]]] = [
    ("renewed", superseded(), later(2, **NEXT_TERM), [("renewed", TERM_END)]),
    ("cancelled", superseded(), cancelled(2, FUTURE), [("cancelled", FUTURE)]),
    ("moved", superseded(cancelled=FUTURE), cancelled(2, TERM_END), [("cancellation_moved", TERM_END)]),
    ("withdrawn", superseded(cancelled=FUTURE), later(2), [("cancellation_withdrawn", FEBRUARY)]),
    (
        "copied",
        superseded(cancelled=FUTURE, term_end=FUTURE),
        cancelled(2, FUTURE),
        [("plan_changed", FEBRUARY)],
    ),
    ("shortened", superseded(), later(2, term_end=date(2025, 7, 1)), [("terms_changed", FEBRUARY)]),
    ("renewal switched off", superseded(), later(2, auto_renew=False), [("terms_changed", FEBRUARY)]),
    ("terms from later on", superseded(), later(2, term_start=FUTURE), [("terms_changed", FUTURE)]),
    ("nothing of the row changed", superseded(), later(2), [("plan_changed", FEBRUARY)]),
    ("another owner", superseded(), later(2, account_id="boris"), [("owner_transferred", FEBRUARY)]),
    ("an owner nobody knows", superseded(account_id=None), later(2), [("plan_changed", FEBRUARY)]),
    ("suspended", superseded(), later(2, status="Suspended"), [("suspended", FEBRUARY)]),
    ("resumed", version(status="Suspended", is_latest=False), later(2), [("resumed", FEBRUARY)]),
    (
        "cancelled while suspended",
        version(status="Suspended", is_latest=False),
        cancelled(2, FUTURE),
        [("cancelled", FUTURE)],
    ),
    (
        "renewed by a new owner",
        superseded(),
        later(2, account_id="boris", **NEXT_TERM),
        [("renewed", TERM_END), ("owner_transferred", FEBRUARY)],
    ),
]


@pytest.mark.parametrize(("before", "after", "steps"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_step_from_one_version_to_the_next(before: Version, after: Version, steps: list[Step]) -> None:
    found = [(event.kind, event.on) for event in chain(before, after).events if event.version_id == after.id]
    assert found == steps


def kinds(*versions: Version) -> list[tuple[str, str]]:
    return [(event.kind, event.version_id) for event in chain(*versions).events]


def test_the_first_version_creates_the_order() -> None:
    assert kinds(version()) == [("created", "v1")]


def test_a_chain_whose_beginning_is_missing_has_no_creation() -> None:
    assert kinds(superseded(2), later(3)) == [("plan_changed", "v3")]


def test_an_order_may_be_born_cancelled() -> None:
    assert kinds(version(status="Cancelled", cancelled=BORN)) == [("created", "v1"), ("cancelled", "v1")]


def test_an_order_may_be_born_suspended() -> None:
    assert kinds(version(status="Suspended")) == [("created", "v1"), ("suspended", "v1")]


def test_a_draft_that_was_overtaken_is_told() -> None:
    found = kinds(superseded(), later(2, status="Draft", is_latest=False), later(3, account_id="boris"))
    assert found == [
        ("created", "v1"),
        ("drafted", "v2"),
        ("draft_superseded", "v2"),
        ("owner_transferred", "v3"),
    ]


def test_an_order_that_began_as_a_draft_is_created_by_the_version_that_came_into_force() -> None:
    found = kinds(version(status="Draft", is_latest=False), later(2))
    assert found == [("drafted", "v1"), ("draft_superseded", "v1"), ("created", "v2")]


def test_a_deleted_version_is_no_step() -> None:
    assert kinds(superseded(), later(2, deleted=True, status="Suspended")) == [("created", "v1")]
