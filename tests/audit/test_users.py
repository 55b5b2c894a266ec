"""Users and groups: what people change of them in the admin is in the trail, and a password never is."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from audit.keys import SubjectRef
from audit.models import Mutation, Subject
from audit.protect import reveal

PASSWORD = "correct-horse-battery"
pytestmark = pytest.mark.usefixtures("all_tenants")


@pytest.fixture(autouse=True)
def static_root(settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path)  # WhiteNoise warns about one that does not exist


@pytest.fixture
def staff(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("ada", password=PASSWORD))
    return client


@pytest.fixture
def boris(db):
    return User.objects.create_user("boris", email="boris@marker.example", password=PASSWORD)


def page(model: str, *key: object, name: str = "change") -> str:
    return reverse(f"admin:auth_{model}_{name}", args=key)


def change(client, user: User, **form: object) -> None:
    known = {"username": user.username, "email": user.email, "is_active": "on"}
    assert client.post(page("user", user.pk), known | form).status_code == 302


def trail() -> list[Mutation]:
    return list(Mutation.objects.order_by("id"))


def operations(mutation: Mutation) -> list[dict[str, Any]]:
    return mutation.diff or []


def told(mutation: Mutation) -> list[tuple[str, str]]:
    return [(operation["op"], operation["path"]) for operation in operations(mutation)]


def test_a_new_user_is_in_the_trail(staff):
    form = {"username": "chen", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    staff.post(page("user", name="add"), form)
    (mutation,) = trail()
    assert (mutation.action, mutation.model, mutation.actor_id) == ("created", "auth.user", "ada")
    assert mutation.object_key == str(User.objects.get(username="chen").pk)


def test_flags_groups_and_permissions_are_told_one_by_one(staff, boris):
    group = Group.objects.create(name="Auditors")
    permission = Permission.objects.get(codename="view_personal")
    change(staff, boris, is_staff="on", groups=[group.pk], user_permissions=[permission.pk])
    (mutation,) = trail()
    assert told(mutation) == [
        ("replace", "is_staff"),
        ("add", "groups.Auditors"),
        ("add", 'permissions."billing.view_personal"'),
    ]


def test_what_is_taken_away_is_told_too(staff, boris):
    boris.groups.set([Group.objects.create(name="Auditors")])
    change(staff, boris)
    assert told(trail()[0]) == [("remove", "groups.Auditors")]


def test_an_email_stands_in_the_trail_encrypted_for_its_user(staff, boris):
    change(staff, boris, email="new@marker.example")
    (mutation,) = trail()
    assert "marker" not in str(mutation.diff)
    context = ("auth.user", str(boris.pk), "email")
    old = operations(mutation)[0]["old"]
    assert (
        reveal(old, tenant="-", subject_key=str(mutation.subject), context=context) == "boris@marker.example"
    )
    assert Subject.unscoped.get().key == SubjectRef.of("-", str(mutation.subject)).key


def test_a_user_saved_unchanged_leaves_no_trace(staff, boris):
    change(staff, boris)
    assert trail() == []


@pytest.mark.parametrize("own", [True, False])
def test_that_a_password_changed_is_told_and_never_what_it_is(staff, boris, own):
    fresh = "another-horse-battery"
    if own:
        form = {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh}
        staff.post(reverse("admin:password_change"), form)
    else:
        form = {"password1": fresh, "password2": fresh}
        staff.post(reverse("admin:auth_user_password_change", args=[boris.pk]), form)
    user = User.objects.get(username="ada" if own else "boris")
    assert user.check_password(fresh)
    (mutation,) = trail()
    assert (mutation.object_key, mutation.reason) == (str(user.pk), "password changed")
    assert mutation.diff == []


def test_a_password_that_is_refused_leaves_no_trace(staff):
    staff.post(reverse("admin:password_change"), {"old_password": "wrong", "new_password1": "x"})
    assert trail() == []


def test_a_deleted_user_leaves_the_last_state(staff, boris):
    staff.post(page("user", boris.pk, name="delete"), {"post": "yes"})
    (mutation,) = trail()
    assert (mutation.action, operations(mutation)[0]["old"]["username"]) == ("deleted", "boris")
    assert "marker" not in str(mutation.diff)


def test_users_deleted_together_leave_a_trace_each(staff, boris):
    other = User.objects.create_user("chen")
    form = {"action": "delete_selected", "_selected_action": [boris.pk, other.pk], "post": "yes"}
    staff.post(page("user", name="changelist"), form)
    assert [mutation.action for mutation in trail()] == ["deleted", "deleted"]
    assert not User.objects.filter(username__in=["boris", "chen"]).exists()


def test_a_groups_permissions_are_in_the_trail(staff):
    permissions = Permission.objects.filter(codename__in=["view_personal", "view_run"])
    staff.post(page("group", name="add"), {"name": "Auditors", "permissions": [permissions[0].pk]})
    group = Group.objects.get()
    staff.post(page("group", group.pk), {"name": "Readers", "permissions": [each.pk for each in permissions]})
    created, updated = trail()
    assert (created.action, created.model, created.object_key) == ("created", "auth.group", str(group.pk))
    assert [op for op, _ in told(updated)] == ["replace", "add"]


def test_nothing_is_changed_where_the_trace_cannot_be_left(staff, boris, monkeypatch):
    def broken(*_: object) -> int:
        raise RuntimeError("no trail")

    monkeypatch.setattr("audit.users.record", broken)
    staff.raise_request_exception = False
    staff.post(page("user", boris.pk), {"username": "other", "is_active": "on"})
    assert User.objects.filter(username="boris").exists()


@pytest.mark.parametrize("model", ["user", "group"])
def test_users_and_groups_can_be_added(staff, model):
    html = staff.get(page(model, name="changelist")).content.decode()
    assert page(model, name="add") in html


def test_a_users_page_leads_to_the_password_and_to_the_trail(staff, boris):
    html = staff.get(page("user", boris.pk)).content.decode()
    assert 'href="../password/"' in html
    answer = staff.get(page("user", boris.pk, name="history"))
    assert answer["Location"].endswith(f"?model=auth.user&object_key={boris.pk}")
