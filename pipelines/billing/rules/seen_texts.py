"""The different evidence seen so far in a brand, with the rows and the money behind each. The database groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count, F, Func, IntegerField, QuerySet, Sum

from pipelines.billing.enrich import charges, items, plans, subscriptions
from pipelines.billing.enrich.catalogue import Catalogue
from pipelines.billing.enrich.reading import Row
from pipelines.billing.entities import InvoiceItem, RatePlanCharge, Subscription
from pipelines.billing.freetext.evidence import Evidence
from pipelines.engine.rows import ImportedRow
from pipelines.engine.spec import AMOUNT_SCALE

AT_ONCE = 2000
PLANS_SQL = (Path(__file__).parent / "plans_by_text.sql").read_text(encoding="utf-8")
UNKNOWN_CURRENCY = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One piece of evidence: how many rows show it, their amounts by currency, and a text to know it by."""

    what: str
    evidence: Evidence
    rows: int
    money: dict[str, Decimal]
    example: str


def seen_texts(tenant: str) -> Iterator[Seen]:
    """All evidence of a brand, each piece as often as currencies and signs differ."""
    yield from _plans(tenant)
    yield from _grouped("charge", _own(RatePlanCharge, tenant), charges.evidence_of, _CHARGE, "price")
    yield from _grouped("invoice item", _own(InvoiceItem, tenant), items.evidence_of, _ITEM, "charge_amount")
    yield from _subscriptions(tenant)


_CHARGE = ("name", "description", "charge_type", "charge_model", "currency")
_ITEM = ("charge_name", "description", "sku", "processing_type", "currency")
_SUBSCRIPTION = ("term_type", "auto_renew", "gift_subscription_c", "promotion_code_c")


def _own(model: type[ImportedRow], tenant: str) -> QuerySet[Any]:
    return model.unscoped.filter(key__gt=f"{tenant}:", key__lt=f"{tenant};").order_by()


def _grouped(
    what: str,
    rows: QuerySet[Any],
    evidence_of: Callable[[Row, int | None], Evidence],
    columns: tuple[str, ...],
    amount: str,
) -> Iterator[Seen]:
    sign = Func(F(amount), function="SIGN", output_field=IntegerField())
    groups = (
        rows.annotate(sign=sign).values(*columns, "sign").annotate(number=Count("key"), money=Sum(amount))
    )
    for group in groups.iterator(AT_ONCE):
        evidence = evidence_of(group, None if group["sign"] is None else int(group["sign"]))
        is_money = group["money"] and group.get("charge_model") != charges.PERCENTAGE
        yield Seen(
            what=what,
            evidence=evidence,
            rows=group["number"],
            money={group["currency"] or UNKNOWN_CURRENCY: group["money"]} if is_money else {},
            example=_text(evidence),
        )


def _subscriptions(tenant: str) -> Iterator[Seen]:
    """By their own terms: what follows from a plan's name is told with the plan."""
    groups = _own(Subscription, tenant).values(*_SUBSCRIPTION).annotate(number=Count("key"))
    for group in groups.iterator(AT_ONCE):
        evidence = subscriptions.evidence_of(group)
        example = ", ".join(f"{name} {group[name]}" for name in _SUBSCRIPTION if group[name] is not None)
        yield Seen(what="subscription", evidence=evidence, rows=group["number"], money={}, example=example)


def _plans(tenant: str) -> Iterator[Seen]:
    """With the prices of their charges; groups of one evidence are put together, for rows are counted once."""
    with connection.cursor() as cursor:
        cursor.execute(
            PLANS_SQL,
            {"first": f"{tenant}:", "last": f"{tenant};", "tenant": tenant, "share": charges.PERCENTAGE},
        )
        names = [column[0] for column in cursor.description]
        groups = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    catalogue = Catalogue.behind(tenant, groups)
    found: dict[Evidence, Seen] = {}
    for group in groups:
        evidence = plans.evidence_of(group, catalogue)
        seen = found.get(evidence) or Seen(
            what="plan", evidence=evidence, rows=0, money={}, example=_text(evidence)
        )
        money = dict(seen.money)
        if group["money"]:
            currency = group["currency"] or UNKNOWN_CURRENCY
            money[currency] = money.get(currency, Decimal()) + _amount(group["money"])
        found[evidence] = Seen(
            what="plan",
            evidence=evidence,
            rows=seen.rows + group["plans"],
            money=money,
            example=seen.example,
        )
    yield from found.values()


def _amount(value: Any) -> Decimal:
    """SQLite keeps amounts as scaled whole numbers."""
    return Decimal(value).scaleb(-AMOUNT_SCALE) if connection.vendor == "sqlite" else Decimal(value)


def _text(evidence: Evidence) -> str:
    return " / ".join(text for _, text in evidence.texts[:2])
