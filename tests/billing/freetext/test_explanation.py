"""Why a text was classified as it was."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from hub.errors import UsageError
from pipelines.billing.enrich import charges, items, plans, subscriptions
from pipelines.billing.enrich.catalogue import Catalogue
from pipelines.billing.freetext.evidence import FIELDS
from tests.billing.freetext.cast import SEEDED, evidence


def verdicts(text: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Verdict and reason by rule and what it matched."""
    (read,) = SEEDED.explain(evidence(text)).texts
    return {(one.rule, one.matched): (one.verdict, one.by) for one in read.findings}


@pytest.mark.parametrize(
    ("text", "finding", "verdict"),
    [
        ("Geschenkabo", ("class.gift.de", "geschenkabo"), ("answered", "")),
        ("Geschenkabo", ("class.standard.de", "geschenkabo"), ("overruled", "class.gift.de")),
        ("Geschenkabo", ("class.gift.nl", "geschenkabo"), ("overruled", "class.gift.de")),  # the same answer
        ("Kein Probeabo", ("class.trial.de", "probeabo"), ("negated", "kein")),
        ("portofrei: Versandfrei", ("charge.shipping.de", "versandfrei"), ("negated", "versandfrei")),
        ("Geschenkpapier", ("class.gift.de", "geschenkpapier"), ("void", "geschenkpapier")),
        ("TRIAL_1EUR>REC_9_1M", ("charge.recurring.any.code", "rec 9"), ("later", "then")),
    ],
)
def test_every_rule_that_matched_is_told_with_what_became_of_it(
    text: str, finding: tuple[str, str], verdict: tuple[str, str]
) -> None:
    assert verdicts(text)[finding] == verdict


def test_of_a_rule_that_matches_more_of_the_text_only_the_whole_is_told() -> None:
    assert [matched for rule, matched in verdicts("TRIAL_1EUR") if rule == "charge.trial.any.code"] == [
        "trial 1 €"
    ]


def test_tokens_are_those_that_the_rules_see() -> None:
    (read,) = SEEDED.explain(evidence("PrämienAbo\u00ad – Straße 12,50 €")).texts
    assert read.tokens == ("pramien", "abo", "strasse", "12,50", "€")


def explained(*arguments: str) -> str:
    out = StringIO()
    call_command("explain_text", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_one_object() -> None:
    told = json.loads(explained("Probeabo", "--field", "invoice_item.charge_name", "--sign", "1", "--json"))
    assert told["answers"]["charge_category"] == {
        "value": "trial",
        "rule": "inferred.trial_charge",
        "reason": "a charge that speaks of a trial and of no period is the price of the trial",
    }


def test_the_command_tells_a_person_answers_tokens_and_rules() -> None:
    told = explained("[b]Kein Probeabo: Gutschrift")
    assert "discount (credit)" in told
    assert "tokens: b kein probeabo gutschrift" in told
    assert "negated by 'kein'" in told


def test_the_command_takes_what_is_known_beside_the_text() -> None:
    told = explained("Monday", "--charge-type", "Recurring", "--context", "rate_plan.name=Echo-Legacy")
    assert "structure.recurring_charge" in told
    assert "class.legacy.any" in told


def test_nothing_found_is_said() -> None:
    assert "no rule matched" in explained("")


@pytest.mark.parametrize(
    ("flags", "known"),
    [
        (("--field", "plan.name"), "rate_plan.name"),
        (("--context", "product.name"), "product.name"),
        (("--context", "product.title=Box"), "product.sku"),
        (("--charge-type", "Monthly"), "OneTime"),
        (("--processing-type", "tax"), "3"),
        (("--term-type", "FOREVER"), "EVERGREEN"),
    ],
)
def test_what_the_command_does_not_know_is_answered_by_what_it_knows(
    flags: tuple[str, str], known: str
) -> None:
    with pytest.raises(UsageError) as error:
        explained("Probeabo", *flags)
    assert known in error.value.message.partition("choose")[2]


class EveryCell(dict[str, str]):
    """A row in which every column says something."""

    def __missing__(self, column: str) -> str:
        return "x"


def test_the_fields_that_are_known_are_those_that_jobs_read() -> None:
    row = EveryCell(id="x")
    catalogue = Catalogue(plans={"x": row}, products={"x": row})
    read = [
        plans.evidence_of(row, catalogue),
        charges.evidence_of(row, None),
        items.evidence_of(row, None),
        subscriptions.evidence_of(row),
    ]
    assert {field for evidence in read for field, _ in evidence.texts} == set(FIELDS)
