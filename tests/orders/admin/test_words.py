"""Every code that can stand in a document has words."""

import re
from datetime import date
from pathlib import Path

import pytest

from pipelines.billing import chains
from pipelines.orders import allocation
from pipelines.orders.admin import words
from pipelines.orders.admin.filters import allowed
from pipelines.orders.allocation import vocabulary
from pipelines.orders.document import body

CHAINS = Path(chains.__path__[0])
BODY = Path(body.__file__)
BALANCE = Path(allocation.__path__[0]) / "balance.py"


def sources(*files: str) -> str:
    return "\n".join((CHAINS / name).read_text() for name in files)


def test_every_anomaly_has_words() -> None:
    text = sources("roots.py", "resolving.py")
    codes = set(re.findall(r'code="(\w+)"', text)) | set(re.findall(r'code = "(\w+)"', text))
    codes |= set(re.findall(r'else "(\w+)"\n +yield Anomaly', text))
    codes |= set(re.findall(r'found.append\(\("(\w+)"', BODY.read_text()))
    codes |= set(re.findall(r'BROKEN = "(\w+)"', BALANCE.read_text()))
    assert codes == set(words.ANOMALIES)


def test_every_event_has_words() -> None:
    text = sources("events.py")
    found = set(re.findall(r'(?:yield|kind=|append\(\(|\[\(|Event\(kind=)\s*"(\w+)"', text))
    assert found == set(words.EVENTS)


def test_every_reason_of_a_state_has_words() -> None:
    text = sources("state.py")
    found = set(re.findall(r'_state\("\w+", "(\w+)"', text)) | set(re.findall(r'_A\w+: "(\w+)"', text))
    found |= set(re.findall(r'reason = "(\w+)" if \w+ else "(\w+)"', text)[0])
    found |= set(re.findall(r'_state\("active", "(\w+)" if .* else "(\w+)"', text)[0])
    assert found == set(words.REASONS)


def test_every_rule_of_a_soft_link_has_words() -> None:
    assert set(re.findall(r'_ranked\(.*"(\w+)"\)', sources("soft.py"))) == set(words.LINKS)


def test_every_state_has_a_colour() -> None:
    assert set(allowed("state")) == set(words.STATES)


def test_every_outcome_has_words() -> None:
    assert set(allowed("outcome")) == set(words.OUTCOMES)


def test_every_flag_has_words() -> None:
    assert set(vocabulary.FLAGS) < set(words.FLAGS)


@pytest.mark.parametrize(
    ("value", "told"),
    [("2025-12-03", "3 Dec 2025"), (date(2025, 1, 31), "31 Jan 2025"), (None, "–"), ("", "–")],
)
def test_days_cannot_be_taken_for_others(value: str | date | None, told: str) -> None:
    assert words.day(value) == told


@pytest.mark.parametrize(
    ("text", "currency", "told"),
    [
        ("1234567.50", "EUR", "1,234,567.50 EUR"),
        ("1000", "JPY", "1,000 JPY"),
        ("-0.125", "KWD", "-0.125 KWD"),
        ("5.00", "", "5.00"),
        ("5.00", None, "5.00"),
    ],
)
def test_amounts_keep_their_decimals(text: str, currency: str | None, told: str) -> None:
    assert words.amount(text, currency) == told


def test_an_anomaly_that_nobody_described_is_told_by_its_code() -> None:
    assert words.anomaly_told("moon_phase", "v1", None, None) == "Moon phase: v1."


def test_braces_in_what_an_anomaly_is_about_are_no_markup() -> None:
    assert words.anomaly_told("missing_version", "{0}", None, None) == "Version number {0} is missing."


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        ("-1010.11", "is 1,010.11 EUR lower than what its payments"),
        ("0.01", "is 0.01 EUR higher than what its payments"),
        (None, "is other than what its payments"),
    ],
)
def test_a_difference_says_which_side_is_higher(difference: str | None, told: str) -> None:
    assert told in words.anomaly_told("balance_identity_broken", "INV1", difference, "EUR")
