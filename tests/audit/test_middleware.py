import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from audit.context import NobodyActs, current
from audit.middleware import RequestContextMiddleware
from hub.tenancy import EVERY_TENANT, TenantScopeMissing, current_scope


def seen_by(user, path="/admin/"):
    """What a view sees: the acting user and the scope, or the errors that stand for none."""
    seen: list[object] = []

    def view(request):
        for ask in (lambda: current().actor.id, current_scope):
            try:
                seen.append(ask())
            except (NobodyActs, TenantScopeMissing) as error:
                seen.append(type(error))
        return HttpResponse()

    request = RequestFactory().get(path)
    request.user = user
    RequestContextMiddleware(view)(request)
    return seen


def test_a_visitor_is_nobody():
    assert seen_by(AnonymousUser()) == [NobodyActs, TenantScopeMissing]


@pytest.mark.parametrize(
    ("staff", "path", "scope"),
    [
        (True, "/admin/audit/", EVERY_TENANT),
        (True, "/", TenantScopeMissing),
        (False, "/admin/", TenantScopeMissing),
    ],
)
def test_a_person_acts_as_themselves_and_staff_see_all_brands_in_the_admin(
    django_user_model, staff, path, scope
):
    assert seen_by(django_user_model(username="ada", is_staff=staff), path) == ["ada", scope]


def test_nothing_stays_open_after_a_request(django_user_model):
    seen_by(django_user_model(username="ada", is_staff=True))
    with pytest.raises(NobodyActs):
        current()
