"""Classification of what is said many times over: equal evidence is judged once."""

from __future__ import annotations

from pipelines.billing.freetext.classifier import Classifier
from pipelines.billing.freetext.evidence import Classes, Evidence

REMEMBERED = 200_000


class RememberingClassifier:
    """A classifier that remembers its answers, up to a number; then it begins anew."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._known: dict[Evidence, Classes] = {}

    @property
    def fingerprint(self) -> str:
        return str(self._classifier.fingerprint)

    def classify(self, evidence: Evidence) -> Classes:
        """The three answers to one thing."""
        known = self._known.get(evidence)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[evidence] = self._classifier.classify(evidence)
        return known
