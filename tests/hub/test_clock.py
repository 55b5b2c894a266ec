"""Time comes in through one door, and may be made to stand still."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from hub import clock

MIDNIGHT = datetime(2025, 3, 31, 22, 30, tzinfo=UTC)


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_a_fixed_clock_stands_still_and_is_given_back() -> None:
    with clock.fixed(MIDNIGHT):
        assert clock.now() == MIDNIGHT
        with clock.fixed(MIDNIGHT + timedelta(hours=1)):
            assert clock.now() == MIDNIGHT + timedelta(hours=1)
        assert clock.now() == MIDNIGHT
    assert clock.now() > MIDNIGHT


def test_a_fixed_instant_of_another_zone_is_told_in_utc() -> None:
    with clock.fixed(datetime(2025, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))):
        assert clock.now().isoformat() == "2025-01-01T00:00:00+00:00"


def test_a_fixed_instant_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.fixed(datetime(2025, 1, 1)):
        pass


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", date(2025, 3, 31)),
        ("Europe/Berlin", date(2025, 4, 1)),
        ("America/New_York", date(2025, 3, 31)),
    ],
)
def test_the_business_date_is_the_tenants(zone: str, day: date) -> None:
    assert clock.business_date(zone, MIDNIGHT) == day


def test_the_business_date_defaults_to_now() -> None:
    with clock.fixed(MIDNIGHT):
        assert clock.business_date("Europe/Berlin") == date(2025, 4, 1)
