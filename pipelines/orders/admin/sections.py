"""The sections of an order's page that are laid out from its document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from audit.blocks import Block, Fact, Table, badge, facts, record_link, table
from hub.navigation import page_address
from pipelines.billing.chains.versions import EVERGREEN
from pipelines.orders.admin import money, sentences, timeline, words
from pipelines.orders.allocation.vocabulary import ALLOCATED
from pipelines.orders.models import Order

Entry = Mapping[str, Any]
BATCHES_SHOWN = 12
NOWHERE = ("Placed on no invoice", "info")
TIMELINE, MONEY, NOTES = (f"orders/blocks/{name}.html" for name in ("timeline", "money", "notes"))


def names_of(document: Entry) -> dict[str, str]:
    """The order's invoices by what people call them."""
    return {each["id"]: each.get("number") or each["id"] for each in document["invoices"]}


def state_block(order: Order, document: Entry) -> Block:
    state, term = document["state"], document["term"]
    agreed = [
        words.titled(term["type"].lower()) if term.get("type") else "",
        words.length(term.get("length")),
        money.period(term.get("starts_on"), term.get("ends_on")),
    ]
    renewal = f"by {words.length(term['renewal'])}" if term.get("renewal") else "yes"
    unrenewed = "needs no renewal" if (term.get("type") or "").strip().upper() == EVERGREEN else "no"
    own = [
        Fact(label="State", value=state_badge(state["value"])),
        Fact(label="Why", value=words.reason_told(state["reason"])),
        Fact(label="Since", value=words.day(state.get("since"))),
        Fact(label="First day without it", value=words.day(state.get("ends_on"))),
        Fact(label="Term", value=", ".join(filter(None, agreed))),
        Fact(label="Renews by itself", value=renewal if term["auto_renew"] else unrenewed),
        Fact(label="Class", value=words.titled(document["subscription_class"])),
        Fact(label="Funnel step", value=words.titled(document["funnel_step"])),
        Fact(label="Promotion code", value=document.get("promotion_code")),
        Fact(label="Country", value=document.get("country")),
    ]
    own += [
        Fact(label=label, value=_soft_link(link), wide=True)
        for name, label in (("follows", "Seems to follow"), ("followed_by", "Seems to be followed by"))
        if (link := document["links"].get(name))
    ]
    return facts("What it is", *own)


def state_badge(state: str) -> SafeString:
    return badge(words.titled(state), words.STATES.get(state, ""))


def _soft_link(link: Entry) -> SafeString:
    rule = words.LINKS.get(link["rule"], words.plain(link["rule"]))
    sure = f"{float(link['confidence']):.0%} sure: {rule}"
    return format_html("{} ({})", record_link("orders.order", link["key"]), sure)


def timeline_block(order: Order, document: Entry) -> Block:
    state = document["state"]
    now = {
        "day": words.day(order.business_date),
        "state": state_badge(state["value"]),
        "why": words.reason_told(state["reason"]),
    }
    stops = [
        (stop, page_address("billing.subscription", f"{order.tenant}:{stop.id}") if stop.id else "")
        for stop in timeline.stops(document)
    ]
    return Block(template=TIMELINE, title="What happened", data={"stops": stops, "now": now})


def plans_block(order: Order, document: Entry) -> Block:
    rows = [row for plan in document["plans"] for row in _plan_rows(order, plan)]
    if not rows:
        return facts("Plans and charges in force", Fact(label="Plans", value="none on this day", wide=True))
    headers = ("Plan", "Charge", "Sort", "Days", "Every", "Quantity", "Price", "A month")
    return table("Plans and charges in force", Table(headers=headers, rows=rows, numbers_from=5))


def _plan_rows(order: Order, plan: Entry) -> list[tuple[Any, ...]]:
    name = plan.get("name") or plan.get("catalogue_name") or plan["id"]
    linked = record_link("billing.rateplan", f"{order.tenant}:{plan['id']}", name)
    told = [
        words.titled(plan[each])
        for each in ("subscription_class", "funnel_step")
        if plan[each] != "unclassified"
    ]
    first = _two_lines(linked, ", ".join(told))
    if not plan["charges"]:
        return [(first, "no charge in force", *[""] * 6)]
    return [
        ("" if place else first, *_charge_cells(order, each)) for place, each in enumerate(plan["charges"])
    ]


def _charge_cells(order: Order, charge: Entry) -> tuple[Any, ...]:
    currency = charge.get("currency")
    name = charge.get("name") or charge.get("number") or charge["id"]
    return (
        record_link("billing.rateplancharge", f"{order.tenant}:{charge['id']}", name),
        words.titled(charge["category"]),
        money.period(charge.get("from"), charge.get("to")) or words.NOTHING,
        words.plain(charge.get("billing_period")),
        charge.get("quantity") or words.NOTHING,
        *(
            words.amount(value, currency) if (value := charge.get(each)) else words.NOTHING
            for each in ("price", "mrr")
        ),
    )


