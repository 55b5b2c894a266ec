"""The rows of some chains, found by what documents look for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from pipelines.billing.chains import Chain, SoftLink, version_on
from pipelines.orders.rows import (
    AccountRow,
    CataloguePlanRow,
    ChargeClassRow,
    ChargeRow,
    ContactRow,
    InvoiceRow,
    ItemClassRow,
    ItemRow,
    MemoApplicationRow,
    MemoRow,
    MethodRow,
    PaymentApplicationRow,
    PaymentRow,
    PlanClassRow,
    PlanRow,
    ProductRow,
    RefundApplicationRow,
    RefundRow,
    SubscriptionClassRow,
    SubscriptionRow,
    VerdictRow,
)

RowT = TypeVar("RowT")
Application = PaymentApplicationRow | RefundApplicationRow | MemoApplicationRow


@dataclass(kw_only=True)
class Money:
    """The money of some accounts and of all that it is linked with, by id.

    `gone` are the refunds and memos (source, id) that were deleted upstream.
    """

    gone: set[tuple[str, str]] = field(default_factory=set)
    invoices: dict[str, InvoiceRow] = field(default_factory=dict)
    payments: dict[str, PaymentRow] = field(default_factory=dict)
    payment_applications: dict[str, PaymentApplicationRow] = field(default_factory=dict)
    refunds: dict[str, RefundRow] = field(default_factory=dict)
    refund_applications: dict[str, RefundApplicationRow] = field(default_factory=dict)
    memos: dict[str, MemoRow] = field(default_factory=dict)
    memo_applications: dict[str, MemoApplicationRow] = field(default_factory=dict)


@dataclass(kw_only=True)
class Chunk:
    """Some chains on one day, with every row that their documents are made of.

    Rows are found by their id, classes by their key; `plans` by subscription, `charges` by plan, `items` by
    invoice (those of other orders too), `billed` are the invoices of a version, `soft_links` those of a chain.
    """

    tenant: str
    on: date
    chains: list[Chain]
    versions: dict[str, SubscriptionRow]
    soft_links: dict[str, list[SoftLink]] = field(default_factory=dict)
    plans: dict[str, list[PlanRow]] = field(default_factory=dict)
    charges: dict[str, list[ChargeRow]] = field(default_factory=dict)
    catalogue_plans: dict[str, CataloguePlanRow] = field(default_factory=dict)
    products: dict[str, ProductRow] = field(default_factory=dict)
    items: dict[str, list[ItemRow]] = field(default_factory=dict)
    billed: dict[str, list[str]] = field(default_factory=dict)
    money: Money = field(default_factory=Money)
    accounts: dict[str, AccountRow] = field(default_factory=dict)
    contacts: dict[str, ContactRow] = field(default_factory=dict)
    methods: dict[str, MethodRow] = field(default_factory=dict)
    subscription_classes: dict[str, SubscriptionClassRow] = field(default_factory=dict)
    plan_classes: dict[str, PlanClassRow] = field(default_factory=dict)
    charge_classes: dict[str, ChargeClassRow] = field(default_factory=dict)
    item_classes: dict[str, ItemClassRow] = field(default_factory=dict)
    verdicts: dict[str, VerdictRow] = field(default_factory=dict)

    @cached_property
    def in_force(self) -> dict[str, str]:
        """By root, the version that holds on the day: one made for a later day does not hold yet."""
        held = {chain.root: version_on(chain, self.on) for chain in self.chains}
        return {root: version.id for root, version in held.items() if version}

    @cached_property
    def links(self) -> Links:
        return Links(self.money)


class Links:
    """Which money a chunk's invoices lead to, each way looked up once."""

    def __init__(self, money: Money) -> None:
        applied, refunded = money.payment_applications.values(), money.refund_applications.values()
        credited = money.memo_applications.values()
        self.applied = grouped(applied, lambda row: row.invoice_id)
        self._refunded = grouped(refunded, lambda row: row.invoice_id)
        self._refunded_from = grouped(refunded, lambda row: row.payment_id)
        self._refunded_through = grouped(refunded, lambda row: row.payment_application_id)
        self._credited = grouped(credited, lambda row: row.invoice_id)
        self._referred = grouped(money.memos.values(), lambda row: row.invoice_id)
        self._of_refund = grouped(refunded, lambda row: row.refund_id)
        self._of_memo = grouped(refunded, lambda row: row.credit_memo_id)
        self._of_payment = grouped(applied, lambda row: row.payment_id)
        self._memo_applied = grouped(credited, lambda row: row.credit_memo_id)
        self._payment_applications = money.payment_applications
        self._memos = money.memos

    def invoices(self, source: str, lake_id: str) -> set[str]:
        """The invoices that a refund, or a credit memo (source "credit_memo"), is found by: the other way round."""
        of_refund = source == "refund"
        applications = (self._of_refund if of_refund else self._of_memo).get(lake_id, ())
        found = {row.invoice_id for row in applications}
        for row in applications:
            found |= {each.invoice_id for each in self._of_payment.get(row.payment_id or "", ())}
            if through := self._payment_applications.get(row.payment_application_id or ""):
                found.add(through.invoice_id)
        if not of_refund:
            found |= {row.invoice_id for row in self._memo_applied.get(lake_id, ())}
            if memo := self._memos.get(lake_id):
                found.add(memo.invoice_id)
        return {invoice for invoice in found if invoice}

    def refunds(self, invoices: Iterable[str]) -> set[str]:
        """The refunds that name one of the invoices, or a payment that was applied to one."""
        return {row.refund_id for row in self._applications(invoices)}

    def memos(self, invoices: Iterable[str]) -> set[str]:
        """The credit memos that were applied to one of the invoices or refer to one."""
        named = {row.credit_memo_id for row in self._applications(invoices) if row.credit_memo_id}
        for invoice in invoices:
            named |= {row.credit_memo_id for row in self._credited.get(invoice, ())}
            named |= {row.lake_id for row in self._referred.get(invoice, ())}
        return named

    def applications(self, invoices: Collection[str]) -> Iterator[Application]:
        """What was applied to one of the invoices, or was taken back from it."""
        for invoice in invoices:
            yield from self.applied.get(invoice, ())
            yield from self._credited.get(invoice, ())
        yield from self._applications(invoices)

    def _applications(self, invoices: Iterable[str]) -> Iterator[RefundApplicationRow]:
        for invoice in invoices:
            yield from self._refunded.get(invoice, ())
            for row in self.applied.get(invoice, ()):
                yield from self._refunded_from.get(row.payment_id, ())
                yield from self._refunded_through.get(row.lake_id, ())


def grouped(rows: Iterable[RowT], key: Callable[[RowT], str | None]) -> dict[str, list[RowT]]:
    """Rows by what they name; those that name nothing are left out."""
    groups: dict[str, list[RowT]] = defaultdict(list)
    for row in rows:
        if (value := key(row)) is not None:
            groups[value].append(row)
    return groups
