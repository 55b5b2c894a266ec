"""The document of one order: order/1, or the tombstone of one that nobody may have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hub.canonical import checksum_of, sorted_json
from pipelines.billing.chains import Chain, State, state_of
from pipelines.orders.allocation.balance import check_standing
from pipelines.orders.chunk import Chunk
from pipelines.orders.document import contract, money
from pipelines.orders.document.customer import customer
from pipelines.orders.document.entry import Entry, known
from pipelines.orders.document.sources import batches, batches_of_versions
from pipelines.orders.draft import DELETED, TEST, Draft
from pipelines.orders.reckoning import Reckoned
from pipelines.orders.rows import InvoiceRow, SubscriptionRow
from pipelines.orders.versions import day

SCHEMA = "order/1"
PAST_DUE = "past_due"
BILLED = frozenset({"Posted"})  # invoices that a customer owes


def draft_of(chunk: Chunk, chain: Chain, reckoned: Reckoned) -> Draft:
    """The document of a chain on the chunk's day, with what stands beside it."""
    current = chunk.versions[chain.current.id] if chain.current else None
    if current is None:
        return tombstone_of(_bare(chunk, chain), DELETED)
    verdict = chunk.verdicts.get(f"{chunk.tenant}:{current.account_id}")
    if verdict and verdict.left_out == "true":
        return tombstone_of(_bare(chunk, chain), TEST)
    return _live(chunk, chain, current, reckoned)


def tombstone_of(draft: Draft, reason: str) -> Draft:
    """What stands in the place of a document that nobody may have."""
    bare = Draft(key=draft.key, number=draft.number, account_id=draft.account_id, batches=draft.batches)
    return _with_body(bare, _head(bare) | {"withdrawn": {"reason": reason}}, withheld=reason)


def _bare(chunk: Chunk, chain: Chain) -> Draft:
    """The draft of a chain before anything is said of it."""
    newest = chain.current or chain.versions[-1]
    return Draft(
        key=f"{chunk.tenant}:{chain.root}",
        number=newest.number,
        account_id=newest.account_id,
        batches=batches_of_versions(chunk, chain),
    )


def _head(draft: Draft) -> Entry:
    """What every document of an order begins with."""
    tenant = draft.key.partition(":")[0]
    return {"schema": SCHEMA, "key": draft.key, "tenant": tenant, "number": draft.number}


def _with_body(draft: Draft, body: Entry, **beside: Any) -> Draft:
    text = sorted_json(body)
    return replace(draft, text=text.decode(), fingerprint=checksum_of(text), **beside)


def _live(chunk: Chunk, chain: Chain, current: SubscriptionRow, reckoned: Reckoned) -> Draft:
    in_force = chunk.versions[chunk.in_force[chain.root]]
    versions = {version.id for version in chain.versions}
    invoices = money.own_invoices(chunk, versions)
    entries = [money.invoice_entry(chunk, row, versions, reckoned) for row in invoices]
    ids = {row.lake_id for row in invoices}
    due = _due_dates(invoices)
    usual = state_of(chain, chunk.on)
    state = _overdue(chain, chunk.on, due) or usual
    classes = chunk.subscription_classes.get(current.key)
    bare = _bare(chunk, chain)
    body = known(
        {
            **_head(bare),
            "customer": customer(
                chunk.accounts.get(current.account_id or ""), current, chunk.contacts, chunk.methods
            ),
            "country": classes and classes.country,
            "currency": current.currency,
            "funnel_step": (classes and classes.funnel_step) or contract.UNCLASSIFIED,
            "subscription_class": (classes and classes.subscription_class) or contract.UNCLASSIFIED,
            "promotion_code": current.promotion_code_c,
            "state": contract.state(state, renews=usual.reason == contract.RENEWS),
            "term": contract.term(in_force),
            "versions": contract.versions(chain),
            "events": contract.events(chain),
            "links": contract.links(chunk, chain),
            "plans": contract.plans(chunk, in_force),
            "invoices": [entry for entry, _ in entries],
            "payments": money.payments(chunk, ids),
            "refunds": money.refunds(chunk, ids, reckoned),
            "credit_notes": money.credit_notes(chunk, ids, reckoned),
            "totals": money.totals(
                (row.currency, sums) for row, (_, sums) in zip(invoices, entries, strict=True)
            ),
            "remarks": known({"cancel_reason": current.cancel_reason}),
            "anomalies": _anomalies(chunk, chain, invoices, reckoned),
        }
    )
    return _with_body(
        bare,
        body,
        batches=batches(chunk, chain, ids, body),
        state=state.value,
        subscription_class=body["subscription_class"],
        funnel_step=body["funnel_step"],
        refunds=len(body["refunds"]) + len(body["credit_notes"]),
        anomalies=len(body["anomalies"]),
        next_due_on=_next_due(chunk, chain, state, due),
    )


def _due_dates(invoices: Iterable[InvoiceRow]) -> list[date]:
    """When invoices that are still open by the platform's own balance were or will be due."""
    return [
        due
        for row in invoices
        if row.status in BILLED and Decimal(row.balance) > 0 and (due := day(row.due_date))
    ]


def _overdue(chain: Chain, on: date, due: Iterable[date]) -> State | None:
    """The state of an order with an invoice that was due before the day: since the day after the first of them."""
    first = min((day for day in due if day < on), default=None)
    if first is None:
        return None
    state = state_of(chain, on, overdue=True)
    return replace(state, since=first + timedelta(days=1)) if state.value == PAST_DUE else state


def _next_due(chunk: Chunk, chain: Chain, state: State, due: Iterable[date]) -> date | None:
    """The next day on which the document changes although no row does."""
    days = [state.next_due, *contract.turning_points(chunk, chain)]
    days += [each + timedelta(days=1) for each in due if each < date.max]
    return min((each for each in days if each and each > chunk.on), default=None)


def _anomalies(chunk: Chunk, chain: Chain, invoices: Iterable[InvoiceRow], reckoned: Reckoned) -> list[Entry]:
    """What was odd and stopped nothing: of the chain, and of its invoices' balances."""
    found: list[tuple[str, str, str | None]] = [(each.code, each.about, None) for each in chain.anomalies]
    for row in invoices:
        if money.is_owed(row) and (odd := check_standing(reckoned.standings[row.lake_id])):
            found.append((odd.code, row.lake_id, f"{odd.difference:f}"))
        if gap := money.gap_between_lines_and_invoice(chunk, row):
            found.append(("items_do_not_add_up", row.lake_id, f"{gap:f}"))
    return [
        known({"id": f"{code}:{about}", "code": code, "about": about, "difference": difference})
        for code, about, difference in sorted(set(found), key=lambda each: each[:2])
    ]
