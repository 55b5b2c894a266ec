"""Which version of a chain is current, and what is said of the others that claim to be."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.billing.chains import Version, version_on
from tests.billing.chains.making import TODAY, cancelled, chain, later, odd, superseded, version

NEXT_TERM = {"term_start": date(2026, 1, 1), "term_end": date(2027, 1, 1)}

CASES: list[tuple[str, list[Version], str, list[tuple[str, str]]]] = [
    ("the flagged one", [superseded(), later(2)], "v2", []),
    ("very old rows", [version(is_latest=None), later(2, is_latest=None)], "v2", []),
    ("two flagged", [version(), later(2)], "v2", [("two_latest", "v1")]),
    (
        "two flagged with one number: the newer row",
        [superseded(), later(2, id="b", updated_at=(3, 1)), later(2, id="a", created_at=(2, 2), updated_at=(2, 2))],
        "b",
        [("version_twice", "2"), ("two_latest", "a")],
    ),
    ("latest deleted", [superseded(), later(2, deleted=True)], "v1", [("latest_deleted", "v2")]),
    (
        "highest deleted, flagged nowhere",
        [version(is_latest=None), later(2, is_latest=None, deleted=True)],
        "v1",
        [("latest_deleted", "v2")],
    ),
    ("a middle one deleted", [superseded(), superseded(2, deleted=True), later(3)], "v3", []),
    ("draft over active", [version(is_latest=False), later(2, status="Draft")], "v1", [("draft_ignored", "v2")]),
    (
        "pending activation over active",
        [version(), later(2, status="Pending Activation", is_latest=False)],
        "v1",
        [("draft_ignored", "v2")],
    ),
    (
        "draft over a superseded one",
        [superseded(), superseded(2), later(3, status="draft")],
        "v2",
        [("draft_ignored", "v3")],
    ),
    ("a deleted draft is no matter", [version(), later(2, status="Draft", deleted=True)], "v1", []),
    ("nothing but a draft", [version(status="Draft")], "v1", []),
    ("latest not here yet", [superseded(), superseded(2)], "v2", [("latest_missing", "v2")]),
    ("flag on a lower one", [version(), later(2, is_latest=False)], "v1", [("latest_not_highest", "v2")]),
    ("without a date", [version(status="Cancelled")], "v1", [("cancelled_without_date", "v1")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("versions", "current", "oddities"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_the_current_version(versions: list[Version], current: str, oddities: list[tuple[str, str]]) -> None:
    found = chain(*versions)
    assert found.current is not None
    assert (found.current.id, odd(found)) == (current, oddities)


def test_a_chain_of_deleted_versions_has_no_current_one() -> None:
    assert chain(version(deleted=True)).current is None


AHEAD: list[tuple[str, list[Version], date, str]] = [
    ("renewed early: this term's", [superseded(), later(2, **NEXT_TERM)], TODAY, "v1"),
    ("renewed early: the day it begins", [superseded(), later(2, **NEXT_TERM)], date(2026, 1, 1), "v2"),
    ("effective later", [superseded(), later(2, contract_effective=date(2025, 9, 1))], TODAY, "v1"),
    ("service later", [superseded(), later(2, service_activation=date(2025, 9, 1))], TODAY, "v1"),
    (
        "a cancellation counts at once",
        [superseded(), cancelled(2, date(2027, 1, 1), term_start=date(2026, 1, 1))],
        TODAY,
        "v2",
    ),
    ("not begun: the latest", [superseded(), later(2)], date(2024, 1, 1), "v2"),
    ("the version before is deleted", [superseded(deleted=True), later(2, **NEXT_TERM)], TODAY, "v2"),
    ("the version before is a draft", [version(status="Draft"), later(2, **NEXT_TERM)], TODAY, "v2"),
]


@pytest.mark.parametrize(("versions", "on", "held"), [c[1:] for c in AHEAD], ids=[c[0] for c in AHEAD])
def test_the_version_that_holds_on_a_date(versions: list[Version], on: date, held: str) -> None:
    found = version_on(chain(*versions), on)
    assert found is not None
    assert found.id == held
