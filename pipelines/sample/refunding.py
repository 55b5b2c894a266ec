"""Money that goes back through a payment: refunds, chargebacks, and what a customer gets out of turn."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.sample.crediting import apply_memo, memo_on
from pipelines.sample.customer import Applied, Bill, Customer, Receipt
from pipelines.sample.invoicing import settle
from pipelines.sample.layout import Row

REASONS = ("Customer Request", "Product Return", "Service Failure", "Duplicate Payment")
Shares = Sequence[tuple[Applied, int]]


def refund(
    customer: Customer, receipt: Receipt, units: int, stamp: str, *, charged_back: bool = False
) -> Row:
    """Give back part of a payment of one bill; the bill is open again by as much."""
    part, reason = receipt.parts[0], "Chargeback" if charged_back else customer.draw.pick(REASONS)
    row = refund_row(customer, receipt.row, units, stamp, reason=reason, external=charged_back)
    link_to_bill(customer, row, receipt, part, units, stamp)
    give_back(customer, receipt, [(part, units)], stamp)
    kind = "chargeback" if charged_back else "partial_refund" if receipt.applied else "refund"
    customer.tell("refund", row, part.bill, kind, {part.bill.id: units})
    return row


def write_off(customer: Customer, billed: Bill, stamp: str, reason: str = "Write-off") -> Row:
    """A credit memo over the whole balance of a bill, applied to it.

    Where a refund opened the balance, the memo only mirrors money that the refund counts already.
    """
    units, mirrors = billed.balance, billed.refunded > 0
    row = memo_on(customer, billed, units, stamp, reason, applied=units)
    apply_memo(customer, row, billed, units, stamp)
    to = {} if mirrors else {billed.id: units}
    customer.tell("credit_memo", row, billed, "", to, outcome="ignored" if mirrors else "allocated")
    return row


def goodwill(customer: Customer, billed: Bill, units: int, stamp: str) -> None:
    """A credit memo out of kindness: it lowers an open bill, or is paid out in cash when nothing is open."""
    if billed.balance >= units:
        memo = memo_on(customer, billed, units, stamp, "Goodwill", applied=units)
        apply_memo(customer, memo, billed, units, stamp)
        customer.tell("credit_memo", memo, billed, "goodwill", {billed.id: units})
        return
    memo = memo_on(customer, billed, units, stamp, "Goodwill", refunded=units)
    row = refund_row(customer, billed.row, units, stamp, source="CreditMemo", reason="Goodwill")
    link(customer, row, units, stamp, credit_memo_id=memo["id"])
    customer.tell("refund", row, billed, "goodwill", {billed.id: units})
    customer.tell("credit_memo", memo, billed, "goodwill", {}, outcome="")


def untouched(customer: Customer, billed: Bill) -> bool:
    """Whether nothing has been given back or credited on a bill yet."""
    return not any(billed.id in told.to for told in customer.told) and not billed.refunded


def refund_row(
    customer: Customer,
    about: Row,
    units: int,
    stamp: str,
    *,
    source: str = "Payment",
    reason: str = "Standard Refund",
    status: str = "Processed",
    external: bool = False,
    currency: str | None = None,
) -> Row:
    """The refund alone; `about` is the payment or the invoice whose account and currency it has."""
    draw = customer.draw
    settled = {"Processed": "Settled", "Processing": "Submitted"}.get(status, "FailedToSettle")
    return customer.add(
        "refund",
        {
            "id": customer.new_id("refund"),
            "refund_number": f"R-{customer.new_number():08d}",
            # A refund of the credit balance names no payment: its account is all that it is known by.
            "account_id": about["account_id"]
            if customer.brand.settles or source == "CreditBalance"
            else None,
            "amount": customer.money(units),
            "currency": currency or about["currency"],
            "status": status,
            "type": "External" if external else "Electronic",
            "source_type": source,
            "method_type": draw.pick(("CreditCard", "BankTransfer", "PayPal")),
            "payment_method_id": about.get("payment_method_id"),
            "refund_date": stamp[:10],
            "refund_transaction_time": stamp,
            "cancelled_on": None,
            "reason_code": reason,
            "comment": draw.pick(customer.brand.language.refund_comments) if draw.chance(0.6) else None,
            "reference_id": None if external else f"re_{customer.prefix[:8]}{customer.ids:04x}",
            "gateway_state": settled,
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )


def link(
    customer: Customer,
    refunded: Row,
    units: int,
    stamp: str,
    *,
    payment_id: str | None = None,
    payment_application_id: str | None = None,
    invoice_id: str | None = None,
    credit_memo_id: str | None = None,
) -> Row:
    """What a refund was taken from."""
    return customer.add(
        "refund_invoice_payment",
        {
            "id": customer.new_id("refund_invoice_payment"),
            "refund_id": refunded["id"],
            "payment_id": payment_id,
            "payment_application_id": payment_application_id,
            "invoice_id": invoice_id,
            "credit_memo_id": credit_memo_id,
            "apply_amount": customer.money(units),
            "effective_date": stamp[:10],
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )


def link_to_bill(
    customer: Customer, refunded: Row, receipt: Receipt, part: Applied, units: int, stamp: str
) -> Row:
    """A row that says from which bill: by the payment, or in a legacy tenant by the application."""
    legacy = not customer.brand.settles
    return link(
        customer, refunded, units, stamp,
        payment_id=None if legacy else receipt.row["id"],
        payment_application_id=part.row["id"] if legacy else None,
        invoice_id=part.bill.id,
    )  # fmt: skip


def give_back(
    customer: Customer, receipt: Receipt, shares: Shares, stamp: str, *, unapplied: int = 0
) -> None:
    """Write into payment, applications and bills that shares, and part of what was unapplied, went back."""
    for part, units in shares:
        part.refunded += units
        part.bill.refunded += units
        settle(customer, part.bill, stamp)
        if not customer.brand.settles:
            refunded = customer.money(part.refunded)
            customer.touch("invoice_payment", part.row, refund_amount=refunded, updated_date=stamp)
    units = sum(units for _, units in shares)
    receipt.applied -= units
    receipt.refunded += units + unapplied
    customer.touch(
        "payment",
        receipt.row,
        refund_amount=customer.money(receipt.refunded),
        applied_amount=customer.money(receipt.applied),
        unapplied_amount=customer.money(receipt.amount - receipt.applied - receipt.refunded),
        updated_date=stamp,
    )
