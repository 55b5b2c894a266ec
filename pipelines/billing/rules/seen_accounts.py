"""The accounts of a brand, judged by two sets of rules.

Where enrichment has judged them all by the rules in force and nothing has changed since, its verdicts are taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.billing.enrich.passes import is_up_to_date
from pipelines.billing.enrich.reading import id_of, keys_behind, parts
from pipelines.billing.enrich.verdicts import Verdicts, account_evidence, verdicts
from pipelines.billing.entities import Account
from pipelines.billing.rules.active import ActiveJudge
from pipelines.billing.test_data.verdict import AccountEvidence, Judge, Verdict

ACCOUNTS_AT_ONCE, KEYS_AT_ONCE = 2000, 20_000
UNKNOWN_CURRENCY = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An account whose verdict changes: both in words, and its settled money by currency."""

    account: str
    before: str
    after: str
    reasons: str
    settled: dict[str, Decimal]


def keys_of_accounts(tenant: str, most: int | None) -> tuple[list[str], int]:
    """The keys to look at, and how many accounts there are: all, or so many taken evenly out of all.

    Keys are told by the platform's ids, which follow nothing that a rule reads.
    """
    keys, key = list[str](), ""
    while more := keys_behind(Account, tenant, key, KEYS_AT_ONCE):
        keys, key = keys + more, more[-1]
    if most is None or len(keys) <= most:
        return keys, len(keys)
    return [keys[place * len(keys) // most] for place in range(most)], len(keys)


def judged(tenant: str, keys: Sequence[str], now: ActiveJudge, then: Judge) -> Iterator[Judged | None]:
    """Those of these accounts whose verdict in words changes, and None for each other that there is."""
    stored = is_up_to_date(Verdicts(tenant, now))
    for part in parts(keys, ACCOUNTS_AT_ONCE):
        known = verdicts(part) if stored else {}
        for account, (evidence, _) in account_evidence(tenant, [id_of(key) for key in part]).items():
            before, after = known.get(account) or now.judge(evidence), then.judge(evidence)
            yield None if in_words(before) == in_words(after) else _changed(account, before, after, evidence)


def _changed(account: str, before: Verdict, after: Verdict, evidence: AccountEvidence) -> Judged:
    return Judged(
        account=account,
        before=in_words(before),
        after=in_words(after),
        reasons=", ".join(after.reasons or before.reasons),
        settled=_settled(evidence),
    )


def _settled(evidence: AccountEvidence) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for paid in evidence.payments:
        if paid.settled:
            currency = paid.currency or UNKNOWN_CURRENCY
            found[currency] = found.get(currency, Decimal()) + paid.amount
    return found


def in_words(verdict: Verdict) -> str:
    """`test, likely` or `ordinary`; a suspicion is told, although it leaves nothing out."""
    if verdict.is_test:
        return f"test, {verdict.confidence}"
    return "ordinary, suspect" if verdict.confidence == "suspect" else "ordinary"
