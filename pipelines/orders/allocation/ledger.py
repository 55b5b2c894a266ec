"""One customer's money as the billing platform reports it. Pure; amounts are Decimals in their currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    id: str
    number: str
    account_id: str
    date: date
    amount: Decimal
    currency: str
    status: str = "Posted"
    balance: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    id: str
    account_id: str
    date: date
    amount: Decimal
    currency: str
    status: str
    type: str = "Electronic"
    gateway_state: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentApplication:
    """`id` of its row; `status` is None in tenants that do not say."""

    id: str
    payment_id: str
    invoice_id: str | None
    amount: Decimal
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditMemo:
    id: str
    number: str
    account_id: str
    date: date
    total: Decimal
    currency: str
    status: str
    invoice_id: str | None = None  # the referred invoice
    reason_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditMemoApplication:
    id: str
    credit_memo_id: str
    invoice_id: str | None
    amount: Decimal
    date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    id: str
    account_id: str
    amount: Decimal
    currency: str | None
    status: str
    type: str
    source_type: str
    date: date | None = None
    reason_code: str | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundApplication:
    id: str
    refund_id: str
    amount: Decimal
    payment_id: str | None = None
    payment_application_id: str | None = None
    invoice_id: str | None = None
    credit_memo_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditBalanceAdjustment:
    """Only in tenants without invoice settlement, and optional there."""

    number: str
    type: str
    amount: Decimal
    invoice_id: str | None
    status: str
    reason_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Everything of the accounts that are linked by money; soft-deleted rows are left out by the reader."""

    invoices: tuple[Invoice, ...] = ()
    payments: tuple[Payment, ...] = ()
    payment_applications: tuple[PaymentApplication, ...] = ()
    credit_memos: tuple[CreditMemo, ...] = ()
    credit_memo_applications: tuple[CreditMemoApplication, ...] = ()
    refunds: tuple[Refund, ...] = ()
    refund_applications: tuple[RefundApplication, ...] = ()
    credit_balance_adjustments: tuple[CreditBalanceAdjustment, ...] = ()
