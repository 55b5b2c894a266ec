"""Case files of test data: how rows become evidence, what a file's configuration does, and the shared file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub.cases import suites
from pipelines.billing.test_data.cases import evidence_of, rules_of, run

SHARED = Path(__file__).resolve().parents[4] / "shared" / "domain" / "cases" / "test_data.json"
ADA = {"first_name": "Ada", "last_name": "Moss", "work_email": "ada@gmx.de"}


def answer(fields: dict[str, Any], **config: Any) -> str:
    case = {"id": 1, "fields": fields, "expected": {"is_test": None, "confidence": None}}
    (result,) = run({"meta": {"config": config}, "cases": [case]})
    assert result.id == "1"
    return f"{'test' if result.got['is_test'] else 'real'} {result.got['confidence']}"


@pytest.mark.skipif(not SHARED.is_file(), reason="the shared cases are not on this machine")
def test_the_shared_cases_agree() -> None:
    results = list(suites.get("test_data").run(json.loads(SHARED.read_text())))
    assert [result.id for result in results if not result.ok] == []


def test_reasons_are_told_and_not_compared() -> None:
    case = {
        "id": "a",
        "fields": {"contact": ADA},
        "expected": {"is_test": False, "confidence": "certain", "reasons": ["x"]},
    }
    (result,) = run({"cases": [case]})
    assert (result.ok, result.got["reasons"]) == (True, ["none"])


@pytest.mark.parametrize(("is_test", "confidence"), [(True, "certain"), (False, "likely")])
def test_the_verdict_and_its_confidence_are_compared(is_test: bool, confidence: str) -> None:
    case = {"id": "a", "fields": {"contact": ADA}, "expected": {"is_test": is_test, "confidence": confidence}}
    (result,) = run({"cases": [case]})
    assert not result.ok


@pytest.mark.parametrize(
    ("flag", "expected"),
    [("1", "test certain"), ("true", "test certain"), ("YES", "test certain"), (" Ja ", "test certain"),
     ("oui", "test certain"), ("sí", "test certain"), (True, "test certain"), (1, "test certain"),
     ("0", "real certain"), ("no", "real certain"),
     ("", "real certain"), (None, "real certain"), (False, "real certain")],
)  # fmt: skip
def test_a_flag_in_the_words_people_use(flag: Any, expected: str) -> None:
    assert answer({"account": {"test_account__c": flag}}) == expected


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        ({"amount": "29.90", "status": "Processed"}, "real suspect"),
        ({"amount": 29.9, "status": "processed", "gateway_state": "Settled"}, "real suspect"),
        ({"amount": "29.90", "status": "Processed", "gateway_state": "FailedToSettle"}, "test likely"),
        ({"amount": "29.90", "status": "Error"}, "test likely"),
        ({"amount": "29.90", "status": "Processing"}, "test likely"),
        ({"amount": "29.90", "status": "Processed", "currency": "XTS"}, "test likely"),
        ({"amount": "29.90"}, "test likely"),
        ({"status": "Processed"}, "test likely"),
    ],
    ids=str,
)
@pytest.mark.parametrize("many", [False, True], ids=["payment", "payments"])
def test_which_payments_are_settled(payment: dict[str, Any], expected: str, many: bool) -> None:
    rows = {"payments": [payment]} if many else {"payment": payment}
    assert answer({"payment_method": {"credit_card_holder_name": "APRO"}, **rows}) == expected


@pytest.mark.parametrize(
    ("rows", "expected"), [({"payments": []}, "test likely"), ({}, "real suspect")], ids=["none", "unknown"]
)
def test_no_payments_are_not_the_same_as_payments_nobody_told_of(rows: dict[str, Any], expected: str) -> None:
    assert answer({"contact": {"work_email": "a@yopmail.com"}, **rows}) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"contacts": [ADA, {"first_name": "Max", "last_name": "Mustermann"}]}, "test certain"),
        ({"contact": {"personal_email": "a@example.com"}}, "test certain"),
        ({"account": {"name": "Test Account"}}, "test likely"),
        ({"payment_method": {"iban_mask": "DE89****3000"}}, "test likely"),
        ({"payment_method": {"bank_identification_number": "424242"}}, "test likely"),
        ({"payment_method": {"credit_card_mask_number": "4111********1111"}}, "real suspect"),
        ({"payment_method": {"paypal_email": "sb-12@business.example.com"}}, "test certain"),
        ({"rate_plan": {"name": "Test Plan"}}, "test likely"),
        ({"product_rate_plan": {"name": "[test] Weekly"}}, "test likely"),
        ({"product": {"description": "Testing Description 1"}}, "test likely"),
        ({"rate_plan_charge": {"name": "QA Charge"}}, "test likely"),
        ({"subscription": {"promotion_code__c": "GRATIS"}}, "real suspect"),
        ({"account": {"processing_advice__c": "DoNotProcess"}}, "real certain"),
        ({}, "real certain"),
    ],
    ids=str,
)
def test_where_evidence_is_found(fields: dict[str, Any], expected: str) -> None:
    assert answer(fields) == expected


@pytest.mark.parametrize(
    ("config", "fields"),
    [
        ({"internal_domains": ["firm.de"]}, {"contact": {"work_email": "test@firm.de"}}),
        ({"test_batches": ["Batch7"]}, {"account": {"batch": "batch7"}}),
        ({"test_promotion_codes": ["X1"]}, {"subscription": {"promotion_code__c": "x1"}}),
        ({"known_individuals": [{"email": "ada@gmx.de", "last_name": ""}]}, {"contact": ADA}),
        ({"account_name_prefixes": ["(x)"]}, {"account": {"name": "(X) Ada"}}),
        ({"email_blocklist": ["ada@gmx.de", ""]}, {"contact": ADA}),
        ({"name_blocklist": ["Ada Moss"]}, {"contact": ADA}),
        ({"reserved_domains": ["gmx.de"]}, {"contact": ADA}),
    ],
    ids=lambda value: next(iter(value)),
)
def test_the_configuration_of_a_file_becomes_rules(config: dict[str, Any], fields: dict[str, Any]) -> None:
    assert [answer(fields).split()[0], answer(fields, **config).split()[0]] == ["real", "test"]


@pytest.mark.parametrize(
    ("veto", "expected"), [("1.00", "real suspect"), ("50", "test likely"), (5, "real suspect")]
)
def test_a_configured_veto_replaces_the_seeded_one(veto: Any, expected: str) -> None:
    rows = {"payment": {"amount": "29.90", "status": "Processed"}}
    assert (
        answer({"contact": {"first_name": "Jane", "last_name": "Doe"}, **rows}, settled_veto=veto) == expected
    )


@pytest.mark.parametrize(
    "config", [{"test_phones": ["555"]}, {"known_individuals": None, "colour": "red"}], ids=str
)
def test_a_setting_that_no_layer_answers_to_is_an_error(config: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no layer answers"):
        rules_of(config)


def test_an_amount_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="no amount"):
        evidence_of({"payment": {"amount": "much"}})
