"""Every row that was read ends in exactly one outcome."""

from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from pipelines.engine.counts import Counts, CountsDoNotAddUp
from pipelines.engine.reports import EntityReport, RunReport

OUTCOMES = ("created", "updated", "unchanged", "stale", "duplicate", "quarantined")
numbers = st.integers(0, 1000)


@st.composite
def counted(draw) -> Counts:
    ends = {name: draw(numbers) for name in OUTCOMES}
    dropped, joined, split = draw(numbers), draw(numbers), draw(numbers)
    read = sum(ends.values()) + dropped + joined - split
    return Counts(read=read, dropped=dropped, joined=joined, split=split, **ends)


@given(counted())
def test_sums_that_come_out_are_accepted(counts: Counts) -> None:
    counts.check()


@given(counted(), st.sampled_from(["read", "dropped", "joined", "split", *OUTCOMES]), st.integers(1, 5))
def test_one_row_too_many_or_too_few_is_noticed(counts: Counts, name: str, by: int) -> None:
    with pytest.raises(CountsDoNotAddUp):
        replace(counts, **{name: getattr(counts, name) + by}).check()


@given(counted(), counted())
def test_the_sum_of_two_chunks_adds_up_too(one: Counts, other: Counts) -> None:
    total = Counts()
    total += one
    total += other
    total.check()


@pytest.mark.parametrize("name", ["repaired", "deleted", "same_time", "late", "ahead", "test"])
def test_shares_of_other_counters_do_not_take_part(name: str) -> None:
    Counts(read=1, created=1, **{name: 1}).check()


@pytest.mark.parametrize(
    ("counts", "looked_at", "share"),
    [(Counts(), 0, 0.0), (Counts(read=4, quarantined=1), 4, 0.25), (Counts(read=4, quarantined=1), 10, 0.1)],
)
def test_the_share_of_quarantined_rows_is_one_of_all_that_was_looked_at(
    counts: Counts, looked_at: int, share: float
) -> None:
    entity = EntityReport(tenant="acme", entity="member", counts=counts, looked_at=looked_at)
    assert RunReport(job="import", entities=[entity]).quarantined_share == share


def columns_of(*counts: Counts) -> list[str]:
    """The heading of the table that a person gets."""
    told = StringIO()
    entities = [EntityReport(tenant="polder", entity="order", counts=each) for each in counts]
    RunReport(job="import", entities=entities).show(Console(file=told, width=160))
    return next(line for line in told.getvalue().splitlines() if "brand" in line).replace("┃", " ").split()


def test_a_report_leaves_out_what_no_entity_counted() -> None:
    assert columns_of() == ["brand", "entity", "read", "created", "updated", "unchanged"]


def test_a_report_has_a_column_for_what_any_entity_counted() -> None:
    found = columns_of(Counts(read=2, unchanged=2), Counts(read=3, dropped=1, created=2, test=1))
    assert found[-2:] == ["dropped", "test"]
    assert len(found) == 8
