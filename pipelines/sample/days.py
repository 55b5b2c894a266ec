"""What a day brings to a customer: due renewals and bills, and now and then something out of turn."""

from __future__ import annotations

from pipelines.sample.amending import cancel, renew, switch, transfer
from pipelines.sample.brands import Brand
from pipelines.sample.cast import role_of
from pipelines.sample.cast.shapes import other_account
from pipelines.sample.chance import Draw, mix
from pipelines.sample.customer import Customer, Sold
from pipelines.sample.dates import add_months, day_of_month, instant
from pipelines.sample.first_load import (
    PAYMENT_SECOND,
    RENEWAL_SECOND,
    bill_and_collect,
    bill_day_of,
    customer_of,
    plan_for,
    some_time,
    summarise,
    tell,
)
from pipelines.sample.mail import email_of
from pipelines.sample.people import open_account, street_of
from pipelines.sample.rates import DAY
from pipelines.sample.refunding import goodwill, refund, untouched

_MILLION = 1_000_000
NOT_BILLED = ("Draft", "Pending Activation", "Suspended", "Expired")


def newborn(brand: Brand, stream: int, index: int, day: int) -> Customer:
    """A customer who subscribes on a day after the first load; everything about them is news."""
    customer = customer_of(brand, stream, index)
    customer.bill_day = day_of_month(day)
    customer.watch()
    open_account(customer, day)
    tell(customer, plan_for(customer), day, day, place=0)
    summarise(customer)
    return customer


def calm(brand: Brand, stream: int, index: int, day: int, first_day: int) -> bool:
    """Whether a day certainly leaves a customer of the first load as they are."""
    if day_of_month(day) == bill_day_of(stream, index):
        return False
    role = role_of(brand, index)
    if role is None:
        return _surprise(stream, index, day) is None
    return day != first_day or role.later is None


def live(customer: Customer, day: int) -> None:
    """Let one business day pass; what changed is in `customer.changed` afterwards."""
    customer.watch()
    if not customer.rows["account"]:
        return
    customer.draw = Draw(mix(customer.stream ^ 0xDA1, customer.index * 100_003 + day))
    for sold in customer.sold:
        _due(customer, sold, day)
    if customer.role is not None:
        if customer.scene is not None and day == customer.first_day and customer.role.later:
            customer.scene.day, customer.scene.stamp = day, some_time(customer.draw, day)
            customer.role.later(customer.scene)
            summarise(customer, customer.scene.stamp)
    elif surprise := _surprise(customer.stream, customer.index, day):
        _SURPRISES[surprise](customer, day)


def _due(customer: Customer, sold: Sold, day: int) -> None:
    runs = sold.ends is None or day < sold.ends
    if not runs or sold.quiet or sold.row["status"] in NOT_BILLED:
        return
    if sold.term_end == day and sold.renews:
        renew(customer, sold, instant(day, RENEWAL_SECOND))
    if sold.term_end is not None and day >= sold.term_end:
        return
    period = _period(sold, day)
    if period is not None and bill_and_collect(customer, sold, day, period):
        summarise(customer, instant(day, PAYMENT_SECOND + customer.index % 7))


def _period(sold: Sold, day: int) -> int | None:
    """Which billing period begins on a day, if one does."""
    period, begins = 0, sold.start
    while begins < day:
        period += 1
        begins = add_months(sold.start, period * sold.months)
    return period if begins == day and period else None


def _surprise(stream: int, index: int, day: int) -> str | None:
    chance = mix(stream ^ day * 0x5851F42D, index) % _MILLION
    if chance >= _CALM_FROM:
        return None
    return next(name for name, below in _THRESHOLDS if chance < below)


