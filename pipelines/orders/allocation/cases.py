"""The case suite `refund`: an account's money rows, and what became of its refunds and credit memos. Pure.

The rows of a case are a ledger in which little need be said. What is missing is filled in: the currency is the
case's, the account is `A`, a document number is the id. Rows of one id are one row, the one with the newest
`updated_date`; deleted rows are left out. Application rows mostly have no id: equal ones are the same row delivered
twice, unless one with the sign turned stands among them, then all of them are steps of a history.

A case has **one** answer for all of its refunds and memos:

- `outcome`: quarantine if anything is; else allocated if any money was placed; else pending, reversed, ignored.
- `kind`: of the refunds with that outcome, else of the memos with it: chargeback before goodwill before
  credit_balance_refund; else refund if every invoice in `allocations` ends with net paid 0, partial_refund if not
  (a credit that is neither goodwill nor a refund has no word of its own in a case file).
- `allocations`: by invoice, the sum over refunds and memos, but what a memo mirrors does not count again.
- `unallocated`: the sum over both, in the case's currency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hub.cases import CaseResult
from hub.money import major
from pipelines.orders.allocation import vocabulary as words
from pipelines.orders.allocation.allocate import Allocation, Reckoning, reckon
from pipelines.orders.allocation.ledger import (
    CreditBalanceAdjustment,
    CreditMemo,
    CreditMemoApplication,
    Invoice,
    Ledger,
    Payment,
    PaymentApplication,
    Refund,
    RefundApplication,
)

COMPARED = ("outcome", "kind", "allocations", "unallocated")
OUTCOMES = (words.QUARANTINE, words.ALLOCATED, words.PENDING, words.REVERSED, words.IGNORED)  # first wins
KINDS = (words.CHARGEBACK, words.GOODWILL, words.CREDIT_BALANCE_REFUND)  # first wins
ACCOUNT = "A"
LONG_AGO = datetime.min.replace(tzinfo=UTC)

Row = Mapping[str, Any]


def run(content: Any) -> Iterator[CaseResult]:
    """Every case's result."""
    for case in content["cases"]:
        expected, got = case["expected"], answer(case)
        ok = all(expected[key] == got[key] for key in COMPARED)
        yield CaseResult(id=str(case["id"]), ok=ok, expected=expected, got=got)


def answer(case: Row) -> dict[str, Any]:
    """The one answer for a case, in the shape of its `expected`."""
    currency = case["currency"]
    rows = {name: _current(given) for name, given in case["input"].items()}
    reckoning = reckon(ledger_of(rows, currency))
    found = reckoning.allocations
    outcome = min((one.outcome for one in found), key=OUTCOMES.index, default=words.IGNORED)
    amounts: Counter[str] = Counter()
    for one in found:
        amounts.update(dict(one.amounts))
    flags = {flag for one in found for flag in one.flags}
    if any(len({_id(row) for row in rows[name]}) < len(given) for name, given in case["input"].items()):
        flags.add("duplicate_rows")
    unallocated = sum((one.unallocated for one in found if one.currency == currency), major(0, currency))
    return {
        "outcome": outcome,
        "kind": _kind([one for one in found if one.outcome == outcome], amounts, reckoning),
        "allocations": {id: str(amount) for id, amount in sorted(amounts.items())},
        "unallocated": str(unallocated),
        "flags": sorted(flags),
    }


def _kind(found: Sequence[Allocation], invoices: Iterable[str], reckoning: Reckoning) -> str:
    refunds = {one.kind for one in found if one.source == "refund"}
    kinds = refunds or {one.kind for one in found}
    for kind in KINDS:
        if kind in kinds:
            return kind
    net_paid = {one.invoice_id: one.net_paid for one in reckoning.standings}
    return words.REFUND if not any(net_paid[id] for id in invoices) else words.PARTIAL_REFUND


def _current(given: Sequence[Row]) -> list[Row]:
    """The rows of the newest `updated_date` of each id, without deleted ones; then those that have no id."""
    newest: dict[str, datetime] = {}
    for row in given:
        if id := _id(row):
            newest[id] = max(_updated(row), newest.get(id, LONG_AGO))
    latest = [row for row in given if (id := _id(row)) and _updated(row) == newest[id]]
    deleted = {_id(row) for row in latest if _is_deleted(row)}
    rows = [row for row in latest if _id(row) not in deleted]
    return rows + _steps([row for row in given if not _id(row) and not _is_deleted(row)])


def _id(row: Row) -> str | None:
    return row.get("id") or row.get("number")


def _is_deleted(row: Row) -> bool:
    return str(row.get("is_deleted")).casefold() in ("true", "1")


def _updated(row: Row) -> datetime:
    text = row.get("updated_date")
    moment = datetime.fromisoformat(text) if text else LONG_AGO
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _steps(rows: Sequence[Row]) -> list[Row]:
    """Rows without an id: equal ones once, unless one undoes them; each gets its content as its id."""
    moves = {(_target(row), _applied(row)) for row in rows}
    times: Counter[str] = Counter()
    kept: list[Row] = []
    for row in rows:
        content = repr(sorted(row.items(), key=lambda item: item[0]))
        times[content] += 1
        if times[content] == 1 or (_target(row), -_applied(row)) in moves:
            kept.append({**row, "id": f"{content}#{times[content]}"})
    return kept


