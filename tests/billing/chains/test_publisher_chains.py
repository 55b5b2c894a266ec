"""36 chains of a publisher that nobody here wrote. The file is not ours to ship: without it, skipped.

What is expected is read off the file by the csv module and plain rules of its own.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import pytest

from pipelines.billing.chains import Chain, Version, resolve, state_of, version_on

FILE = Path(__file__).resolve().parents[4] / "shared" / "data" / "billing_platform" / "subscription.csv"
ON = date(2026, 6, 6)  # the day after the file's last change

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the third-party files are not on this machine")

Row = dict[str, str]


def rows() -> list[Row]:
    with FILE.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def version(row: Row) -> Version:
    return Version(
        id=row["id"], number=row["name"], version=int(row["version"]), status=row["status"],
        account_id=row["accountId"], original_id=row["originalId"], previous_id=row["previousSubscriptionId"],
        is_latest=row["isLatestVersion"] == "True", term_type=row["termType"], auto_renew=row["autoRenew"] == "True",
        term_start=day(row["termStartDate"]), term_end=day(row["termEndDate"]),
        start=day(row["subscriptionStartDate"]), end=day(row["subscriptionEndDate"]),
        cancelled=day(row["cancelledDate"]), service_activation=day(row["serviceActivationDate"]),
        contract_effective=day(row["contractEffectiveDate"]), predecessor=None,
        created_at=datetime.fromisoformat(row["createdDate"]), updated_at=datetime.fromisoformat(row["updatedDate"]),
        deleted=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def chains() -> dict[str, Chain]:
    return {chain.root: chain for chain in resolve(version(row) for row in reversed(rows()))}


def by_chain() -> dict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows():
        found[row["originalId"]].append(row)
    return found


def what_is(row: Row) -> tuple[str, str, str]:
    """Id, state and end of a latest version, by the words and dates of its own row."""
    ending = row["cancelledDate"]
    if row["status"] == "Active":
        return row["id"], "active", row["subscriptionEndDate"]
    return row["id"], "cancelled" if ending <= ON.isoformat() else "cancelling", ending


def test_every_chain_has_the_latest_version_state_and_end_of_its_file(chains: dict[str, Chain]) -> None:
    expected = {
        root: what_is(next(row for row in members if row["isLatestVersion"] == "True"))
        for root, members in by_chain().items()
    }
    got = {}
    for root, chain in chains.items():
        state = state_of(chain, ON)
        assert chain.current is not None
        got[root] = (chain.current.id, state.value, str(state.ends_on))
    assert len(got) == 36
    assert got == expected


def test_no_chain_of_the_file_is_odd(chains: dict[str, Chain]) -> None:
    assert [chain.anomalies for chain in chains.values() if chain.anomalies] == []


def test_the_same_chains_are_found_without_original_ids(chains: dict[str, Chain]) -> None:
    walked = resolve(version({**row, "originalId": ""}) for row in rows())
    assert {chain.root: [each.id for each in chain.versions] for chain in walked} == {
        root: [each.id for each in chain.versions] for root, chain in chains.items()
    }


PINNED = [  # read off the file by a person: number, versions, state, reason, ends, next due
    ("A-S01041969", 2, "cancelling", "cancelled_for_later", date(2026, 11, 7), date(2026, 11, 7)),
    ("A-S00957975", 5, "cancelled", "cancelled_at_start", date(2025, 2, 5), None),
    ("A-S01049798", 2, "cancelled", "cancelled", date(2025, 12, 28), None),
    ("A-S00986686", 4, "active", "renews", date(2026, 11, 19), None),
    ("A-S01041981", 4, "active", "renews", date(2027, 11, 7), None),  # renewed half a year ahead
    ("A-S01101773", 1, "active", "renews", date(2027, 5, 28), None),
]


@pytest.mark.parametrize(
    ("number", "versions", "value", "reason", "ends_on", "due"), PINNED, ids=[pin[0] for pin in PINNED]
)
def test_chains_that_were_read_by_hand(
    chains: dict[str, Chain],
    number: str,
    versions: int,
    value: str,
    reason: str,
    ends_on: date,
    due: date | None,
) -> None:
    (chain,) = [chain for chain in chains.values() if chain.versions[0].number == number]
    state = state_of(chain, ON)
    assert (len(chain.versions), state.value, state.reason) == (versions, value, reason)
    assert (state.ends_on, state.next_due) == (ends_on, due)


@pytest.mark.parametrize(
    ("number", "kinds"),
    [
        # the term was cut to half a year, which then was renewed
        ("A-S00986686", ["created", "plan_changed", "terms_changed", "renewed"]),
        ("A-S01041981", ["created", "plan_changed", "renewed", "plan_changed"]),
        ("A-S01077730", ["created", "plan_changed", "cancelled"]),
        ("A-S01077677", ["created", "terms_changed"]),  # the term begins three days later
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_happened_in_chains_that_were_read_by_hand(
    chains: dict[str, Chain], number: str, kinds: list[str]
) -> None:
    (chain,) = [chain for chain in chains.values() if chain.versions[0].number == number]
    assert [event.kind for event in chain.events] == kinds


def test_a_renewal_made_ahead_holds_from_the_day_its_term_begins(chains: dict[str, Chain]) -> None:
    (chain,) = [chain for chain in chains.values() if chain.versions[0].number == "A-S01041981"]
    held = [version_on(chain, on) for on in (ON, date(2026, 11, 7))]
    assert [each.version for each in held if each] == [2, 4]


def test_every_renewal_of_the_file_is_an_event(chains: dict[str, Chain]) -> None:
    found = [event for chain in chains.values() for event in chain.events if event.kind == "renewed"]
    assert len(found) == 11
