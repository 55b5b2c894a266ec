"""Tenants: the one thing here that people edit, with its history to go back to, and a trail as of all else."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from audit.filters import also_recorded
from audit.record import Change, Document, record
from audit.versions import VersionedAdmin
from pipelines.engine.models import Tenant

MODEL = "engine.tenant"
FIELDS = ("code", "name", "kind", "currency", "time_zone", "active")
also_recorded.add(MODEL)


class TenantForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy only, not at run time
    """Refuses what would stop a job at night."""

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if zone not in available_timezones():
            raise ValidationError("there is no such time zone; write it as Europe/Berlin")
        return zone

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"]
        if not (currency.isascii() and currency.isalpha() and currency.isupper() and len(currency) == 3):
            raise ValidationError("write it as three capital letters, such as EUR")
        return currency


@admin.register(Tenant)
class TenantAdmin(VersionedAdmin):
    form = TenantForm
    list_display = FIELDS
    fields = FIELDS
    actions = None
    empty_hint = "Add a brand with the button at the top right, then: manage.py import_billing"

    def get_readonly_fields(self, request: HttpRequest, obj: Tenant | None = None) -> tuple[str, ...]:
        """An old version is no ordinary page: Django would not close its fields for who may only look."""
        if obj and not self.has_change_permission(request, obj):
            return FIELDS
        return ("code",) if obj else ()

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Tenant, form: Any, change: bool) -> None:
        """Nothing is written where nothing changed: the history would get a version without a difference."""
        before = document(Tenant.objects.get(pk=obj.pk)) if change else None
        after = document(obj)
        if after == before:
            return
        super().save_model(request, obj, form, change)
        record(
            Change(
                tenant=obj.code,
                model=MODEL,
                key=obj.code,
                action="updated" if change else "created",
                before=before,
                after=after,
            )
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its code is part of every key: a tenant is switched off, never removed."""
        return False


def document(tenant: Tenant) -> Document:
    """A tenant as the trail has it: text by column."""
    return {
        "code": tenant.code,
        "kind": str(tenant.kind),
        "name": tenant.name,
        "currency": tenant.currency,
        "time_zone": tenant.time_zone,
        "active": "true" if tenant.active else "false",
    }