def _move(customer: Customer, day: int) -> None:
    if not customer.rows["contact"]:
        return
    contact = customer.draw.pick(customer.rows["contact"])
    postcode, city, region = customer.draw.pick(customer.country.cities)
    name = contact["first_name"] or "", contact["last_name"] or ""
    customer.touch(
        "contact",
        contact,
        address_1=street_of(customer),
        postal_code=postcode,
        city=city,
        state=region or None,
        work_email=email_of(customer, name) if customer.draw.chance(0.3) else contact["work_email"],
        updated_date=some_time(customer.draw, day),
    )


def _cancel(customer: Customer, day: int) -> None:
    running = [sold for sold in customer.sold if sold.ends is None and sold.row["status"] == "Active"]
    if running:
        sold = running[0]
        later = sold.term_end if sold.term_end and sold.term_end > day else day + 30
        cancel(customer, sold, some_time(customer.draw, day), day if customer.draw.chance(0.5) else later)


def _refund(customer: Customer, day: int) -> None:
    receipts = (receipt for receipt in reversed(customer.receipts) if receipt.parts)
    receipt = next((receipt for receipt in receipts if untouched(customer, receipt.bill)), None)
    if receipt is not None:
        cents = receipt.applied if customer.draw.chance(0.5) else max(1, receipt.applied // 3)
        stamp = some_time(customer.draw, day)
        refund(customer, receipt, cents, stamp, charged_back=customer.draw.chance(0.1))
        summarise(customer, stamp)


def _goodwill(customer: Customer, day: int) -> None:
    if customer.bills and untouched(customer, customer.bills[-1]):
        stamp = some_time(customer.draw, day)
        goodwill(customer, customer.bills[-1], max(1, customer.bills[-1].amount // 4), stamp)
        summarise(customer, stamp)


def _switch(customer: Customer, day: int) -> None:
    running = [sold for sold in customer.sold if sold.ends is None and sold.row["status"] == "Active"]
    if running:
        stamp = some_time(customer.draw, day)
        switch(customer, running[0], stamp, day, plan_for(customer, beside=running[0]))


def _transfer(customer: Customer, day: int) -> None:
    running = [sold for sold in customer.sold if sold.ends is None]
    if running:
        transfer(
            customer,
            running[0],
            some_time(customer.draw, day),
            other_account(customer.stream, customer.index),
        )


def _soft_delete(customer: Customer, day: int) -> None:
    """A flag is set and names are changed; `updated_date` stays where it was."""
    draw = customer.draw
    table = draw.pick(("contact", "account", "payment_method", "subscription"))
    if not customer.rows[table]:
        return
    row = customer.rows[table][-1]
    if row["is_deleted"] == "true":
        return
    if table == "account":
        number = f"{row['account_number']}_{customer.prefix[:8]}"
        customer.touch(table, row, is_deleted="true", account_number=number)
    elif table == "subscription":
        customer.touch(table, row, is_deleted="true", name=f"{row['id']}_{row['name']}", account_id=None)
    else:
        customer.touch(table, row, is_deleted="true")


def _hard_delete(customer: Customer, day: int) -> None:
    """A row is gone upstream without a word, sometimes the whole customer."""
    chance = customer.draw.random()
    if chance < 0.1:
        for table, rows in customer.rows.items():
            for row in list(rows):
                customer.erase(table, row)
    elif rows := customer.rows["contact" if chance < 0.5 else "payment_method"]:
        customer.erase("contact" if chance < 0.5 else "payment_method", rows[-1])


_SURPRISES = {
    "moved": _move,
    "cancelled": _cancel,
    "refunded": _refund,
    "goodwill": _goodwill,
    "switched": _switch,
    "transferred": _transfer,
    "soft_deleted": _soft_delete,
    "hard_deleted": _hard_delete,
}


def _thresholds() -> list[tuple[str, int]]:
    below, steps = 0.0, []
    for name in _SURPRISES:
        below += getattr(DAY, name)
        steps.append((name, round(below * _MILLION)))
    return steps


_THRESHOLDS = _thresholds()
_CALM_FROM = _THRESHOLDS[-1][1]
