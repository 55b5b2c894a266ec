"""Runs, batches, held files and leases: what their pages tell."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from hub.ids import new_id
from pipelines.engine.admin.equation import balanced
from pipelines.engine.admin.runs import committed, differences
from pipelines.engine.counts import Counts
from pipelines.engine.models import (
    Batch,
    Lease,
    Run,
    Watermark,
)
from tests.conftest import NOW
from tests.engine.admin.conftest import AT, COUNTS, FEED, TODAY, address, shown

BATCHES = "Batches of this run"


def test_a_run_shows_its_entities_arguments_and_what_to_type(staff, run):
    html = shown(staff, address("run", run.pk))
    assert "manage.py import_billing --brand nordlicht --full" in html
    assert "changed without a newer change time" in html
    assert "adds up" in html
    assert f"{reverse('admin:audit_mutation_changelist')}?run_id=1000" in html


def test_a_failed_run_shows_its_error_and_hint(staff):
    failed = Run.objects.create(
        job="import_billing", status="failed", business_date=TODAY, started_at=AT, actor="x", error="it broke",
        hint="mend it",
    )  # fmt: skip
    html = shown(staff, address("run", failed.pk))
    assert "it broke" in html
    assert "mend it" in html


@pytest.fixture
def comparison():
    """A comparison of keys: it read no file and flagged one row."""
    keys = Counts(read=5, unchanged=5, deleted=1).as_dict()
    run = Run.objects.create(
        id=2000, job="reconcile_keys", status="done", business_date=TODAY, started_at=AT, ended_at=AT, actor="x",
        report={"total": keys, "entities": [FEED | keys | {"brand": "nordlicht"}]},
    )  # fmt: skip
    Batch.objects.create(id=2001, run_id=2000, **FEED, source="nordlicht", committed_at=AT, deleted=1)
    return run


def test_a_comparison_of_keys_is_not_shown_as_an_import(staff, comparison):
    html = shown(staff, address("run", comparison.pk))
    assert "keys compared" in html
    assert "gone upstream" in html
    assert "Rows it quarantined first" not in html
    assert "adds up" not in html
    assert "watermarks" not in html


def test_a_batch_without_a_file_shows_neither_a_sum_nor_a_line(staff, comparison):
    html = shown(staff, address("batch", 2001))
    assert "Rows gone upstream" in html
    assert "adds up" not in html
    assert "From line" not in html
    assert ">1 gone upstream<" in shown(staff, address("batch"))


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("rows_read", "5 keys compared"),
        ("rows_created", "–"),
        ("rows_updated", "0 there again"),
        ("rows_deleted", "1 gone upstream"),
        ("rows_quarantined", "–"),
    ],
)
def test_the_list_of_runs_tells_what_a_comparison_of_keys_counts(staff, comparison, column, told):
    model_admin = staff.get(address("run")).context["cl"].model_admin
    assert getattr(model_admin, column)(comparison) == told


def test_the_list_of_runs_shows_deletions(staff, run):
    run.report["total"]["deleted"] = 1
    assert staff.get(address("run")).context["cl"].model_admin.rows_deleted(run) == "1"


def test_errors_that_are_alike_are_told_once(staff, run):
    failed = {"brand": "nordlicht", "status": "failed", "error": "no lake there", "hint": "see LAKE_URL"}
    Run.objects.update(report={"entities": [failed | {"entity": name} for name in ("payment", "contact")]})
    html = shown(staff, address("run", run.pk))
    assert html.count("no lake there") == 1
    assert "2 feeds failed" in html
    assert "nordlicht/payment, nordlicht/contact" in html


def test_a_runs_remarks_are_text_on_its_page(staff, run):
    assert ">1 rows changed without a newer change time<" in shown(staff, address("run", run.pk))


def test_lines_are_counted_from_1_everywhere(staff, batch):
    assert "part-1.csv:1<" in shown(staff, address("batch"))
    assert "part-1.csv:0" not in shown(staff, address("batch", batch.pk))


@pytest.mark.parametrize(("seconds", "told"), [(30, "30 s ago"), (3600, "its process is gone")])
def test_a_run_without_a_report_shows_what_is_committed_and_whether_it_lives(staff, batch, seconds, told):
    Run.objects.filter(pk=1000).update(status="running", report=None, ended_at=None)
    beat = NOW - timedelta(seconds=seconds)
    Lease.objects.create(name="a", run_id=1000, holder="h", heartbeat_at=beat)
    html = shown(staff, address("run", 1000))
    assert "as far as they are committed" in html
    assert told in html


def test_a_batch_shows_that_its_counts_add_up(staff, batch):
    html = shown(staff, address("batch", batch.pk))
    assert "adds up" in html
    assert "5 rows/s" in html
    assert "1, the latest by 2 h" in html
    assert "set for the first time" in html


@pytest.mark.parametrize(("created", "adds_up"), [(5, True), (6, False)])
def test_the_equation_is_checked_and_not_only_printed(created, adds_up):
    assert balanced(COUNTS.as_dict() | {"created": created}).adds_up is adds_up


def test_a_held_file_is_shown_with_its_reason(staff, everything):
    for where in (address("lakefile"), address("lakefile", everything["lakefile"])):
        html = shown(staff, where)
        assert "92 % of its rows do not read" in html
        assert re.search(r">\s*held\s*<", html)


def test_a_lease_whose_holder_is_silent_stands_out(staff, everything):
    assert "held, but silent" in shown(staff, address("lease"))


def test_a_run_tells_how_fast_it_was_and_how_far_it_came(staff, run, batch):
    html = shown(staff, address("run", run.pk))
    assert "How fast, and how far the watermarks came" in html
    assert "2025-06-01 11:00:00" in html
    assert len(re.findall(r">\s*5\s*</td>", html)) >= 2  # rows a second, 10 in 2, of payments and of all
    assert ">2 h<" in html


def test_the_batches_of_a_run_add_up_to_its_report(staff, run, batch):
    Batch.objects.update(late=0)
    assert differences(run, committed(run)) == []
    assert "adds up to the report" in shown(staff, address("run", run.pk))


def test_a_run_leads_to_its_batches(staff, run, batch):
    assert BATCHES in shown(staff, address("run", run.pk))


def test_a_run_that_wrote_no_batch_leads_to_no_empty_list(staff, run):
    html = shown(staff, address("run", run.pk))
    assert BATCHES not in html
    assert f"batch/?run_id={run.pk}" not in html


@pytest.mark.parametrize("name", ["read", "updated", "stale", "late", "test"])
def test_a_batch_that_says_otherwise_than_the_report_is_told(staff, run, batch, name):
    Batch.objects.update(**{name: 3})
    assert differences(run, committed(run)) == ["nordlicht/payment"]
    assert "differs in nordlicht/payment" in shown(staff, address("run", run.pk))


def test_an_entity_that_wrote_no_batch_is_no_difference(run):
    idle = {"brand": "nordlicht", "entity": "contact", **Counts().as_dict()}
    run.report["entities"] = [idle]
    assert differences(run, []) == []
    run.report["entities"] = [idle | {"read": 1}]
    assert differences(run, []) == ["nordlicht/contact"]


def test_a_batch_of_an_entity_that_the_report_does_not_name_is_told(run, batch):
    run.report["entities"] = []
    assert differences(run, committed(run)) == ["nordlicht/payment"]


def test_a_comparison_of_keys_is_not_compared_with_its_batches(comparison):
    assert differences(comparison, committed(comparison)) == []


def test_an_entity_whose_counts_do_not_add_up_is_marked(staff, run, batch):
    (entity,) = run.report["entities"]
    Run.objects.update(report={"total": COUNTS.as_dict(), "entities": [entity | {"created": 6}]})
    assert "does not add up" in shown(staff, address("run", run.pk))


def test_a_watermark_shows_how_late_rows_came_and_what_would_cover_them(staff, everything, batch):
    Batch.objects.update(id=new_id())
    Watermark.objects.update(state={"mode": "cursor", "overlap_hours": 2})
    html = shown(staff, address("watermark", everything["watermark"]))
    assert "overlap_hours = 3" in html
    assert "hardly enough" in html
    assert "change time" in html


def test_a_watermark_of_files_needs_no_overlap(staff, everything, batch):
    Batch.objects.update(id=new_id())
    html = shown(staff, address("watermark", everything["watermark"]))
    assert "files are read whole" in html
    Batch.objects.all().delete()
    assert "none came late" in shown(staff, address("watermark", everything["watermark"]))
