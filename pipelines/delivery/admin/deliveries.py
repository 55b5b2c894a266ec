"""Deliveries: where each document stands with each target, its receipts, its body for those who may, and what to do."""

from __future__ import annotations

from typing import Any

import orjson
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from unfold.decorators import action

from audit.blocks import (
    Block,
    Fact,
    Table,
    badge,
    facts,
    list_link,
    notice,
    record_link,
    start_of,
    table,
    unbroken,
)
from audit.dialogs import ReasonForm, asks
from audit.filters import EqualityFilter, LinkedNumberFilter, TenantFilter, also_recorded
from audit.revealing import DOTS, RevealAdmin
from hub import clock, figures
from pipelines.delivery.again import AT_ONCE, MODEL, Result, dismiss, redrive, redrive_all, resend
from pipelines.delivery.models import Attempt, Delivery, Target
from pipelines.delivery.parcels import idempotency_key

TONES = {
    "pending": "info",
    "sending": "info",
    "waiting": "warning",
    "delivered": "success",
    "dead": "danger",
}
SHOWN = 50  # receipts on a page
KEY = 48  # letters of a key or a file's name: a usual one is shown whole
OPEN = "open"
TOLD = {
    Result.DUE: "It is sent in the next pass.",
    Result.OVERTAKEN: "A newer version of this document was sent since, so this one is not: send the newest again.",
    Result.NOT_NOW: "It is on its way already, or its body was removed.",
}
also_recorded.add(MODEL)


class TargetFilter(LinkedNumberFilter):
    """All targets, which are few."""

    title = "target"
    parameter_name = "target"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(target.pk), str(target.name)) for target in Target.objects.all()]


