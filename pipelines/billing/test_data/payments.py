"""What cards, accounts, gateways, promotion codes and products say. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

from pipelines.billing.test_data import vocabulary
from pipelines.billing.test_data.documented import SHOWN_WITHOUT_END
from pipelines.billing.test_data.evidence import (
    CERTAIN,
    LIKELY,
    SUSPECT,
    AccountEvidence,
    Instrument,
    Paid,
    Signal,
)
from pipelines.billing.test_data.names import NameReader
from pipelines.billing.test_data.rules import Rulebook
from pipelines.billing.test_data.seed import split
from pipelines.billing.test_data.words import BLANKS, REMEMBERED, fold, is_made_of, plain, tokens

NO_CURRENCY = frozenset({"XTS", "XXX"})  # ISO 4217: for testing, and none at all
MASKED = re.compile(r"(?:[^0-9A-Z]|X{3})[^0-9A-WYZ]*")
FREE_WORDS = frozenset(
    ["free", "gratis", "kostenlos", "gratuit", "gratuite", "offert", "cortesia", "omaggio"]
)
CATALOGUE_TEST = frozenset(plain(word) for word in split(vocabulary.CATALOGUE_TEST))
THINGS = frozenset(plain(word) for word in split(vocabulary.THINGS))
FILLERS = frozenset(plain(word) for word in split(vocabulary.FILLERS))
CATALOGUE_WORDS = CATALOGUE_TEST | THINGS | FILLERS
GATEWAY_PARTS = frozenset(plain(word) for word in split(vocabulary.GATEWAY_PARTS))
TRIED_OUT = frozenset({"product", "products", "produkt", "produkte"})  # a product test is journalism
LEAST_SHOWN, MOST_SHOWN = 6, 8  # digits that tell who issued a card
HIDDEN, NO_DIGIT, FULL_DISCOUNT = re.compile(r"[^0-9]+"), re.compile(r"\D"), re.compile(r"(?<!\d)100(?!\d)")
IN_BRACKETS = re.compile(r"[\[({<]\s*([^\W\d_]+)[\s\d]*[\])}>]")


class PaymentReader:
    """Reads what is paid for, and with what, by a rulebook."""

    def __init__(self, book: Rulebook, names: NameReader) -> None:
        self._book = book
        self._names = names
        self._veto = min(map(Decimal, book["settled_veto"]), default=None)
        self._gateways = book["test_gateway_word"]
        self._parts = self._gateways | GATEWAY_PARTS
        self._last_fours = _by_beginning(book["test_card"])
        self._is_test_gateway = lru_cache(REMEMBERED)(self._reads_as_test_gateway)

    def settled(self, evidence: AccountEvidence) -> bool:
        """Whether real money above the veto came in: settled, through a gateway and in a currency that are no tests."""
        return any(self._is_real(paid) for paid in evidence.payments)

    def _is_real(self, paid: Paid) -> bool:
        if self._veto is None or not paid.settled or not paid.amount.is_finite() or paid.amount <= self._veto:
            return False
        return fold(paid.currency).upper() not in NO_CURRENCY and not self._is_test_gateway(paid.gateway)

    def of_account(self, evidence: AccountEvidence) -> Iterator[Signal]:
        """What the account's instruments, gateways, codes and products say."""
        for instrument in evidence.instruments:
            yield from self._card(instrument)
            yield from self._iban(instrument)
            yield from self._holder(instrument)
        if any(map(self._is_test_gateway, {paid.gateway for paid in evidence.payments})):
            yield Signal("test_gateway", LIKELY)
        for code in evidence.promotion_codes:
            yield from self._promotion(code)
        if any(map(is_test_product, evidence.catalogue)):
            yield Signal("catalog_name", LIKELY)

    def _card(self, instrument: Instrument) -> Iterator[Signal]:
        """A documented number by its beginning and its end; the beginning alone tells where no bank issues from it."""
        start, end = _ends(instrument)
        if start[:6] in self._book["test_bin"] or start[:MOST_SHOWN] in self._book["test_bin"]:
            yield Signal("test_card_bin", LIKELY)
            return
        ends = self._last_fours.get(start[:MOST_SHOWN], set())
        if ends and (end in ends or (not end and start[:6] in SHOWN_WITHOUT_END)):
            yield Signal("test_card_bin", LIKELY)
        elif ends and (not end or start[:6] in SHOWN_WITHOUT_END):
            yield Signal("test_card_bin", SUSPECT)
        if end in self._book["test_last_four"]:
            yield Signal("test_card_last4", SUSPECT)

    def _iban(self, instrument: Instrument) -> Iterator[Signal]:
        """A documented account, or one at the bank TEST; of a masked one both visible ends have to fit."""
        if not instrument.iban:
            return
        visible = MASKED.split(fold(instrument.iban).upper().replace(" ", ""))
        start, end = visible[0], visible[-1]
        if len(start) < 4:
            return
        if start[4:8] == "TEST":
            yield Signal("test_iban", LIKELY)
        elif len(visible) == 1:
            if start in self._book["test_iban"]:
                yield Signal("test_iban", LIKELY)
        elif len(end) >= 4 and any(
            iban.startswith(start) and iban.endswith(end) for iban in self._book["test_iban"]
        ):
            yield Signal("test_iban", LIKELY)

    def _holder(self, instrument: Instrument) -> Iterator[Signal]:
        found = tokens(instrument.holder)
        if not found:
            return
        if (
            "".join(found) in self._book["test_holder"]
            or self._names.is_all_test(found)
            or self._names.is_placeholder(found)
        ):
            yield Signal("holder_name", LIKELY)

    def _reads_as_test_gateway(self, gateway: str | None) -> bool:
        """A word for a test in its name; written together only with words of which gateways' names are made."""
        return any(
            token in self._gateways
            or (is_made_of(token, self._parts) and not is_made_of(token, GATEWAY_PARTS))
            for token in tokens(gateway)
        )

    def _promotion(self, code: str) -> Iterator[Signal]:
        found = fold(code)
        if found in self._book["test_promotion_code"]:
            yield Signal("promo_code", CERTAIN)
            return
        if FREE_WORDS & set(tokens(code)) or FULL_DISCOUNT.search(found):
            yield Signal("free_promo", SUSPECT)


