"""The life of a customer up to the first load, told in the order it happened."""

from __future__ import annotations

from pipelines.sample.amending import cancel, raise_price, renew, switch, transfer
from pipelines.sample.brands import Brand
from pipelines.sample.brands.brand import Plan
from pipelines.sample.chance import Draw, mix
from pipelines.sample.course import events
from pipelines.sample.customer import Bill, Customer, Sold, prefix_of
from pipelines.sample.dates import add_months, day_of_month, instant
from pipelines.sample.invoicing import bill
from pipelines.sample.languages import Country
from pipelines.sample.money import amount
from pipelines.sample.paying import collect
from pipelines.sample.people import open_account
from pipelines.sample.rates import CHAINS, MONEY
from pipelines.sample.refunding import goodwill, refund, write_off
from pipelines.sample.subscribing import subscribe

RENEWAL_SECOND, BILL_SECOND, PAYMENT_SECOND = 10_800, 14_411, 19_800  # 03:00, 04:00:11 and 05:30 UTC
FIRST_PAYMENT_SECOND, EVENING_SECOND = 80_000, 81_000  # a first bill comes with the order, at any hour


def bill_day_of(stream: int, index: int) -> int:
    """The day of the month, 1 to 28, on which a customer is billed."""
    return mix(stream, 2 * index + 1) % 28 + 1


def customer_of(brand: Brand, stream: int, index: int) -> Customer:
    """A customer about whom nothing has been told yet."""
    draw = Draw(mix(stream ^ 0xA11CE, index))
    bill_day = bill_day_of(stream, index)
    prefix = prefix_of(stream, index)
    return Customer(brand, index, stream, draw, _country(brand, draw), bill_day, prefix)


def first_life(brand: Brand, stream: int, index: int, subscriptions: int, today: int) -> Customer:
    """A customer as of the end of `today` (an ordinal), the last business day before the first load."""
    customer = customer_of(brand, stream, index)
    start = _start(customer, today)
    open_account(customer, start)
    sold = tell(customer, plan_for(customer), start, today, place=0)
    if subscriptions > 1:
        follows = sold.ends is not None and customer.draw.chance(CHAINS.second_is_successor)
        begins = _on_bill_day(customer, min(sold.ends or start, today), today)
        tell(
            customer, plan_for(customer), begins, today, place=1, predecessor=sold.number if follows else None
        )
    summarise(customer)
    return customer


def tell(
    customer: Customer, plan: Plan, start: int, today: int, *, place: int, predecessor: str | None = None
) -> Sold:
    """One subscription from its start to today, event by event."""
    draw = customer.draw
    stamp = instant(start, 25_200 + draw.below(50_000), draw.below(1_000_000))
    sold = subscribe(customer, plan, start, stamp, place=place, predecessor=predecessor)
    if draw.chance(CHAINS.draft) and start + 30 > today:
        sold.row["status"] = "Draft"
        return sold
    for day, _, what in sorted(events(customer, sold, today)):
        _happen(customer, sold, day, what)
    return sold


def _happen(customer: Customer, sold: Sold, day: int, what: str) -> None:
    draw = customer.draw
    if what.startswith("bill"):
        bill_and_collect(customer, sold, day, int(what.split()[1]))
    elif what == "renew":
        renew(customer, sold, instant(day, RENEWAL_SECOND))
    elif what == "switch":
        switch(customer, sold, some_time(draw, day), day, plan_for(customer, beside=sold))
    elif what == "transfer":
        transfer(customer, sold, some_time(draw, day), neighbour(customer))
    elif what == "raise":
        raise_price(customer, sold, some_time(draw, day), day)
    else:
        stamp = some_time(draw, day) if day > sold.start else instant(day, EVENING_SECOND + draw.below(5_000))
        cancel(customer, sold, stamp, int(what.split()[1]))


