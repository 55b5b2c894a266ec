"""What holds for any account."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any, Literal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.billing.test_data.keyboards import is_mash
from pipelines.billing.test_data.verdict import SEED, AccountEvidence, Instrument, Judge, Paid, Person
from pipelines.billing.test_data.words import fold, is_made_of, plain
from tests.billing.test_data.judging import HOUSE, JUDGE, RENT

WORDS = st.sampled_from(
    ["Ada", "Max", "Mustermann", "Muster", "Test", "User", "Kunde", "Prénom", "Nom", "asdf", "Müller", "John", "Doe",
     "Tester", "Testkunde", "Jean", "Dupont", "Иван", "Иванов", "Тест", "qwertz", "k3jd92ks", ""]
)  # fmt: skip
Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: list[Form] = ["NFC", "NFD", "NFKC", "NFKD"]
NAMES = st.none() | WORDS | st.builds("{} {}".format, WORDS, WORDS) | st.text(max_size=8)
DOMAINS = st.sampled_from(
    ["gmx.de", "example.com", "brand-a.de", "mailinator.com", "brand-a.fr", "shop.test"]
)
LOCALS = st.sampled_from(
    ["ada", "test", "ada+test", "ada+t3", "ada+news", "robin", "max.mustermann", "testing123"]
)
MAILS = st.builds("{}@{}".format, LOCALS, DOMAINS) | st.text(max_size=8)
PEOPLE = st.builds(Person, first_name=NAMES, last_name=NAMES, emails=st.lists(MAILS, max_size=2).map(tuple))
CARDS = st.builds(
    Instrument,
    bin=st.sampled_from([None, "424242", "411111", "454617"]),
    masked_number=st.sampled_from([None, "****4242", "****1111", "****9876"]),
    holder=NAMES,
    iban=st.sampled_from([None, "DE89370400440532013000", "DE44500105175407324931"]),
)
PAYMENTS = st.builds(
    Paid,
    amount=st.sampled_from([Decimal("0.01"), Decimal("1.00"), Decimal("29.90")]),
    settled=st.booleans(),
    gateway=st.sampled_from([None, "Stripe", "Stripe TEST"]),
)
ACCOUNTS = st.builds(
    AccountEvidence,
    name=NAMES,
    flag=st.sampled_from([None, None, None, False, True]),
    batch=st.sampled_from([None, "Batch1", "Batch50"]),
    people=st.lists(PEOPLE, max_size=3).map(tuple),
    instruments=st.lists(CARDS, max_size=2).map(tuple),
    payments=st.lists(PAYMENTS, max_size=3).map(tuple),
    promotion_codes=st.lists(st.sampled_from(["PRESSE100", "QATEST100", "SUMMER"]), max_size=2).map(tuple),
    catalogue=st.lists(st.sampled_from(["Test Product", "The Weekly", "Selbsttest"]), max_size=2).map(tuple),
    payments_known=st.booleans(),
)


@given(st.data(), ACCOUNTS)
def test_the_order_of_what_is_known_does_not_matter(data: st.DataObject, account: AccountEvidence) -> None:
    def shuffled(values: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(data.draw(st.permutations(values)))

    other = replace(
        account,
        people=shuffled(account.people),
        instruments=shuffled(account.instruments),
        payments=shuffled(account.payments),
        promotion_codes=shuffled(account.promotion_codes),
        catalogue=shuffled(account.catalogue),
    )
    assert JUDGE.judge(other) == JUDGE.judge(account)


@settings(max_examples=20)  # each compiles a judge
@given(st.randoms(use_true_random=False), ACCOUNTS)
def test_the_order_of_rules_does_not_matter(random: Random, account: AccountEvidence) -> None:
    rules = [*SEED, *HOUSE]
    random.shuffle(rules)
    assert Judge(rules).judge(account) == JUDGE.judge(account)


@given(ACCOUNTS, st.sampled_from(["upper", "lower", "title"]), st.sampled_from(FORMS))
def test_case_and_unicode_forms_do_not_matter(account: AccountEvidence, case: str, form: Form) -> None:
    def other(text: str | None) -> str | None:
        if text is None or not text.isprintable() or fold(turned := getattr(text, case)()) != fold(text):
            return text  # letters that have no way back from their capitals, such as a dotless i
        return unicodedata.normalize(form, turned)

    people = tuple(
        replace(
            person,
            first_name=other(person.first_name),
            last_name=other(person.last_name),
            emails=tuple(other(mail) or "" for mail in person.emails),
        )
        for person in account.people
    )
    instruments = tuple(replace(card, holder=other(card.holder)) for card in account.instruments)
    changed = replace(account, name=other(account.name), people=people, instruments=instruments)
    assert JUDGE.judge(changed) == JUDGE.judge(account)


THROWN_AWAY = AccountEvidence(people=(Person(emails=("ada@mailinator.com",)),))


@example(THROWN_AWAY)
@given(ACCOUNTS)
def test_money_never_makes_a_test_and_leaves_only_what_is_certain(account: AccountEvidence) -> None:
    before, after = JUDGE.judge(account), JUDGE.judge(replace(account, payments=(*account.payments, RENT)))
    assert after.is_test == (before.is_test and before.confidence == "certain")
    if before.is_test and before.confidence == "likely":
        # Where that nothing was paid made it likely, nothing likely is left for the money to speak against.
        apart = JUDGE.judge(replace(account, payments_known=False))
        assert (after.confidence, "settled_money" in after.reasons) == ("suspect", apart.is_test)


@given(ACCOUNTS)
def test_a_suspect_is_never_a_test_and_a_test_has_its_reasons(account: AccountEvidence) -> None:
    found = JUDGE.judge(account)
    assert not (found.is_test and (found.confidence == "suspect" or not found.reasons))
    assert found.confidence in {"certain", "likely", "suspect"}


FIRST_NAMES = st.sampled_from(["Ada", "William", "Bo", "Nikos", "Иван", "美咲", "Ann-Marie"])


@given(FIRST_NAMES, st.sampled_from([rule.value for rule in SEED if rule.layer == "test_word"]))
def test_a_family_name_alone_is_never_enough(first: str, last: str) -> None:
    found = JUDGE.judge(AccountEvidence(people=(Person(first_name=first, last_name=last),)))
    assert (found.is_test, found.confidence) == (False, "certain")


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.sampled_from(["test", "kunde", "ab", "ba"]), min_size=1))
def test_words_written_together_are_made_of_these_words(words: list[str]) -> None:
    assert is_made_of("".join(words), {"test", "kunde", "ab", "ba"})


@given(
    st.sampled_from(["qwertyuiop", "asdfghjkl", "yxcvbnm", "йцукенгшщз"]),
    st.integers(0, 4),
    st.integers(3, 6),
)
def test_any_walk_along_a_row_is_a_mash_both_ways(row: str, start: int, size: int) -> None:
    walk = plain(row[start : start + size])
    assert [is_mash(walk), is_mash(walk[::-1]), is_mash(walk * 2)] == [True, True, True]
