"""The billing entities in the admin: found by whole values, masked, linked, never counted."""

from typing import Any

import pytest
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Mutation
from pipelines.billing.feeds import entities
from pipelines.billing.models import Account, Contact, Invoice, PaymentMethod, Product
from tests.billing.conftest import MARKER, Deliveries, example

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("now", "all_tenants"),
]
each_entity = pytest.mark.parametrize("model", entities().values(), ids=entities())
of_contact = pytest.mark.parametrize("model", [Contact])
of_invoice = pytest.mark.parametrize("model", [Invoice])


@pytest.fixture
def rows(deliveries: Deliveries) -> Deliveries:
    """Two imported rows of the entity."""
    deliveries.deliver(example(deliveries.model, 1), example(deliveries.model, 2))
    deliveries.run()
    return deliveries


@pytest.fixture
def viewer(client, django_user_model):
    """May see every row, but no personal column."""
    user = django_user_model.objects.create_user("boris", is_staff=True)
    seeing = Permission.objects.filter(content_type__app_label="billing", codename__startswith="view_")
    user.user_permissions.set(seeing.exclude(codename="view_personal"))
    client.force_login(user)
    return client


def listing(model: Any) -> str:
    return reverse(f"admin:billing_{model._meta.model_name}_changelist")


def page(model: Any, number: int = 1) -> str:
    return reverse(f"admin:billing_{model._meta.model_name}_change", args=[quote(key(number))])


def reveal(model: Any, number: int = 1) -> str:
    return reverse(f"admin:billing_{model._meta.model_name}_reveal", args=[quote(key(number))])


def revealed(client: Any, model: Any) -> str:
    html: str = client.post(reveal(model)).content.decode()
    return html


def trail(model: Any) -> list[str | None]:
    """What happened to the first row."""
    found = Mutation.objects.filter(model=model._meta.label_lower, object_key=key(1))
    return list(found.order_by("id").values_list("action", flat=True))


def key(number: int) -> str:
    return f"nordlicht:{number:032x}"


