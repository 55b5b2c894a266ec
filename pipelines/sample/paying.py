"""Money that comes in: payments, their application to a bill, and those that fail."""

from __future__ import annotations

from pipelines.sample.customer import Bill, Customer, Receipt
from pipelines.sample.invoicing import settle
from pipelines.sample.layout import Row
from pipelines.sample.money import ZERO, amount
from pipelines.sample.rates import MONEY


def collect(customer: Customer, billed: Bill, stamp: str) -> Receipt | None:
    """Try to collect a bill; the receipt if money arrived."""
    draw = customer.draw
    chance = draw.random()
    if chance < MONEY.unpaid:
        return None
    if chance < MONEY.unpaid + MONEY.payment_failed:
        _payment(customer, billed, stamp, billed.amount, "Error")
        return None
    if chance < MONEY.unpaid + MONEY.payment_failed + MONEY.payment_pending:
        _payment(customer, billed, stamp, billed.amount, "Processing")
        return None
    paid = billed.balance
    extra = 500 if draw.chance(MONEY.overpaid) else 0
    row = _payment(customer, billed, stamp, paid + extra, "Processed", applied=paid)
    application = _application(customer, billed, row, paid, stamp)
    billed.paid += paid
    settle(customer, billed, stamp)
    receipt = Receipt(row, application, billed, paid)
    customer.receipts.append(receipt)
    return receipt


def _payment(customer: Customer, billed: Bill, stamp: str, cents: int, status: str, applied: int = 0) -> Row:
    draw, brand = customer.draw, customer.brand
    account = customer.rows["account"][0]
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
            "amount": amount(cents),
            "applied_amount": amount(applied),
            "applied_credit_balance_amount": None,
            "unapplied_amount": amount(cents - applied) if done else ZERO,
            "refund_amount": ZERO,
            "currency": billed.row["currency"],
            "effective_date": stamp[:10],
            "submitted_on": stamp if electronic else None,
            "settled_on": stamp if electronic and done else None,
            "cancelled_on": None,
            "gateway": brand.card_gateway if electronic else None,
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
            "apply_amount": amount(cents),
            "refund_amount": None if customer.brand.settles else ZERO,
            "effective_date": stamp[:10],
            "application_status": "Applied",
            "currency": billed.row["currency"],
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )
