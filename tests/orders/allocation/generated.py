"""Ledgers with every kind of row mixed, as strategies. Amounts are whole minor units, small enough to collide."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from hub.money import decimals
from pipelines.orders.allocation.ledger import (
    CreditBalanceAdjustment,
    CreditMemo,
    CreditMemoApplication,
    Invoice,
    Payment,
    PaymentApplication,
    Refund,
    RefundApplication,
)

CURRENCIES = ("JPY", "EUR", "KWD")
ANOTHER = {"JPY": "KRW", "EUR": "GBP", "KWD": "BHD"}  # with as many decimals
DAYS = st.integers(0, 500).map(lambda day: date(2024, 1, 1) + timedelta(days=day))
ACCOUNTS = st.sampled_from(["A", "A", "A", "B"])
INVOICES, PAYMENTS, MEMOS, REFUNDS = (
    [f"{letter}{number}" for number in range(1, 4)] for letter in ("I", "P", "C", "R")
)
STEPS = [f"s{number}" for number in range(12)]


MAYBE_INVOICE = st.none() | st.sampled_from(INVOICES)
REASONS = st.sampled_from([None, "Standard Refund", "Goodwill", "Chargeback", "Write-off", "Cancellation"])


def rows_of(currency: str) -> st.SearchStrategy[Any]:
    """One row of any kind; it may refer to rows that are not there, and be in another currency now and then."""
    digits = decimals(currency)
    money = st.integers(0, 60).map(lambda units: Decimal(units).scaleb(-digits))
    signed = st.integers(-20, 60).map(lambda units: Decimal(units).scaleb(-digits))
    currencies = st.sampled_from([currency] * 9 + [ANOTHER[currency]])
    invoices = st.builds(
        Invoice,
        id=st.sampled_from(INVOICES),
        number=st.sampled_from(["INV1", "INV2"]),
        account_id=ACCOUNTS,
        date=DAYS,
        amount=signed,
        currency=currencies,
    )
    payments = st.builds(
        Payment,
        id=st.sampled_from(PAYMENTS),
        account_id=ACCOUNTS,
        date=DAYS,
        amount=money,
        currency=currencies,
        status=st.sampled_from(["Processed"] * 6 + ["Processing", "Voided", "Error"]),
        type=st.sampled_from(["Electronic", "External"]),
        gateway_state=st.sampled_from([None, None, None, "Settled", "FailedToSettle"]),
    )
    memos = st.builds(
        CreditMemo,
        id=st.sampled_from(MEMOS),
        number=st.sampled_from(MEMOS),
        account_id=ACCOUNTS,
        date=DAYS,
        total=signed,
        currency=currencies,
        status=st.sampled_from(["Posted"] * 5 + ["Draft", "Canceled"]),
        invoice_id=MAYBE_INVOICE,
        reason_code=REASONS,
    )
    refunds = st.builds(
        Refund,
        id=st.sampled_from(REFUNDS),
        account_id=st.sampled_from(["A", "A", "B", ""]),
        amount=signed,
        currency=st.sampled_from([None] + [currency] * 6 + [ANOTHER[currency]]),
        status=st.sampled_from(["Processed"] * 6 + ["Processing", "Error", "Canceled"]),
        type=st.sampled_from(["Electronic", "External"]),
        source_type=st.sampled_from(["Payment", "Payment", "CreditMemo", "CreditBalance"]),
        date=st.none() | DAYS,
        reason_code=REASONS,
    )
    applied = st.builds(
        PaymentApplication,
        id=st.sampled_from(STEPS),
        payment_id=st.sampled_from(PAYMENTS),
        invoice_id=MAYBE_INVOICE,
        amount=signed,
        status=st.sampled_from([None, None, "Applied", "Unapplied"]),
    )
    drawn = st.builds(
        RefundApplication,
        id=st.sampled_from(STEPS),
        refund_id=st.sampled_from(REFUNDS),
        amount=signed,
        payment_id=st.none() | st.sampled_from(PAYMENTS),
        payment_application_id=st.sampled_from([None, None, None, *STEPS[:2]]),
        invoice_id=MAYBE_INVOICE,
        credit_memo_id=st.sampled_from([None, None, *MEMOS]),
    )
    credited = st.builds(
        CreditMemoApplication,
        id=st.sampled_from(STEPS),
        credit_memo_id=st.sampled_from(MEMOS),
        invoice_id=MAYBE_INVOICE,
        amount=signed,
        date=st.none() | DAYS,
    )
    adjustments = st.builds(
        CreditBalanceAdjustment,
        number=st.sampled_from(STEPS[:3]),
        type=st.sampled_from(["Increase", "Decrease"]),
        amount=money,
        invoice_id=MAYBE_INVOICE,
        status=st.sampled_from(["Processed", "Canceled"]),
    )
    return st.one_of(invoices, payments, applied, refunds, drawn, memos, credited, adjustments)


def each_once(rows: list[Any]) -> list[Any]:
    """The first row of each kind and id."""
    found: dict[Any, Any] = {}
    for row in rows:
        found.setdefault((type(row), getattr(row, "id", None) or row.number), row)
    return list(found.values())


def sound_rows(currency: str) -> st.SearchStrategy[list[Any]]:
    """Rows that join: invoices paid by two payments, two refunds of them, a memo. Now and then one is not there."""
    digits = decimals(currency)
    money = st.integers(1, 60).map(lambda units: Decimal(units).scaleb(-digits))
    base = {"account_id": st.just("A"), "date": DAYS, "currency": st.just(currency)}
    rows: list[st.SearchStrategy[Any]] = [
        st.builds(Invoice, id=st.just(id), number=st.just("INV1"), amount=money, **base) for id in INVOICES
    ]
    rows += [
        st.builds(Payment, id=st.just(id), amount=money, status=st.just("Processed"), **base)
        for id in PAYMENTS[:2]
    ]
    rows += [
        st.builds(
            PaymentApplication,
            id=st.just(STEPS[place]),
            payment_id=st.sampled_from(PAYMENTS[:2]),
            invoice_id=st.sampled_from(INVOICES),
            amount=money,
        )
        for place in range(4)
    ]
    rows += [
        st.builds(
            Refund,
            id=st.just(id),
            amount=money,
            status=st.just("Processed"),
            type=st.just("External"),
            source_type=st.sampled_from(["Payment", "CreditMemo", "CreditBalance"]),
            reason_code=REASONS,
            **base,
        )
        for id in REFUNDS
    ]
    rows += [
        st.builds(
            RefundApplication,
            id=st.just(STEPS[place]),
            refund_id=st.just(id),
            amount=money,
            payment_id=st.sampled_from([None, *PAYMENTS[:2]]),
            invoice_id=MAYBE_INVOICE,
            credit_memo_id=st.sampled_from([None, None, MEMOS[0]]),
        )
        for place, id in enumerate(REFUNDS)
    ]
    memo = {"id": st.just("C1"), "number": st.just("C1"), "total": money, "status": st.just("Posted")}
    rows.append(st.builds(CreditMemo, invoice_id=MAYBE_INVOICE, reason_code=REASONS, **memo, **base))
    rows += [
        st.builds(
            CreditMemoApplication,
            id=st.just(STEPS[place]),
            credit_memo_id=st.just("C1"),
            invoice_id=st.sampled_from(INVOICES),
            amount=money,
            date=st.none() | DAYS,
        )
        for place in range(2)
    ]
    missing = st.none()
    drawn = [st.one_of(*[row] * 11, missing) for row in rows]
    return st.tuples(*drawn).map(lambda found: [row for row in found if row])


ANY_ROWS = st.one_of(*(st.lists(rows_of(currency), max_size=40) for currency in CURRENCIES))
LEDGER_ROWS = st.one_of(
    *(
        st.tuples(sound_rows(currency), st.lists(rows_of(currency), max_size=12)).map(
            lambda both: each_once([*both[0], *both[1]])
        )
        for currency in CURRENCIES
    )
)
