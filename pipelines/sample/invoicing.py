"""Bills of a subscription: one invoice, its lines, and the tax on them."""

from __future__ import annotations

from pipelines.sample.brands.brand import Part
from pipelines.sample.customer import Bill, Customer, Sold, SoldCharge, SoldPlan
from pipelines.sample.dates import add_months, iso
from pipelines.sample.layout import Row
from pipelines.sample.money import ZERO, amount, tax_on


def bill(customer: Customer, sold: Sold, day: int, stamp: str, period: int) -> Bill | None:
    """Bill the `period`-th billing period (0 the first), beginning on a day; None when nothing is due."""
    lines = _lines(sold.current, period)
    if not any(units for _, units in lines):
        return None
    net = sum(cents for _, cents in lines)
    tax = sum(tax_on(cents, customer.country.tax_per_mille) for _, cents in lines)
    invoice = _invoice(customer, sold, day, stamp, net, tax)
    items: list[Row] = []
    for charge, cents in lines:
        items.append(_item(customer, sold, charge, cents, day, stamp, invoice, items))
        customer.touch(
            "rate_plan_charge",
            charge.row,
            charged_through_date=iso(add_months(day, sold.months)),
            updated_date=stamp,
        )
    billed = Bill(invoice, items, net + tax, tax, sold.number)
    customer.bills.append(billed)
    return billed


def credit_invoice(customer: Customer, sold: Sold, day: int, stamp: str, units: int) -> Bill:
    """A negative invoice over so much, whose credit has gone to the credit balance."""
    net = units * 1000 // (1000 + customer.country.tax_per_mille)
    row = _invoice(customer, sold, day, stamp, -net, net - units)
    items = [_item(customer, sold, sold.current.charges[0], -net, day, stamp, row, [])]
    items[0] |= {"processing_type": "0", "tax_amount": customer.money(net - units)}
    billed = Bill(row, items, -units, net - units, sold.number, adjusted=-units)
    row |= {"balance": customer.money(0), "credit_balance_adjustment_amount": customer.money(units)}
    customer.bills.append(billed)
    return billed


def settle(customer: Customer, billed: Bill, stamp: str) -> None:
    """Write the money of a bill into its row; whatever is applied to an invoice touches it."""
    customer.touch(
        "invoice",
        billed.row,
        balance=customer.money(billed.balance),
        payment_amount=customer.money(billed.paid),
        refund_amount=customer.money(billed.refunded),
        credit_memo_amount=customer.money(billed.credited),
        updated_date=stamp,
    )


def _lines(plan: SoldPlan, period: int) -> list[tuple[SoldCharge, int]]:
    """What a period costs, charge by charge, in net cents; a discount follows the line it reduces."""
    charges = {offered.part: charge for offered, charge in zip(plan.plan.charges, plan.charges, strict=True)}
    if once := charges.get(Part.ONCE):
        return [(once, once.cents)] if period == 0 else []
    if period == 0 and (trial := charges.get(Part.TRIAL)):
        return [(trial, trial.cents)]
    main = charges[Part.MAIN]
    lines = [(main, main.cents)]
    for offered, charge in zip(plan.plan.charges, plan.charges, strict=True):
        if offered.part is Part.DISCOUNT and period < (offered.periods or 0):
            lines.append((charge, -(main.cents * offered.cents // 100)))
        elif offered.part is Part.SHIPPING or (offered.part in (Part.SETUP, Part.FEE) and period == 0):
            lines.append((charge, charge.cents))
    return lines


def _invoice(customer: Customer, sold: Sold, day: int, stamp: str, net: int, tax: int) -> Row:
    draw = customer.draw
    account = customer.account
    comments = customer.brand.language.invoice_comments
    return customer.add(
        "invoice",
        {
            "id": customer.new_id("invoice"),
            "invoice_number": f"INV{customer.new_number():08d}",
            "account_id": sold.row["invoice_owner_id"],
            "status": "Posted",
            "invoice_date": iso(day),
            "due_date": iso(day + 14),
            "target_date": iso(day),
            "amount": customer.money(net + tax),
            "amount_without_tax": customer.money(net),
            "tax_amount": customer.money(tax),
            "balance": customer.money(net + tax),
            "payment_amount": ZERO,
            "refund_amount": ZERO,
            "credit_memo_amount": ZERO,
            "credit_balance_adjustment_amount": ZERO,
            "adjustment_amount": ZERO,
            "currency": account["currency"],
            "source": "BillRun" if draw.chance(0.95) else "API",
            "source_id": None,
            "source_type": "Subscription",
            "auto_pay": account["auto_pay"],
            "reversed": "false",
            "posted_date": stamp,
            "comments": draw.pick(comments) if draw.chance(0.15) else None,
            "bill_to_contact_id": account["bill_to_contact_id"],
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )


def _item(
    customer: Customer,
    sold: Sold,
    charge: SoldCharge,
    cents: int,
    day: int,
    stamp: str,
    invoice: Row,
    items: list[Row],
) -> Row:
    discount, brand = cents < 0, customer.brand
    ends = add_months(day, sold.months)
    plan = sold.current
    main = items[0]["id"] if discount and items else None
    return customer.add(
        "invoice_item",
        {
            "id": customer.new_id("invoice_item"),
            "invoice_id": invoice["id"],
            "subscription_id": sold.row["id"],
            "rate_plan_charge_id": charge.row["id"],
            "rate_plan_id": plan.row["id"],
            "product_id": plan.row["product_id"],
            "account_id": invoice["account_id"],
            "charge_name": charge.row["name"],
            "description": plan.plan.name if customer.draw.chance(0.3) else None,
            "sku": brand.products[plan.plan.product].sku,
            "processing_type": "1" if discount else "0",
            "quantity": amount(100),
            "unit_price": customer.money(cents),
            "charge_amount": customer.money(cents),
            "tax_amount": customer.money(tax_on(cents, customer.country.tax_per_mille)),
            "tax_mode": "TaxExclusive",
            "tax_code": f"{customer.country.code}-{customer.country.tax_per_mille}",
            "balance": customer.money(cents),
            "applied_to_invoice_item_id": main,
            "service_start_date": iso(day),
            "service_end_date": iso(ends - 1),
            "charge_date": stamp,
            "source_item_type": "SubscriptionComponent",
            "currency": invoice["currency"],
            "created_date": stamp,
            "updated_date": stamp,
            "is_deleted": "false",
        },
    )
