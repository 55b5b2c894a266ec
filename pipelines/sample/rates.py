"""How often what happens by chance: every share in one place. Damage has its own table; roles are planned (cast)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class People:
    other_recipient: float = 0.1
    orphaned_parent: float = 0.002


@dataclass(frozen=True, kw_only=True)
class Chains:
    """Shares of the subscriptions of the first load, by what became of them."""

    cancelled_now: float = 0.07
    cancelled_later: float = 0.04
    cancelled_at_start: float = 0.015
    switched: float = 0.04
    transferred: float = 0.006
    price_increase: float = 0.04
    draft: float = 0.004
    forgotten_latest_flag: float = 0.01  # of superseded versions
    months_back: tuple[tuple[int, float], ...] = ((6, 0.5), (11, 0.3), (23, 0.15), (47, 0.05))


@dataclass(frozen=True, kw_only=True)
class Money:
    """Shares of bills by how they were settled, and of payments by what was given back."""

    payment_failed: float = 0.012
    payment_pending: float = 0.006
    unpaid: float = 0.01
    overpaid: float = 0.005
    refunded_fully: float = 0.001
    refunded_partly: float = 0.001
    charged_back: float = 0.0005
    goodwill: float = 0.001
    written_off: float = 0.3  # of bills unpaid
    orphaned_method: float = 0.003


@dataclass(frozen=True, kw_only=True)
class Day:
    """Shares of all customers to whom it happens on one day."""

    moved: float = 0.003
    cancelled: float = 0.002
    refunded: float = 0.002
    goodwill: float = 0.001
    switched: float = 0.0007
    transferred: float = 0.0002
    soft_deleted: float = 0.001
    hard_deleted: float = 0.001
    new_subscriptions: float = 0.003  # of the first load's subscriptions


@dataclass(frozen=True, kw_only=True)
class Feed:
    """Shares of a file's rows that the feed itself delivers oddly, undamaged."""

    duplicate: float = 0.002  # again in the same file
    redelivered: float = 0.004  # again on the next day
    late: float = 0.002  # a day late
    stale: float = 0.02  # of changed rows: the older version comes again a day later
    same_cursor: float = 0.0005  # other content under the same key and cursor
    kept_at_most: int = 2000  # rows a table carries over to the next day


PEOPLE, CHAINS, MONEY, DAY, FEED = People(), Chains(), Money(), Day(), Feed()
MONTHLY_BILLS, OTHER_BILLS = 3, 3  # the first load holds no more than the last few bills of a subscription
