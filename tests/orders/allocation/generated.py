"""Ledgers with every kind of row mixed, as strategies. Amounts are whole minor units, small enough to collide."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

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

Drawn: TypeAlias = st.SearchStrategy[Any]

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


def amounts(currency: str, *, least: int, most: int) -> Drawn:
    digits = decimals(currency)
    return st.integers(least, most).map(lambda units: Decimal(units).scaleb(-digits))


def given_or_owed(currency: str) -> Drawn:
    """An amount that may be negative."""
    return amounts(currency, least=-20, most=60)


def mostly(currency: str) -> Drawn:
    return st.sampled_from([currency] * 9 + [ANOTHER[currency]])


def any_invoice(currency: str) -> Drawn:
    return st.builds(
        Invoice,
        id=st.sampled_from(INVOICES),
        number=st.sampled_from(["INV1", "INV2"]),
        account_id=ACCOUNTS,
        date=DAYS,
        amount=given_or_owed(currency),
        currency=mostly(currency),
    )


def any_payment(currency: str) -> Drawn:
    return st.builds(
        Payment,
        id=st.sampled_from(PAYMENTS),
        account_id=ACCOUNTS,
        date=DAYS,
        amount=amounts(currency, least=0, most=60),
        currency=mostly(currency),
        status=st.sampled_from(["Processed"] * 6 + ["Processing", "Voided", "Error"]),
        type=st.sampled_from(["Electronic", "External"]),
        gateway_state=st.sampled_from([None, None, None, "Settled", "FailedToSettle"]),
    )


def any_payment_application(currency: str) -> Drawn:
    return st.builds(
        PaymentApplication,
        id=st.sampled_from(STEPS),
        payment_id=st.sampled_from(PAYMENTS),
        invoice_id=MAYBE_INVOICE,
        amount=given_or_owed(currency),
        status=st.sampled_from([None, None, "Applied", "Unapplied"]),
    )


def any_refund(currency: str) -> Drawn:
    return st.builds(
        Refund,
        id=st.sampled_from(REFUNDS),
        account_id=st.sampled_from(["A", "A", "B", ""]),
        amount=given_or_owed(currency),
        currency=st.sampled_from([None] + [currency] * 6 + [ANOTHER[currency]]),
        status=st.sampled_from(["Processed"] * 6 + ["Processing", "Error", "Canceled"]),
        type=st.sampled_from(["Electronic", "External"]),
        source_type=st.sampled_from(["Payment", "Payment", "CreditMemo", "CreditBalance"]),
        date=st.none() | DAYS,
        reason_code=REASONS,
    )


def any_refund_application(currency: str) -> Drawn:
    return st.builds(
        RefundApplication,
        id=st.sampled_from(STEPS),
        refund_id=st.sampled_from(REFUNDS),
        amount=given_or_owed(currency),
        payment_id=st.none() | st.sampled_from(PAYMENTS),
        payment_application_id=st.sampled_from([None, None, None, *STEPS[:2]]),
        invoice_id=MAYBE_INVOICE,
        credit_memo_id=st.sampled_from([None, None, *MEMOS]),
    )


def any_memo(currency: str) -> Drawn:
    return st.builds(
        CreditMemo,
        id=st.sampled_from(MEMOS),
        number=st.sampled_from(MEMOS),
        account_id=ACCOUNTS,
        date=DAYS,
        total=given_or_owed(currency),
        currency=mostly(currency),
        status=st.sampled_from(["Posted"] * 5 + ["Draft", "Canceled"]),
        invoice_id=MAYBE_INVOICE,
        reason_code=REASONS,
    )


def any_memo_application(currency: str) -> Drawn:
    return st.builds(
        CreditMemoApplication,
        id=st.sampled_from(STEPS),
        credit_memo_id=st.sampled_from(MEMOS),
        invoice_id=MAYBE_INVOICE,
        amount=given_or_owed(currency),
        date=st.none() | DAYS,
    )


def any_adjustment(currency: str) -> Drawn:
    return st.builds(
        CreditBalanceAdjustment,
        number=st.sampled_from(STEPS[:3]),
        type=st.sampled_from(["Increase", "Decrease"]),
        amount=amounts(currency, least=0, most=60),
        invoice_id=MAYBE_INVOICE,
        status=st.sampled_from(["Processed", "Canceled"]),
    )


ANY = (
    any_invoice,
    any_payment,
    any_payment_application,
    any_refund,
    any_refund_application,
    any_memo,
    any_memo_application,
    any_adjustment,
)


def rows_of(currency: str) -> Drawn:
    """One row of any kind; it may refer to rows that are not there, and be in another currency now and then."""
    return st.one_of(*(any_row(currency) for any_row in ANY))


def sound_amount(currency: str) -> Drawn:
    return amounts(currency, least=1, most=60)


def of_account(currency: str) -> dict[str, Drawn]:
    """What invoices, payments, refunds and memos share: the one account, a day, the currency."""
    return {"account_id": st.just("A"), "date": DAYS, "currency": st.just(currency)}


def sound_invoices(currency: str) -> list[Drawn]:
    return [
        st.builds(
            Invoice,
            id=st.just(id),
            number=st.just("INV1"),
            amount=sound_amount(currency),
            **of_account(currency),
        )
        for id in INVOICES
    ]


def sound_payments(currency: str) -> list[Drawn]:
    return [
        st.builds(
            Payment,
            id=st.just(id),
            amount=sound_amount(currency),
            status=st.just("Processed"),
            **of_account(currency),
        )
        for id in PAYMENTS[:2]
    ]


def sound_payment_applications(currency: str) -> list[Drawn]:
    return [
        st.builds(
            PaymentApplication,
            id=st.just(step),
            payment_id=st.sampled_from(PAYMENTS[:2]),
            invoice_id=st.sampled_from(INVOICES),
            amount=sound_amount(currency),
        )
        for step in STEPS[:4]
    ]


def sound_refunds(currency: str) -> list[Drawn]:
    return [
        st.builds(
            Refund,
            id=st.just(id),
            amount=sound_amount(currency),
            status=st.just("Processed"),
            type=st.just("External"),
            source_type=st.sampled_from(["Payment", "CreditMemo", "CreditBalance"]),
            reason_code=REASONS,
            **of_account(currency),
        )
        for id in REFUNDS
    ]


def sound_refund_applications(currency: str) -> list[Drawn]:
    return [
        st.builds(
            RefundApplication,
            id=st.just(step),
            refund_id=st.just(id),
            amount=sound_amount(currency),
            payment_id=st.sampled_from([None, *PAYMENTS[:2]]),
            invoice_id=MAYBE_INVOICE,
            credit_memo_id=st.sampled_from([None, None, MEMOS[0]]),
        )
        for step, id in zip(STEPS, REFUNDS, strict=False)
    ]


def sound_memos(currency: str) -> list[Drawn]:
    return [
        st.builds(
            CreditMemo,
            invoice_id=MAYBE_INVOICE,
            reason_code=REASONS,
            id=st.just(id),
            number=st.just(id),
            total=sound_amount(currency),
            status=st.just("Posted"),
            **of_account(currency),
        )
        for id in MEMOS[:1]
    ]


def sound_memo_applications(currency: str) -> list[Drawn]:
    return [
        st.builds(
            CreditMemoApplication,
            id=st.just(step),
            credit_memo_id=st.just(MEMOS[0]),
            invoice_id=st.sampled_from(INVOICES),
            amount=sound_amount(currency),
            date=st.none() | DAYS,
        )
        for step in STEPS[:2]
    ]


SOUND = (
    sound_invoices,
    sound_payments,
    sound_payment_applications,
    sound_refunds,
    sound_refund_applications,
    sound_memos,
    sound_memo_applications,
)


def now_and_then_none(row: Drawn) -> Drawn:
    return st.one_of(*[row] * 11, st.none())


def sound_rows(currency: str) -> st.SearchStrategy[list[Any]]:
    """Rows that join: invoices paid by two payments, three refunds, a memo. Now and then one is not there."""
    rows = [row for sound in SOUND for row in sound(currency)]
    drawn = st.tuples(*(now_and_then_none(row) for row in rows))
    return drawn.map(lambda found: [row for row in found if row])


def each_once(rows: list[Any]) -> list[Any]:
    """The first row of each kind and id."""
    found: dict[Any, Any] = {}
    for row in rows:
        found.setdefault((type(row), getattr(row, "id", None) or row.number), row)
    return list(found.values())


ANY_ROWS = st.one_of(*(st.lists(rows_of(currency), max_size=40) for currency in CURRENCIES))
LEDGER_ROWS = st.one_of(
    *(
        st.tuples(sound_rows(currency), st.lists(rows_of(currency), max_size=12)).map(
            lambda both: each_once([*both[0], *both[1]])
        )
        for currency in CURRENCIES
    )
)
