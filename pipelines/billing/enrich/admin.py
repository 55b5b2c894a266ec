"""Verdicts and enriched records: read-only, each beside the row it belongs to and the rule that gave it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from audit.filters import EqualityFilter
from audit.words import breakable
from hub.money import digits_of
from pipelines.billing.enrich.models import (
    EnrichedCharge,
    EnrichedItem,
    EnrichedRatePlan,
    EnrichedRow,
    EnrichedSubscription,
    TestVerdict,
)
from pipelines.billing.enrich.verdicts import LEFT_OUT
from pipelines.billing.freetext.rules import PRECEDENCE
from pipelines.engine.admin import words
from pipelines.engine.admin.blocks import (
    Block,
    Fact,
    Table,
    badge,
    facts,
    list_link,
    record_link,
    row_link,
    table,
    unbroken,
)
from pipelines.engine.admin.filters import TenantOfKeyFilter
from pipelines.engine.admin.pages import RecordAdmin
from pipelines.engine.models import Tenant

UNCLASSIFIED = "unclassified"
CONFIDENCES = ("certain", "likely", "suspect")
REASONS_OFFERED = 100
TONES = {"certain": "danger", "likely": "danger", "suspect": "warning"}


class ClassFilter(EqualityFilter):
    """By the one taxonomy that the list has an index for."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, value) for value in (*PRECEDENCE[self.parameter_name], UNCLASSIFIED)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == UNCLASSIFIED:
            return queryset.filter(Q(**{f"{self.parameter_name}__isnull": True}))
        return super().queryset(request, queryset)


class CategoryFilter(ClassFilter):
    title = parameter_name = "charge_category"


class SubscriptionClassFilter(ClassFilter):
    title = parameter_name = "subscription_class"


class VerdictFilter(EqualityFilter):
    title = "verdict"
    parameter_name = "confidence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, f"test, {value}" if value in LEFT_OUT else value) for value in CONFIDENCES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Of what somebody suspects it may also be thought that it is none."""
        found = super().queryset(request, queryset)
        return found.filter(is_test=True) if self.value() in LEFT_OUT else found


class LeftOutFilter(EqualityFilter):
    title = "left out"
    parameter_name = "left_out"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "yes"), ("0", "no")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(left_out=self.value() == "1") if self.value() else queryset


class ReasonFilter(EqualityFilter):
    title = parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(reason, reason) for reason in _reasons()]


def _reasons() -> list[str]:
    """The first reasons there are, one step into the index each: DISTINCT would read all of it."""
    rows = TestVerdict.objects.order_by("reason").values_list("reason", flat=True)
    found: list[str] = []
    reason = rows.filter(reason__isnull=False).first()
    while reason is not None and len(found) < REASONS_OFFERED:
        found.append(reason)
        reason = rows.filter(reason__gt=reason).first()
    return found


