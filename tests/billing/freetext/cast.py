"""Short ways to ask the seeded classifier."""

from typing import Any

from pipelines.billing.freetext.classifier import Classifier
from pipelines.billing.freetext.evidence import Classes, Evidence
from pipelines.billing.freetext.rules import SEED, Rule

SEEDED = Classifier(SEED)
Triple = tuple[str | None, str | None, str | None]


def evidence(*texts: str | tuple[str, str], **structure: Any) -> Evidence:
    """A text without a field is the name of a rate plan."""
    named = tuple(("rate_plan.name", text) if isinstance(text, str) else text for text in texts)
    return Evidence(texts=named, **structure)


def classes(*texts: str | tuple[str, str], **structure: Any) -> Classes:
    return SEEDED.classify(evidence(*texts, **structure))


def values(*texts: str | tuple[str, str], **structure: Any) -> Triple:
    """Step, category and class."""
    found = classes(*texts, **structure)
    return found.funnel_step.value, found.charge_category.value, found.subscription_class.value


def rule(pattern: str, unless: str = "", *, value: str = "gift", name: str = "mine") -> Rule:
    return Rule(name=name, taxonomy="subscription_class", value=value, pattern=pattern, unless=unless)


def matches(pattern: str, text: str, unless: str = "") -> bool:
    """Whether a rule of this pattern speaks in the text."""
    found = Classifier([rule(pattern, unless)]).classify(evidence(text))
    return found.subscription_class.value == "gift"
