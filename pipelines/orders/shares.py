"""Which share of an invoice's money each of its items has."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hub.money import rounded
from pipelines.orders.allocation.balance import Standing
from pipelines.orders.allocation.items import Item, share_out
from pipelines.orders.rows import ItemRow

SPREAD = ("paid", "refunded", "credited", "mirrored")
Shares = dict[str, dict[str, Decimal]]
NOTHING = Decimal(0)


def gross(item: ItemRow, currency: str) -> Decimal:
    """What an item adds to its invoice, tax included, in whole minor units."""
    return rounded(_line(item).gross, currency)


def shares_of(standing: Standing, items: Sequence[ItemRow]) -> Shares:
    """By item, its parts of what was paid, refunded, credited and mirrored on the invoice."""
    shares: Shares = {item.lake_id: dict.fromkeys(SPREAD, NOTHING) for item in items}
    if len(items) == 1:
        shares[items[0].lake_id] = {name: getattr(standing, name) for name in SPREAD}
        return shares
    lines = [_line(item) for item in items]
    for name in SPREAD:
        if amount := getattr(standing, name):
            for item, share in share_out(amount, lines, standing.currency):
                shares[item][name] = share
    return shares


def _line(item: ItemRow) -> Item:
    return Item(
        id=item.lake_id,
        charge=Decimal(item.charge_amount),
        tax=Decimal(item.tax_amount),
        tax_inclusive=item.tax_mode == "TaxInclusive",
        applied_to=item.applied_to_invoice_item_id,
    )