class EnrichedAdmin(RecordAdmin):
    """Pages of one kind of record. `answers` are its taxonomies."""

    answers: ClassVar[Sequence[str]] = ()
    list_display_links = ("key_told",)
    ordering = ("key",)
    exact = ("key",)
    search_help_text = "Exact key or id of its row"
    empty_hint = "manage.py enrich_billing"

    def found(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By the primary key, where need be with every tenant in front."""
        if ":" in term:
            return queryset.filter(key=term)
        codes = Tenant.objects.values_list("code", flat=True)
        return queryset.filter(key__in=[f"{code}:{term}" for code in codes])

    def blocks(self, request: HttpRequest, record: Any) -> list[Block]:
        classes = [
            (
                name.replace("_", " "),
                getattr(record, name) or UNCLASSIFIED,
                getattr(record, f"{name}_rule") or words.NOTHING,
            )
            for name in self.answers
        ]
        blocks = [facts(str(self.opts.verbose_name).capitalize(), *self.facts(record))]
        if classes:
            blocks.append(table("Classes", Table(headers=("Taxonomy", "Class", "By rule"), rows=classes)))
        return [*blocks, facts("Where it came from", *_origin(record))]

    def facts(self, record: Any) -> list[Fact]:
        """What is said of the row beside its classes."""
        raise NotImplementedError

    @admin.display(description="key")
    def key_told(self, record: EnrichedRow) -> SafeString:
        return breakable(str(record.key))

    @admin.display(description="state")
    def state(self, record: EnrichedRow) -> SafeString | str:
        return badge("gone", "danger", "its row is deleted or missing upstream") if record.gone else ""

    @admin.display(description="credit")
    def credited(self, record: Any) -> SafeString | str:
        return badge("credit", "info", "goodwill or another credit") if record.credit else ""


def _origin(record: EnrichedRow) -> list[Fact]:
    entity = record.of_entity
    return [
        Fact(label="Key", value=record.key),
        Fact(
            label="Row",
            value=row_link(entity, str(record.key)),
            note=f"the {entity.replace('_', ' ')} itself",
        ),
        Fact(label="Gone", value=words.shown(record.gone), note="its row is deleted or missing upstream"),
        Fact(label="Batch", value=record_link("engine.batch", record.batch_id), note="that last wrote it"),
        Fact(label="Checksum", value=bytes(record.checksum).hex(), note="the same as in its newest mutation"),
        Fact(
            label="Audit trail",
            value=list_link("audit.mutation", "Every change of it", object_key=record.key),
        ),
    ]


def money(minor: int | None, currency: str | None) -> str:
    """Minor units as an amount."""
    digits = digits_of(currency)
    if minor is None or digits is None:
        return words.NOTHING
    return f"{Decimal(minor).scaleb(-digits):,.{digits}f} {currency}"


def _linked(record: EnrichedRow, entity: str, source_id: str | None) -> SafeString | str:
    return row_link(entity, f"{record.tenant}:{source_id}") if source_id else words.NOTHING


@admin.register(TestVerdict)
class TestVerdictAdmin(EnrichedAdmin):
    list_display = ("key_told", "verdict", "told", "state")
    list_filter = (TenantOfKeyFilter, VerdictFilter, ReasonFilter, LeftOutFilter)

    def facts(self, record: TestVerdict) -> list[Fact]:
        number = record.rules_version
        return [
            Fact(label="Verdict", value=self.verdict(record)),
            Fact(label="Reasons", value=self.told(record)),
            Fact(
                label="Left out",
                value=words.shown(record.left_out),
                note="of documents, audiences and figures; its rows stay",
            ),
            Fact(
                label="By rules",
                value=f"version {number}" if number else "the code's own",
                note="in force when it was last written",
            ),
            Fact(label="Fingerprint of the rules", value=record.rules_fingerprint),
        ]

    @admin.display(description="verdict")
    def verdict(self, record: TestVerdict) -> SafeString:
        if record.is_test:
            return badge(f"test, {record.confidence}", TONES.get(str(record.confidence), ""))
        tone = "success" if record.confidence != "suspect" else "warning"
        return badge("ordinary" if tone == "success" else "ordinary, suspect", tone)

    @admin.display(description="reasons")
    def told(self, record: TestVerdict) -> SafeString:
        return unbroken(", ".join(record.reasons) or words.NOTHING)


@admin.register(EnrichedSubscription)
class EnrichedSubscriptionAdmin(EnrichedAdmin):
    answers = ("funnel_step", "subscription_class")
    list_display = ("key_told", *answers, "country", "currency", "out", "state")
    list_filter = (TenantOfKeyFilter, SubscriptionClassFilter)

    def facts(self, record: EnrichedSubscription) -> list[Fact]:
        return [
            Fact(label="Account", value=_linked(record, "account", record.account_id)),
            Fact(label="Country", value=record.country, note="ISO 3166, of whom it is delivered to"),
            Fact(label="Currency", value=record.currency),
            Fact(label="Left out", value=words.shown(record.left_out), note="its account is a test account"),
            Fact(
                label="Verdict",
                value=record_link(
                    "billing.testverdict", f"{record.tenant}:{record.account_id}", "on its account"
                ),
            ),
        ]

    @admin.display(description="left out")
    def out(self, record: EnrichedSubscription) -> SafeString | str:
        return badge("left out", "danger", "its account is a test account") if record.left_out else ""


@admin.register(EnrichedRatePlan)
class EnrichedRatePlanAdmin(EnrichedAdmin):
    answers = ("funnel_step", "charge_category", "subscription_class")
    list_display = ("key_told", *answers, "credited", "state")
    list_filter = (TenantOfKeyFilter, SubscriptionClassFilter)

    def facts(self, record: EnrichedRatePlan) -> list[Fact]:
        return [
            Fact(label="Subscription", value=_linked(record, "subscription", record.subscription_id)),
            Fact(
                label="Removed", value=words.shown(record.removed), note="its subscription no longer has it"
            ),
            Fact(label="Credit", value=words.shown(record.credit)),
        ]


@admin.register(EnrichedCharge)
class EnrichedChargeAdmin(EnrichedAdmin):
    answers = ("charge_category", "funnel_step", "subscription_class")
    list_display = ("key_told", *answers, "price", "credited", "state")
    list_filter = (TenantOfKeyFilter, CategoryFilter)

    def facts(self, record: EnrichedCharge) -> list[Fact]:
        return [
            Fact(label="Plan", value=_linked(record, "rate_plan", record.rate_plan_id)),
            Fact(
                label="Price", value=money(record.price_minor, record.currency), note="rounded once, half up"
            ),
            Fact(label="Monthly recurring", value=money(record.mrr_minor, record.currency)),
            Fact(label="Credit", value=words.shown(record.credit)),
        ]

    @admin.display(description="price")
    def price(self, record: EnrichedCharge) -> SafeString:
        return unbroken(money(record.price_minor, record.currency))


@admin.register(EnrichedItem)
class EnrichedItemAdmin(EnrichedAdmin):
    answers = ("charge_category", "funnel_step", "subscription_class")
    list_display = ("key_told", *answers, "amount", "credited", "state")
    list_filter = (TenantOfKeyFilter, CategoryFilter)

    def facts(self, record: EnrichedItem) -> list[Fact]:
        return [
            Fact(label="Invoice", value=_linked(record, "invoice", record.invoice_id)),
            Fact(
                label="Amount",
                value=money(record.amount_minor, record.currency),
                note="rounded once, half up",
            ),
            Fact(label="Tax", value=money(record.tax_minor, record.currency)),
            Fact(label="Credit", value=words.shown(record.credit)),
        ]

    @admin.display(description="amount")
    def amount(self, record: EnrichedItem) -> SafeString:
        return unbroken(money(record.amount_minor, record.currency))
