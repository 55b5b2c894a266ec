"""Which share of an invoice's money each of its items has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from hub.money import rounded
from pipelines.orders.allocation.balance import Standing
from pipelines.orders.allocation.items import Item, share_out
from pipelines.orders.rows import ItemRow

SPREAD = ("paid", "refunded", "credited", "mirrored")
Shares = dict[str, dict[str, Decimal]]
NOTHING = Decimal(0)


def gross(item: ItemRow, currency: str) -> Decimal:
    """What an item adds to its invoice, tax included, in whole minor units."""
    return _gross(item.charge_amount, item.tax_amount, item.tax_mode, currency)


@lru_cache(maxsize=1 << 16)  # prices repeat
def _gross(charge: str, tax: str, tax_mode: str | None, currency: str) -> Decimal:
    return rounded(_priced("", charge, tax, tax_mode).gross, currency)


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
    line = _priced(item.lake_id, item.charge_amount, item.tax_amount, item.tax_mode)
    return replace(line, applied_to=item.applied_to_invoice_item_id)


def _priced(lake_id: str, charge: str, tax: str, tax_mode: str | None) -> Item:
    return Item(
        id=lake_id, charge=Decimal(charge), tax=Decimal(tax), tax_inclusive=tax_mode == "TaxInclusive"
    )
