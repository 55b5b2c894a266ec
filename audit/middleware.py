"""Every request acts as somebody: signed-in people as themselves, everybody else as nobody."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from audit.context import Actor, acting
from hub.navigation import visited_by
from hub.tenancy import every_tenant


class RequestContextMiddleware:
    """Stands after AuthenticationMiddleware.

    Without a session nothing is opened, so a query on tenant data or an audited change in such a request
    raises. In the admin, staff see every tenant: until there are roles, staff means all brands.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user  # lazy: costs a look-up only where a session cookie came along
        with ExitStack() as opened:
            if user.is_authenticated:
                opened.enter_context(acting(Actor.user(user), source="admin"))
                opened.enter_context(visited_by(user))
                if user.is_staff and request.path.startswith(reverse("admin:index")):
                    opened.enter_context(every_tenant())
            return self.get_response(request)
