"""Lists and titles: what they never count, how they are searched and filtered, where they lead."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import paging
from pipelines.engine.admin.blocks import imported_models
from pipelines.engine.admin.imported import ImportedRowAdmin
from pipelines.engine.admin.pages import RecordAdmin
from pipelines.engine.models import (
    LakeFile,
)
from pipelines.engine.rows import spec_of
from tests.engine.admin.conftest import READ_ONLY, address, shown


@pytest.mark.parametrize("model", READ_ONLY)
def test_no_page_counts_a_table(staff, everything, model):
    with CaptureQueriesContext(connection) as queries:
        shown(staff, address(model))
        shown(staff, address(model, everything[model]))
    counting = [query["sql"] for query in queries if "COUNT(" in query["sql"].upper()]
    assert counting
    assert all("LIMIT" in sql for sql in counting)


@pytest.mark.parametrize("model", READ_ONLY)
def test_records_can_be_neither_added_nor_changed_nor_deleted(staff, everything, model):
    key = everything[model]
    assert staff.get(reverse(f"admin:engine_{model}_add")).status_code == 403
    assert staff.post(address(model, key), {}).status_code == 403
    assert staff.post(address(model, key, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", READ_ONLY)
def test_an_empty_list_says_what_to_type(staff, model):
    assert "manage.py import_billing" in shown(staff, address(model))


@pytest.mark.parametrize("model", READ_ONLY)
def test_a_search_without_a_hit_does_not_offer_to_create_a_record(staff, everything, model):
    assert "Nothing matches" in shown(staff, address(model) + "?q=nope")


def test_no_list_calls_a_brand_a_tenant():
    """Flags, filters and pages say brand."""
    told = {model: each.list_display for model, each in admin.site._registry.items()}
    assert [model for model, columns in told.items() if "tenant" in columns] == []


def test_a_list_has_a_column_for_the_brand(staff, everything):
    html = shown(staff, address("batch"))
    assert "column-brand" in html
    assert "column-tenant" not in html


def test_a_list_beyond_the_cap_says_so(staff, everything, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 0)
    assert "search for an exact value" in shown(staff, address("batch"))


def test_a_file_is_told_by_its_table_and_load_date(staff, everything):
    LakeFile.objects.update(path="nordlicht/billing/payment/load_date=2025-06-01/part-0000.csv")
    assert ">payment/2025-06-01/part-0000.csv<" in shown(staff, address("lakefile"))


def test_a_title_keeps_the_case_of_its_record(staff, run, batch):
    assert re.search(r">\s*import_billing 2025-06-01", shown(staff, address("run", run.pk)))
    assert re.search(r">\s*nordlicht/payment 1001", shown(staff, address("batch", batch.pk)))


def test_no_column_is_shown_in_place_of_what_a_list_tells():
    """Django looks for a field first, then for the admin's method of the same name."""
    for model, model_admin in admin.site._registry.items():
        if not isinstance(model_admin, RecordAdmin):
            continue
        told = {name for name in model_admin.list_display if hasattr(model_admin, name)}
        fields = {field.name for field in model._meta.get_fields()}
        assert not told & fields, model
        if isinstance(model_admin, ImportedRowAdmin):
            columns = {name for each in imported_models().values() for name in spec_of(each).names}
            assert not told & columns


@pytest.mark.parametrize(
    ("model", "query", "found"),
    [
        ("run", "status=done", 1),
        ("run", "status=failed", 0),
        ("run", "job=import_billing", 1),
        ("run", "q=1000", 1),
        ("run", "q=99999999999999999999999", 0),
        ("batch", "tenant=nordlicht&entity=payment&run_id=1000", 1),
        ("batch", "run_id=7", 0),
        ("batch", "run_id=x", 0),
        ("quarantineentry", "code=ambiguous&status=open", 1),
        ("quarantineentry", "first_run_id=1000", 1),
        ("quarantineentry", "q=nordlicht:gone", 1),
        ("quarantineentry", "q=nordlicht:go", 0),
        ("repair", "batch_id=1001", 1),
        ("repair", "q=nordlicht:gone", 1),
        ("feedentry", "q=nordlicht/billing.payment", 1),
        ("watermark", "tenant=polder", 0),
    ],
)
def test_lists_are_searched_and_filtered_by_equality(staff, everything, model, query, found):
    assert staff.get(f"{address(model)}?{query}").context["cl"].result_count == found


@pytest.mark.parametrize("model", READ_ONLY)
def test_a_page_of_nothing_leads_back(staff, everything, model):
    for key in ("abc", "99999999999999999999", "9" * 5000):
        assert staff.get(address(model, key)).status_code == 302


@pytest.mark.parametrize(
    ("model", "query"),
    [
        ("run", "q"),
        ("batch", "q"),
        ("batch", "run_id"),
        ("quarantineentry", "q"),
        ("quarantineentry", "first_run_id"),
        ("repair", "q"),
        ("repair", "batch_id"),
        ("feedentry", "q"),
    ],
)
def test_a_number_of_five_thousand_digits_finds_nothing(staff, everything, model, query):
    assert staff.get(f"{address(model)}?{query}={'9' * 5000}").context["cl"].result_count == 0


def test_pages_link_to_nothing_that_the_person_may_not_see(viewer, run, batch):
    html = shown(viewer, address("run", run.pk))
    assert "Batches of this run" in html
    assert address("batch") not in html
    assert reverse("admin:audit_mutation_changelist") not in html
    assert f"{address('quarantineentry')}?first_run_id=1000" in html
