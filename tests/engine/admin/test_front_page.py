"""The front page: what it tells, and to whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.settings import BASE_DIR
from pipelines.engine.admin import words
from pipelines.engine.admin.front import freshness
from pipelines.engine.doctor import rows_are_fresh
from pipelines.engine.models import (
    LakeFile,
    Run,
    Tenant,
    Watermark,
)
from tests.conftest import NOW
from tests.engine.admin.conftest import shown


@pytest.fixture
def front_page(settings):
    """The front page wired as in the settings: the hub's template, and its cards."""
    settings.UNFOLD = settings.UNFOLD | {"DASHBOARD_CALLBACK": "hub.cards.dashboard"}
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [BASE_DIR / "hub" / "templates"]}]
    return reverse("admin:index")


def test_the_front_page_shows_runs_freshness_and_quarantine_without_counting(staff, everything, front_page):
    with CaptureQueriesContext(connection) as queries:
        html = shown(staff, front_page)
    assert "COUNT(" not in "".join(query["sql"] for query in queries).upper()
    assert "Last runs" in html
    assert "1 h ago" in html
    assert "nothing imported yet" in html
    assert "ambiguous" in html


@pytest.mark.parametrize(
    ("loaded", "ran", "tone"),
    [
        (59, 1, "success"),
        (61, 1, "warning"),
        (1, 37, "warning"),
    ],
)
def test_a_brand_is_coloured_as_the_doctor_says(everything, loaded, ran, tone):
    """However old its newest change is: a brand may be quiet."""
    Watermark.objects.update(value=NOW - timedelta(days=9))
    LakeFile.objects.update(loaded_at=NOW - timedelta(hours=loaded))
    Run.objects.update(started_at=NOW - timedelta(hours=ran))
    Tenant.objects.exclude(code="nordlicht").update(active=False)
    (brand,) = freshness()["brands"]
    assert brand["tone"] == tone
    assert (rows_are_fresh().level == "ok") is (tone == "success")


def test_the_front_page_of_a_new_installation_says_what_to_type(staff, front_page):
    Tenant.objects.all().delete()
    html = shown(staff, front_page)
    assert "No job has run yet" in html
    assert "There is no active brand" in html


def test_the_front_page_shows_a_person_only_what_they_may_see(viewer, everything, front_page):
    html = shown(viewer, front_page)
    assert "Last runs" in html
    assert "Freshness" not in html


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (0.04, "0.0 s"),
        (9.96, "10.0 s"),
        (59, "59 s"),
        (90, "2 min"),
        (7200, "2 h"),
        (40 * 3600, "40 h"),
        (48 * 3600, "2 d"),
        (200_000, "2 d"),
        (-5, "0.0 s"),
    ],
)
def test_a_span_is_told_in_its_largest_unit(length, told):
    assert words.span(timedelta(seconds=length)) == told
