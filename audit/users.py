"""Users and groups in the admin. Who may do what is data too: every change of it is in the trail."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from audit.filters import also_recorded
from audit.lists import ListAdmin
from audit.record import Change, Document, record
from hub import personal

NO_TENANT = "-"  # cannot be a tenant's code
PERSONAL = frozenset({"email", "first_name", "last_name"})
FLAGS = ("is_active", "is_staff", "is_superuser")

also_recorded.update({User._meta.label_lower, Group._meta.label_lower})
personal.register(User._meta.label_lower, PERSONAL)
admin.site.unregister([User, Group])


class RecordedAdmin(ListAdmin):
    """Pages that change a record together with its trail. Django saves the relations last, so it is told then."""

    searches_parts: ClassVar[bool] = True

    def document(self, record: Any) -> Document:
        """A record as the trail has it."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        form.before = self.document(type(obj)._default_manager.get(pk=obj.pk)) if change else None
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        after = self.document(form.instance)
        if after != form.before:
            _tell(form.instance, "updated" if change else "created", before=form.before, after=after)

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        _tell(obj, "deleted", before=self.document(obj))
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """One by one: each leaves a trace of its own."""
        for obj in queryset:
            self.delete_model(request, obj)


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[misc]  # unfold ships no types
    """Django's, which changes a password in a view of its own and not through the user's page."""

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        _tell_password(user)
        return user


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, RecordedAdmin):  # type: ignore[misc]  # unfold ships no types
    empty_hint = "A group gives its members permissions. Add one with the button at the top right"

    def document(self, group: Group) -> Document:
        return {"name": group.name, "permissions": _names(group.permissions.all())}


@admin.register(User)
class UserAdmin(DjangoUserAdmin, RecordedAdmin):  # type: ignore[misc, type-arg]  # no types; not generic at run time
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = PasswordForm
    readonly_fields = ("last_login", "date_joined")

    def document(self, user: User) -> Document:
        return _user(user)


@transaction.atomic
def change_own_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The site's page for it, together with the trace it leaves."""
    assert isinstance(request.user, User)  # the site lets nobody else in
    before = request.user.password
    answer = _site_page(request, extra_context)
    if request.user.password != before:
        _tell_password(request.user)
    return answer


_site_page = admin.site.password_change
admin.site.password_change = change_own_password  # type: ignore[method-assign, assignment]  # it takes no form of ours


def _user(user: User) -> Document:
    """A user as the trail has it: never the password."""
    return {
        "username": user.username,
        **{name: "true" if getattr(user, name) else "false" for name in FLAGS},
        **{name: getattr(user, name) or None for name in sorted(PERSONAL)},
        "groups": dict.fromkeys(user.groups.values_list("name", flat=True), "yes"),
        "permissions": _names(user.user_permissions.all()),
    }


def _tell_password(user: User) -> None:
    """That it was changed, by a diff in which nothing is."""
    known = _user(user)
    _tell(user, "updated", before=known, after=known, reason="password changed")


def _tell(
    subject: Model,
    action: str,
    *,
    before: Document | None = None,
    after: Document | None = None,
    reason: str = "",
) -> None:
    """Personal values stand under a key of the user's own."""
    label = subject._meta.label_lower
    record(
        Change(
            tenant=NO_TENANT,
            model=label,
            key=str(subject.pk),
            action=action,
            before=before,
            after=after,
            personal=personal.columns_of(label),
            reason=reason,
        )
    )


def _names(permissions: QuerySet[Permission]) -> dict[str, str]:
    """A name each, so that a diff tells the one that was given or taken."""
    pairs = permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}": "yes" for app, codename in pairs}