class StateFilter(EqualityFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(OPEN, "Open: pending, sending, waiting"), *Delivery.State.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == OPEN:
            return queryset.filter(due_at__isnull=False)
        return super().queryset(request, queryset)


@admin.register(Delivery)
class DeliveryAdmin(RevealAdmin):
    list_display = (
        "made",
        "target_told",
        "key_told",
        "version",
        "how",
        "attempts",
        "next_told",
        "error_told",
    )
    list_display_links = ("made",)
    list_filter = (TargetFilter, StateFilter, TenantFilter)
    list_select_related = ("target",)
    exact = ("id", "key")
    search_help_text = "Exact key of a document (brand:id) or delivery id"
    actions = ("redrive_selected",)  # type: ignore[assignment]  # other read-only lists have none
    actions_detail = ("redrive", "resend", "dismiss")
    permission = "delivery.reveal_delivery"
    empty_hint = "Documents that changed land here once there is a target. To send them: manage.py deliver"

    def blocks(self, request: HttpRequest, delivery: Delivery) -> list[Block]:
        tries = list(Attempt.objects.filter(delivery=delivery).order_by("-id")[:SHOWN])
        own = [facts("Delivery", *_facts(delivery)), _receipts(tries), self._masked(request, delivery)]
        if delivery.state == Delivery.State.DEAD:
            own.insert(
                0,
                notice("Dead letter", f"{delivery.last_error}. It is sent again only when somebody says so."),
            )
        elif delivery.due_at and delivery.target.paused:
            own.insert(0, notice("Waits for its target", f"{delivery.target} is paused.", tone="warning"))
        return own

    def opened(self, request: HttpRequest, delivery: Delivery) -> list[Block]:
        body = delivery.message.body or "null"
        text = orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
        return [Block(template="delivery/body.html", title=str(delivery), data=text)]

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("delivery.change_delivery"))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done with the delivery as it is."""
        delivery: Delivery = self.wanted(request, object_id)
        dead, delivered = delivery.state == Delivery.State.DEAD, delivery.state == Delivery.State.DELIVERED
        fits = {"redrive": dead, "dismiss": dead, "resend": delivered and delivery.message.body is not None}
        return self.buttons(request, object_id, (name for name, fit in fits.items() if fit))

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Send again",
        permissions=["act"],
        dialog=asks(
            "Send this dead letter again",
            "Under the same idempotency key, from the next pass on.",
            "Send again",
        ),
    )
    def redrive(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        delivery = self.wanted(request, object_id)
        return self._back(request, delivery, redrive(delivery, reason=form.cleaned_data["reason"]))

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Send once more",
        permissions=["act"],
        dialog=asks(
            "Send this document once more",
            "For a receiver that lost it; under the same idempotency key, so one that has it takes it for a repeat.",
            "Send once more",
        ),
    )
    def resend(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        delivery = self.wanted(request, object_id)
        return self._back(request, delivery, resend(delivery, reason=form.cleaned_data["reason"]))

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Dismiss",
        permissions=["act"],
        dialog=asks("Dismiss this dead letter", "It is not sent any more.", "Dismiss"),
    )
    def dismiss(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        delivery = self.wanted(request, object_id)
        if dismiss(delivery, reason=form.cleaned_data["reason"]):
            messages.success(request, "The dead letter is dismissed.")
        else:
            messages.warning(request, "It was settled in the meantime.")
        return self.back_to(delivery)

    @admin.action(description=f"Send the chosen dead letters again (up to {AT_ONCE:,})", permissions=["act"])
    def redrive_selected(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        found = redrive_all(queryset, reason="chosen in the list")
        messages.success(
            request,
            f"{found[Result.DUE]:,} are sent in the next pass, {found[Result.OVERTAKEN]:,} were overtaken by a newer "
            "version, the others of the choice were no dead letters.",
        )

    @admin.display(description="age")
    def made(self, delivery: Delivery) -> SafeString:
        at = delivery.created_at
        return unbroken(figures.span(clock.now() - at), f"enqueued {figures.instant(at)} UTC")

    @admin.display(description="target")
    def target_told(self, delivery: Delivery) -> str:
        return str(delivery.target.name)

    @admin.display(description="document")
    def key_told(self, delivery: Delivery) -> SafeString:
        return start_of(str(delivery.key), KEY)

    @admin.display(description="state")
    def how(self, delivery: Delivery) -> SafeString:
        return state_badge(delivery)

    @admin.display(description="next attempt")
    def next_told(self, delivery: Delivery) -> SafeString | str:
        return unbroken(_next(delivery), f"{figures.instant(delivery.due_at)} UTC")

    @admin.display(description="last error")
    def error_told(self, delivery: Delivery) -> SafeString | str:
        return start_of(delivery.last_error, 40) if delivery.last_error else figures.NOTHING

    def _masked(self, request: HttpRequest, delivery: Delivery) -> Block:
        message = delivery.message
        if message.body is None:
            gone = f"removed {figures.instant(message.pruned_at)} UTC, after every target had it"
            return facts("Document", Fact(label="Body", value=gone, wide=True))
        size = Fact(label="Body", value=f"{DOTS} ({figures.size(len(message.body.encode()))})")
        return self.with_button(request, delivery, facts("Document", size))

    def _back(self, request: HttpRequest, delivery: Delivery, result: Result) -> HttpResponse:
        (messages.success if result is Result.DUE else messages.warning)(request, TOLD[result])
        return self.back_to(delivery)


def state_badge(delivery: Delivery) -> SafeString:
    return badge(delivery.get_state_display(), TONES.get(delivery.state, ""))


def _next(delivery: Delivery) -> str:
    if delivery.due_at is None:
        return figures.NOTHING
    left = delivery.due_at - clock.now()
    return f"in {figures.span(left)}" if left.total_seconds() > 0 else "due"


def _facts(delivery: Delivery) -> list[Fact]:
    message = delivery.message
    key = idempotency_key(str(message.topic), str(delivery.key), delivery.version)
    own = [
        Fact(label="State", value=state_badge(delivery)),
        Fact(
            label="Target",
            value=record_link("delivery.target", delivery.target_id, str(delivery.target.name)),
        ),
        Fact(label="Document", value=delivery.key),
        Fact(label="Version", value=figures.count(delivery.version)),
        Fact(label="Event", value=message.event),
        Fact(label="Idempotency key", value=key, note="the same at every attempt"),
        Fact(label="Enqueued (UTC)", value=figures.instant(delivery.created_at)),
        Fact(label="Settled (UTC)", value=figures.instant(delivery.settled_at)),
        Fact(
            label="Attempts",
            value=figures.count(delivery.attempts),
            note="since it was last sent by hand",
        ),
        Fact(
            label="Audit",
            value=list_link("audit.mutation", "Who read it", model=MODEL, object_key=delivery.pk),
        ),
        Fact(label="Versions", value=list_link("delivery.delivery", "All of this document", q=delivery.key)),
    ]
    if delivery.due_at:
        own.insert(1, Fact(label="Next attempt", value=_next(delivery)))
    if delivery.last_error:
        own.append(Fact(label="Last error", value=delivery.last_error, wide=True))
    return own


def _receipts(tries: list[Attempt]) -> Block:
    rows = [
        (
            figures.instant(one.at),
            badge(one.outcome, "success" if one.outcome == "delivered" else "warning"),
            f"{one.seconds:.2f}",
            figures.size(one.sent_bytes),
            start_of(one.request, KEY),
            one.excerpt or one.detail or figures.NOTHING,
        )
        for one in tries
    ]
    headers = ("At (UTC)", "Outcome", "Seconds", "Sent", "Request or file", "What came back")
    if not rows:
        return facts("Receipts", Fact(label="Attempts", value="none yet"))
    return table("Receipts, the newest first", Table(headers=headers, rows=rows, wrap_last=True))
