"""The feed and the page of one mutation, as staff see them."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import paging
from audit.context import Actor, acting
from audit.filters import distinct_values, recorded_models
from audit.history import history
from audit.keys import SubjectRef
from audit.models import Mutation
from audit.record import Change, record_many
from hub.navigation import record_address, visited_by
from hub.tenancy import every_tenant
from pipelines.engine.models import Tenant

LIST = reverse("admin:audit_mutation_changelist")
MARKER = "chen@marker.example"


@pytest.fixture
def mutations(as_import):
    common: dict[str, Any] = {
        "tenant": "acme",
        "model": "billing.contact",
        "personal": frozenset({"work_email"}),
    }
    chen = SubjectRef(tenant="acme", kind="contact", source_id="c1")
    before = {"price": "10.00", "work_email": MARKER, "note": "<script>alert(1)</script>"}
    after = {"price": "12.00", "work_email": "new@marker.example"}
    with transaction.atomic():
        return record_many(
            [
                Change(**common, key="acme:c1", action="created", after=before, subject=chen),
                Change(**common, key="acme:c1", action="updated", before=before, after=after, subject=chen),
                Change(**common, key="acme:c1", action="deleted", before=after, subject=chen),
                Change(
                    tenant="other",
                    model="billing.product",
                    key="other:p1",
                    action="created",
                    after={"a": "1"},
                ),
            ]
        )


@pytest.fixture(autouse=True)
def static_root(settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path)  # WhiteNoise warns about one that does not exist


@pytest.fixture
def staff(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("auditor"))
    return client


def page(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_feed_tells_each_change_in_words(staff, mutations):
    html = page(staff, LIST)
    assert "price 10.00 → 12.00, +2 fields" in html
    assert "last state kept, 2 fields" in html
    assert "marker" not in html


def test_the_feed_counts_no_further_than_its_cap(staff, mutations, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 2)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        html = page(staff, LIST)
    assert "narrow the time range" in html
    counts = [
        query["sql"] for query in queries if "COUNT(" in query["sql"] and "audit_mutation" in query["sql"]
    ]
    assert counts
    assert all("LIMIT" in sql for sql in counts)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=acme:c1", 3),
        ("?q=acme:c", 0),  # no substrings
        ("?q=7", 4),  # the run
        ("?q=999999999999999999999999", 0),
        ("?tenant=other", 1),
        ("?model=billing.contact&action=updated", 1),
        ("?actor_id=nobody", 0),
        ("?at_from_0=2020-01-01&at_from_1=00:00:00", 4),
        ("?at_to_0=2020-01-01&at_to_1=00:00:00", 0),
        ("?at_from_0=2020-01-01", 4),
        ("?at_from_0=2020-02-31", 4),
        ("?at_from_0=0001-01-01&at_to_0=9999-12-31", 4),
        ("?at_to_0=0001-01-01", 0),
        ("?at_from_0=9999-12-31", 0),
        ("?object_key=acme:c1", 3),
        ("?run_id=7", 4),
        ("?run_id=x", 0),
        ("?correlation_id=7", 0),
    ],
)
def test_the_feed_is_searched_and_filtered_by_equality(staff, mutations, query, found):
    answer = staff.get(LIST + query)
    assert answer.context["cl"].result_count == found


def test_a_mutation_shows_its_diff_masked_and_escaped(staff, mutations):
    html = page(staff, reverse("admin:audit_mutation_change", args=[mutations[1]]))
    assert "10.00" in html
    assert "•••" in html
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert(1)" not in html
    assert "marker" not in html


@pytest.mark.parametrize("index", [0, 2])
def test_mutations_without_two_sides_have_a_page_too(staff, mutations, index):
    assert "billing.contact" in page(staff, reverse("admin:audit_mutation_change", args=[mutations[index]]))


def test_nothing_can_be_added_changed_or_deleted(staff, mutations):
    change = reverse("admin:audit_mutation_change", args=[mutations[0]])
    assert staff.get(reverse("admin:audit_mutation_add")).status_code == 403
    assert staff.post(change, {"reason": "x"}).status_code == 403
    assert (
        staff.post(reverse("admin:audit_mutation_delete", args=[mutations[0]]), {"post": "yes"}).status_code
        == 403
    )
    assert Mutation.objects.count() == 4


def test_a_stranger_sees_nothing(client, mutations):
    assert client.get(LIST).status_code == 302


def test_the_tenants_of_the_trail_are_offered(mutations):
    assert distinct_values("tenant") == ["acme", "other"]


def test_every_model_that_can_leave_a_trail_is_offered():
    offered = recorded_models()
    assert {"billing.contact", "audit.subject", "engine.tenant", "engine.repair"} <= set(offered)
    assert not {"audit.mutation", "engine.batch"} & set(offered)


def test_the_feeds_filters_ask_the_trail_little(staff, mutations):
    with CaptureQueriesContext(connection) as queries:
        page(staff, LIST)
    asking = [query["sql"] for query in queries if "audit_mutation" in query["sql"]]
    assert len(asking) <= 6  # count, page, and a step a tenant


def test_no_numbers_are_counted_beside_the_filters(staff, mutations):
    assert "Show counts" not in page(staff, LIST)
    assert staff.get(f"{LIST}?_facets=True").context["cl"].add_facets is False


def test_a_mutation_leads_to_its_object_where_that_has_a_page(staff, as_import):
    Tenant.objects.create(code="acme", name="Acme", currency="EUR")
    change = Change(
        tenant="acme", model="engine.tenant", key="acme", action="created", after={"name": "Acme"}
    )
    with transaction.atomic():
        (found,) = record_many([change])
    html = page(staff, reverse("admin:audit_mutation_change", args=[found]))
    assert reverse("admin:engine_tenant_change", args=["acme"]) in html


@pytest.mark.parametrize("number", ["9" * 20, "9" * 5000])
@pytest.mark.parametrize("name", ["q", "run_id", "correlation_id"])
def test_a_number_beyond_any_id_finds_nothing(staff, mutations, name, number):
    assert staff.get(f"{LIST}?{name}={number}").context["cl"].result_count == 0


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Lima"])
def test_times_are_filtered_in_utc_as_they_are_shown(staff, mutations, settings, zone):
    settings.TIME_ZONE = zone
    at = Mutation.unscoped.get(pk=mutations[0]).at
    second = f"{at:%Y-%m-%d}&at_{{}}_1={at:%H:%M:%S}"
    query = f"?at_from_0={second.format('from')}&at_to_0={second.format('to')}"
    answer = staff.get(LIST + query)
    assert answer.context["cl"].result_count == 4
    assert "time (UTC)" in answer.content.decode()


def test_a_time_range_is_read_through_the_ids_alone(staff, mutations):
    with CaptureQueriesContext(connection) as queries:
        page(staff, f"{LIST}?at_from_0=2020-01-01&at_to_0=2099-01-01")
    asking = "".join(query["sql"] for query in queries if "audit_mutation" in query["sql"])
    assert '"at" >' not in asking
    assert "`at` >" not in asking


def test_an_empty_trail_says_what_to_do(staff):
    html = page(staff, LIST)
    assert "manage.py import_billing" in html
    assert "Create a new item" not in html


@pytest.mark.parametrize(("query", "told"), [("?q=nope", True), ("?tenant=nope", False)])
def test_only_a_search_without_a_hit_explains_how_searches_compare(staff, mutations, query, told):
    html = page(staff, LIST + query)
    assert "Nothing matches" in html
    assert ("whole values" in html) is told


def test_a_long_reason_is_cut_and_told_on_hover(staff, as_import):
    reason = "sent twice, " * 20
    with transaction.atomic():
        record_many([Change(tenant="acme", model="m", key="k", action="deleted", reason=reason)])
    html = page(staff, LIST)
    assert f'title="{reason}"' in html
    assert f">{reason}<" not in html


def test_the_list_links_objects_and_runs_without_asking_for_each(staff, mutations):
    with CaptureQueriesContext(connection) as queries:
        html = page(staff, LIST)
    assert reverse("admin:billing_contact_change", args=["acme_3Ac1"]) in html
    assert reverse("admin:engine_run_change", args=[7]) in html
    assert not [query for query in queries if "billing_contact" in query["sql"]]


def test_a_mutation_leads_to_the_trail_of_its_person(staff, mutations):
    html = page(staff, reverse("admin:audit_mutation_change", args=[mutations[1]]))
    assert f"{LIST}?object_key=acme%3Ac1" in html


def test_a_mutation_asks_once_whether_its_records_exist(staff, mutations):
    with CaptureQueriesContext(connection) as queries:
        page(staff, reverse("admin:audit_mutation_change", args=[mutations[1]]))
    for table in ("billing_contact", "engine_run"):
        assert len([query for query in queries if f"{table}" in query["sql"]]) == 1


def test_what_one_request_did_is_found_by_its_correlation(staff, db):
    with acting(Actor.command("x"), source="admin") as context, transaction.atomic():
        (found,) = record_many([Change(tenant="acme", model="m", key="k", action="deleted")])
    html = page(staff, reverse("admin:audit_mutation_change", args=[found]))
    query = f"?correlation_id={context.correlation_id}"
    assert f"{LIST}{query}" in html
    assert staff.get(LIST + query).context["cl"].result_count == 1


@pytest.mark.parametrize(("label", "key"), [("engine.run", "7"), ("engine.gone", "7"), ("engine.run", "x")])
def test_what_has_no_page_is_not_linked(db, django_user_model, label, key):
    with visited_by(django_user_model.objects.create_superuser("auditor")):
        assert record_address(label, key) == ""


def test_a_records_page_shows_its_newest_changes_masked(staff, mutations, django_user_model):
    with visited_by(django_user_model.objects.get(username="auditor")), every_tenant():
        (block,) = history("billing.contact", "acme:c1")
    assert [entry.original.action for entry in block.data["entries"]] == ["deleted", "updated", "created"]
    assert "price 10.00 → 12.00" in block.data["entries"][1].words
    assert MARKER not in str([(entry.words, entry.lines, entry.raw) for entry in block.data["entries"]])


def test_a_long_history_leads_to_the_trail(staff, mutations, django_user_model, monkeypatch):
    monkeypatch.setattr("audit.history.SHOWN", 2)
    with visited_by(django_user_model.objects.get(username="auditor")), every_tenant():
        (block,) = history("billing.contact", "acme:c1")
    assert (len(block.data["entries"]), block.data["more"]) == (2, True)


def test_a_history_is_for_those_who_may_see_the_trail(mutations, django_user_model):
    with visited_by(django_user_model.objects.create_user("chen", is_staff=True)), every_tenant():
        assert history("billing.contact", "acme:c1") == []
