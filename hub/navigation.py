"""Ways through the admin: its side bar, grouped by what people come for, and the address of a record."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.admin.utils import quote
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse, reverse_lazy

LINK = "font-medium text-primary-600 dark:text-primary-500"
RUN = "engine.run"

OPERATIONS = {
    RUN: "play_circle",
    "engine.batch": "stacks",
    "engine.watermark": "water",
    "engine.quarantineentry": "report",
    "engine.repair": "healing",
    "engine.lakefile": "folder_open",
    "engine.feedentry": "rss_feed",
    "engine.lease": "lock_clock",
}
AUDIT = {"audit.mutation": "history"}
SETTINGS = {"engine.tenant": "storefront", "auth.user": "person", "auth.group": "group"}
BILLING_ICONS = {
    "account": "account_circle",
    "contact": "contact_page",
    "creditmemo": "receipt",
    "invoice": "receipt_long",
    "invoiceitem": "list_alt",
    "payment": "payments",
    "paymentmethod": "credit_card",
    "product": "inventory_2",
    "refund": "currency_exchange",
    "subscription": "autorenew",
}


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of links; models that the person may not see are left out by the permission."""
    billing = {
        model._meta.label_lower: BILLING_ICONS.get(str(model._meta.model_name), "table_rows")
        for model in apps.get_app_config("billing").get_models()
    }
    home = {"title": "Overview", "icon": "dashboard", "link": reverse_lazy("admin:index")}
    return [
        {"items": [home]},
        _group("Operations", OPERATIONS),
        _group("Audit", AUDIT),
        _group("Billing", billing) | {"collapsible": True},
        _group("Settings", SETTINGS),
    ]


def record_address(label: str, key: str) -> str:
    """The page of a record of a model ("engine.run"); '' where there is no such model, record or page."""
    try:
        model = apps.get_model(label)
        if model._default_manager.filter(pk=key).exists():
            return reverse(
                f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[quote(key)]
            )
    except (LookupError, ValueError, NoReverseMatch):  # a model of the past, a key of another kind
        pass
    return ""


def _group(title: str, models: dict[str, str]) -> dict[str, Any]:
    return {
        "title": title,
        "separator": True,
        "items": [_link(label, icon) for label, icon in models.items()],
    }


def _link(label: str, icon: str) -> dict[str, Any]:
    meta = apps.get_model(label)._meta
    return {
        "title": str(meta.verbose_name_plural).capitalize(),
        "icon": icon,
        "link": reverse_lazy(f"admin:{meta.app_label}_{meta.model_name}_changelist"),
        "permission": lambda request: request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}"),
    }
