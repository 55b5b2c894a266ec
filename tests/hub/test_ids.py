"""Ids ascend, are never given twice, and fit the databases' integers."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import ids


@given(st.integers(1, 10_000))
def test_ids_of_one_call_ascend(count: int) -> None:
    drawn = ids.new_ids(count)
    assert drawn == sorted(set(drawn))
    assert len(drawn) == count


def test_a_later_id_is_greater_than_all_earlier_ones() -> None:
    assert max(ids.new_ids(50_000)) < ids.new_id()


def test_threads_never_share_an_id() -> None:
    with ThreadPoolExecutor(8) as pool:
        drawn = [identifier for part in pool.map(ids.new_ids, [5_000] * 16) for identifier in part]
    assert len(set(drawn)) == 80_000


def test_each_thread_sees_its_own_ids_ascend() -> None:
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda _: [ids.new_id() for _ in range(2_000)], range(4)))
    assert all(part == sorted(part) for part in parts)


def test_a_clock_that_steps_back_does_not_bring_ids_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ids.new_id()
    monkeypatch.setattr(time, "time", lambda: 1_600_000_000.0)
    assert ids.new_id() > before


def test_an_id_tells_when_it_was_given() -> None:
    assert abs(ids.milliseconds_of(ids.new_id()) - time.time() * 1000) < 60_000


def test_ids_fit_signed_64_bits() -> None:
    assert 0 < ids.new_id() < 2**63
