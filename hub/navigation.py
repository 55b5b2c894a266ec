"""Ways through the admin: its side bar, grouped by what people come for, and the addresses of lists and records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

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
    "engine.quarantinegroup": "checklist",
    "engine.quarantineentry": "report",
    "engine.repair": "healing",
    "engine.lakefile": "folder_open",
    "engine.feedentry": "rss_feed",
    "engine.lease": "lock_clock",
}
ORDERS = {"orders.order": "shopping_bag", "orders.allocation": "call_split"}
DELIVERY = {"delivery.target": "send", "delivery.delivery": "outbox"}
_SAME_RIGHTS = {"engine.quarantinegroup": "engine.quarantineentry"}
AUDIT = {"audit.mutation": "history"}
SETTINGS = {"engine.tenant": "storefront", "auth.user": "person", "auth.group": "group"}
CLASSIFICATION = {
    "billing.ruleset": "rule",
    "billing.freetextrule": "match_word",
    "billing.testdatarule": "person_off",
    "billing.testverdict": "gavel",
    "billing.enrichedsubscription": "autorenew",
    "billing.enrichedrateplan": "sell",
    "billing.enrichedcharge": "price_check",
    "billing.enricheditem": "list_alt",
}
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


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who looks at a page, and which records were found to have one: a page asks for the same several times."""

    user: Any
    addresses: dict[tuple[str, str], str] = field(default_factory=dict)


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)


@contextmanager
def visited_by(user: Any) -> Iterator[None]:
    """Inside the block pages are made for this person: they link to nothing that the person may not see."""
    token = _visit.set(Visit(user=user))
    try:
        yield
    finally:
        _visit.reset(token)


def may_see(label: str) -> bool:
    """Whether the visitor may see the pages of a model ("engine.run"); nobody sees any outside of a visit."""
    visit = _visit.get()
    return visit is not None and _sees(visit.user, label)


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of links; models that the person may not see are left out by the permission."""
    billing = {
        model._meta.label_lower: BILLING_ICONS.get(str(model._meta.model_name), "table_rows")
        for model in apps.get_app_config("billing").get_models()
        if hasattr(model, "entity")  # the imported ones
    }
    home = {"title": "Overview", "icon": "dashboard", "link": reverse_lazy("admin:index")}
    return [
        {"items": [home]},
        _group("Orders", ORDERS),
        _group("Operations", OPERATIONS),
        _group("Delivery", DELIVERY),
        _group("Audit", AUDIT),
        _group("Classification", CLASSIFICATION) | {"collapsible": True},
        _group("Billing", billing) | {"collapsible": True},
        _group("Settings", SETTINGS),
    ]


def list_address(label: str, **filters: object) -> str:
    """The list of a model, with filters set."""
    address = reverse(f"admin:{_page_name(label)}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def page_address(label: str, key: str) -> str:
    """The page of a record, without asking whether it exists; '' where its model has none that one may see."""
    try:
        return reverse(f"admin:{_page_name(label)}_change", args=[quote(key)]) if may_see(label) else ""
    except (LookupError, ValueError, NoReverseMatch):  # a model of the past
        return ""


def record_address(label: str, key: str) -> str:
    """The same, and '' where there is no such record."""
    visit = _visit.get()
    if visit is None:
        return ""
    if (label, key) not in visit.addresses:
        address = page_address(label, key)
        visit.addresses[label, key] = address if address and _exists(label, key) else ""
    return visit.addresses[label, key]


def _exists(label: str, key: str) -> bool:
    try:
        return bool(apps.get_model(label)._default_manager.filter(pk=key).exists())
    except ValueError:  # a key of another kind
        return False


def _page_name(label: str) -> str:
    meta = apps.get_model(label)._meta
    return f"{meta.app_label}_{meta.model_name}"


def _sees(user: Any, label: str) -> bool:
    """Django's rule: who may change something may see it. Another view of a model is seen by whoever sees that."""
    app, _, model = _SAME_RIGHTS.get(label, label).partition(".")
    return bool(user.has_perm(f"{app}.view_{model}") or user.has_perm(f"{app}.change_{model}"))


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
        "link": reverse_lazy(f"admin:{_page_name(label)}_changelist"),
        "permission": lambda request: _sees(request.user, label),
    }
