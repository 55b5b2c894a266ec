"""Delivery in the admin: what is shown to whom, and what people can do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Mutation
from hub import clock
from pipelines.delivery.admin.front import targets as card
from pipelines.delivery.models import Attempt, Circuit, Delivery, OutboxMessage, Target, TargetSecret
from pipelines.delivery.secrets import opened_secrets
from tests.delivery.conftest import SECRET, message, put, target_of

pytestmark = pytest.mark.django_db

NAME = "Boris Marker"
FORM = {
    "name": "crm", "tenant": "", "topic": "order", "kind": "https", "address": "https://crm.example/orders",
    "format": "single", "max_batch": "100", "connect_seconds": "5", "answer_seconds": "20", "max_attempts": "25",
    "max_age_hours": "72",
}  # fmt: skip


def page(model: str, key: object = None, name: str = "change") -> str:
    if key is None:
        return reverse(f"admin:delivery_{model}_changelist")
    return reverse(f"admin:delivery_{model}_{name}", args=[key])


def shown(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def crm() -> Target:
    return target_of("https://crm.example/orders", allow_private=False, answer_seconds=20)


@pytest.fixture
def delivery(crm: Target) -> Delivery:
    put(message(name=NAME))
    return Delivery.objects.get()


@pytest.fixture
def dead(delivery: Delivery) -> Delivery:
    delivery.state, delivery.due_at, delivery.last_error = "dead", None, "HTTP 422: refused"
    delivery.settled_at = clock.now()
    delivery.save()
    Attempt.objects.create(
        delivery=delivery, tenant="polder", at=clock.now(), seconds=0.25, status=422, outcome="http_422",
        request="order:polder:A-S1:1", sent_bytes=300, excerpt="field currency: unknown",
    )  # fmt: skip
    return delivery


@pytest.fixture
def onlooker(client: Client, django_user_model: Any) -> Client:
    user = django_user_model.objects.create_user("chen", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_target", "view_delivery"]))
    client.force_login(user)
    return client


def act(client: Client, what: str, key: object, **form: Any) -> Any:
    where = reverse(f"admin:delivery_{what}", args=[key])
    return client.post(where, {"_form_submitted": "True", **form})


def test_the_form_asks_for_a_brand(staff: Client) -> None:
    assert "whose documents; final" in shown(staff, page("target") + "add/")


def test_a_target_that_ails_says_of_what(staff: Client, crm: Target) -> None:
    Circuit.objects.create(target=crm, failures=1, reason="unresolved: crm.example is not known")
    html = shown(staff, page("target", crm.pk))
    assert "Ailing: unresolved: crm.example is not known" in html


def test_a_target_is_added_with_a_secret_that_no_list_form_history_or_trail_tells(staff: Client) -> None:
    assert staff.post(page("target") + "add/", FORM).status_code == 302
    target = Target.objects.get()
    (secret,) = opened_secrets(target)
    assert secret.startswith("whsec_")
    assert secret.encode() not in bytes(TargetSecret.objects.get().sealed)
    for where in (page("target"), page("target", target.pk), page("target", target.pk, "history")):
        assert secret not in shown(staff, where)
    (mutation,) = Mutation.objects.filter(model="delivery.target")
    assert (mutation.action, mutation.actor_id) == ("created", "ada")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"address": "http://crm.example/orders"}, "http is for private addresses alone"),
        ({"address": "https://ada:secret@crm.example/"}, "holds a user or password"),
        (
            {"address": "ftp://crm.example/"},
            "must name a host after https://; such as https://receiver.example/orders",
        ),
        ({"address": "https://10.0.0.5/orders"}, "is in a private network"),
        ({"address": "https://[::1]/orders", "allow_private": "on"}, "is in a private network"),
        ({"address": "https://169.254.169.254/latest"}, "nothing that can be delivered to"),
        ({"kind": "folder", "address": "../etc"}, "must be names"),
        ({"kind": "folder", "address": "/etc"}, "must be names"),
        ({"kind": "s3", "address": "https://bucket/prefix"}, "must be s3://"),
        ({"name": "Crm 1"}, "lower-case letters"),
        ({"tenant": "nobody"}, "Select a valid choice"),
    ],
)
def test_a_form_says_what_is_wrong(staff: Client, changed: dict[str, str], told: str) -> None:
    answer = staff.post(page("target") + "add/", FORM | changed)
    assert told in answer.content.decode()
    assert not Target.objects.exists()


def test_an_edited_target_keeps_its_versions_and_leaves_a_trail(staff: Client, crm: Target) -> None:
    changed = FORM | {"address": "https://crm.example/new"}
    assert staff.post(page("target", crm.pk), changed).status_code == 302
    assert "https://crm.example/new" in shown(staff, page("target", crm.pk, "history"))
    (mutation,) = Mutation.objects.filter(model="delivery.target", object_key=str(crm.pk))
    assert [one["path"] for one in mutation.diff or []] == ["address"]
    assert staff.post(page("target", crm.pk), changed).status_code == 302
    assert Mutation.objects.filter(model="delivery.target").count() == 1


def test_saving_the_form_does_not_resume_a_target_that_was_paused_meanwhile(
    staff: Client, crm: Target
) -> None:
    act(staff, "target_pause", crm.pk, reason="holiday")
    staff.post(page("target", crm.pk), FORM | {"max_batch": "7"})
    crm.refresh_from_db()
    assert (crm.paused, crm.max_batch) == (True, 7)


def test_name_topic_and_brand_are_final(staff: Client, crm: Target) -> None:
    staff.post(page("target", crm.pk), FORM | {"name": "other", "topic": "profile"})
    crm.refresh_from_db()
    assert (crm.name, crm.topic) == ("crm", "order")


def test_a_target_is_paused_and_resumed_with_a_reason(staff: Client, crm: Target) -> None:
    Circuit.objects.create(target=crm, failures=9, closed_until=clock.now() + timedelta(hours=1))
    act(staff, "target_pause", crm.pk, reason="they move house")
    assert "they move house" in shown(staff, page("target", crm.pk))
    act(staff, "target_resume", crm.pk, reason="they are back")
    crm.refresh_from_db()
    assert (crm.paused, Circuit.objects.get().failures) == (False, 0)
    trail = Mutation.objects.filter(model="delivery.target").order_by("id")
    assert [(one.reason, one.actor_id) for one in trail] == [
        ("they move house", "ada"),
        ("they are back", "ada"),
    ]


def test_the_secret_is_changed_and_both_sign_for_a_while(staff: Client, crm: Target) -> None:
    act(staff, "target_change_secret", crm.pk, secret="", overlap="2")
    newest, old = opened_secrets(crm)
    assert old == SECRET
    assert newest != SECRET
    with clock.fixed(clock.now() + timedelta(hours=2)):
        assert opened_secrets(crm) == [newest]
    trail = str(list(Mutation.objects.filter(model="delivery.target").values_list("diff", flat=True)))
    assert newest not in trail
    assert SECRET not in trail


def test_a_bad_secret_is_refused(staff: Client, crm: Target) -> None:
    answer = act(staff, "target_change_secret", crm.pk, secret="hunter two", overlap="2")
    assert "the secret is not base 64" in answer.content.decode()
    assert opened_secrets(crm) == [SECRET]


def test_a_secret_is_revealed_and_that_is_recorded(staff: Client, crm: Target) -> None:
    where = page("target", crm.pk, "reveal")
    assert SECRET in staff.post(where).content.decode()
    (mutation,) = Mutation.objects.filter(model="delivery.target")
    assert (mutation.action, mutation.actor_id) == ("downloaded", "ada")


def test_an_onlooker_reveals_and_changes_nothing(onlooker: Client, crm: Target, dead: Delivery) -> None:
    assert onlooker.post(page("target", crm.pk, "reveal")).status_code == 403
    assert onlooker.post(page("delivery", dead.pk, "reveal")).status_code == 403
    for what, key in (
        ("target_pause", crm.pk), ("target_change_secret", crm.pk), ("delivery_redrive", dead.pk),
        ("delivery_dismiss", dead.pk),
    ):  # fmt: skip
        assert act(onlooker, what, key, reason="x", overlap="1").status_code == 403
    html = shown(onlooker, page("delivery", dead.pk))
    assert "HTTP 422" in html
    assert "Reveal" not in html
    assert NAME not in html


def test_lists_and_pages_show_no_body(staff: Client, dead: Delivery) -> None:
    for where in (
        page("delivery"),
        page("delivery", dead.pk),
        page("target"),
        page("target", dead.target_id),
    ):
        assert NAME not in shown(staff, where)
    assert "field currency: unknown" in shown(staff, page("delivery", dead.pk))


def test_a_body_is_revealed_and_that_is_recorded(staff: Client, delivery: Delivery) -> None:
    assert NAME in staff.post(page("delivery", delivery.pk, "reveal")).content.decode()
    (mutation,) = Mutation.objects.filter(model="delivery.delivery")
    assert (mutation.action, mutation.object_key) == ("downloaded", str(delivery.pk))


def test_a_pruned_body_is_told_and_cannot_be_revealed_or_sent(staff: Client, delivery: Delivery) -> None:
    OutboxMessage.objects.update(body=None, pruned_at=clock.now())
    Delivery.objects.update(state="delivered", due_at=None)
    html = shown(staff, page("delivery", delivery.pk))
    assert "after every target had it" in html
    assert "Send once more" not in html
    assert "Reveal" not in html


def test_a_dead_letter_is_sent_again_or_dismissed_with_a_reason(staff: Client, dead: Delivery) -> None:
    html = shown(staff, page("delivery", dead.pk))
    assert "Send again" in html
    act(staff, "delivery_redrive", dead.pk, reason="they mended it")
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("pending", 0)
    Delivery.objects.update(state="dead", due_at=None)
    act(staff, "delivery_dismiss", dead.pk, reason="nobody needs it")
    dead.refresh_from_db()
    assert dead.state == "dismissed"
    trail = Mutation.objects.filter(model="delivery.delivery").order_by("id")
    assert [one.reason for one in trail] == ["they mended it", "nobody needs it"]


def test_chosen_dead_letters_are_sent_again(staff: Client, dead: Delivery) -> None:
    form = {"action": "redrive_selected", "_selected_action": [str(dead.pk)], "index": "0"}
    html = staff.post(page("delivery"), form, follow=True).content.decode()
    assert "1 are sent in the next pass" in html
    dead.refresh_from_db()
    assert dead.state == "pending"


def test_giving_up_takes_a_pause_first(staff: Client, crm: Target, delivery: Delivery) -> None:
    act(staff, "target_pause", crm.pk, reason="gone")
    act(staff, "target_give_up", crm.pk, reason="gone for good")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.due_at) == ("dismissed", None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=open", 1),
        ("state=dead", 0),
        ("state=pending&tenant=polder", 1),
        ("target=x", 0),
        ("q=polder:A-S1", 1),
        ("q=A-S1", 0),
    ],
)
def test_deliveries_are_filtered_and_searched_by_equality(
    staff: Client, delivery: Delivery, query: str, found: int
) -> None:
    assert staff.get(f"{page('delivery')}?{query}").context["cl"].result_count == found


def test_lists_count_only_up_to_the_cap(staff: Client, delivery: Delivery) -> None:
    with CaptureQueriesContext(connection) as queries:
        shown(staff, page("delivery"))
        shown(staff, page("target"))
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"].upper()]
    assert [sql for sql in counts if "delivery_delivery" in sql and "LIMIT" not in sql.upper()] == []


def test_an_empty_list_says_what_to_do(staff: Client, db: None) -> None:
    assert "manage.py deliver" in shown(staff, page("delivery"))
    assert "Add a receiver" in shown(staff, page("target"))


def test_the_card_tells_every_target(dead: Delivery) -> None:
    (line,) = card()["targets"]
    assert (line["name"], line["dead"], line["waiting"]) == ("crm", "1", "")


def test_both_pages_are_in_the_side_bar(onlooker: Client, delivery: Delivery) -> None:
    html = shown(onlooker, page("delivery"))
    assert f'href="{page("target")}"' in html
    assert f'href="{page("delivery")}"' in html