@lru_cache(REMEMBERED)
def is_test_product(text: str) -> bool:
    """Nothing but words for a test, for things that are sold, and fillers; or a word for a test in brackets.

    Real products are called after tests (Selbsttest, Crash Test, Test-Abo for a trial): any other word in the
    name saves it.
    """
    if any(word in CATALOGUE_TEST for word in IN_BRACKETS.findall(plain(text))):
        return True
    words = [part for token in tokens(text) for part in _parts(token)]
    if not CATALOGUE_TEST & set(words) or not set(words) <= CATALOGUE_WORDS:
        return False
    if len(words) > 1 and not THINGS & set(words) and words[0] not in CATALOGUE_TEST:
        return False
    return not (len(words) == 2 and words[0] in TRIED_OUT)


def _parts(token: str) -> list[str]:
    """A token, or the words of the catalogue it is made of: testdateproduct, Testprodukt."""
    if token in CATALOGUE_WORDS:
        return [token]
    for cut in range(len(token) - 2, 2, -1):
        known = token[:cut] in CATALOGUE_WORDS
        if known and (rest := _parts(token[cut:])) and set(rest) <= CATALOGUE_WORDS:
            return [token[:cut], *rest]
    return [token]


def _by_beginning(cards: Iterable[str]) -> dict[str, set[str]]:
    """The last four digits of documented cards, by as much of their beginning as may be shown."""
    found: dict[str, set[str]] = defaultdict(set)
    for card in cards:
        for shown in range(LEAST_SHOWN, MOST_SHOWN + 1):
            found[card[:shown]].add(card[-4:])
    return dict(found)


def _ends(instrument: Instrument) -> tuple[str, str]:
    """The first digits of a card (six or more, else '') and its last four ('' where they are masked)."""
    visible = HIDDEN.split(BLANKS.sub("", fold(instrument.masked_number)))
    start = NO_DIGIT.sub("", fold(instrument.bin)) or visible[0]
    end = visible[-1]
    return start if len(start) >= LEAST_SHOWN else "", end[-4:] if len(end) >= 4 else ""
