"""The case suite `freetext`: a text with the three classes that it should get. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub.cases import CaseResult
from pipelines.billing.freetext.classifier import Classifier
from pipelines.billing.freetext.evidence import TAXONOMIES, Evidence
from pipelines.billing.freetext.rules import SEED, Rule

STRUCTURED = ("charge_type", "charge_model", "processing_type", "sign", "term_type", "auto_renew", "gift")


def run(content: Any, rules: Sequence[Rule] = SEED) -> Iterator[CaseResult]:
    """Every case's result by these rules; null is unclassified."""
    classifier = Classifier(rules)
    for case in content["cases"]:
        classes = classifier.classify(evidence_of(case))
        got = {name: getattr(classes, name).value for name in TAXONOMIES}
        expected = {name: case["expected"][name] for name in TAXONOMIES}
        yield CaseResult(id=str(case["id"]), ok=got == expected, expected=expected, got=got)


def evidence_of(case: Mapping[str, Any]) -> Evidence:
    """The case's text, with structured fields where it names any in `context`."""
    context = case.get("context") or {}
    return Evidence(
        texts=((case["field"], case["text"]),),
        **{name: context[name] for name in STRUCTURED if name in context},
    )