def bill_and_collect(customer: Customer, sold: Sold, day: int, period: int) -> Bill | None:
    """The bill run and the payment run of one day; in the first load also what some customers get back."""
    run = instant(day, BILL_SECOND) if period else sold.row["created_date"] or ""
    billed = bill(customer, sold, day, run, period)
    if billed is None:
        return None
    paid = instant(day, (PAYMENT_SECOND if period else FIRST_PAYMENT_SECOND) + customer.index % 7)
    receipt = collect(customer, billed, paid)
    draw = customer.draw
    if customer.watching:
        return billed
    if receipt is None:
        if draw.chance(MONEY.written_off):
            write_off(customer, billed, instant(day, EVENING_SECOND, draw.below(1_000_000)))
        return billed
    chance, later = draw.random(), instant(day, EVENING_SECOND + draw.below(5_000), draw.below(1_000_000))
    if chance < MONEY.charged_back:
        refund(customer, receipt, receipt.amount, later, charged_back=True)
    elif chance < MONEY.charged_back + MONEY.refunded_fully:
        refund(customer, receipt, receipt.amount, later)
        if draw.chance(0.5):
            write_off(customer, billed, later, "Correction")
    elif chance < MONEY.charged_back + MONEY.refunded_fully + MONEY.refunded_partly:
        refund(customer, receipt, max(1, receipt.amount * (1 + draw.below(8)) // 10), later)
    elif chance < MONEY.charged_back + MONEY.refunded_fully + MONEY.refunded_partly + MONEY.goodwill:
        goodwill(customer, billed, max(1, billed.amount // 4), later)
    return billed


def summarise(customer: Customer, stamp: str | None = None) -> None:
    """Write balances, monthly revenue and last invoice into the account; a stamp marks it as touched."""
    balance = amount(sum(billed.balance for billed in customer.bills))
    revenue = sum(
        sold.current.charges[0].cents // sold.months
        for sold in customer.sold
        if sold.row["status"] == "Active"
    )
    last = max((billed.row["invoice_date"] or "" for billed in customer.bills), default="")
    account = customer.rows["account"][0]
    newest = max(
        [stamp or "", account["updated_date"] or "", *[b.row["updated_date"] or "" for b in customer.bills]]
    )
    customer.touch(
        "account",
        account,
        balance=balance,
        total_invoice_balance=balance,
        mrr=amount(revenue),
        last_invoice_date=last or None,
        updated_date=newest,
    )


def neighbour(customer: Customer) -> str:
    """The account id of another customer of the brand."""
    return f"{prefix_of(customer.stream, max(0, customer.index - 1) if customer.index else 1)}a0000000"


def some_time(draw: Draw, day: int) -> str:
    return instant(day, 25_200 + draw.below(50_000), draw.below(1_000_000))


def _country(brand: Brand, draw: Draw) -> Country:
    chance = draw.random()
    for country, share in brand.countries:
        chance -= share
        if chance < 0:
            return country
    return brand.countries[0][0]


def plan_for(customer: Customer, beside: Sold | None = None) -> Plan:
    """A plan by weight; for a switch another one of the same billing period where there is one."""
    plans = customer.brand.plans
    if beside is not None:
        current = beside.current.plan
        alike = [
            plan for plan in plans if plan.months == beside.months and plan is not current and not plan.gift
        ]
        return customer.draw.pick(alike) if alike else current
    chance = customer.draw.below(sum(plan.weight for plan in plans))
    for plan in plans:
        chance -= plan.weight
        if chance < 0:
            return plan
    return plans[0]


def _start(customer: Customer, today: int) -> int:
    """The first day of a customer's first subscription, always on the day of the month they are billed."""
    draw = customer.draw
    chance, low = draw.random(), 0
    for high, share in CHAINS.months_back:
        chance -= share
        if chance < 0:
            break
        low = high
    return _on_bill_day(customer, add_months(today, -(low + draw.below(high - low + 1))), today)


def _on_bill_day(customer: Customer, day: int, today: int) -> int:
    """The customer's billing day at or before today nearest to a day."""
    moved = day - day_of_month(day) + customer.bill_day
    return moved if moved <= today else add_months(moved, -1)
