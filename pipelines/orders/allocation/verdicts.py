"""Whether a refund counts, before anybody asks where its money came from. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from hub.money import is_whole, minor
from pipelines.orders.allocation import vocabulary as words
from pipelines.orders.allocation.books import Books
from pipelines.orders.allocation.ledger import Refund
from pipelines.orders.allocation.links import Linked, follow, not_final
from pipelines.orders.allocation.receipts import failed_to_settle
from pipelines.orders.allocation.refunds import Placed
from pipelines.orders.allocation.vocabulary import Stage, stage

UNFINISHED = {
    Stage.FAILED: (words.IGNORED, "refund_error"),
    Stage.REVERSED: (words.REVERSED, "previously_allocated"),
    Stage.OPEN: (words.PENDING, "not_final"),
}
WITHOUT_PAYMENT = {"CreditMemo", "CreditBalance"}  # source types


@dataclass(slots=True, kw_only=True)
class Seen:
    """One refund on its way: its links, its outcome, and `amount` in minor units, 0 where it does not count."""

    refund: Refund
    linked: Linked
    outcome: str
    flags: set[str]
    amount: int
    placed: Placed
    expected: bool  # not final itself, and nothing else against it

    def charged_back(self, books: Books) -> bool:
        """Whether the bank took the money: by its reason, or for a payment that failed to settle."""
        if words.is_chargeback(self.refund.reason_code):
            return True
        payments = (books.payments.get(link.payment or "") for link in self.linked.links)
        return self.refund.type == "External" and any(p and failed_to_settle(p) for p in payments)


def look_at(refund: Refund, books: Books) -> Seen:
    """The outcome of a refund as far as its own row and what it is linked to tell."""
    linked = follow(refund, books)
    outcome, flags, counts = _verdict(refund, linked, books)
    expected = False
    if stage(refund.status) is Stage.OPEN:
        expected = _links_verdict(refund, linked, books)[0] == words.ALLOCATED
    if counts and not is_whole(refund.amount, linked.currency):
        flags.add("rounded")
    amount = minor(refund.amount, linked.currency) if counts else 0
    return Seen(
        refund=refund,
        linked=linked,
        outcome=outcome,
        flags=flags,
        amount=amount,
        placed=Placed(left=0, unallocated=amount),
        expected=expected,
    )


def _verdict(refund: Refund, linked: Linked, books: Books) -> tuple[str, set[str], bool]:
    """Outcome, flags, and whether the refund's amount counts."""
    step = stage(refund.status)
    if step is not Stage.COUNTS:
        outcome, flag = UNFINISHED[step]
        return outcome, {flag}, False
    return _links_verdict(refund, linked, books)


def _links_verdict(refund: Refund, linked: Linked, books: Books) -> tuple[str, set[str], bool]:
    """The same of a refund whose status counts."""
    if refund.amount < 0:
        return words.QUARANTINE, {"negative_amount"}, False
    if linked.mismatch:
        return words.QUARANTINE, {"currency_mismatch"}, False
    if not minor(refund.amount, linked.currency):
        return words.IGNORED, {"zero_amount"}, False
    if linked.missing:
        return words.PENDING, set(linked.missing), True
    if not linked.links and (refund.source_type not in WITHOUT_PAYMENT or not linked.currency):
        return words.PENDING, {"payment_missing"}, True
    if not_final(linked.links, books):
        return words.PENDING, {"not_final"}, True
    return words.ALLOCATED, set(), True