def shown(client: Any, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    html: str = answer.content.decode()
    return html


@each_entity
def test_no_page_of_an_entity_counts_its_table(staff, rows, model):
    with CaptureQueriesContext(connection) as queries:
        html = shown(staff, listing(model))
        shown(staff, page(model))
    counting = [query["sql"] for query in queries if "COUNT(" in query["sql"].upper()]
    assert f"{2:032x}" in html
    assert counting
    assert all("LIMIT" in sql for sql in counting)


@each_entity
def test_rows_of_an_entity_can_only_be_read(staff, rows, model):
    name = model._meta.model_name
    assert staff.get(reverse(f"admin:billing_{name}_add")).status_code == 403
    assert staff.post(page(model), {}).status_code == 403
    delete = reverse(f"admin:billing_{name}_delete", args=[quote(key(1))])
    assert staff.post(delete, {"post": "yes"}).status_code == 403


@each_entity
def test_personal_columns_are_hidden_from_who_may_only_see_rows(viewer, rows, model):
    for where in (listing(model), page(model)):
        html = shown(viewer, where)
        assert "marker" not in html
        for column in (
            "first_name of 1", "notes of 1", "comments of 1", "credit_card_holder_name of 1", "cancel_reason of 1",
            "gateway_response of 1", ">state 1<",
        ):  # fmt: skip
            assert column not in html


@pytest.mark.parametrize("model", [PaymentMethod])
def test_a_payment_method_does_not_show_its_last_digits_in_the_list(staff, rows, model):
    assert "name 1" in revealed(staff, model)
    assert "name 1" not in shown(staff, listing(model))


@of_contact
def test_a_contacts_state_is_not_its_address(staff, rows, model):
    assert ">state 1<" in revealed(staff, model)
    assert "state 1" not in shown(staff, listing(model))


@of_contact
def test_personal_columns_are_dots_for_everybody_until_they_are_revealed(staff, rows, model):
    assert "marker" not in shown(staff, listing(model))
    assert "marker" not in shown(staff, page(model))
    assert trail(model) == ["created"]
    assert MARKER in revealed(staff, model)


@of_contact
def test_reading_personal_columns_is_recorded_and_changes_nothing_of_the_row(staff, rows, model):
    answer = staff.post(reveal(model))
    assert "no-store" in answer["Cache-Control"]
    reading = Mutation.objects.get(action="downloaded")
    assert (reading.model, reading.object_key, reading.tenant) == ("billing.contact", key(1), "nordlicht")
    assert (reading.actor_id, reading.reason, reading.diff) == ("ada", "revealed in admin", None)
    checksum = bytes(Contact.objects.get(key=key(1)).checksum)
    assert (reading.checksum_before, reading.checksum_after) == (checksum, checksum)


@of_contact
def test_a_link_reveals_nothing(staff, rows, model):
    answer = staff.get(reveal(model))
    assert (answer.status_code, answer["Location"]) == (302, page(model))
    assert trail(model) == ["created"]


@of_contact
def test_who_may_only_see_rows_cannot_reveal_them(viewer, rows, model):
    assert "Reveal" not in shown(viewer, page(model))
    assert viewer.post(reveal(model)).status_code == 403
    assert trail(model) == ["created"]


@of_contact
def test_a_row_that_is_not_there_cannot_be_revealed(staff, rows, model):
    assert staff.post(reveal(model, number=99)).status_code == 404


@pytest.mark.parametrize("model", [Product])
def test_a_row_without_personal_values_offers_nothing_to_reveal(staff, rows, model):
    assert "Reveal" not in shown(staff, page(model))


@of_contact
def test_the_history_of_a_row_is_its_trail(staff, rows, model):
    answer = staff.get(reverse("admin:billing_contact_history", args=[quote(key(1))]))
    trail_of_it = reverse("admin:audit_mutation_changelist")
    assert (
        answer["Location"] == f"{trail_of_it}?model=billing.contact&object_key={key(1).replace(':', '%3A')}"
    )


@of_contact
def test_masked_values_say_which_permission_they_need(viewer, rows, model):
    html = shown(viewer, page(model))
    assert "•••" in html
    assert "billing.view_personal" in html


@of_contact
def test_columns_nobody_declared_are_personal(viewer, deliveries, model):
    deliveries.deliver(example(model, 1) | {"shoe_size": "secret 44"})
    deliveries.run()
    html = shown(viewer, page(model))
    assert "shoe_size" in html
    assert "secret 44" not in html


@of_invoice
@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"q={key(1)}", 1),
        (f"q={1:032x}", 1),
        ("q=invoice_number%202", 1),
        ("q=invoice_number", 0),  # no part of a number
        (f"q={1:031x}", 0),
        ("q=nordlicht:", 0),
        ("tenant=nordlicht", 2),
        ("tenant=polder", 0),
    ],
)
def test_rows_are_found_by_whole_values(staff, rows, model, query, found):
    assert staff.get(f"{listing(model)}?{query}").context["cl"].result_count == found


@of_contact
def test_an_entity_without_a_number_is_found_by_key_alone(staff, rows, model):
    assert staff.get(f"{listing(model)}?q=Ada").context["cl"].result_count == 0


@of_invoice
def test_a_row_leads_to_its_batch_and_trail_and_says_where_it_came_from(staff, rows, model):
    html = shown(staff, page(model))
    row = Invoice.objects.get(key=key(1))
    assert reverse("admin:engine_batch_change", args=[row.batch_id]) in html
    assert f"{reverse('admin:audit_mutation_changelist')}?object_key={key(1).replace(':', '%3A')}" in html
    assert bytes(row.checksum).hex() in html
    assert "2025-02-01 00:00:00" in html  # its file's load


@of_invoice
def test_a_reference_is_a_link_only_where_its_row_exists(staff, rows, model):
    invoice = Invoice.objects.get(key=key(1))
    target = reverse("admin:billing_account_change", args=[quote(f"nordlicht:{invoice.account_id}")])
    assert target not in shown(staff, page(model))
    other = Deliveries(Account, rows.lake)
    other.deliver(example(Account, 1) | {"id": str(invoice.account_id)})
    other.run()
    assert target in shown(staff, page(model))


@of_invoice
def test_a_deleted_row_carries_a_label(staff, deliveries, model):
    deliveries.deliver(example(model, 1, is_deleted="true"))
    deliveries.run()
    assert "flagged as deleted upstream" in shown(staff, listing(model))
    assert "flagged as deleted upstream" in shown(staff, page(model))


@of_invoice
def test_amounts_are_shown_without_the_zeros_of_their_scale(staff, rows, model):
    html = shown(staff, listing(model))
    assert "12.50 EUR" in html
    assert "12.500000000" not in html
