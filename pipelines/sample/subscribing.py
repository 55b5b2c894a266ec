"""Subscriptions as ordered: the first version with its plans and charges."""

from __future__ import annotations

from pipelines.sample.brands.brand import Charge, Part, Plan
from pipelines.sample.customer import CODES, Customer, Sold, SoldCharge, SoldPlan
from pipelines.sample.dates import add_months, iso
from pipelines.sample.layout import Row
from pipelines.sample.money import amount

PERIODS = {1: "Month", 3: "Quarter", 12: "Annual"}


def subscribe(
    customer: Customer, plan: Plan, day: int, stamp: str, *, place: int, predecessor: str | None = None
) -> Sold:
    """A new subscription from a day on; `place` tells the subscriptions of one account apart."""
    draw, account = customer.draw, customer.account
    persona = customer.role.persona if customer.role else None
    number = f"A-S{customer.index * 20 + place + 1:08d}"
    term_end = add_months(day, plan.term) if plan.term else None
    termed = "TERMED" if plan.term else "EVERGREEN"
    term, start = str(plan.term or 0), iso(day)
    row_id = customer.new_id("subscription")
    row: Row = {
        "id": row_id,
        "name": number,
        "account_id": account["id"],
        "invoice_owner_id": account["id"],
        "creator_account_id": account["id"],
        "original_id": row_id,
        "previous_subscription_id": None,
        "version": "1",
        "is_latest_version": "true",
        "status": "Active",
        "term_type": termed,
        "initial_term": term,
        "initial_term_period_type": "Month",
        "current_term": term,
        "current_term_period_type": "Month",
        "renewal_term": term,
        "renewal_term_period_type": "Month",
        "renewal_setting": "RENEW_WITH_SPECIFIC_TERM",
        "auto_renew": "true" if plan.term and plan.renews else "false",
        "contract_effective_date": start,
        "service_activation_date": start,
        "contract_acceptance_date": start,
        "term_start_date": start,
        "term_end_date": iso(term_end) if term_end else None,
        "subscription_start_date": start,
        "subscription_end_date": iso(term_end) if term_end else None,
        "cancelled_date": None,
        "cancel_reason": None,
        "subscription_version_amendment_id": None,
        "original_created_date": stamp,
        "currency": account["currency"],
        "bill_to_contact_id": account["bill_to_contact_id"],
        "sold_to_contact_id": account["sold_to_contact_id"],
        "notes": draw.pick(customer.brand.language.notes) if draw.chance(0.1) else None,
        "promotion_code__c": (persona.promotion if persona else None) or plan.promotion,
        "gift_subscription__c": "yes" if plan.gift else None,
        "predecessor_subscription__c": predecessor,
        "created_date": stamp,
        "updated_date": stamp,
        "is_deleted": "false",
    }
    customer.add("subscription", row)
    sold = Sold(number, day, plan.term, plan.months, term_end, [row], [], renews=plan.renews)
    sold.plans.append(sell(customer, sold, plan, day, stamp, None))
    customer.sold.append(sold)
    return sold


def sell(customer: Customer, sold: Sold, plan: Plan, day: int, stamp: str, amendment: str | None) -> SoldPlan:
    place, brand = brand_place(customer, plan), customer.brand
    row_id = customer.new_id("rate_plan")
    number = f"SRP-{customer.new_number():08d}"
    row: Row = {
        "id": row_id,
        "subscription_id": sold.row["id"],
        "product_rate_plan_id": catalogue_id(customer.stream, CODES["product_rate_plan"], place),
        "product_id": catalogue_id(customer.stream, CODES["product"], plan.product),
        "name": brand.plans[place].name,
        "original_rate_plan_id": row_id,
        "subscription_rate_plan_number": number,
        "amendment_type": amendment,
        "amendment_id": sold.row["subscription_version_amendment_id"] if amendment else None,
        "created_date": stamp,
        "updated_date": stamp,
        "is_deleted": "false",
    }
    customer.add("rate_plan", row)
    charges = [_charge(customer, sold, row, plan, charge, day, stamp) for charge in plan.charges]
    return SoldPlan(plan, number, row_id, row, charges)


def _charge(
    customer: Customer, sold: Sold, plan_row: Row, plan: Plan, charge: Charge, day: int, stamp: str
) -> SoldCharge:
    once = charge.part in (Part.TRIAL, Part.SETUP, Part.FEE, Part.ONCE)
    discount = charge.part is Part.DISCOUNT
    row_id = customer.new_id("rate_plan_charge")
    number = f"C-{customer.new_number():08d}"
    cents = charge.cents if discount else customer.country.price(charge.cents)
    mrr = None if once or discount else customer.money(cents // plan.months)
    row: Row = {
        "id": row_id,
        "rate_plan_id": plan_row["id"],
        "subscription_id": sold.row["id"],
        "product_rate_plan_charge_id": catalogue_id(customer.stream, "d2", brand_place(customer, plan)),
        "charge_number": number,
        "name": charge.name,
        "charge_type": "OneTime" if once else "Recurring",
        "charge_model": "Discount-Percentage" if discount else "Flat Fee Pricing",
        "billing_period": None if once else PERIODS[plan.months],
        "billing_timing": "In Advance",
        "segment": "1",
        "version": "1",
        "is_last_segment": "true",
        "original_id": row_id,
        "effective_start_date": iso(day),
        "effective_end_date": iso(sold.term_end) if sold.term_end else None,
        "charged_through_date": None,
        "quantity": amount(100),
        "price": amount(cents * 100) if discount else customer.money(cents),
        "mrr": mrr,
        "tcv": customer.money(cents * plan.term // plan.months) if mrr and plan.term else None,
        "currency": sold.row["currency"],
        "up_to_periods": str(charge.periods) if charge.periods else None,
        "up_to_periods_type": "Billing Periods" if charge.periods else None,
        "end_date_condition": "OneTime" if once else "FixedPeriod" if charge.periods else "SubscriptionEnd",
        "description": charge.description,
        "created_date": stamp,
        "updated_date": stamp,
        "is_deleted": "false",
    }
    customer.add("rate_plan_charge", row)
    return SoldCharge(number, row_id, row, cents, charge.category)


def brand_place(customer: Customer, plan: Plan) -> int:
    return next(place for place, offered in enumerate(customer.brand.plans) if offered is plan)


def catalogue_id(stream: int, code: str, place: int) -> str:
    """The id of a catalogue row: the same for every customer of the brand."""
    return f"{stream:016x}00000000{code}{place + 1:06x}"
