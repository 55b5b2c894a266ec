"""What a meter tells where nobody looks at bars."""

import pytest

from hub import progress
from hub.progress import LogMeter


@pytest.fixture(autouse=True)
def every_step_is_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    caplog.set_level("INFO", logger="hub.progress")


def test_every_line_carries_the_name_of_the_work(caplog: pytest.LogCaptureFixture) -> None:
    meter = LogMeter()
    meter.begin("orders", total=4)
    meter.advance(1, note="1 changed")
    meter.end()
    assert caplog.messages == ["orders: begins", "orders: 25 % done, 1 changed", "orders: ends, 1 changed"]


def test_work_that_was_not_begun_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    """A single order is assembled at once: there is nothing to tell of it."""
    meter = LogMeter().beside()
    meter.advance(1, note="0 changed")
    meter.end()
    assert caplog.messages == []
