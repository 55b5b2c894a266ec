"""Allocations: what became of every refund and credit memo, invoice by invoice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from audit.blocks import Block, Fact, Table, badge, facts, notice, record_link, table, unbroken
from audit.history import history
from audit.lists import Feed
from audit.pages import RecordAdmin
from hub.money import money_text
from pipelines.billing.entities import CreditMemo, Invoice, InvoiceItem, Refund
from pipelines.engine.models import Tenant
from pipelines.orders.admin import words
from pipelines.orders.admin.filters import BrandFilter, KindFilter, OutcomeFilter, SourceFilter
from pipelines.orders.allocation.vocabulary import QUARANTINE
from pipelines.orders.lookup import Reader
from pipelines.orders.models import AllocatedPart, Allocation, Order
from pipelines.orders.versions import roots_of

SOURCES: Mapping[str, tuple[type[Model], str]] = {  # the table of each, and what its rows are called by
    Allocation.Source.REFUND: (Refund, "refund_number"),
    Allocation.Source.CREDIT_MEMO: (CreditMemo, "memo_number"),
}
ORDERS_SHOWN = 20


class Allocations(Feed):
    """A page of the list, with the numbers and sums of its rows: three queries, whatever their number."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        numbers, sums = numbers_of(rows), sums_of(rows)
        for row in rows:
            row.called, row.placed = numbers.get(row.key, row.source_id), sums.get(row.key, Decimal(0))
        self.result_list = rows


