"""What was agreed: the versions and what happened between them, the state on a day, the plans and charges in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from hub.money import decimals
from pipelines.billing.chains import Chain, SoftLink, State, Version
from pipelines.billing.chains.versions import valid_from
from pipelines.orders.chunk import Chunk
from pipelines.orders.document.entry import Entry, known
from pipelines.orders.rows import ChargeRow, PlanRow, SubscriptionRow
from pipelines.orders.versions import day

UNCLASSIFIED = "unclassified"
RENEWS = "renews"  # the reason of a running state whose end is the day it is renewed


def versions(chain: Chain) -> list[Entry]:
    """The versions in their order; deleted ones are left out."""
    return [_version(version) for version in chain.versions if not version.deleted]


def _version(version: Version) -> Entry:
    return known(
        {
            "id": version.id,
            "version": version.version,
            "status": version.status,
            "account_id": version.account_id,
            "created_on": _iso(version.created_at.date()),
            "term_start": _iso(version.term_start),
            "term_end": _iso(version.term_end),
            "cancelled_on": _iso(version.cancelled),
        }
    )


def events(chain: Chain) -> list[Entry]:
    """What happened, in the order of the versions. An id is the version's with what happened to it."""
    return [
        known({"id": f"{event.version_id}:{event.kind}", "kind": event.kind, "on": _iso(event.on)})
        for event in chain.events
    ]


def state(found: State, *, renews: bool) -> Entry:
    """What the order is on the day of the document, and why; what renews by itself has no end."""
    return known(
        {
            "value": found.value,
            "reason": found.reason,
            "since": _iso(found.since),
            "ends_on": None if renews else _iso(found.ends_on),
        }
    )


def term(in_force: SubscriptionRow) -> Entry:
    """How long it was agreed for, and what comes after."""
    return known(
        {
            "type": in_force.term_type,
            "length": _length(in_force.current_term, in_force.current_term_period_type),
            "renewal": _length(in_force.renewal_term, in_force.renewal_term_period_type),
            "auto_renew": in_force.auto_renew == "true",
            "starts_on": in_force.term_start_date,
            "ends_on": in_force.term_end_date,
        }
    )


def links(chunk: Chunk, chain: Chain) -> Entry:
    """The order that this one seems to follow, and the one that seems to follow it."""
    named: Entry = {}
    for link in chunk.soft_links.get(chain.root, ()):
        if link.after == chain.root:
            named["follows"] = _link(link, f"{chunk.tenant}:{link.before}")
        else:
            named["followed_by"] = _link(link, f"{chunk.tenant}:{link.after}")
    return named


def _link(link: SoftLink, key: str) -> Entry:
    return {"key": key, "confidence": f"{link.confidence:.2f}", "rule": link.rule}


def plans(chunk: Chunk, in_force: SubscriptionRow) -> list[Entry]:
    """The plans of the version in force that were not taken out, with the charges whose range covers the day."""
    rows = [row for row in chunk.plans.get(in_force.lake_id, ()) if row.amendment_type != "RemoveProduct"]
    return [
        _plan(chunk, row, in_force.currency)
        for row in sorted(rows, key=lambda row: (row.subscription_rate_plan_number or "", row.lake_id))
    ]


def _plan(chunk: Chunk, row: PlanRow, currency: str | None) -> Entry:
    offered = chunk.catalogue_plans.get(row.product_rate_plan_id or "")
    product = chunk.products.get(row.product_id or (offered and offered.product_id) or "")
    classes = chunk.plan_classes.get(f"{chunk.tenant}:{row.lake_id}")
    return known(
        {
            "id": row.lake_id,
            "number": row.subscription_rate_plan_number,
            "name": row.name,
            "catalogue_name": offered and offered.name,
            "product": product and known({"id": product.lake_id, "name": product.name, "sku": product.sku}),
            "funnel_step": (classes and classes.funnel_step) or UNCLASSIFIED,
            "subscription_class": (classes and classes.subscription_class) or UNCLASSIFIED,
            "charge_category": (classes and classes.charge_category) or UNCLASSIFIED,
            "charges": [_charge(chunk, charge, currency) for charge in _in_force(chunk, row)],
        }
    )


def _in_force(chunk: Chunk, plan: PlanRow) -> list[ChargeRow]:
    """Charges whose range covers the day; of a charge's segments the last that does."""
    by_number: dict[str, ChargeRow] = {}
    for row in sorted(chunk.charges.get(plan.lake_id, ()), key=_segment):
        if _covers(row, chunk.on):
            by_number[row.charge_number or row.lake_id] = row
    return [by_number[number] for number in sorted(by_number)]


def _segment(row: ChargeRow) -> tuple[int, int, str]:
    return int(row.segment or 1), int(row.version or 1), row.lake_id


def _covers(row: ChargeRow, on: date) -> bool:
    """Whether a charge's range holds the day; its end is the first day without it."""
    starts, ends = day(row.effective_start_date), day(row.effective_end_date)
    if starts and starts == ends:  # a charge of one day
        return on >= starts and row.charge_type == "OneTime"
    return (starts is None or starts <= on) and (ends is None or on < ends)


def turning_points(chunk: Chunk, chain: Chain) -> Iterable[date]:
    """The days on which another version comes into force, or a charge comes into force or leaves it."""
    yield from map(valid_from, chain.versions)
    for plan in chunk.plans.get(chunk.in_force[chain.root], ()):
        for row in chunk.charges.get(plan.lake_id, ()):
            yield from filter(None, (day(row.effective_start_date), day(row.effective_end_date)))


def _charge(chunk: Chunk, row: ChargeRow, currency: str | None) -> Entry:
    classes = chunk.charge_classes.get(f"{chunk.tenant}:{row.lake_id}")
    priced_in = row.currency or currency
    return known(
        {
            "id": row.lake_id,
            "number": row.charge_number,
            "name": row.name,
            "type": row.charge_type,
            "model": row.charge_model,
            "category": (classes and classes.charge_category) or UNCLASSIFIED,
            "billing_period": row.billing_period,
            "quantity": _plain(row.quantity, 0),
            "price": _plain(row.price, decimals(priced_in)),
            "mrr": _plain(row.mrr, decimals(priced_in)),
            "currency": priced_in,
            "from": row.effective_start_date,
            "to": row.effective_end_date,
        }
    )


def _length(number: str | None, period: str | None) -> str | None:
    return f"{number} {period}" if period and number and number != "0" else None


@lru_cache(maxsize=1 << 16)
def _plain(text: str | None, digits: int) -> str | None:
    """A number with all its decimals, at least so many of them: prices may be finer than the minor unit."""
    if text is None:
        return None
    number = Decimal(text).normalize()
    shown = max(digits, -int(number.as_tuple().exponent))
    return f"{number + 0:.{shown}f}"


def _iso(on: date | None) -> str | None:
    return None if on is None else on.isoformat()
