"""An invoice's money on its lines: what of a payment, refund or credit belongs to which item, and to tax. Pure.

No platform says that for payments, so it is a share by what each line costs the customer: charge plus tax (charge
alone where it includes the tax). A discount is a line of its own with a negative amount; it makes the line it applies
to cheaper, and takes no share itself. Without such a line, or where it is more than the line, it makes all lines
cheaper in proportion.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from hub.money import major, minor
from pipelines.orders.allocation.shares import spread

STORED = Decimal(10) ** 9  # amounts are kept with nine decimals; as weights they stay exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of an invoice. `applied_to`: the id of the line that a discount is for."""

    id: str
    charge: Decimal
    tax: Decimal = Decimal(0)
    tax_inclusive: bool = False
    applied_to: str | None = None

    @property
    def gross(self) -> Decimal:
        return self.charge if self.tax_inclusive else self.charge + self.tax


def share_out(amount: Decimal, items: Iterable[Item], currency: str) -> tuple[tuple[str, Decimal], ...]:
    """Shares of `amount` by item id, in the order of the ids; their sum is the amount in whole minor units.

    By largest remainder, a tie goes to the smaller id; a negative amount gives the same shares with the sign turned.
    An invoice without lines has no shares.

    >>> lines = [Item(id="a", charge=Decimal("20.00")), Item(id="b", charge=Decimal("10.00"))]
    >>> share_out(Decimal("10.00"), lines, "EUR")
    (('a', Decimal('6.67')), ('b', Decimal('3.33')))
    """
    lines = {item.id: item for item in items}
    if not lines:
        return ()
    ids = sorted(lines)
    units = minor(amount, currency)
    shares = spread(abs(units), _weights([lines[id] for id in ids]))
    return tuple(
        (id, major(share if units > 0 else -share, currency)) for id, share in zip(ids, shares, strict=True)
    )


def tax_split(amount: Decimal, net: Decimal, tax: Decimal, *, currency: str) -> tuple[Decimal, Decimal]:
    """The net and the tax in a gross amount, as in an invoice of `net` and `tax`; the tax rounded half up.

    >>> tax_split(Decimal("11.90"), Decimal("30.00"), Decimal("5.70"), currency="EUR")
    (Decimal('10.00'), Decimal('1.90'))
    """
    units = minor(amount, currency)
    whole = net + tax
    part = Fraction(tax) / Fraction(whole) * units if whole else Fraction(0)
    rounded = _half_up(part)
    return major(units - rounded, currency), major(rounded, currency)


def _half_up(value: Fraction) -> int:
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return size if value >= 0 else -size


def _weights(lines: list[Item]) -> list[int]:
    """What each line costs after discounts; where nothing costs anything, its size before, else all the same."""
    gross = [int(line.gross * STORED) for line in lines]
    before = [max(0, part) for part in gross]
    for weights in (_discounted(lines, gross), before, [abs(part) for part in gross]):
        if any(weights):
            return weights
    return [1] * len(lines)


def _discounted(lines: list[Item], gross: list[int]) -> list[int]:
    """A discount on all lines, or what is more than its line, changes no proportion, so it is left out."""
    weights = [max(0, part) for part in gross]
    place = {line.id: index for index, line in enumerate(lines)}
    for line, part in zip(lines, gross, strict=True):
        if part < 0 and line.applied_to in place:
            target = place[line.applied_to]
            weights[target] = max(0, weights[target] + part)
    return weights
