"""Money that goes back: refunds, chargebacks, credit memos and where they are applied."""

from __future__ import annotations

from pipelines.sample.customer import Bill, Customer, Receipt
from pipelines.sample.invoicing import settle
from pipelines.sample.layout import Row
from pipelines.sample.money import ZERO, amount, tax_on

REASONS = ("Customer Request", "Product Return", "Service Failure", "Duplicate Payment")


def refund(
    customer: Customer, receipt: Receipt, cents: int, stamp: str, *, charged_back: bool = False
) -> Row:
    """Give back part of a payment; the invoice it had been applied to is open again by as much."""
    reason = "Chargeback" if charged_back else customer.draw.pick(REASONS)
    row = _refund(customer, receipt.row, cents, stamp, "Payment", reason, external=charged_back)
    row["payment_method_id"] = receipt.row["payment_method_id"]
    legacy = not customer.brand.settles
    _application(
        customer, row, cents, stamp,
        payment_id=None if legacy else receipt.row["id"],
        payment_application_id=receipt.application["id"] if legacy else None,
        invoice_id=receipt.bill.row["id"],
    )  # fmt: skip
    receipt.refunded += cents
    receipt.bill.refunded += cents
    settle(customer, receipt.bill, stamp)
    customer.touch(
        "payment",
        receipt.row,
        refund_amount=amount(receipt.refunded),
        applied_amount=amount(receipt.amount - receipt.refunded),
        updated_date=stamp,
    )
    if legacy:
        refunded = amount(receipt.refunded)
        customer.touch("invoice_payment", receipt.application, refund_amount=refunded, updated_date=stamp)
    return row


def write_off(customer: Customer, billed: Bill, stamp: str, reason: str = "Write-off") -> Row:
    """A credit memo over the whole balance of a bill, applied to it."""
    cents = billed.balance
    row = _memo(customer, billed, cents, stamp, reason, applied=cents)
    _memo_application(customer, row, billed, cents, stamp)
    billed.credited += cents
    settle(customer, billed, stamp)
    return row


def goodwill(customer: Customer, billed: Bill, cents: int, stamp: str) -> Row:
    """A credit memo out of kindness: it lowers an open bill, or is paid out in cash when nothing is open."""
    if billed.balance >= cents:
        memo = _memo(customer, billed, cents, stamp, "Goodwill", applied=cents)
        _memo_application(customer, memo, billed, cents, stamp)
        billed.credited += cents
        settle(customer, billed, stamp)
        return memo
    memo = _memo(customer, billed, cents, stamp, "Goodwill", refunded=cents)
    row = _refund(customer, billed.row, cents, stamp, "CreditMemo", "Goodwill", external=False)
    _application(customer, row, cents, stamp, credit_memo_id=memo["id"])
    return memo


def _refund(
    customer: Customer, about: Row, cents: int, stamp: str, source: str, reason: str, *, external: bool
) -> Row:
    draw = customer.draw
    method = draw.pick(("CreditCard", "BankTransfer", "PayPal"))
    return customer.add(
        "refund",
        {
            "id": customer.new_id("refund"),
            "refund_number": f"R-{customer.new_number():08d}",
            "account_id": about["account_id"] if customer.brand.settles else None,
            "amount": amount(cents),
            "currency": about["currency"],
            "status": "Processed",
            "type": "External" if external else "Electronic",
            "source_type": source,
            "method_type": method,
            "payment_method_id": None,
            "refund_date": stamp[:10],
            "refund_transaction_time": stamp,
            "cancelled_on": None,
            "reason_code": reason,
            "comment": draw.pick(customer.brand.language.refund_comments) if draw.chance(0.6) else None,
            "reference_id": None if external else f"re_{customer.prefix[:8]}{customer.ids:04x}",
            "gateway_state": "Settled",
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )


def _application(
    customer: Customer,
    refunded: Row,
    cents: int,
    stamp: str,
    *,
    payment_id: str | None = None,
    payment_application_id: str | None = None,
    invoice_id: str | None = None,
    credit_memo_id: str | None = None,
) -> Row:
    return customer.add(
        "refund_invoice_payment",
        {
            "id": customer.new_id("refund_invoice_payment"),
            "refund_id": refunded["id"],
            "payment_id": payment_id,
            "payment_application_id": payment_application_id,
            "invoice_id": invoice_id,
            "credit_memo_id": credit_memo_id,
            "apply_amount": amount(cents),
            "effective_date": stamp[:10],
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )


def _memo(
    customer: Customer,
    billed: Bill,
    cents: int,
    stamp: str,
    reason: str,
    *,
    applied: int = 0,
    refunded: int = 0,
) -> Row:
    draw, per_mille = customer.draw, customer.country.tax_per_mille
    net = cents * 1000 // (1000 + per_mille)
    tax = cents - net if cents - net else tax_on(net, per_mille)
    return customer.add(
        "credit_memo",
        {
            "id": customer.new_id("credit_memo"),
            "memo_number": f"CM{customer.new_number():08d}",
            "account_id": billed.row["account_id"],
            "invoice_id": billed.row["id"],
            "status": "Posted",
            "memo_date": stamp[:10],
            "total_amount": amount(cents),
            "total_amount_without_tax": amount(cents - tax),
            "tax_amount": amount(tax),
            "applied_amount": amount(applied),
            "refund_amount": amount(refunded),
            "balance": ZERO,
            "currency": billed.row["currency"],
            "reason_code": reason,
            "source": "AdhocFromInvoice",
            "source_type": "Invoice",
            "reversed": "false",
            "comments": draw.pick(customer.brand.language.memo_comments) if draw.chance(0.6) else None,
            "posted_on": stamp,
            "cancelled_on": None,
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )


def _memo_application(customer: Customer, memo: Row, billed: Bill, cents: int, stamp: str) -> Row:
    return customer.add(
        "credit_memo_application",
        {
            "id": customer.new_id("credit_memo_application"),
            "credit_memo_id": memo["id"],
            "invoice_id": billed.row["id"],
            "debit_memo_id": None,
            "account_id": billed.row["account_id"],
            "amount": amount(cents),
            "effective_date": stamp[:10],
            "application_group_id": f"{customer.prefix}42{customer.ids:06x}",
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )
