"""Orders: found by what people call them, and each as a document that can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from unfold.decorators import action

from audit.blocks import Block, Fact, badge, facts, list_link, notice, record_link, unbroken
from audit.dialogs import ReasonForm, asks
from audit.history import history
from audit.lists import Feed
from audit.revealing import RevealAdmin
from hub import figures
from pipelines.billing.entities import Account, Invoice
from pipelines.orders.admin import customer, sections, words
from pipelines.orders.admin.deliveries import deliveries
from pipelines.orders.admin.filters import (
    HOLDING,
    AnomaliesFilter,
    BrandFilter,
    ClassFilter,
    OrderStatusFilter,
    RefundsFilter,
    StateFilter,
)
from pipelines.orders.draft import TEST
from pipelines.orders.models import Order
from pipelines.orders.resending import can_be_sent, resend_order

TONES = {
    Order.Status.LIVE: "success",
    Order.Status.WITHDRAWN: "warning",
    Order.Status.HELD: "warning",
    Order.Status.INVALID: "danger",
}
HEAVY = ("body", "batches")  # no list needs them


class Orders(Feed):
    """A page of the list, without the documents."""

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Order]:
        rows: QuerySet[Order] = super().get_queryset(request, *args, **kwargs)
        return rows.defer(*HEAVY)


@admin.register(Order)
class OrderAdmin(RevealAdmin):
    list_display = (
        "number_told", "brand", "status_told", "state_told", "class_told", "step_told", "refunds_told",
        "anomalies_told", "version", "due_told", "assembled_told",
    )  # fmt: skip
    list_display_links = ("number_told",)
    list_filter = (BrandFilter, OrderStatusFilter, StateFilter, ClassFilter, RefundsFilter, AnomaliesFilter)
    ordering = ("key",)
    exact = ("key", "number", "account_id")
    search_help_text = "Exact A-S number, key (brand:id), account id or account number"
    actions_detail = ("resend",)
    permission = "orders.view_order_body"
    empty_hint = "An order is a chain of subscription versions. To assemble them: manage.py assemble_orders"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Feed]:
        return Orders

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """By key; where orders with any of something are asked for, those with most come first: as in their index."""
        asked = [each.counted for each in HOLDING if request.GET.get(each.parameter_name)]
        return (f"-{asked[0]}", "-key") if asked else ("key",)

    def found(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """One index after another answers; the first that knows the term decides."""
        if ":" in term:
            return queryset.filter(key=term)
        for column in ("number", "account_id"):
            named = queryset.filter(**{column: term})
            if named.exists():
                return named
        accounts = Account.objects.filter(account_number=term).values_list("lake_id", flat=True)
        return queryset.filter(account_id__in=list(accounts[:100]))

    def blocks(self, request: HttpRequest, order: Order) -> list[Block]:
        document = orjson.loads(order.body)
        blocks = [*notices(order), facts("Order", *_facts(order))]
        if "withdrawn" not in document:
            blocks += self._sections(request, order, document)
        rows = facts("Where it comes from", *_sources(order, document))
        return [*blocks, rows, *deliveries(order), *history("orders.order", str(order.key))]

    def _sections(self, request: HttpRequest, order: Order, document: Mapping[str, Any]) -> list[Block]:
        names = invoice_names(order, document)
        return [
            sections.state_block(order, document),
            self.with_button(request, order, customer.masked(document)),
            sections.timeline_block(order, document),
            sections.plans_block(order, document),
            *sections.money_blocks(order, document),
            *sections.refunds_block(order, document, names),
            *sections.payments_block(order, document, names),
            *sections.anomalies_block(document, names),
        ]

    def opened(self, request: HttpRequest, order: Order) -> list[Block]:
        document = orjson.loads(order.body)
        text = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()
        raw = Block(template="delivery/body.html", title=f"{order}: its document", data=text)
        return [raw] if "withdrawn" in document else [customer.in_clear(document), raw]

    def checksum(self, order: Order) -> bytes:
        return bytes(order.checksum)

    def has_resend_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_view_permission(request) and bool(request.user.has_perm("delivery.change_delivery"))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Nothing to send where nobody may have the document."""
        sendable = can_be_sent(self.wanted(request, object_id))
        return list(super().get_actions_detail(request, object_id)) if sendable else []

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Send again",
        permissions=["resend"],
        dialog=asks(
            "Send this order again",
            "The document as it stands, to everybody who receives orders of the brand; under the same idempotency key, "
            "so whoever has it takes it for a repeat.",
            "Send again",
        ),
    )
    def resend(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        order = self.wanted(request, object_id)
        resent = resend_order(str(order.key), reason=form.cleaned_data["reason"])
        for level, names, told in (
            (messages.success, resent.due, "It is sent with the next pass to {}."),
            (messages.info, resent.under_way, "It is on its way already to {}."),
            (messages.warning, resent.left, "It was dismissed or overtaken for {}: see its deliveries."),
        ):
            if names:
                level(request, told.format(", ".join(names)))
        if not (resent.due or resent.under_way or resent.left):
            messages.warning(request, "Nobody receives orders of this brand: add a target.")
        return self.back_to(order)

    @admin.display(description="number")
    def number_told(self, order: Order) -> SafeString:
        return unbroken(str(order), str(order.key))

    @admin.display(description="status")
    def status_told(self, order: Order) -> SafeString:
        return status_badge(order)

    @admin.display(description="state")
    def state_told(self, order: Order) -> SafeString | str:
        return sections.state_badge(order.state) if order.state else words.NOTHING

    @admin.display(description="class")
    def class_told(self, order: Order) -> str:
        return words.titled(order.subscription_class) if order.subscription_class else words.NOTHING

    @admin.display(description="funnel step")
    def step_told(self, order: Order) -> str:
        return words.titled(order.funnel_step) if order.funnel_step else words.NOTHING

    @admin.display(description="refunds")
    def refunds_told(self, order: Order) -> str:
        return figures.count(order.refunds) if order.refunds else words.NOTHING

    @admin.display(description="odd")
    def anomalies_told(self, order: Order) -> str:
        return figures.count(order.anomalies) if order.anomalies else words.NOTHING

    @admin.display(description="next change")
    def due_told(self, order: Order) -> SafeString:
        return unbroken(words.day(order.next_due_on), "the day it changes by itself")

    @admin.display(description="assembled (UTC)")
    def assembled_told(self, order: Order) -> SafeString:
        return unbroken(figures.instant(order.assembled_at))


def status_badge(order: Order) -> SafeString:
    note = words.WITHHELD.get(order.why, order.why)
    return badge(order.get_status_display(), TONES.get(Order.Status(order.status), ""), note)


def notices(order: Order) -> list[Block]:
    """Why nobody may have it, or why what is stored is not the newest."""
    why = words.WITHHELD.get(order.why, words.plain(order.why))
    if order.status == Order.Status.WITHDRAWN:
        told = "Its receivers were sent a tombstone, once, in the place of its document."
        return [notice(f"Withdrawn: {why}", told, tone="warning")]
    if order.status == Order.Status.HELD:
        told = "Nobody has ever received it. Should that change, it is assembled and sent by itself."
        return [notice(f"Held back: {why}", told, tone="warning")]
    if order.status == Order.Status.INVALID:
        told = f"{order.problem or 'No more is known'}. Nobody has received it; every run tries again."
        return [notice(f"Invalid: {why}", told, command=_explained(order))]
    if order.problem:
        told = f"Its newest document is not valid: {order.problem}. What stands here is the one before."
        return [notice("Not up to date", told, command=_explained(order))]
    return []


def _explained(order: Order) -> str:
    return f"To see which rows made it, type: manage.py assemble_orders --order {order.key} --explain"


def _facts(order: Order) -> list[Fact]:
    known = not order.why
    own = [
        Fact(label="Number", value=order.number),
        Fact(label="Brand", value=order.tenant),
        Fact(label="Status", value=status_badge(order)),
        Fact(label="Key", value=order.key),
        Fact(label="Version", value=figures.count(order.version), note="how often its document has changed"),
        Fact(
            label="Assembled for", value=words.day(order.business_date), note="the business date it tells of"
        ),
        Fact(label="Assembled (UTC)", value=figures.instant(order.assembled_at)),
        Fact(label="By run", value=record_link("engine.run", order.run_id)),
    ]
    if known:
        due = words.day(order.next_due_on)
        own.append(
            Fact(label="Next change by itself", value=due, note="the day something in it comes or ends")
        )
    return own


def _sources(order: Order, document: Mapping[str, Any]) -> list[Fact]:
    """Links to the rows that it was made of, as far as its sections do not lead there."""
    people = customer.people(document, str(order.tenant))
    if not people and order.account_id:
        key = f"{order.tenant}:{order.account_id}"
        people = [Fact(label="Account", value=record_link("billing.account", key, order.account_id))]
        if order.why == TEST:
            verdict = record_link("billing.testverdict", key, "Why it is test data")
            people.append(Fact(label="Verdict", value=verdict))
    return [
        *people,
        Fact(
            label="Orders of the account",
            value=list_link("orders.order", "All of them", q=order.account_id) if order.account_id else "",
        ),
        Fact(
            label="Subscription rows",
            value=list_link("billing.subscription", f"All called {order.number}", q=order.number),
        ),
        Fact(label="Fingerprint", value=bytes(order.fingerprint).hex(), note="what its receivers compare"),
        Fact(
            label="Batches",
            value=sections.batches_told(order),
            note="the imports its rows came with",
            wide=True,
        ),
    ]


def invoice_names(order: Order, document: Mapping[str, Any]) -> dict[str, str]:
    """What invoices are called: the order's own, and others that its refunds and credit notes went to."""
    own = sections.names_of(document)
    named = sections.refunded([*document["refunds"], *document["credit_notes"]]) - own.keys()
    if not named:
        return own
    keys = [f"{order.tenant}:{each}" for each in sorted(named)]
    rows = Invoice.objects.filter(pk__in=keys).values_list("lake_id", "invoice_number")
    return own | {str(lake_id): f"{number} of another order" for lake_id, number in rows}