def money_blocks(order: Order, document: Entry) -> list[Block]:
    """The statement of each currency."""
    found = money.statements(
        document, lambda model, own: page_address(f"billing.{model}", f"{order.tenant}:{own}")
    )
    if not found:
        return [facts("Money", Fact(label="Invoices", value="nothing was billed yet", wide=True))]
    return [
        Block(
            template=MONEY,
            title=f"Money in {statement.currency}",
            data={"statement": statement, "columns": money.COLUMNS},
        )
        for statement in found
    ]


def refunds_block(order: Order, document: Entry, names: Mapping[str, str]) -> list[Block]:
    """Refunds and credit notes by their dates, each as a sentence."""
    told = [(entry, "refund", sentences.refund_told(entry, names)) for entry in document["refunds"]]
    told += [
        (entry, "credit_memo", sentences.credit_told(entry, names)) for entry in document["credit_notes"]
    ]
    if not told:
        return []
    told.sort(key=lambda each: (each[0].get("date") or "", each[1] == "credit_memo", each[0]["id"]))
    notes = [_note(order, *each) for each in told]
    return [Block(template=NOTES, title="Refunds and credit notes", data=notes)]


def _note(order: Order, entry: Entry, source: str, text: str) -> dict[str, Any]:
    outcome, tone = words.OUTCOMES.get(entry["outcome"], (entry["outcome"], ""))
    if entry["outcome"] == ALLOCATED and not sentences.parts_of(entry):
        outcome, tone = NOWHERE
    model, key = source.replace("_", ""), f"{order.tenant}:{entry['id']}"
    return {
        "text": text,
        "outcome": badge(outcome, tone),
        "remarks": sentences.remarks(entry),
        "links": _links(
            record_link(f"billing.{model}", key, entry.get("number") or entry["id"]),
            record_link("orders.allocation", f"{order.tenant}:{source}:{entry['id']}", "where it went"),
        ),
        "reason": entry.get("reason_code"),
        "status": entry["status"],
    }


def payments_block(order: Order, document: Entry, names: Mapping[str, str]) -> list[Block]:
    rows = [
        (
            words.day(each["date"]),
            record_link("billing.payment", f"{order.tenant}:{each['id']}", each.get("number") or each["id"]),
            badge(each["status"], "success" if each["status"] == "Processed" else "warning"),
            each.get("type") or words.NOTHING,
            words.amount(each["amount"], each["currency"]),
            money.applied_told(each, names),
        )
        for each in document["payments"]
    ]
    if not rows:
        return []
    headers = ("Date", "Payment", "Status", "Type", "Amount", "Used for")
    return [table("Payments", Table(headers=headers, rows=rows, wrap_last=True))]


def anomalies_block(document: Entry, names: Mapping[str, str]) -> list[Block]:
    """What was odd and stopped nothing; currencies are those of the invoices."""
    if not document["anomalies"]:
        return []
    currencies = {each["id"]: each["currency"] for each in document["invoices"]}
    numbers = {each["id"]: f"{each['version']} ({each['id']})" for each in document["versions"]}
    rows = [
        (
            words.anomaly_told(
                each["code"],
                names.get(each["about"]) or numbers.get(each["about"]) or each["about"],
                each.get("difference"),
                currencies.get(each["about"]),
            ),
        )
        for each in document["anomalies"]
    ]
    return [
        table(
            "What is odd", Table(headers=("The document was made all the same",), rows=rows, wrap_last=True)
        )
    ]


def batches_told(order: Order) -> SafeString | str:
    """The newest of the imported batches that its rows came with."""
    found = sorted(map(str, order.batches), key=lambda each: (len(each), each), reverse=True)
    more = len(found) - BATCHES_SHOWN
    told = _links(*(record_link("engine.batch", each) for each in found[:BATCHES_SHOWN]))
    return format_html("{} and {} older", told, more) if more > 0 else told or words.NOTHING


def _links(*links: SafeString) -> SafeString:
    return format_html_join(mark_safe(", "), "{}", ((link,) for link in links))


def _two_lines(first: object, second: str) -> SafeString:
    return format_html('{}<div class="text-subtle text-xs">{}</div>', first, second)


def refunded(notes: Sequence[Entry]) -> set[str]:
    """The invoices that refunds and credit notes name."""
    parts = [part for note in notes for part in (*note["allocations"], *note.get("corrections", ()))]
    return {part["id"] for part in parts}
