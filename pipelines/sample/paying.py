"""Money that comes in: payments, their application to a bill, and those that fail."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.sample.cast.persona import Persona
from pipelines.sample.customer import Applied, Bill, Customer, Receipt
from pipelines.sample.invoicing import settle
from pipelines.sample.layout import Row
from pipelines.sample.money import ZERO
from pipelines.sample.rates import MONEY


def collect(customer: Customer, billed: Bill, stamp: str) -> Receipt | None:
    """Try to collect a bill; the receipt if money arrived."""
    draw, persona = customer.draw, customer.role.persona if customer.role else None
    if persona is not None:
        return _collect_from(customer, persona, billed, stamp)
    chance = draw.random()
    if chance < MONEY.unpaid:
        return None
    if chance < MONEY.unpaid + MONEY.payment_failed:
        _payment(customer, billed, stamp, billed.amount, "Error")
        return None
    if chance < MONEY.unpaid + MONEY.payment_failed + MONEY.payment_pending:
        _payment(customer, billed, stamp, billed.amount, "Processing")
        return None
    extra = customer.country.price(500) if draw.chance(MONEY.overpaid) else 0
    return receive(customer, [(billed, billed.balance)], stamp, extra=extra)


def _collect_from(customer: Customer, persona: Persona, billed: Bill, stamp: str) -> Receipt | None:
    """By plan: all of it, nothing, the smallest unit once, or something that never settles."""
    if persona.pays:
        return receive(customer, [(billed, billed.balance)], stamp)
    if persona.gateway:
        _payment(customer, billed, stamp, billed.amount, "Processing")
    if persona.mandate and not customer.receipts:
        receive(customer, [], stamp, extra=1)
    return None


def receive(
    customer: Customer,
    shares: Sequence[tuple[Bill, int]],
    stamp: str,
    *,
    extra: int = 0,
    external: bool = False,
) -> Receipt:
    """A processed payment applied to bills by the given shares; `extra` stays unapplied."""
    applied = sum(units for _, units in shares)
    billed = shares[0][0] if shares else customer.bills[-1]
    row = _payment(customer, billed, stamp, applied + extra, "Processed", applied=applied)
    if external:
        row |= {
            "type": "External",
            "gateway": None,
            "submitted_on": None,
            "settled_on": None,
            "reference_id": None,
        }
    parts = []
    for bill, units in shares:
        parts.append(Applied(_application(customer, bill, row, units, stamp), bill, units))
        bill.paid += units
        settle(customer, bill, stamp)
    receipt = Receipt(row, parts, applied + extra, applied)
    customer.receipts.append(receipt)
    return receipt


def _payment(customer: Customer, billed: Bill, stamp: str, cents: int, status: str, applied: int = 0) -> Row:
    draw, brand = customer.draw, customer.brand
    account = customer.account
    electronic = account["auto_pay"] == "true"
    failed, done = status == "Error", status == "Processed"
    method = account["default_payment_method_id"] or ""
    if draw.chance(MONEY.orphaned_method):
        method = f"{method[:24]}ff{method[26:]}"  # a method that was scrubbed before the lake began
    return customer.add(
        "payment",
        {
            "id": customer.new_id("payment"),
            "payment_number": f"P-{customer.new_number():08d}",
            "account_id": billed.row["account_id"],
            "payment_method_id": method or None,
            "status": status,
            "type": "Electronic" if electronic else "External",
            "amount": customer.money(cents),
            "applied_amount": customer.money(applied),
            "applied_credit_balance_amount": None,
            "unapplied_amount": customer.money(cents - applied) if done else ZERO,
            "refund_amount": ZERO,
            "currency": billed.row["currency"],
            "effective_date": stamp[:10],
            "submitted_on": stamp if electronic else None,
            "settled_on": stamp if electronic and done else None,
            "cancelled_on": None,
            "gateway": _gateway(customer) if electronic else None,
            "gateway_state": "Settled" if done else "NotSubmitted" if failed else "Submitted",
            "gateway_response_code": "51" if failed else "approved" if done and electronic else None,
            "gateway_response": draw.pick(brand.language.gateway_refusals) if failed else None,
            "reference_id": f"psp_{customer.prefix[:8]}{customer.ids:04x}" if electronic else None,
            "comment": draw.pick(brand.language.payment_comments) if draw.chance(0.05) else None,
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )


def _application(customer: Customer, billed: Bill, payment: Row, cents: int, stamp: str) -> Row:
    return customer.add(
        "invoice_payment",
        {
            "id": customer.new_id("invoice_payment"),
            "payment_id": payment["id"],
            "invoice_id": billed.row["id"],
            "debit_memo_id": None,
            "account_id": billed.row["account_id"],
            "apply_amount": customer.money(cents),
            "refund_amount": None if customer.brand.settles else ZERO,
            "effective_date": stamp[:10],
            "application_status": "Applied",
            "currency": billed.row["currency"],
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )


def _gateway(customer: Customer) -> str:
    role = customer.role
    return (role.persona.gateway if role and role.persona else None) or customer.brand.card_gateway
