"""The late-row meter: how late rows come, and how far back an import by change time had better begin."""

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.engine.doctor import overlaps_suffice
from pipelines.engine.models import Watermark
from pipelines.engine.overlap import Lateness, lateness_of, quantile
from tests.engine.conftest import Club, batches, member

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [
        ([], 0.99, 0.0),
        ([7.0], 0.99, 7.0),
        (list(range(1, 101)), 0.99, 99),
        (list(range(1, 101)), 1.0, 100),
        (list(range(1, 1001)), 0.99, 990),
        ([1.0, 2.0], 0.0, 1.0),
    ],
)
def test_a_quantile_is_the_smallest_value_that_covers_the_share(
    values: list[float], share: float, found: float
) -> None:
    assert quantile(values, share) == found


def late(usual: timedelta, *, latest: timedelta | None = None, overlap: timedelta | None = None) -> Lateness:
    return Lateness(batches=3, rows=5, usual=usual, latest=latest or usual, overlap=overlap)


@pytest.mark.parametrize(
    ("usual", "setting"),
    [
        (10 * timedelta(minutes=1), "overlap_hours = 1"),
        (2 * HOUR, "overlap_hours = 3"),
        (2.1 * HOUR, "overlap_hours = 4"),
        (30 * HOUR, "overlap_hours = 45"),
        (32 * HOUR, "overlap_days = 2"),
        (40 * HOUR, "overlap_days = 3"),
        (10 * DAY, "overlap_days = 15"),
    ],
)
def test_the_suggestion_has_a_margin_and_is_a_line_of_a_source_file(usual: timedelta, setting: str) -> None:
    assert late(usual).setting == setting


@pytest.mark.parametrize(
    ("latest", "overlap", "too_late"),
    [(19 * HOUR, DAY, False), (20 * HOUR, DAY, True), (20 * HOUR, None, False)],
)
def test_rows_near_the_edge_of_the_overlap_are_too_late(
    latest: timedelta, overlap: timedelta | None, too_late: bool
) -> None:
    assert late(HOUR, latest=latest, overlap=overlap).too_late is too_late


@pytest.fixture
def lagging(club: Club) -> Club:
    """Read by change time with three hours of overlap; then a row comes two and a half hours late."""
    club.reads(mode="cursor", overlap_hours=3)
    club.deliver(member("a", "2025-01-10 08:00:00"))
    club.imports()
    club.deliver(member("b", "2025-01-10 05:30:00"))
    club.imports()
    return club


def measured() -> Lateness:
    return lateness_of(Watermark.objects.get())


def test_the_meter_measures_what_came_late(lagging: Club) -> None:
    found = measured()
    assert (found.rows, found.batches, found.latest, found.overlap) == (1, 1, 2.5 * HOUR, 3 * HOUR)
    assert found.setting == "overlap_hours = 4"


def test_the_doctor_names_the_feed_and_the_line_to_write(lagging: Club) -> None:
    finding = overlaps_suffice()
    assert finding.level == "warn"
    assert "acme/acme/member" in finding.message
    assert "overlap_hours = 4" in finding.hint
    assert "[entities.member]" in finding.hint


def test_the_doctor_is_content_once_the_overlap_is_wide_enough(lagging: Club) -> None:
    lagging.reads(overlap_hours=4)
    lagging.imports()
    assert overlaps_suffice().level == "ok"


def test_a_feed_that_is_read_by_files_needs_no_overlap(club: Club) -> None:
    club.deliver(member("a", "2025-01-10 08:00:00"))
    club.imports()
    club.deliver(member("b", "2025-01-01 08:00:00"))
    club.imports()
    assert (measured().latest, measured().overlap) == (9 * DAY, None)
    assert overlaps_suffice().level == "ok"


def test_what_a_backfill_was_asked_for_is_not_late(club: Club) -> None:
    club.deliver(member("a", "2025-01-10 08:00:00"))
    club.imports()
    club.deliver(member("b", "2025-01-01 08:00:00"))
    club.imports(since=datetime(2025, 1, 1, tzinfo=UTC))
    assert (batches()[-1].created, batches()[-1].late, measured().rows) == (1, 0, 0)


def test_another_sources_rows_do_not_count(lagging: Club) -> None:
    Watermark.objects.update(source="other")
    assert measured().rows == 0
