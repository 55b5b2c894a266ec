"""What holds for any versions, however odd."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipelines.billing.chains import Chain, Version, is_running, resolve, soft_links, state_of, version_on
from tests.billing.chains.making import FIRST

DAYS = st.none() | st.dates(date(2025, 1, 1), date(2025, 3, 1))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2025, 3, 1)).map(lambda each: each.replace(tzinfo=UTC))
IDS = st.sampled_from("abcdef")
NO_IDS = st.none() | IDS | st.just("")
STATUSES = ["Draft", "Pending Activation", "Active", "Cancelled", "Expired", "Suspended", "canceled", "?"]
VERSIONS = st.builds(
    Version,
    id=IDS, number=st.sampled_from(["A-S1", "A-S2", ""]), version=st.integers(-1, 5), status=st.sampled_from(STATUSES),
    account_id=st.none() | st.sampled_from(["ada", "boris"]), original_id=NO_IDS, previous_id=NO_IDS,
    is_latest=st.none() | st.booleans(), term_type=st.sampled_from(["TERMED", "EVERGREEN", ""]),
    auto_renew=st.booleans(), term_start=DAYS, term_end=DAYS, start=DAYS, end=DAYS, cancelled=DAYS,
    service_activation=DAYS, contract_effective=DAYS, predecessor=NO_IDS, created_at=MOMENTS, updated_at=MOMENTS,
    deleted=st.booleans(),
)  # fmt: skip
ROWS = st.lists(VERSIONS, max_size=8)
ONE_CHAIN = ROWS.filter(bool).map(
    lambda rows: [
        Version(
            **{name: getattr(row, name) for name in FIRST.__slots__} | {"id": str(place), "original_id": "0"}
        )
        for place, row in enumerate(rows)
    ]
)
TODAY = st.dates(date(2025, 1, 1), date(2025, 3, 1))


@given(st.data(), ROWS)
def test_the_order_in_which_versions_come_in_does_not_matter(
    data: st.DataObject, rows: list[Version]
) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert resolve(shuffled) == resolve(rows)
    assert soft_links(resolve(shuffled)) == soft_links(list(reversed(resolve(rows))))


@given(ROWS)
def test_every_version_is_in_exactly_one_chain(rows: list[Version]) -> None:
    found = [version.id for chain in resolve(rows) for version in chain.versions]
    assert sorted(found) == sorted({row.id for row in rows})


@given(ROWS)
def test_versions_of_one_original_are_in_one_chain_by_its_name(rows: list[Version]) -> None:
    chains = resolve(rows)
    for chain in chains:
        assert {version.original_id for version in chain.versions if version.original_id} <= {chain.root}


@given(ROWS, TODAY, st.booleans())
def test_whatever_is_missing_nothing_raises(rows: list[Version], on: date, overdue: bool) -> None:
    for chain in resolve(rows):
        state = state_of(chain, on, overdue=overdue)
        assert (chain.current is None) == (state.value == "deleted")
        assert is_running(state) in (True, False)


@given(ONE_CHAIN, TODAY, st.booleans())
def test_nothing_changes_before_the_day_it_is_due_and_something_does_then(
    rows: list[Version], on: date, overdue: bool
) -> None:
    (chain,) = resolve(rows)
    due = state_of(chain, on, overdue=overdue).next_due
    for day in range((due or date(2025, 4, 1)).toordinal() - on.toordinal()):
        assert what(chain, on + timedelta(days=day), overdue) == what(chain, on, overdue)
    if due:
        assert what(chain, due, overdue) != what(chain, on, overdue)


def what(chain: Chain, on: date, overdue: bool) -> tuple[str, str]:
    found = state_of(chain, on, overdue=overdue)
    return found.value, found.reason


@given(ONE_CHAIN, TODAY)
def test_the_version_that_holds_is_one_that_is_not_deleted(rows: list[Version], on: date) -> None:
    (chain,) = resolve(rows)
    held = version_on(chain, on)
    assert held is chain.current is None or (held is not None and held in chain.versions and not held.deleted)


@given(ROWS, st.integers(-1, 40))
def test_no_chain_is_linked_twice_on_one_side_or_to_itself(rows: list[Version], days: int) -> None:
    links = soft_links(resolve(rows), days=days)
    assert len({link.before for link in links}) == len(links) == len({link.after for link in links})
    assert all(link.before != link.after and 0.5 <= link.confidence <= 1 for link in links)
