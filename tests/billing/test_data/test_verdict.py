"""How signals are weighed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.billing.test_data.verdict import SEED, AccountEvidence, Instrument, Judge, Paid, Person
from tests.billing.test_data.judging import JUDGE, RENT, short, verdict

APRO = (Instrument(holder="APRO"),)


def paid(amount: str, *, settled: bool = True, **more: str) -> Paid:
    return Paid(amount=Decimal(amount), settled=settled, **more)


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        (paid("29.90"), "real suspect"),
        (paid("1.01"), "real suspect"),
        (paid("1.00"), "test likely"),
        (paid("0.01"), "test likely"),
        (paid("29.90", settled=False), "test likely"),
        (paid("29.90", currency="EUR"), "real suspect"),
        (paid("29.90", currency="xts"), "test likely"),  # the code that ISO 4217 keeps for testing
        (paid("29.90", currency="XXX"), "test likely"),  # and the one for no currency at all
        (paid("29.90", gateway="Sandbox"), "test likely"),
        (paid("NaN"), "test likely"),
        (paid("-29.90"), "test likely"),
    ],
    ids=str,
)
def test_money_that_really_came_in_vetoes_what_is_only_likely(payment: Paid, expected: str) -> None:
    assert short(verdict(instruments=APRO, payments=(payment,))) == expected


def test_the_veto_is_told() -> None:
    assert verdict(instruments=APRO, payments=(RENT,)).reasons == ("holder_name", "settled_money")


def test_no_money_vetoes_what_is_certain() -> None:
    assert short(verdict(flag=True, payments=(RENT,))) == "test certain"


def test_without_a_configured_amount_no_money_vetoes() -> None:
    judge = Judge([rule for rule in SEED if rule.layer != "settled_veto"])
    assert short(judge.judge(AccountEvidence(instruments=APRO, payments=(RENT,)))) == "test likely"


def test_the_account_says_so() -> None:
    assert verdict(flag=True).reasons == ("account_flag",)


@pytest.mark.parametrize("flag", [False, None])
def test_the_account_says_nothing(flag: bool | None) -> None:
    assert short(verdict(flag=flag)) == "real certain"


@pytest.mark.parametrize(
    ("batch", "expected"), [("batch50 ", "test certain"), ("Batch5", "real certain"), ("", "real certain")]
)
def test_batches(batch: str, expected: str) -> None:
    assert short(verdict(batch=batch)) == expected


def test_two_suspicions_of_different_kinds_are_likely() -> None:
    assert (
        short(verdict(mail="test@gmx.de", instruments=(Instrument(masked_number="***4242"),)))
        == "test likely"
    )


def test_two_suspicions_of_one_kind_are_one() -> None:
    cards = (Instrument(bin="411111", masked_number="***9999"), Instrument(masked_number="***1111"))
    assert short(verdict(instruments=cards)) == "real suspect"


def test_a_free_code_is_no_second_suspicion() -> None:
    assert short(verdict(mail="test@gmx.de", promotion_codes=("PRESSE100",))) == "real suspect"


def test_nothing_at_all_is_ordinary() -> None:
    assert short(JUDGE.judge(AccountEvidence())) == "real certain"


def test_one_person_of_several_is_enough() -> None:
    people = (Person(first_name="Ada", last_name="Moss"), Person(first_name="Max", last_name="Mustermann"))
    assert short(JUDGE.judge(AccountEvidence(people=people))) == "test certain"


def test_the_signs_of_a_certain_one_are_all_told() -> None:
    found = verdict("Test", "User", "testing123@brand-a.de")
    assert found.reasons == ("internal_domain", "test_local_part", "test_name_pair", "test_name_token")
