"""The engine's pages as staff see them: what they tell, what they hide, and what they never count."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Permission
from django.contrib.staticfiles import finders
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import paging
from audit.models import DayKey, Mutation
from audit.protect import seal_row
from hub.settings import BASE_DIR
from pipelines.engine.admin import words
from pipelines.engine.admin.blocks import imported_models
from pipelines.engine.admin.equation import balanced
from pipelines.engine.admin.filters import REASONS
from pipelines.engine.admin.front import freshness
from pipelines.engine.admin.imported import ImportedRowAdmin
from pipelines.engine.admin.pages import RecordAdmin
from pipelines.engine.admin.sealed import unseen
from pipelines.engine.chunk import verbatim
from pipelines.engine.counts import Counts
from pipelines.engine.doctor import rows_are_fresh
from pipelines.engine.models import (
    Batch,
    FeedEntry,
    LakeFile,
    Lease,
    QuarantineEntry,
    Repair,
    Run,
    Tenant,
    Watermark,
)
from pipelines.engine.rows import spec_of
from tests.conftest import NOW

AT = datetime(2025, 6, 1, 11, tzinfo=UTC)
TODAY = date(2025, 6, 1)
MARKER = "boris@marker.example"
READ_ONLY = ("run", "batch", "watermark", "lakefile", "quarantineentry", "repair", "lease", "feedentry")
COUNTS = Counts(read=10, dropped=1, created=5, updated=2, quarantined=2)
FEED: dict[str, Any] = {"tenant": "nordlicht", "entity": "payment"}

pytestmark = pytest.mark.usefixtures("now", "tenants", "all_tenants")


def columns() -> list[str]:
    return [column.in_lake for column in spec_of(imported_models()["payment"]).columns]


def cells(**known: str) -> list[str | None]:
    return [known.get(name) for name in columns()]


@pytest.fixture
def run():
    entity = {"brand": "nordlicht", "entity": "payment", "status": "done", **COUNTS.as_dict(), "seconds": 1.5}
    notes = {"notes": ["1 rows changed without a newer change time"]}
    return Run.objects.create(
        id=1000,
        job="import_billing",
        status="done",
        business_date=TODAY,
        started_at=AT,
        ended_at=AT + timedelta(seconds=90),
        actor="command import_billing",
        arguments={"brand": ["nordlicht"], "full": True},
        report={"total": COUNTS.as_dict(), "entities": [entity | notes]},
    )


@pytest.fixture
def batch(run):
    return Batch.objects.create(
        id=1001,
        run_id=run.pk,
        **FEED,
        source="nordlicht",
        file="nordlicht/billing/payment/part-1.csv",
        first_line=0,
        committed_at=AT,
        bytes=2048,
        seconds=2,
        watermark_after=AT,
        latest_lateness=7200,
        **(COUNTS.as_dict() | {"late": 1}),
    )


@pytest.fixture
def entry(run):
    return QuarantineEntry.objects.create(
        id=1002,
        fingerprint=b"f" * 16,
        **FEED,
        source="nordlicht",
        row_key="nordlicht:gone",
        file="nordlicht/billing/payment/part-1.csv",
        line=7,
        position=7,
        code="ambiguous",
        columns="comment, gateway_response",
        tried={"readings": ["comment", "gateway_response"], "shift": 1},
        sealed=seal_row(TODAY, verbatim(columns(), cells(comment=f"{MARKER} "))),
        sealed_on=TODAY,
        expires_on=TODAY + timedelta(days=90),
        first_run_id=run.pk,
        last_run_id=run.pk,
        created_at=AT,
    )


def mended(**header: str) -> Repair:
    """A repaired row; `header` is what the file calls some of its columns."""
    names = [header.get(name, name) for name in columns()]
    before = cells(id="a" * 32, gateway_response=f"{MARKER}", reference_id="Krüger")
    after = cells(id="a" * 32, gateway_response=f"{MARKER}, Krüger")
    place = names.index(header.get("gateway_response", "gateway_response"))
    content = {"before": {"columns": names, "cells": before}, "after": after, "place": place}
    return Repair.objects.create(
        batch_id=1001,
        **FEED,
        row_key="nordlicht:gone",
        file="nordlicht/billing/payment/part-1.csv",
        line=9,
        rule="absorb",
        column="gateway_response",
        shift=1,
        sealed=seal_row(TODAY, orjson.dumps(content)),
        sealed_on=TODAY,
    )


@pytest.fixture
def everything(run, batch, entry):
    """One record of each kind."""
    Watermark.objects.create(
        name="nordlicht/nordlicht/payment", **FEED, source="nordlicht", cursor="updated_date", value=AT, run_id=1000,
        updated_at=AT,
    )  # fmt: skip
    file = LakeFile.objects.create(
        feed="nordlicht/nordlicht/payment", **FEED, path="nordlicht/billing/payment/part-1.csv", size=9,
        modified_ns=1, loaded_at=AT, status="drifted", reason="92 % of its rows do not read", run_id=1000,
    )  # fmt: skip
    Lease.objects.create(name="nordlicht/payment", token=3, run_id=1000, holder="host 1@2", heartbeat_at=AT)
    feed = FeedEntry.objects.create(
        stream="nordlicht/billing.payment",
        number=1,
        tenant="nordlicht",
        batch_id=1001,
        at=AT,
        created=["nordlicht:1"],
    )
    keys = ("nordlicht/nordlicht/payment", file.pk, entry.pk, mended().pk, "nordlicht/payment", feed.pk)
    return dict(zip(READ_ONLY, (run.pk, batch.pk, *keys), strict=True))


@pytest.fixture
def staff(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("ada"))
    return client


@pytest.fixture
def viewer(client, django_user_model):
    """May see the quarantine and the repairs, but not what they hold."""
    user = django_user_model.objects.create_user("boris", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_quarantineentry", "view_repair", "view_run"])
    )
    client.force_login(user)
    return client


def address(model: str, key: object = None, page: str = "change") -> str:
    if key is None:
        return reverse(f"admin:engine_{model}_changelist")
    return reverse(f"admin:engine_{model}_{page}", args=[quote(str(key))])


def shown(client: Any, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    html: str = answer.content.decode()
    return html


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


def test_a_list_beyond_the_cap_says_so(staff, everything, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 0)
    assert "search for an exact value" in shown(staff, address("batch"))


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


def test_every_code_that_is_explained_exists():
    rooms = [BASE_DIR / "pipelines" / room for room in ("engine", "lake")]
    source = "".join(path.read_text() for room in rooms for path in room.glob("*.py"))
    assert [code for code in REASONS if f'"{code}"' not in source] == []


def test_a_quarantined_row_is_masked_until_it_is_revealed(staff, entry):
    html = shown(staff, address("quarantineentry", entry.pk))
    assert "marker" not in html
    assert "••••••" in html
    assert "may have taken up the surplus" in html
    assert f"manage.py replay_quarantine --id {entry.pk}" in html
    assert Mutation.objects.count() == 0


def test_revealing_shows_the_cells_and_leaves_a_trace(staff, entry):
    answer = staff.post(address("quarantineentry", entry.pk, "reveal"))
    html = answer.content.decode()
    assert MARKER in html
    assert "may have taken up the surplus: a blank at its end" in html
    assert "no-store" in answer["Cache-Control"]
    mutation = Mutation.objects.get()
    assert (mutation.action, mutation.model, mutation.object_key) == (
        "downloaded",
        "engine.quarantineentry",
        str(entry.pk),
    )
    assert (mutation.reason, mutation.actor_id, mutation.tenant) == ("revealed in admin", "ada", "nordlicht")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("unanchored", "may have taken up the surplus"),
        ("not_certain", "may have taken up the surplus"),
        ("order_violated", "stand the wrong way round"),
        ("unreadable", "could not be read"),
    ],
)
def test_what_is_the_matter_with_a_cell_is_told_by_the_code(staff, entry, code, told):
    QuarantineEntry.objects.update(code=code)
    for html in (
        shown(staff, address("quarantineentry", entry.pk)),
        staff.post(address("quarantineentry", entry.pk, "reveal")).content.decode(),
    ):
        assert told in html
        assert ("could not be read" in html) is (told == "could not be read")


def test_a_line_that_could_not_be_cut_is_revealed_as_it_is(staff, entry):
    QuarantineEntry.objects.update(sealed=seal_row(TODAY, verbatim(columns(), b"caf\xe9,<b>")))
    html = staff.post(address("quarantineentry", entry.pk, "reveal")).content.decode()
    assert "caf\ufffd,&lt;b&gt;" in html


@pytest.mark.parametrize("model", ["quarantineentry", "repair"])
def test_who_may_only_look_cannot_reveal(viewer, everything, model):
    key = everything[model]
    html = shown(viewer, address(model, key))
    assert "marker" not in html
    assert "Reveal" not in html
    assert viewer.post(address(model, key, "reveal")).status_code == 403
    assert Mutation.objects.count() == 0


def test_a_link_to_what_was_revealed_leads_to_the_record_and_reveals_nothing(staff, entry):
    answer = staff.get(address("quarantineentry", entry.pk, "reveal"))
    assert (answer.status_code, answer["Location"]) == (302, address("quarantineentry", entry.pk))
    assert Mutation.objects.count() == 0


@pytest.mark.parametrize("key", ["abc", "1", "99999999999999999999", "9" * 5000])
@pytest.mark.parametrize(
    ("model", "page"),
    [("quarantineentry", "reveal"), ("repair", "reveal"), ("quarantineentry", "dismiss")],
)
def test_what_is_not_there_can_be_neither_revealed_nor_dismissed(staff, everything, model, page, key):
    form = {"_form_submitted": "True", "reason": "x"}
    assert staff.post(address(model, key, page), form).status_code == 404


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


def test_a_cell_that_is_missing_is_told_from_an_empty_one(staff, entry):
    sealed = seal_row(TODAY, verbatim(columns(), [None, "", *cells()[2:]]))
    QuarantineEntry.objects.update(sealed=sealed)
    html = staff.post(address("quarantineentry", entry.pk, "reveal")).content.decode()
    assert html.count(">empty<") == 1
    assert html.count(">missing<") == len(columns()) - 1


def test_pages_link_to_nothing_that_the_person_may_not_see(viewer, run, batch):
    html = shown(viewer, address("run", run.pk))
    assert "Batches of this run" in html
    assert address("batch") not in html
    assert reverse("admin:audit_mutation_changelist") not in html
    assert f"{address('quarantineentry')}?first_run_id=1000" in html


def test_a_row_whose_day_has_expired_says_so_and_leaves_no_trace(staff, entry):
    DayKey.objects.all().delete()
    answer = staff.post(address("quarantineentry", entry.pk, "reveal"), follow=True)
    assert "has expired" in answer.content.decode()
    assert Mutation.objects.count() == 0


def test_dismissing_needs_a_reason_and_is_recorded(staff, entry):
    where = address("quarantineentry", entry.pk, "dismiss")
    assert staff.post(where, {"_form_submitted": "True", "reason": ""}).status_code == 200
    assert QuarantineEntry.objects.get().status == "open"
    answer = staff.post(where, {"_form_submitted": "True", "reason": "sent twice"})
    assert answer["HX-Redirect"] == address("quarantineentry", entry.pk)
    settled, mutation = QuarantineEntry.objects.get(), Mutation.objects.get()
    assert (settled.status, settled.resolved_at is not None) == ("dismissed", True)
    assert (mutation.action, mutation.reason) == ("updated", "sent twice")
    assert mutation.diff == [{"op": "replace", "path": "status", "old": "open", "new": "dismissed"}]


def test_a_settled_row_is_not_dismissed_again(staff, entry):
    QuarantineEntry.objects.update(status="replayed")
    assert "Dismiss<" not in shown(staff, address("quarantineentry", entry.pk)).replace("\n", "").replace(
        " ", ""
    )
    staff.post(address("quarantineentry", entry.pk, "dismiss"), {"_form_submitted": "True", "reason": "x"})
    assert QuarantineEntry.objects.get().status == "replayed"
    assert Mutation.objects.count() == 0


def test_a_viewer_cannot_dismiss(viewer, entry):
    where = address("quarantineentry", entry.pk, "dismiss")
    assert viewer.post(where, {"_form_submitted": "True", "reason": "x"}).status_code == 403


def test_a_repair_is_revealed_side_by_side_with_its_column_marked(staff, run):
    html = staff.post(address("repair", mended().pk, "reveal")).content.decode()
    assert f"{MARKER}, Krüger" in html
    assert "mended" in html
    assert Mutation.objects.get().model == "engine.repair"


def test_a_repaired_row_is_shown_under_the_files_own_names(staff, run):
    html = staff.post(address("repair", mended(gateway_response="Antwort").pk, "reveal")).content.decode()
    assert "Antwort" in html


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("a ", "a blank at its end"),
        (" a", "a blank at its start"),
        ("a\u200b", "U+200B"),
        ("zwölf", ""),
        (None, ""),
    ],
)
def test_what_the_eye_misses_in_a_cell_is_told(cell, told):
    assert unseen(cell) == told


def test_a_tenant_is_edited_and_its_history_reverted(staff):
    form = {
        "name": "Polder",
        "kind": "brand",
        "currency": "EUR",
        "time_zone": "Europe/Amsterdam",
        "active": "on",
    }
    assert staff.post(address("tenant", "polder"), form | {"name": "Polder BV"}).status_code == 302
    assert staff.post(address("tenant", "polder"), form | {"name": "Wrong"}).status_code == 302
    history = shown(staff, address("tenant", "polder", "history"))
    assert "Wrong" in history
    version = Tenant.history.filter(name="Polder BV").get().history_id
    revert = reverse("admin:engine_tenant_simple_history", args=["polder", version])
    old = shown(staff, revert)
    assert "Polder BV" in old
    assert "actionDropdownOpen" not in old  # a button that leads nowhere breaks the page's script
    assert staff.post(revert, form | {"name": "Polder BV"}).status_code == 302
    assert Tenant.objects.get(code="polder").name == "Polder BV"
    trail = Mutation.objects.filter(model="engine.tenant", object_key="polder").order_by("id")
    assert [mutation.diff[0]["new"] for mutation in trail if mutation.diff] == [
        "Polder BV",
        "Wrong",
        "Polder BV",
    ]
    assert {mutation.actor_id for mutation in trail} == {"ada"}


@pytest.fixture
def onlooker(client, django_user_model):
    """May see tenants, but not change them."""
    user = django_user_model.objects.create_user("chen", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_tenant"))
    client.force_login(user)
    return client


def version_of(tenant: Tenant) -> str:
    tenant.save()
    return reverse("admin:engine_tenant_simple_history", args=[tenant.pk, tenant.history.latest().pk])


def test_who_may_only_see_a_tenant_can_not_change_it_through_an_old_version(onlooker, tenants):
    version = version_of(tenants["polder"])
    form = {"name": "Mine", "kind": "brand", "currency": "EUR", "time_zone": "UTC", "active": "on"}
    assert onlooker.post(version, form).status_code == 403
    assert Tenant.objects.get(code="polder").name == "Polder"


def test_who_may_only_see_a_tenant_sees_its_old_versions_as_text(onlooker, tenants):
    html = shown(onlooker, version_of(tenants["polder"]))
    assert "Europe/Amsterdam" in html
    assert 'name="time_zone"' not in html
    assert "Revert" not in html
    assert "bg-blue-50" not in html  # an empty box


@pytest.mark.parametrize("version", ["abc", "999", "9" * 30, "9" * 5000])
def test_a_version_that_is_not_there_is_no_page(staff, version):
    where = reverse("admin:engine_tenant_simple_history", args=["polder", version])
    assert staff.get(where).status_code == 404


def test_a_tenant_saved_unchanged_gets_no_new_version(staff, tenants):
    form = {"name": "Polder", "kind": "brand", "currency": "EUR", "time_zone": "Europe/Amsterdam"}
    for _ in range(2):
        staff.post(address("tenant", "polder"), form | {"active": "on"})
    assert Tenant.history.count() == 0


def test_the_versions_of_a_tenant_tell_the_time_in_utc_and_who(staff, tenants, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    version_of(tenants["polder"])
    at = tenants["polder"].history.latest().history_date
    html = shown(staff, address("tenant", "polder", "history"))
    assert f">{at:%Y-%m-%d %H:%M:%S}<" in html
    assert "a command" in html


def test_tenants_stand_under_the_same_heading_as_in_the_side_bar(staff):
    assert re.search(r">Settings</span>\s*<span[^>]*>chevron_right", shown(staff, address("tenant")))


def test_a_new_tenant_is_in_the_trail_and_one_saved_unchanged_is_not(staff):
    form = {"name": "Fjord", "kind": "brand", "currency": "NOK", "time_zone": "Europe/Oslo", "active": "on"}
    staff.post(reverse("admin:engine_tenant_add"), form | {"code": "fjord"})
    staff.post(address("tenant", "fjord"), form)
    assert [str(mutation) for mutation in Mutation.objects.all()] == ["engine.tenant fjord created"]


@pytest.mark.parametrize(("field", "value"), [("time_zone", "Europe/Atlantis"), ("currency", "eur")])
def test_a_tenant_that_would_stop_a_job_is_refused(staff, field, value):
    form = {"name": "Polder", "kind": "brand", "currency": "EUR", "time_zone": "UTC", "active": "on"}
    assert staff.post(address("tenant", "polder"), form | {field: value}).status_code == 200
    assert getattr(Tenant.objects.get(code="polder"), field) != value


def test_a_tenant_keeps_its_code_and_is_never_deleted(staff):
    form = {"code": "other", "name": "P", "kind": "brand", "currency": "EUR", "time_zone": "UTC"}
    staff.post(address("tenant", "polder"), form)
    assert not Tenant.objects.filter(code="other").exists()
    assert staff.post(address("tenant", "polder", "delete"), {"post": "yes"}).status_code == 403


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


def test_an_unknown_address_leads_back(client):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert f'href="{reverse("admin:index")}"' in answer.content.decode()


def test_what_nobody_may_do_is_not_told_as_a_lack_of_permission(staff):
    html = staff.get(reverse("admin:engine_run_add")).content.decode()
    assert "lacks the permission" not in html
    assert "the hub itself writes these records" in html


def test_a_forbidden_page_says_so_and_leads_back(viewer):
    answer = viewer.get(reverse("admin:engine_tenant_changelist"))
    assert answer.status_code == 403
    assert "lacks the permission" in answer.content.decode()
    assert f'href="{reverse("admin:index")}"' in answer.content.decode()


def test_a_server_error_can_be_shown_without_a_request():
    assert "Something went wrong" in render_to_string("500.html")


def test_the_icon_that_browsers_ask_for_exists(client):
    target = client.get("/favicon.ico")["Location"]
    assert finders.find(target.removeprefix("/static/"))
