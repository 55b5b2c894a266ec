"""Everything that the documents of some chains are made of, in a number of queries that does not grow with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from operator import attrgetter
from typing import Any

from pipelines.billing.chains import soft_links
from pipelines.billing.entities import InvoiceItem, Subscription
from pipelines.engine.lookup import texts_by
from pipelines.orders.chunk import Chunk, Money, grouped
from pipelines.orders.lookup import Reader, RowT, is_gone
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
    VerdictRow,
)
from pipelines.orders.versions import chains_of, households, owners_of, roots_of

ROUNDS = 8  # how far money is followed from account to account; real chains of accounts are one or two long


def read_chunk(reader: Reader, roots: Iterable[str], on: date, zone: str) -> Chunk:
    """The chains with these roots, and all that their documents need."""
    chains, versions = chains_of(reader, roots, zone)
    own = {version.id: versions[version.id] for chain in chains for version in chain.versions}
    chunk = Chunk(tenant=reader.tenant, on=on, chains=chains, versions=own)
    _read_people(reader, chunk)
    _read_contracts(reader, chunk)
    _read_bills(reader, chunk)
    _read_money(reader, chunk)
    _read_classes(reader, chunk)
    _find_links(reader, chunk, zone)
    return chunk


def _read_people(reader: Reader, chunk: Chunk) -> None:
    """The owners with their contacts and payment methods."""
    versions = chunk.versions.values()
    chunk.accounts = _by_id(reader.by_id(AccountRow, {row.account_id for row in versions}))
    contacts = {row.bill_to_contact_id for row in versions} | {row.sold_to_contact_id for row in versions}
    for account in chunk.accounts.values():
        contacts |= {account.bill_to_contact_id, account.sold_to_contact_id}
    chunk.contacts = _by_id(reader.by_id(ContactRow, contacts))
    methods = {account.default_payment_method_id for account in chunk.accounts.values()}
    chunk.methods = _by_id(reader.by_id(MethodRow, methods))


def _read_contracts(reader: Reader, chunk: Chunk) -> None:
    """Plans, charges and catalogue names of the versions in force."""
    plans = list(reader.by(PlanRow, "subscription_id", chunk.in_force.values()))
    chunk.plans = grouped(plans, attrgetter("subscription_id"))
    charges = reader.by(ChargeRow, "rate_plan_id", [plan.lake_id for plan in plans])
    chunk.charges = grouped(charges, attrgetter("rate_plan_id"))
    offered = {plan.product_rate_plan_id for plan in plans}
    chunk.catalogue_plans = _by_id(reader.by_id(CataloguePlanRow, offered, gone=True))
    products = {plan.product_id for plan in plans}
    products |= {plan.product_id for plan in chunk.catalogue_plans.values()}
    chunk.products = _by_id(reader.by_id(ProductRow, products, gone=True))


def _read_bills(reader: Reader, chunk: Chunk) -> None:
    """Which invoices bill which version, and all items of those: the weights of a share need those of others."""
    names = ("invoice_id", "subscription_id")
    found = texts_by(InvoiceItem, "subscription_id", chunk.versions, names, tenant=reader.tenant)
    for version, invoice in sorted({(str(version), str(invoice)) for invoice, version in found}):
        chunk.billed.setdefault(version, []).append(invoice)
    billed = {invoice for invoices in chunk.billed.values() for invoice in invoices}
    chunk.items = grouped(reader.by(ItemRow, "invoice_id", billed), attrgetter("invoice_id"))


def _read_classes(reader: Reader, chunk: Chunk) -> None:
    current = {chain.current.id for chain in chunk.chains if chain.current}
    plans = {plan.lake_id for rows in chunk.plans.values() for plan in rows}
    charges = {charge.lake_id for rows in chunk.charges.values() for charge in rows}
    items = {item.lake_id for item in _own_items(chunk)}
    chunk.subscription_classes = _by_key(reader.classes(SubscriptionClassRow, current))
    chunk.plan_classes = _by_key(reader.classes(PlanClassRow, plans))
    chunk.charge_classes = _by_key(reader.classes(ChargeClassRow, charges))
    chunk.item_classes = _by_key(reader.classes(ItemClassRow, items))
    owners = {row.account_id for row in chunk.versions.values()}  # also those that are not there any more
    chunk.verdicts = _by_key(reader.classes(VerdictRow, owners))


def _own_items(chunk: Chunk) -> Iterator[ItemRow]:
    for rows in chunk.items.values():
        yield from (row for row in rows if row.subscription_id in chunk.versions)


def _find_links(reader: Reader, chunk: Chunk, zone: str) -> None:
    """The orders that seem to follow one another, among those that accounts have in common with each other.

    All that could claim a place in a link are looked at, so that a link does not depend on who else is asked for.
    """
    chains = {chain.root: chain for chain in chunk.chains}
    accounts: set[str] = set()
    for _ in range(ROUNDS):
        fresh = {owner for chain in chains.values() for owner in owners_of(chain)} - accounts
        if not fresh:
            break
        accounts |= fresh
        named = texts_by(Subscription, "account_id", fresh, ["lake_id", "original_id"], tenant=reader.tenant)
        versions = {lake_id: root for lake_id, root in named if lake_id and root not in chains}
        others = {root for root in versions.values() if root}
        nameless = [lake_id for lake_id, root in versions.items() if root is None]
        if nameless:
            others |= roots_of(reader, nameless) - chains.keys()
        if others:
            chains |= {chain.root: chain for chain in chains_of(reader, others, zone)[0]}
    for household in households(chains.values()):
        for link in soft_links(household):
            chunk.soft_links.setdefault(link.before, []).append(link)
            chunk.soft_links.setdefault(link.after, []).append(link)


def _read_money(reader: Reader, chunk: Chunk) -> None:
    """All money of the owners and the bills and, where it is linked with that of others, of those too."""
    money, known = chunk.money, set[str]()
    fresh = {row.account_id for row in chunk.versions.values() if row.account_id}
    billed = {invoice for invoices in chunk.billed.values() for invoice in invoices}
    ownerless = 0  # refunds may name no account, and still lead to further money
    for _ in range(ROUNDS):
        _read_accounts(reader, money, fresh)
        money.invoices |= _by_id(reader.by_id(InvoiceRow, billed - money.invoices.keys()))
        _read_applications(reader, money)
        _read_named(reader, money)
        known |= fresh
        fresh = {row.account_id for row in _owned(money) if row.account_id} - known
        if not fresh and ownerless == (ownerless := _ownerless(money)):
            return
        billed = set()  # they are there by now, or gone


def _ownerless(money: Money) -> int:
    return sum(row.account_id is None for row in _owned(money))


def _read_accounts(reader: Reader, money: Money, accounts: set[str]) -> None:
    money.invoices |= _by_id(reader.by(InvoiceRow, "account_id", accounts))
    money.payments |= _by_id(reader.by(PaymentRow, "account_id", accounts))
    refunds = list(reader.by(RefundRow, "account_id", accounts, gone=True))
    memos = list(reader.by(MemoRow, "account_id", accounts, gone=True))
    _sort_out(money, refunds, memos)


def _sort_out(money: Money, refunds: list[RefundRow], memos: list[MemoRow]) -> None:
    """Those that count, and those that were deleted: a deleted one may have lost its account, never its id."""
    money.refunds |= _by_id(row for row in refunds if not is_gone(row))
    money.memos |= _by_id(row for row in memos if not is_gone(row))
    money.gone |= {("refund", row.lake_id) for row in refunds if is_gone(row)}
    money.gone |= {("credit_memo", row.lake_id) for row in memos if is_gone(row)}


def _read_applications(reader: Reader, money: Money) -> None:
    applied, refunded, credited = PaymentApplicationRow, RefundApplicationRow, MemoApplicationRow
    money.payment_applications |= _by_id(reader.by(applied, "payment_id", money.payments))
    money.payment_applications |= _by_id(reader.by(applied, "invoice_id", money.invoices))
    money.refund_applications |= _by_id(reader.by(refunded, "refund_id", money.refunds))
    money.refund_applications |= _by_id(reader.by(refunded, "payment_id", money.payments))
    money.refund_applications |= _by_id(reader.by(refunded, "invoice_id", money.invoices))
    through = money.payment_applications
    money.refund_applications |= _by_id(reader.by(refunded, "payment_application_id", through))
    money.refund_applications |= _by_id(reader.by(refunded, "credit_memo_id", money.memos))
    money.memo_applications |= _by_id(reader.by(credited, "credit_memo_id", money.memos))
    money.memo_applications |= _by_id(reader.by(credited, "invoice_id", money.invoices))


def _read_named(reader: Reader, money: Money) -> None:
    """What the applications name that is not there yet."""
    applied, credited = money.payment_applications.values(), money.memo_applications.values()
    refunded = money.refund_applications.values()
    payments = {row.payment_id for row in applied} | {row.payment_id for row in refunded}
    memos = {row.credit_memo_id for row in credited} | {row.credit_memo_id for row in refunded}
    refunds = {row.refund_id for row in refunded}
    invoices = {row.invoice_id for row in applied} | {row.invoice_id for row in refunded}
    invoices |= {row.invoice_id for row in credited}
    money.payments |= _by_id(reader.by_id(PaymentRow, payments - money.payments.keys()))
    _sort_out(money, list(reader.by_id(RefundRow, refunds - money.refunds.keys(), gone=True)), [])
    _sort_out(money, [], list(reader.by_id(MemoRow, memos - money.memos.keys(), gone=True)))
    money.invoices |= _by_id(reader.by_id(InvoiceRow, invoices - money.invoices.keys()))


def _owned(money: Money) -> Iterator[InvoiceRow | PaymentRow | RefundRow | MemoRow]:
    yield from money.invoices.values()
    yield from money.payments.values()
    yield from money.refunds.values()
    yield from money.memos.values()


def _by_id(rows: Iterable[RowT]) -> dict[str, RowT]:
    found: Iterable[Any] = rows
    return {row.lake_id: row for row in found}


def _by_key(rows: Iterable[RowT]) -> dict[str, RowT]:
    found: Iterable[Any] = rows
    return {row.key: row for row in found}
