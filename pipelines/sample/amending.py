"""Later versions of a subscription: each supersedes the one before it."""

from __future__ import annotations

from pipelines.sample.brands.brand import Plan
from pipelines.sample.customer import Customer, Sold, SoldCharge, SoldPlan
from pipelines.sample.dates import add_months, iso
from pipelines.sample.layout import Row
from pipelines.sample.rates import CHAINS
from pipelines.sample.subscribing import sell


def new_version(customer: Customer, sold: Sold, stamp: str, **values: str | None) -> Row:
    """Supersede the latest version: the old row is touched in the same instant, plans are copied anew."""
    old = sold.row
    forgotten = customer.draw.chance(CHAINS.forgotten_latest_flag)
    latest = None if forgotten else "false"
    customer.touch("subscription", old, status="Expired", is_latest_version=latest, updated_date=stamp)
    new: Row = {
        **old,
        "id": customer.new_id("subscription"),
        "previous_subscription_id": old["id"],
        "version": str(len(sold.versions) + 1),
        "is_latest_version": "true",
        "status": "Active",
        "subscription_version_amendment_id": f"{customer.prefix}53{customer.ids:06x}",
        "created_date": stamp,
        "updated_date": stamp,
        **values,
    }
    customer.add("subscription", new)
    sold.versions.append(new)
    sold.plans = [_copy(customer, plan, new["id"], stamp) for plan in sold.plans]
    return new


def renew(customer: Customer, sold: Sold, stamp: str) -> None:
    """The next term begins where the last one ended."""
    begins = sold.term_end or 0
    sold.term_end = add_months(begins, sold.term)
    ends = iso(sold.term_end)
    new_version(
        customer, sold, stamp, term_start_date=iso(begins), term_end_date=ends, subscription_end_date=ends
    )
    _end_charges(sold, ends)


def cancel(customer: Customer, sold: Sold, stamp: str, ends: int) -> None:
    """Cancelled at once as a status, from `ends` on in effect, which may lie ahead."""
    sold.ends, sold.term_end, day = ends, ends, iso(ends)
    reason = customer.draw.pick(customer.brand.language.cancel_reasons)
    new_version(
        customer,
        sold,
        stamp,
        status="Cancelled",
        cancelled_date=day,
        subscription_end_date=day,
        term_end_date=day,
        cancel_reason=reason if customer.draw.chance(0.8) else None,
        auto_renew="false",
    )
    _end_charges(sold, day)


def _end_charges(sold: Sold, ends: str) -> None:
    """Charges that run as long as the subscription end with it; the rows are new and in no file yet."""
    for plan in sold.plans:
        for charge in plan.charges:
            if not plan.removed and charge.row["end_date_condition"] == "SubscriptionEnd":
                charge.row["effective_end_date"] = ends


def switch(customer: Customer, sold: Sold, stamp: str, day: int, plan: Plan) -> None:
    """Another product inside the same subscription: the old plan stays as removed, beside the new one."""
    removed = sold.current
    new_version(customer, sold, stamp)
    for copied in sold.plans:
        if copied.number == removed.number:
            copied.removed = True
            copied.row["amendment_type"] = "RemoveProduct"
            copied.row["amendment_id"] = sold.row["subscription_version_amendment_id"]
            for charge in copied.charges:
                charge.row["effective_end_date"] = iso(day)
    sold.plans.append(sell(customer, sold, plan, day, stamp, "NewProduct"))


def transfer(customer: Customer, sold: Sold, stamp: str, account_id: str) -> None:
    """Another account becomes the owner; the invoice owner stays."""
    new_version(customer, sold, stamp, account_id=account_id)


def raise_price(customer: Customer, sold: Sold, stamp: str, day: int) -> None:
    """A new version whose main charge has a second segment from a day on."""
    new_version(customer, sold, stamp)
    charge = sold.current.charges[0]
    first = charge.row
    charge.cents = charge.cents * 108 // 100
    first["effective_end_date"], first["is_last_segment"] = iso(day), "false"
    charge.row = customer.add(
        "rate_plan_charge",
        {
            **first,
            "id": customer.new_id("rate_plan_charge"),
            "segment": str(int(first["segment"] or 1) + 1),
            "is_last_segment": "true",
            "effective_start_date": iso(day),
            "effective_end_date": sold.row["term_end_date"],
            "price": customer.money(charge.cents),
            "mrr": customer.money(charge.cents // sold.months),
        },
    )


def _copy(customer: Customer, plan: SoldPlan, subscription_id: str | None, stamp: str) -> SoldPlan:
    version = {"subscription_id": subscription_id, "created_date": stamp, "updated_date": stamp}
    row = customer.add("rate_plan", {**plan.row, "id": customer.new_id("rate_plan"), **version})
    version["rate_plan_id"] = row["id"]
    charges = []
    for charge in plan.charges:
        newer = str(int(charge.row["version"] or 1) + 1)
        copied: Row = {
            **charge.row, "id": customer.new_id("rate_plan_charge"), **version, "version": newer
        }  # fmt: skip
        customer.add("rate_plan_charge", copied)
        charges.append(SoldCharge(charge.number, charge.original_id, copied, charge.cents, charge.category))
    return SoldPlan(plan.plan, plan.number, plan.original_id, row, charges, plan.removed)
