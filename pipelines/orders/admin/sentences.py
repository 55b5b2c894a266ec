"""Refunds and credit notes of a document as sentences that somebody from customer service can read out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pipelines.orders.admin import words
from pipelines.orders.allocation import vocabulary

Entry = Mapping[str, Any]
Names = Mapping[str, str]  # what an invoice is called, by its id
FOREIGN = "an invoice that is not there"
WITHOUT_EFFECT = {
    vocabulary.PENDING: "does not count yet",
    vocabulary.IGNORED: "has no effect of its own",
    vocabulary.REVERSED: "was taken back",
    vocabulary.QUARANTINE: "contradicts itself, so nothing of it counts until somebody has looked at it",
}
MEMOS = {vocabulary.GOODWILL: "goodwill memo", vocabulary.WRITE_OFF: "write-off memo"}


def refund_told(refund: Entry, names: Names) -> str:
    """`20.22 EUR went back on 23 Dec 2025 (chargeback): 10.11 to INV1, 10.11 to INV2.`"""
    money = words.amount(refund["amount"], refund.get("currency"))
    if refund["outcome"] != vocabulary.ALLOCATED:
        called = f"Refund {refund.get('number') or refund['id']} of {money}"
        return f"{called}{words.on_day(refund.get('date'))} {_no_effect(refund)}."
    kind = words.KINDS.get(refund["kind"], words.plain(refund["kind"]))
    told = f"{money} went back{words.on_day(refund.get('date'))} ({kind})"
    return f"{told}{_divided(refund, names)}."


def _divided(refund: Entry, names: Names) -> str:
    if not refund["allocations"] and _amount(refund["unallocated"]) == _amount(refund["amount"]):
        return ". It belongs to no invoice"
    parts = _listed(refund["allocations"], names)
    left = ""
    if _amount(refund["unallocated"]):
        left = f"{words.number(refund['unallocated'])} of it belongs to no invoice"
    if parts and left:
        return f": {parts}; {left}"
    return f": {parts or left}" if parts or left else ""


def credit_told(note: Entry, names: Names) -> str:
    """What a credit memo gave the customer, and what of it only puts a balance right."""
    memo = MEMOS.get(note["kind"], "credit memo")
    money = words.amount(note["amount"], note.get("currency"))
    called = f"The {memo} {note.get('number') or note['id']} of {money}{words.on_day(note.get('date'))}"
    credited, corrected = _listed(note["allocations"], names), _invoices(note["corrections"], names)
    if not credited and not corrected:
        return f"{called} {_no_effect(note)}{_unused(note)}."
    if not credited:
        return f"{called} only corrects the balance of {corrected}: it gives the customer nothing more{_unused(note)}."
    told = f"{called} was credited: {credited}"
    if corrected:
        units = words.number(_sum(note["corrections"]))
        told += f"; {units} of it only corrects the balance of {corrected}"
    return f"{told}{_unused(note)}."


def remarks(entry: Entry) -> list[str]:
    """What else is to be known of a refund or memo; what the sentence above says already is left out."""
    told = entry["outcome"] != vocabulary.ALLOCATED or "corrections" in entry
    if told and not parts_of(entry):
        return []
    return [words.sentence(words.flag_told(flag)) for flag in entry["flags"]]


def parts_of(entry: Entry) -> Sequence[Entry]:
    """What invoices got of a refund or memo, or had corrected."""
    return [*entry["allocations"], *entry.get("corrections", ())]


def _no_effect(entry: Entry) -> str:
    told = WITHOUT_EFFECT.get(entry["outcome"], "was placed on no invoice")
    why = "; ".join(words.flag_told(flag) for flag in entry["flags"])
    return f"{told}: {why}" if why else told


def _unused(note: Entry) -> str:
    unused = _amount(note["unallocated"])
    return f"; {words.number(note['unallocated'])} of it is not used" if unused else ""


def _listed(parts: Sequence[Entry], names: Names) -> str:
    return ", ".join(f"{words.number(part['amount'])} to {names.get(part['id'], FOREIGN)}" for part in parts)


def _invoices(parts: Sequence[Entry], names: Names) -> str:
    return ", ".join(dict.fromkeys(names.get(part["id"], FOREIGN) for part in parts))


def _sum(parts: Sequence[Entry]) -> Decimal:
    return sum((_amount(part["amount"]) for part in parts), Decimal(0))


def _amount(text: str) -> Decimal:
    return Decimal(text)
