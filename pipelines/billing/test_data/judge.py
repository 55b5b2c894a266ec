"""Judges accounts by a set of rules. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from disposable_email_domains import blocklist

from hub.canonical import fingerprint
from pipelines.billing.test_data.evidence import (
    ASIDE,
    CERTAIN,
    LIKELY,
    ODD,
    SUSPECT,
    AccountEvidence,
    Person,
    Signal,
    Verdict,
)
from pipelines.billing.test_data.mails import MailReader
from pipelines.billing.test_data.names import NameReader
from pipelines.billing.test_data.payments import PaymentReader
from pipelines.billing.test_data.rules import Rule, Rulebook, fields_of
from pipelines.billing.test_data.words import fold, plain, postcode

CODE_VERSION = 1  # raise it when the same rules give other answers
WEIGHS_ALONE = frozenset({"free_promo"})  # staff and press pay nothing, and are people
ORDINARY = Verdict(is_test=False, confidence=CERTAIN)
SAME_THING = {"test_card_last4": "test_card_bin", "zero_revenue": "disposable_domain"}


class Judge:
    """A set of rules, compiled once. `fingerprint` changes when any rule or the code's version does."""

    fingerprint: str

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Raises ConfigError for a rule that does not fit its layer; a blank one matches nothing."""
        self._book = Rulebook(rules)
        self._names = NameReader(self._book)
        self._mails = MailReader(self._book, self._names)
        self._payments = PaymentReader(self._book, self._names)
        self._prefixes = tuple(self._book["account_name_prefix"])
        self._offices = _by_postcode(map(fields_of, self._book["office_address"]))
        lines = sorted({(rule.name, rule.layer, rule.value) for rule in rules})
        self.fingerprint = fingerprint(CODE_VERSION, lines, _listed_domains()).hex()

    def judge(self, evidence: AccountEvidence) -> Verdict:
        """The verdict on one account, which all below it inherit.

        - *certain* evidence makes it a test, whatever was paid.
        - *likely* evidence does too, as long as no real money above the veto came in; with such money the account
          is only reported: not a test, `suspect`.
        - two *suspect* signals of different kinds are likely evidence; one alone is only reported.
        - otherwise it is an ordinary account: `certain` if nothing was noticed, `likely` if there is something odd
          that real people have too: a plus tag without a meaning, an address of the house or of its name
          under another ending, a name that is both a placeholder's and many people's (Jean Dupont, Muster).
        """
        settled = self._payments.settled(evidence)
        signals = set(self._signals(evidence, settled=settled))
        if not signals:
            return ORDINARY
        weights = {signal.weight for signal in signals}
        noticed = tuple(sorted({signal.reason for signal in signals})) if weights - {ASIDE} else ()
        if CERTAIN in weights:
            return Verdict(is_test=True, confidence=CERTAIN, reasons=noticed)
        if LIKELY in weights or _adds_up(signals):
            if not settled:
                return Verdict(is_test=True, confidence=LIKELY, reasons=noticed)
            reasons = tuple(sorted((*noticed, "settled_money")))
            return Verdict(is_test=False, confidence=SUSPECT, reasons=reasons)
        if SUSPECT in weights:
            return Verdict(is_test=False, confidence=SUSPECT, reasons=noticed)
        return Verdict(is_test=False, confidence=LIKELY if ODD in weights else CERTAIN, reasons=noticed)

    def _signals(self, evidence: AccountEvidence, *, settled: bool) -> Iterator[Signal]:
        yield from self._flags(evidence)
        yield from self._payments.of_account(evidence)
        for person in evidence.people:
            yield from self._names.of_person(person.first_name, person.last_name)
            yield from self._mails.of_person(person, settled=settled if evidence.payments_known else None)
            if self._works_here(person):
                yield Signal("office_address", ASIDE)

    def _flags(self, evidence: AccountEvidence) -> Iterator[Signal]:
        """What the account itself says."""
        if evidence.flag:
            yield Signal("account_flag", CERTAIN)
        if fold(evidence.batch) in self._book["test_batch"]:
            yield Signal("account_batch", CERTAIN)
        if fold(evidence.name).startswith(self._prefixes):
            yield Signal("account_name_prefix", CERTAIN)
        yield from self._names.of_full_name(evidence.name)

    def _works_here(self, person: Person) -> bool:
        """Whether the address is an office's of the brand. Hundreds of other firms may sit there."""
        if not self._offices:
            return False
        parts = self._offices.get(postcode(person.postal_code), ())
        return any(part in plain(person.address) for part in parts)


def _by_postcode(offices: Iterable[dict[str, str]]) -> dict[str, list[str]]:
    """What the addresses of offices contain."""
    found: dict[str, list[str]] = defaultdict(list)
    for office in offices:
        found[postcode(office["postal_code"])].append(plain(office["address_contains"]))
    return dict(found)


@cache
def _listed_domains() -> str:
    """What stands for the library's list of throw-away domains: a new one gives other verdicts."""
    return fingerprint(sorted(blocklist)).hex()


def _adds_up(signals: set[Signal]) -> bool:
    """Whether suspicion comes from two sides that do not follow from one another."""
    suspicions = {signal.reason for signal in signals if signal.weight == SUSPECT} - WEIGHS_ALONE
    beside = {signal.reason for signal in signals if signal.weight == ASIDE}
    kinds = {SAME_THING.get(reason, reason) for reason in suspicions | beside}
    return bool(suspicions) and len(kinds) > 1
