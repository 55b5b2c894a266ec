"""The life of a customer up to the first load, told in the order it happened."""

from __future__ import annotations

from datetime import date

from pipelines.sample.amending import cancel, raise_price, renew, switch, transfer
from pipelines.sample.brands import Brand
from pipelines.sample.brands.brand import TEST_PLAN, Plan
from pipelines.sample.cast import Role, Scene, role_of
from pipelines.sample.cast.shapes import other_account
from pipelines.sample.chance import Draw, mix
from pipelines.sample.course import events
from pipelines.sample.customer import Bill, Customer, Sold, prefix_of
from pipelines.sample.dates import add_months, day_of_month, instant
from pipelines.sample.invoicing import bill
from pipelines.sample.languages import Country
from pipelines.sample.paying import collect
from pipelines.sample.people import open_account
from pipelines.sample.rates import CHAINS, MONEY
from pipelines.sample.refunding import goodwill, refund, write_off
from pipelines.sample.subscribing import subscribe

RENEWAL_SECOND, BILL_SECOND, PAYMENT_SECOND = 10_800, 14_411, 19_800  # 03:00, 04:00:11 and 05:30 UTC
SWITCHED_TO = ("standard", "trial", "legacy")
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
    customer.first_day = today + 1
    if role := role_of(brand, index):
        customer.role, customer.country = role, role.country or customer.country
        start = _on_bill_day(customer, add_months(today, -role.months_back), today)
    else:
        start = _start(customer, today)
    open_account(customer, start)
    sold = tell(customer, plan_for(customer), start, today, place=0)
    if role and role.play:
        _play(customer, role, sold, today)
    if subscriptions > 1:
        _second(customer, sold, start, today)
    summarise(customer)
    return customer


def _second(customer: Customer, first: Sold, start: int, today: int) -> None:
    """Another subscription of the account: beside the first, or (where that is the role) after it."""
    if first.ends is None or customer.role is None:
        tell(customer, plan_for(customer), start, today, place=1)
        return
    said = first.number if customer.role.name == "followed" else None
    second = tell(customer, first.current.plan, first.ends, today, place=1, predecessor=said)
    second.follows = first.versions[0]["id"]


def _play(customer: Customer, role: Role, sold: Sold, today: int) -> None:
    """What the role is about, on a day after the last bill."""
    assert role.play is not None
    draw = customer.draw
    last_bill = customer.bills[-1].row["invoice_date"] if customer.bills else None
    ready = max(date.fromisoformat(last_bill).toordinal() if last_bill else 0, sold.start + 1)
    if not sold.renews and sold.term_end:
        ready = max(ready, sold.term_end)
    day = min(today, ready + draw.below(max(1, today - ready + 1)))
    stamp = instant(day, EVENING_SECOND + draw.below(5_000), draw.below(1_000_000))
    customer.scene = Scene(customer, sold, day, stamp)
    role.play(customer.scene)


def tell(
    customer: Customer, plan: Plan, start: int, today: int, *, place: int, predecessor: str | None = None
) -> Sold:
    """One subscription from its start to today, event by event."""
    draw = customer.draw
    stamp = instant(start, 25_200 + draw.below(50_000), draw.below(1_000_000))
    sold = subscribe(customer, plan, start, stamp, place=place, predecessor=predecessor)
    role = customer.role
    if role is not None and not role.renews:
        sold.renews, sold.row["auto_renew"] = False, "false"
    if role is None and draw.chance(CHAINS.draft) and start + 30 > today:
        sold.row["status"] = "Draft"
        return sold
    for day, _, what in sorted(events(customer, sold, today)):
        _happen(customer, sold, day, what)
    return sold


def _happen(customer: Customer, sold: Sold, day: int, what: str) -> None:
    draw = customer.draw
    role = customer.role
    if what.startswith("bill") and role is not None and (role.settles or not role.billed):
        if role.billed:
            bill(customer, sold, day, _bill_run(sold, day, int(what.split()[1])), int(what.split()[1]))
    elif what.startswith("bill"):
        bill_and_collect(customer, sold, day, int(what.split()[1]))
    elif what == "renew":
        renew(customer, sold, instant(day, RENEWAL_SECOND))
    elif what == "switch":
        switch(customer, sold, some_time(draw, day), day, plan_for(customer, beside=sold))
    elif what == "transfer":
        transfer(customer, sold, some_time(draw, day), other_account(customer.stream, customer.index))
    elif what == "raise":
        raise_price(customer, sold, some_time(draw, day), day)
    else:
        stamp = some_time(draw, day) if day > sold.start else instant(day, EVENING_SECOND + draw.below(5_000))
        cancel(customer, sold, stamp, int(what.split()[1]))


