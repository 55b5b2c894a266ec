"""The words of this room: outcomes, kinds, flags, and what statuses and reason codes of the platform mean. Pure."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

ALLOCATED = "allocated"  # the money has been placed, on invoices or known to belong to none
PENDING = "pending"  # something is missing or not final
IGNORED = "ignored"  # no effect; a flag says why
REVERSED = "reversed"  # was in effect, has been taken back
QUARANTINE = "quarantine"  # a contradiction that a person must look at

REFUND = "refund"  # every invoice it touched ends with net paid 0
PARTIAL_REFUND = "partial_refund"
CHARGEBACK = "chargeback"
GOODWILL = "goodwill"
CREDIT_BALANCE_REFUND = "credit_balance_refund"
CREDIT = "credit"  # a credit memo that is neither goodwill nor a write-off
WRITE_OFF = "write_off"

FLAGS = {
    "account_level": "no invoice link at all: spread over the account's paid invoices",
    "balance_identity_broken": "the invoice's balance does not follow from its parts",
    "compensated_by_payment": "undone by a new external payment of the same amount",
    "currency_mismatch": "two currencies in what belongs together",
    "invoice_missing": "an invoice it is linked to is not there yet",
    "memo_canceled": "the credit memo was cancelled after posting",
    "memo_balance_open": "part of the credit memo is unused",
    "memo_error": "the credit memo failed on the platform",
    "memo_missing": "the credit memo is not there yet",
    "memo_over_total": "more taken from the credit memo than it holds; the excess does not count",
    "mirror": "the credit memo only corrects the balance that a refund opened again",
    "negative_amount": "an amount below zero where none can be",
    "negative_invoice": "the credit stands on a negative invoice",
    "netted": "rows of applying and un-applying cancel out",
    "no_cash": "credit without money out",
    "not_final": "its status, or its payment's, is not final",
    "over_refund": "more went out than was paid; the rest is unallocated",
    "overpayment": "part came from the unapplied rest of a payment",
    "payment_missing": "the payment is not there yet",
    "previously_allocated": "may have been allocated before it was reversed",
    "prorated": "split by weights because no link said how",
    "refund_before_payment": "dated before its payment",
    "refund_error": "failed at the gateway",
    "refund_exceeds_invoice_amount": "more than the invoice's amount, yet not more than was paid",
    "rounded": "the amount had more decimals than its currency",
    "sum_mismatch": "the rows of the refund do not add up to it",
    "via_credit_memo": "money that went out through a credit memo",
    "write_off": "only writes off what a refund or a reversal took",
    "zero_amount": "nothing to allocate",
}


class Stage(Enum):
    """How far a document of the platform has come."""

    OPEN = 1
    FAILED = 2
    COUNTS = 3
    REVERSED = 4


STAGES = {
    "processed": Stage.COUNTS,
    "posted": Stage.COUNTS,
    "error": Stage.FAILED,
    "failed": Stage.FAILED,
    "declined": Stage.FAILED,
    "rejected": Stage.FAILED,
    "canceled": Stage.REVERSED,
    "cancelled": Stage.REVERSED,
    "voided": Stage.REVERSED,
    "reversed": Stage.REVERSED,
}


@lru_cache(maxsize=1024)
def stage(status: str) -> Stage:
    """The stage behind a status of a payment, refund, memo or adjustment; open where the word is unknown."""
    return STAGES.get(status.strip().casefold(), Stage.OPEN)


def is_goodwill(reason_code: str | None) -> bool:
    """Whether a reason code names a gesture to the customer."""
    return _says(reason_code, ("goodwill", "customersatisfaction"))


def is_chargeback(reason_code: str | None) -> bool:
    """Whether a reason code says that the customer's bank took the money back."""
    return _says(reason_code, ("chargeback", "paymentreversal", "paymentrejection"))


def is_write_off(reason_code: str | None) -> bool:
    """Whether a reason code says that the money was given up."""
    return _says(reason_code, ("writeoff", "writtenoff", "baddebt"))


@lru_cache(maxsize=1024)
def _says(reason_code: str | None, words: tuple[str, ...]) -> bool:
    letters = "".join(filter(str.isalpha, (reason_code or "").casefold()))
    return any(word in letters for word in words)