def _target(row: Row) -> tuple[Any, ...]:
    names = ("refund_id", "payment_id", "payment_application_id", "credit_memo_id", "invoice_id")
    return tuple(row.get(name) for name in names)


def _applied(row: Row) -> Decimal:
    return Decimal(_first(row, "apply_amount", "amount", "refund_amount"))


def _first(row: Row, *names: str) -> Any:
    """The first of these columns that says something; one of them must be there."""
    given = [row[name] for name in names if name in row]
    if not given:
        raise KeyError(names[0])
    return next((value for value in given if value is not None), None)


def _day(row: Row, name: str) -> date | None:
    return date.fromisoformat(row[name][:10]) if row.get(name) else None


def ledger_of(rows: Mapping[str, Sequence[Row]], currency: str) -> Ledger:
    """The rows of a case as a ledger."""
    return Ledger(
        invoices=tuple(_invoice(row, currency) for row in rows.get("invoices", ())),
        payments=tuple(_payment(row, currency) for row in rows.get("payments", ())),
        payment_applications=tuple(
            PaymentApplication(
                id=row["id"],
                payment_id=row["payment_id"],
                invoice_id=row.get("invoice_id"),
                amount=_applied(row),
                status=row.get("application_status") or row.get("status"),
            )
            for row in rows.get("payment_applications", ())
        ),
        credit_memos=tuple(_memo(row, currency) for row in rows.get("credit_memos", ())),
        credit_memo_applications=tuple(
            CreditMemoApplication(
                id=row["id"],
                credit_memo_id=row["credit_memo_id"],
                invoice_id=row.get("invoice_id"),
                amount=_applied(row),
                date=_day(row, "effective_date"),
            )
            for row in rows.get("credit_memo_applications", ())
        ),
        refunds=tuple(_refund(row) for row in rows.get("refunds", ())),
        refund_applications=tuple(
            RefundApplication(
                id=row["id"],
                refund_id=row["refund_id"],
                amount=_applied(row),
                payment_id=row.get("payment_id"),
                payment_application_id=row.get("payment_application_id"),
                invoice_id=row.get("invoice_id"),
                credit_memo_id=row.get("credit_memo_id"),
            )
            for row in rows.get("refund_applications", ())
        ),
        credit_balance_adjustments=tuple(
            _adjustment(row) for row in rows.get("credit_balance_adjustments", ())
        ),
    )


def _invoice(row: Row, currency: str) -> Invoice:
    return Invoice(
        id=row["id"],
        number=row.get("number") or row.get("invoice_number") or row["id"],
        account_id=row.get("account_id") or ACCOUNT,
        date=_day(row, "invoice_date") or date.max,
        amount=Decimal(row["amount"]),
        currency=row.get("currency") or currency,
        status=row.get("status") or "Posted",
        balance=Decimal(row["balance"]) if row.get("balance") else None,
    )


def _payment(row: Row, currency: str) -> Payment:
    return Payment(
        id=row["id"],
        account_id=row.get("account_id") or ACCOUNT,
        date=_day(row, "effective_date") or date.min,
        amount=Decimal(row["amount"]),
        currency=row.get("currency") or currency,
        status=row["status"],
        type=row.get("type") or "Electronic",
        gateway_state=row.get("gateway_state"),
    )


def _memo(row: Row, currency: str) -> CreditMemo:
    return CreditMemo(
        id=row["id"],
        number=row.get("number") or row.get("memo_number") or row["id"],
        account_id=row.get("account_id") or ACCOUNT,
        date=_day(row, "memo_date") or date.max,
        total=Decimal(_first(row, "total_amount", "amount")),
        currency=row.get("currency") or currency,
        status=row["status"],
        invoice_id=row.get("referred_invoice_id") or row.get("invoice_id"),
        reason_code=row.get("reason_code"),
    )


def _refund(row: Row) -> Refund:
    cancelled = row.get("cancelled_on")
    return Refund(
        id=row["id"],
        account_id=row.get("account_id") or ACCOUNT,
        amount=Decimal(row["amount"]),
        currency=row.get("currency"),
        status=row["status"],
        type=row["type"],
        source_type=row["source_type"],
        date=_day(row, "refund_date"),
        reason_code=row.get("reason_code"),
        cancelled_at=datetime.fromisoformat(cancelled) if cancelled else None,
    )


def _adjustment(row: Row) -> CreditBalanceAdjustment:
    return CreditBalanceAdjustment(
        number=row["id"] if "id" in row else row["number"],
        type=row["type"],
        amount=Decimal(row["amount"]),
        invoice_id=row.get("invoice_id"),
        status=row["status"],
        reason_code=row.get("reason_code"),
    )