def bill_and_collect(customer: Customer, sold: Sold, day: int, period: int) -> Bill | None:
    """The bill run and the payment run of one day; in the first load also what some customers get back."""
    billed = bill(customer, sold, day, _bill_run(sold, day, period), period)
    if billed is None:
        return None
    paid = instant(day, (PAYMENT_SECOND if period else FIRST_PAYMENT_SECOND) + customer.index % 7)
    receipt = collect(customer, billed, paid)
    draw = customer.draw
    if customer.watching or customer.role is not None:
        return billed
    if receipt is None:
        if draw.chance(MONEY.written_off):
            write_off(customer, billed, instant(day, EVENING_SECOND, draw.below(1_000_000)))
        return billed
    chance, later = draw.random(), instant(day, EVENING_SECOND + draw.below(5_000), draw.below(1_000_000))
    if chance < MONEY.charged_back:
        refund(customer, receipt, receipt.applied, later, charged_back=True)
    elif chance < MONEY.charged_back + MONEY.refunded_fully:
        refund(customer, receipt, receipt.applied, later)
        if draw.chance(0.5):
            write_off(customer, billed, later, "Correction")
    elif chance < MONEY.charged_back + MONEY.refunded_fully + MONEY.refunded_partly:
        refund(customer, receipt, max(1, receipt.applied * (1 + draw.below(8)) // 10), later)
    elif chance < MONEY.charged_back + MONEY.refunded_fully + MONEY.refunded_partly + MONEY.goodwill:
        goodwill(customer, billed, max(1, billed.amount // 4), later)
    return billed


def _bill_run(sold: Sold, day: int, period: int) -> str:
    """When a bill is made: by night, the first one with the order."""
    return instant(day, BILL_SECOND) if period else sold.row["created_date"] or ""


def summarise(customer: Customer, stamp: str | None = None) -> None:
    """Write balances, monthly revenue and last invoice into the account; a stamp marks it as touched."""
    balance = customer.money(sum(billed.balance for billed in customer.bills))
    revenue = sum(
        sold.current.charges[0].cents // sold.months
        for sold in customer.sold
        if sold.row["status"] == "Active"
    )
    last = max((billed.row["invoice_date"] or "" for billed in customer.bills), default="")
    account = customer.account
    newest = max(
        [stamp or "", account["updated_date"] or "", *[b.row["updated_date"] or "" for b in customer.bills]]
    )
    customer.touch(
        "account",
        account,
        balance=balance,
        total_invoice_balance=balance,
        mrr=customer.money(revenue),
        last_invoice_date=last or None,
        updated_date=newest,
    )


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
    plans, role = customer.brand.plans, customer.role
    if role is not None and beside is None:
        return plan_of(customer.brand, role)
    if beside is not None:
        current = beside.current.plan
        alike = [
            plan
            for plan in plans
            if plan.months == beside.months and plan is not current and plan.sort in SWITCHED_TO
        ]
        return customer.draw.pick(alike) if alike else current
    chance = customer.draw.below(sum(plan.weight for plan in plans))
    for plan in plans:
        chance -= plan.weight
        if chance < 0:
            return plan
    return plans[0]


def plan_of(brand: Brand, role: Role) -> Plan:
    """The plainest plan, where a role is told in it: it says nothing but what is sold, by one charge."""
    if role.persona and role.persona.test_plan:
        return next(plan for plan in brand.plans if plan.name == TEST_PLAN)
    plain = [
        plan
        for plan in brand.plans
        if plan.step is None and plan.sort == "standard" and len(plan.charges) == 1
    ]
    if role.termed:
        return next(plan for plan in plain if plan.term and plan.renews)
    return next(plan for plan in plain if plan.months == 1 and not plan.term)


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
