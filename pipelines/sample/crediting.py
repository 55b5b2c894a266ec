"""Credit memos and where they are applied."""

from __future__ import annotations

from pipelines.sample.customer import Bill, Customer
from pipelines.sample.invoicing import settle
from pipelines.sample.layout import Row
from pipelines.sample.money import tax_on


def memo_on(
    customer: Customer,
    billed: Bill,
    units: int,
    stamp: str,
    reason: str,
    *,
    applied: int = 0,
    refunded: int = 0,
    referred: bool = True,
) -> Row:
    """A posted memo of the bill's account; it names the bill only where it is `referred` to."""
    draw, per_mille = customer.draw, customer.country.tax_per_mille
    net = units * 1000 // (1000 + per_mille)
    tax = units - net if units - net else tax_on(net, per_mille)
    return customer.add(
        "credit_memo",
        {
            "id": customer.new_id("credit_memo"),
            "memo_number": f"CM{customer.new_number():08d}",
            "account_id": billed.row["account_id"],
            "invoice_id": billed.id if referred else None,
            "status": "Posted",
            "memo_date": stamp[:10],
            "total_amount": customer.money(units),
            "total_amount_without_tax": customer.money(units - tax),
            "tax_amount": customer.money(tax),
            "applied_amount": customer.money(applied),
            "refund_amount": customer.money(refunded),
            "balance": customer.money(units - applied - refunded),
            "currency": billed.row["currency"],
            "reason_code": reason,
            "source": "AdhocFromInvoice" if referred else "API",
            "source_type": "Invoice" if referred else "Standalone",
            "reversed": "false",
            "comments": draw.pick(customer.brand.language.memo_comments) if draw.chance(0.6) else None,
            "posted_on": stamp,
            "cancelled_on": None,
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )


def apply_memo(customer: Customer, memo: Row, billed: Bill, units: int, stamp: str) -> Row:
    """A part of a memo lowers what a bill is open for; taking it back is a negative row."""
    billed.credited += units
    settle(customer, billed, stamp)
    return customer.add(
        "credit_memo_application",
        {
            "id": customer.new_id("credit_memo_application"),
            "credit_memo_id": memo["id"],
            "invoice_id": billed.id,
            "debit_memo_id": None,
            "account_id": billed.row["account_id"],
            "amount": customer.money(units),
            "effective_date": stamp[:10],
            "application_group_id": f"{customer.prefix}42{customer.ids:06x}",
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )
