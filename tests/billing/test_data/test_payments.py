"""What cards, accounts, gateways, codes and products say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.billing.test_data.verdict import Instrument, Paid
from tests.billing.test_data.judging import short, verdict

CARDS = [
    ("424242", "************4242", "test likely"),
    ("424242", None, "test likely"),
    ("42424242", "************9999", "test likely"),  # no bank issues from it
    ("411111", "************1111", "test likely"),
    ("41111111", "************1111", "test likely"),
    ("41111199", "************1111", "real suspect"),
    ("41111119", "************1111", "real suspect"),  # all eight digits that are shown have to fit
    ("411111", None, "test likely"),
    ("411111", "************9876", "real suspect"),
    ("555555", "************4444", "test likely"),
    ("378282", "***********0005", "test likely"),
    ("378282", None, "real suspect"),
    ("378282", "***********9999", "real certain"),
    ("454617", "************4242", "real suspect"),
    ("454617", "************1111", "real suspect"),
    ("454617", "************4444", "real certain"),
    (None, "************4242", "real suspect"),
    (None, "424242******4242", "test likely"),
    (None, "4111 1111 1111 1111", "test likely"),
    (None, "4111-11**-****-1111", "test likely"),
    (None, "****************", "real certain"),
    ("4242", None, "real certain"),
    (None, None, "real certain"),
]


@pytest.mark.parametrize(("start", "masked", "expected"), CARDS)
def test_cards(start: str | None, masked: str | None, expected: str) -> None:
    assert short(verdict(instruments=(Instrument(bin=start, masked_number=masked),))) == expected


@pytest.mark.parametrize(
    ("iban", "expected"),
    [
        ("DE89370400440532013000", "test likely"),
        ("de89 3704 0044 0532 0130 00", "test likely"),
        ("DE89**************3000", "test likely"),
        ("GB29 NWBK ****** 26819", "test likely"),
        ("DE89XXXXXXXXXXXXXX3000", "test likely"),
        ("NL13TEST0123456789", "test likely"),
        ("NL13TEST******", "test likely"),
        ("DE89**************3001", "real certain"),
        ("DE****************3000", "real certain"),
        ("DE89***************000", "real certain"),
        ("******************3000", "real certain"),
        ("DE89****", "real certain"),
        ("DE44500105175407324931", "real certain"),
        ("", "real certain"),
    ],
)
def test_bank_accounts(iban: str, expected: str) -> None:
    assert short(verdict(instruments=(Instrument(iban=iban),))) == expected


@pytest.mark.parametrize(
    ("holder", "expected"),
    [
        ("APRO", "test likely"), ("othe", "test likely"), ("Test", "test likely"), ("TEST CARD", "test likely"),
        ("John Doe", "test likely"), ("Max Mustermann", "test likely"), ("Anna Call", "real certain"),
        ("Paolo Form", "real certain"), ("William Test", "real certain"), ("Jean Dupont", "real certain"),
        ("", "real certain"), ("1234", "real certain"),
    ],
)  # fmt: skip
def test_card_holders(holder: str, expected: str) -> None:
    assert short(verdict(instruments=(Instrument(holder=holder),))) == expected


@pytest.mark.parametrize(
    ("gateway", "expected"),
    [
        ("Stripe TEST", "test likely"), ("Adyen Sandbox", "test likely"), ("TestGateway", "test likely"),
        ("test_gateway_eu", "test likely"), ("STRIPETEST", "test likely"), ("Latest Pay", "real certain"),
        ("Contest Payments", "real certain"), ("Stripe UK", "real certain"), ("Testa Pay", "real certain"),
        ("", "real certain"), (None, "real certain"),
    ],
)  # fmt: skip
def test_gateways(gateway: str | None, expected: str) -> None:
    paid = Paid(amount=Decimal(50), settled=True, gateway=gateway)
    assert short(verdict(payments=(paid,))) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("QATEST100", "test certain"), (" qatest100 ", "test certain"), ("QATEST1000", "real certain"),
        ("PRESSE100", "real suspect"), ("100OFF", "real suspect"), ("GRATIS", "real suspect"),
        ("TEST", "real certain"), ("SUMMER20", "real certain"), ("SOMMERTEST24", "real certain"),
        ("CONTEST2100", "real certain"), ("", "real certain"),
    ],
)  # fmt: skip
def test_promotion_codes(code: str, expected: str) -> None:
    assert short(verdict(promotion_codes=(code,))) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("TestDateProduct", "test likely"), ("Testing Description 1", "test likely"), ("Test Product", "test likely"),
        ("Testprodukt 2", "test likely"), ("[TEST] The Weekly", "test likely"), ("The Weekly (test 2)", "test likely"),
        ("QA Plan - do not use", "test likely"), ("Dummy Product", "test likely"),
        ("Monthly Test Plan", "test likely"),
        ("Test", "test likely"), ("TEST 1", "test likely"),
        # products that are called after tests, and trials that Germans call so
        ("Selbsttest Darmflora – 3er Set", "real certain"), ("Test-Abo 4 Wochen", "real certain"),
        ("Testabo", "real certain"), ("Testmonat", "real certain"), ("Das Testjahr", "real certain"),
        ("Covid Test Kit", "real certain"), ("Test Box", "real certain"), ("Crash Test Magazine", "real certain"),
        ("test Jahresabo Stiftung Warentest", "real certain"), ("Testament Ratgeber", "real certain"),
        ("Suscripción de prueba", "real certain"), ("Période d'essai", "real certain"),
        ("Proefabonnement", "real certain"),
        ("Test drive the digital edition", "real certain"), ("Test our product for 4 weeks", "real certain"),
        ("Produkttest", "real certain"), ("Product Test", "real certain"), ("Monthly Test", "real certain"),
        ("Demo Day Ticket", "real certain"), ("Sample Box", "real certain"), ("Latest Edition", "real certain"),
        ("Protest Plan", "real certain"), ("", "real certain"),
    ],
)  # fmt: skip
def test_products(name: str, expected: str) -> None:
    assert short(verdict(catalogue=("The Weekly", name))) == expected
