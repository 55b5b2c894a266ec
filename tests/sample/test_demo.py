"""What the demo tells: sums that can be checked by eye, and few words where nobody watches."""

import logging

import pytest

from hub.progress import LogMeter, SilentMeter, stage
from pipelines.engine.counts import Counts
from pipelines.sample.demo import accounted


@pytest.mark.parametrize(
    "counts",
    [
        Counts(read=10, created=4, updated=1, quarantined=2, unchanged=1, stale=1, duplicate=1),
        Counts(read=10, dropped=2, joined=1, split=2, created=9),  # a row cut out of another one's line
        Counts(),
    ],
)
def test_the_numbers_of_the_table_add_up(counts: Counts) -> None:
    counts.check()
    shown = accounted(counts)
    assert shown["read"] == sum(shown[name] for name in ("created", "updated", "quarantined", "other"))


def test_a_stage_is_one_line_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    meter = stage(LogMeter(), "importing the first load")
    meter.begin("nordlicht/account", 35_851)
    meter.advance(35_851, "1,412 rows")
    meter.end()
    assert caplog.messages == ["importing the first load"]


def test_a_stage_keeps_a_meter_that_does_not_log() -> None:
    meter = SilentMeter()
    assert stage(meter, "importing") is meter


def test_a_logged_job_counts_in_rows_and_never_in_bytes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    meter = LogMeter()
    meter.begin("nordlicht/account", 35_851)
    meter.advance(35_851, "1,412 rows")
    meter.end()
    assert caplog.messages == ["nordlicht/account: begins", "nordlicht/account: ends, 1,412 rows"]
