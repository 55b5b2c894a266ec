"""Tenants: the one thing here that people edit, with its history."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin

from pipelines.engine.models import Tenant


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
class TenantAdmin(SimpleHistoryAdmin, ModelAdmin):  # type: ignore[misc]  # both ship no types
    form = TenantForm
    list_display = ("code", "name", "kind", "currency", "time_zone", "active")
    list_fullwidth = True
    fields = ("code", "name", "kind", "currency", "time_zone", "active")
    change_list_template = "engine/change_list.html"
    actions = None
    empty_hint = "Add a brand with the button at the top right, then: manage.py import_billing"

    def get_readonly_fields(self, request: HttpRequest, obj: Tenant | None = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its code is part of every key: a tenant is switched off, never removed."""
        return False
