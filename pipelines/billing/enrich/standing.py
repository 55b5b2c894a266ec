"""How well a brand's texts are understood: a card on the front page, and what the doctor says of it."""

from __future__ import annotations

from typing import Any

from hub.cards import Guarded
from hub.navigation import list_address
from hub.registry import Card, Check, Finding, cards, checks
from hub.tenancy import every_tenant
from pipelines.billing.enrich.coverage import Coverage, coverage, verdict_counts
from pipelines.billing.enrich.models import ClassCount
from pipelines.engine.models import Tenant

# What nearly every record of a kind should have; a funnel step, for one, most never have.
EXPECTED = {
    ("billing.enrichedcharge", "charge_category"): "charges",
    ("billing.enricheditem", "charge_category"): "invoice items",
    ("billing.enrichedsubscription", "subscription_class"): "subscriptions",
}
LEAST_SHARE = 0.9
ENOUGH_ROWS = 100  # of fewer a share says little


def coverage_card() -> dict[str, Any]:
    """Shares by brand, from the kept counts alone."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in coverage():
        if (each.model, each.field) in EXPECTED:
            found.setdefault(each.tenant, []).append(_line(each))
    brands = Tenant.objects.filter(kind=Tenant.Kind.BRAND, active=True)
    return {
        "title": "Classification",
        "template": "billing/cards/coverage.html",
        "href": list_address("billing.ruleset"),
        "least": f"{LEAST_SHARE:.0%}",
        "brands": [
            {"name": brand.name, "lines": found.get(brand.code, []), "verdicts": _verdicts(brand.code)}
            for brand in brands
        ],
    }


def _line(one: Coverage) -> dict[str, Any]:
    return {
        "what": EXPECTED[one.model, one.field],
        "share": f"{_floored(one.share)} %",
        "width": _floored(one.share),
        "low": one.share < LEAST_SHARE,
        "title": f"{one.unclassified:,} of {one.rows:,} are unclassified",
        "href": list_address(one.model, tenant=one.tenant, **{one.field: "unclassified"}),
    }


def _floored(share: float) -> int:
    """In per cent; 100 only where nothing is missing."""
    return int(100 * share)


def _verdicts(tenant: str) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in verdict_counts(tenant).items() if number)


def texts_are_understood() -> Finding:
    """Whether most records of each brand have a class."""
    with every_tenant():
        if not ClassCount.objects.exists():
            return Finding(level="warn", message="nothing is classified yet", hint="manage.py enrich_billing")
        low = [
            each
            for each in coverage()
            if (each.model, each.field) in EXPECTED and each.share < LEAST_SHARE and each.rows >= ENOUGH_ROWS
        ]
    if low:
        worst = min(low, key=lambda each: each.share)
        what = EXPECTED[worst.model, worst.field]
        return Finding(
            level="warn",
            message=f"{worst.unclassified:,} of {worst.rows:,} {what} of {worst.tenant} have no class",
            hint="docs/how-to/change-a-rule.md shows how to find and name what they are",
        )
    return Finding(level="ok", message=f"at least {LEAST_SHARE:.0%} of the texts of every brand have a class")


def register() -> None:
    checks.add(Check(name="billing.coverage", run=texts_are_understood))
    cards.add(
        Card(
            name="engine.3.coverage", render=Guarded(permission="billing.view_ruleset", render=coverage_card)
        )
    )