@admin.register(Allocation)
class AllocationAdmin(RecordAdmin):
    list_display = (
        "called_told",
        "brand",
        "source_told",
        "outcome_told",
        "kind_told",
        "placed_told",
        "left_told",
        "why",
    )
    list_display_links = ("called_told",)
    list_filter = (BrandFilter, SourceFilter, OutcomeFilter, KindFilter)
    ordering = ("key",)
    exact = ("key", "source_id")
    search_help_text = "Exact number or id of a refund or credit memo, or key (brand:refund:id)"
    empty_hint = (
        "Refunds and credit memos are placed with the orders they belong to: manage.py assemble_orders"
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Feed]:
        return Allocations

    def found(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        if ":" in term:
            return queryset.filter(key=term)
        named = queryset.filter(source_id=term)
        return named if named.exists() else queryset.filter(key__in=_keys_called(term))

    def blocks(self, request: HttpRequest, allocation: Allocation) -> list[Block]:
        parts = list(AllocatedPart.objects.filter(allocation=allocation.key).order_by("key"))
        invoices = sorted({*(part.invoice_id for part in parts), *allocation.mirrored})
        names = invoice_names(allocation.tenant, invoices)
        return [
            *_notices(allocation),
            facts("Allocation", *_facts(allocation)),
            _parts(allocation, parts, names),
            *_flags(allocation),
            _orders(allocation, invoices),
            *history("orders.allocation", str(allocation.key)),
        ]

    @admin.display(description="number")
    def called_told(self, allocation: Any) -> SafeString:
        return unbroken(allocation.called, str(allocation.key))

    @admin.display(description="what")
    def source_told(self, allocation: Allocation) -> SafeString:
        return unbroken(str(allocation.get_source_display()))

    @admin.display(description="outcome")
    def outcome_told(self, allocation: Allocation) -> SafeString:
        return outcome_badge(allocation)

    @admin.display(description="kind")
    def kind_told(self, allocation: Allocation) -> SafeString:
        return unbroken(kind_told(allocation))

    @admin.display(description="placed")
    def placed_told(self, allocation: Any) -> SafeString:
        return unbroken(_money(allocation.placed, allocation))

    @admin.display(description="placed nowhere")
    def left_told(self, allocation: Allocation) -> SafeString:
        return unbroken(_money(allocation.unallocated, allocation))

    @admin.display(description="why")
    def why(self, allocation: Allocation) -> str:
        return "; ".join(map(words.flag_told, allocation.flags)) or words.NOTHING


def outcome_badge(allocation: Allocation) -> SafeString:
    return badge(*words.OUTCOMES.get(allocation.outcome, (allocation.outcome, "")))


def kind_told(allocation: Allocation) -> str:
    text = words.KINDS.get(allocation.kind, words.plain(allocation.kind))
    return text[:1].upper() + text[1:]


def numbers_of(rows: Sequence[Allocation]) -> dict[str, str]:
    """What their refunds and memos are called, by key; those without a number or a row are left out."""
    found: dict[str, str] = {}
    for source, (model, number) in SOURCES.items():
        keys = {f"{row.tenant}:{row.source_id}": str(row.key) for row in rows if row.source == source}
        if keys:
            named = model._default_manager.filter(pk__in=list(keys)).values_list("pk", number)
            found |= {keys[str(key)]: str(called) for key, called in named if called}
    return found


def sums_of(rows: Sequence[Allocation]) -> dict[str, Decimal]:
    """What of each was placed on invoices; added up here, since stored amounts are no numbers on every database."""
    found: dict[str, Decimal] = {}
    parts = AllocatedPart.objects.filter(allocation__in=[row.key for row in rows])
    for key, amount in parts.values_list("allocation", "amount"):
        found[str(key)] = found.get(str(key), Decimal(0)) + amount
    return found


def invoice_names(tenant: str, invoices: Sequence[str]) -> dict[str, str]:
    rows = Invoice.objects.filter(pk__in=[f"{tenant}:{each}" for each in invoices])
    return {str(lake_id): str(number) for lake_id, number in rows.values_list("lake_id", "invoice_number")}


def _keys_called(number: str) -> list[str]:
    """The keys of the allocations of refunds and memos with this number."""
    return [
        f"{tenant}:{source}:{lake_id}"
        for source, (model, column) in SOURCES.items()
        for tenant, lake_id in model._default_manager.filter(**{column: number}).values_list(
            "tenant", "lake_id"
        )
    ]


def _notices(allocation: Allocation) -> list[Block]:
    if allocation.outcome != QUARANTINE:
        return []
    told = "Nothing of it counts. Mend the rows in the billing platform; the next run looks at it again."
    return [notice("Somebody must look at it", told)]


def _facts(allocation: Allocation) -> list[Fact]:
    model, _ = SOURCES[allocation.source]
    number = numbers_of([allocation]).get(str(allocation.key), str(allocation.source_id))
    row = record_link(model._meta.label_lower, f"{allocation.tenant}:{allocation.source_id}", number)
    brand = Tenant.objects.filter(pk=allocation.tenant).values_list("name", flat=True).first()
    return [
        Fact(label=str(allocation.get_source_display()), value=row),
        Fact(label="Brand", value=brand or allocation.tenant),
        Fact(label="Outcome", value=outcome_badge(allocation)),
        Fact(label="Kind", value=kind_told(allocation)),
        Fact(label="Money went out", value="yes" if allocation.cash else "no"),
        Fact(label="Belongs to no invoice", value=_money(allocation.unallocated, allocation)),
        Fact(label="By run", value=record_link("engine.run", allocation.run_id)),
    ]


def _parts(allocation: Allocation, parts: Sequence[AllocatedPart], names: Mapping[str, str]) -> Block:
    """What every invoice got, and what only corrects its balance; the last line adds up to all that was placed."""
    got = {str(part.invoice_id): part.amount for part in parts}
    corrected = {invoice: Decimal(amount) for invoice, amount in allocation.mirrored.items()}
    if not got and not corrected:
        return facts("Where it went", Fact(label="Invoices", value="none", wide=True))
    rows = [
        (
            record_link("billing.invoice", f"{allocation.tenant}:{invoice}", names.get(invoice, invoice)),
            _money(got.get(invoice, Decimal(0)), allocation),
            _money(corrected.get(invoice, Decimal(0)), allocation),
        )
        for invoice in sorted(got.keys() | corrected.keys(), key=lambda each: (names.get(each, each), each))
    ]
    foot = (
        "all",
        _money(sum(got.values(), Decimal(0)), allocation),
        _money(sum(corrected.values(), Decimal(0)), allocation),
    )
    headers = ("Invoice", "Its part", "Only corrects its balance")
    return table("Where it went", Table(headers=headers, rows=rows, numbers_from=1, foot=foot))


def _flags(allocation: Allocation) -> list[Block]:
    if not allocation.flags:
        return []
    rows = [(words.sentence(words.flag_told(flag)),) for flag in allocation.flags]
    return [table("What is to be known of it", Table(headers=("In words",), rows=rows, wrap_last=True))]


def _orders(allocation: Allocation, invoices: Sequence[str]) -> Block:
    """The orders that its invoices bill."""
    items = InvoiceItem.objects.filter(tenant=allocation.tenant, invoice_id__in=invoices)
    versions = set(filter(None, items.values_list("subscription_id", flat=True)))
    keys = sorted(
        f"{allocation.tenant}:{root}" for root in roots_of(Reader(str(allocation.tenant)), versions)
    )
    found = Order.objects.filter(pk__in=keys[:ORDERS_SHOWN]).values_list("key", "number", "state")
    links = [
        Fact(label=words.titled(state) if state else "Order", value=record_link("orders.order", key, number))
        for key, number, state in found
    ]
    if len(keys) > ORDERS_SHOWN:
        links.append(Fact(label="And", value=f"{len(keys) - ORDERS_SHOWN} more"))
    return facts("Orders it touches", *links or [Fact(label="Orders", value="none")])


def _money(amount: Decimal, allocation: Allocation) -> str:
    currency = str(allocation.currency)
    return words.amount(money_text(amount, currency or None), currency) if amount else words.NOTHING
