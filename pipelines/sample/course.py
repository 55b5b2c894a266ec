"""The course of one subscription up to a day: when it is renewed, billed, changed and cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipelines.sample.customer import Customer, Sold
from pipelines.sample.dates import add_months
from pipelines.sample.rates import CHAINS, MONTHLY_BILLS, OTHER_BILLS

_RARE = (("switch", CHAINS.switched), ("transfer", CHAINS.transferred), ("raise", CHAINS.price_increase))


def events(customer: Customer, sold: Sold, today: int) -> Iterator[tuple[int, int, str]]:
    """Day, order within the day (renewals and bills come by night), and what happens."""
    draw, role = customer.draw, customer.role
    ends, decided = _end(customer, sold, today)
    if decided is not None:
        yield decided, 3, f"cancel {ends}"
    last = today if decided is None else min(today, decided - 1)
    if sold.term and sold.renews:
        renewal = add_months(sold.start, sold.term)
        while renewal <= last:
            yield renewal, 0, "renew"
            renewal = add_months(renewal, sold.term)
    if last - sold.start > 40 and role is None:
        for what, share in _RARE:
            if draw.chance(share):
                yield sold.start + 10 + draw.below(last - sold.start - 20), 2, what
    yield from _bill_events(sold, min(today, ends - 1))


def _end(customer: Customer, sold: Sold, today: int) -> tuple[int, int | None]:
    """The day the subscription ends and the day that was decided (None if it was not)."""
    draw, never = customer.draw, date.max.toordinal()
    role, chance = customer.role, draw.random()
    if role is not None:
        if role.ends_after is None or len(customer.sold) > 1:
            return _expiry(sold, never), None
        decided = add_months(sold.start, role.ends_after)
        return decided, decided
    if chance < CHAINS.cancelled_at_start:
        return sold.start, min(today, sold.start + 1 + draw.below(14))
    if sold.start + 10 > today:
        return _expiry(sold, never), None
    decided = sold.start + 5 + draw.below(today - sold.start - 5)
    if chance < CHAINS.cancelled_at_start + CHAINS.cancelled_now:
        return decided, decided
    if chance < CHAINS.cancelled_at_start + CHAINS.cancelled_now + CHAINS.cancelled_later:
        return _paid_until(sold, decided), decided
    return _expiry(sold, never), None


def _expiry(sold: Sold, never: int) -> int:
    """A fixed term that is not renewed runs out."""
    return sold.term_end if sold.term_end and not sold.renews else never


def _paid_until(sold: Sold, day: int) -> int:
    """The end of the running term, or of the running billing period."""
    step, end = sold.term or sold.months, sold.start
    count = 0
    while end <= day:
        count += step
        end = add_months(sold.start, count)
    return end


def _bill_events(sold: Sold, last: int) -> Iterator[tuple[int, int, str]]:
    days = []
    day, period = sold.start, 0
    while day <= last:
        days.append((day, 1, f"bill {period}"))
        period += 1
        day = add_months(sold.start, period * sold.months)
    yield from days[-(MONTHLY_BILLS if sold.months == 1 else OTHER_BILLS) :]
