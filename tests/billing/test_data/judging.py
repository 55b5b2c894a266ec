"""Judging one account in a test: Ada, who is nobody's test, with what a test changes about her account."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipelines.billing.test_data.verdict import SEED, AccountEvidence, Judge, Paid, Person, Rule, Verdict

HOUSE = (
    Rule(name="house", layer="internal_domain", value="brand-a.de"),
    Rule(name="house-uk", layer="internal_domain", value="gazette.co.uk"),
    Rule(name="batch", layer="test_batch", value="Batch50"),
    Rule(name="prefix", layer="account_name_prefix", value="zzz_"),
    Rule(name="code", layer="test_promotion_code", value="QATEST100"),
    Rule(
        name="robin",
        layer="known_individual",
        value="email=robin@gmail.com; last_name=Hood; postal_code=N1 9GU",
    ),
    Rule(name="office", layer="office_address", value="address_contains=Kings Place; postal_code=N1 9GU"),
    Rule(name="mail", layer="blocked_email", value="qa.robot@firm.com"),
    Rule(name="name", layer="blocked_name", value="Robo Tester-Smith"),
    Rule(name="blank mail", layer="blocked_email", value=""),
    Rule(name="blank name", layer="blocked_name", value=" "),
    Rule(name="blank batch", layer="test_batch", value=""),
    Rule(name="blank prefix", layer="account_name_prefix", value=" "),
    Rule(name="blank code", layer="test_promotion_code", value=""),
    Rule(name="blank person", layer="known_individual", value=""),
)
JUDGE = Judge([*SEED, *HOUSE])
RENT = Paid(amount=Decimal("29.90"), settled=True)


def account(
    first: str | None = "Ada", last: str | None = "Moss", mail: str = "ada@gmx.de", **more: Any
) -> AccountEvidence:
    """An account of one person."""
    person = Person(
        first_name=first,
        last_name=last,
        emails=(mail,) if mail else (),
        postal_code=more.pop("postal_code", None),
        address=more.pop("address", None),
    )
    return AccountEvidence(people=(person,), **more)


def verdict(
    first: str | None = "Ada", last: str | None = "Moss", mail: str = "ada@gmx.de", **more: Any
) -> Verdict:
    return JUDGE.judge(account(first, last, mail, **more))


def short(found: Verdict) -> str:
    """The verdict in two words: "test likely", "real certain"."""
    return f"{'test' if found.is_test else 'real'} {found.confidence}"
