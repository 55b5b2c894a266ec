"""Why a thing was classified as it was: tokens, every rule that matched and what became of it. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from pipelines.billing.freetext.evidence import TAXONOMIES, Answer, Classes, Evidence
from pipelines.billing.freetext.reading import SPEAKS, Finding, Reader
from pipelines.billing.freetext.structure import MEANINGS

ANSWERED, OVERRULED = "answered", "overruled"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRead:
    """One text of the evidence: its normalised tokens and the rules that matched, in the order of the text.

    A finding's verdict is `answered`, `overruled` (`by` names the rule that answered), `negated`, `void` or
    `later` (`by` names the words).
    """

    field: str
    text: str
    tokens: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The three answers, and all that was weighed."""

    classes: Classes
    texts: tuple[TextRead, ...]

    def answer(self, taxonomy: str) -> Answer:
        answer: Answer = getattr(self.classes, taxonomy)
        return answer

    def reason(self, taxonomy: str) -> str:
        """Why the answer is what it is, for a person."""
        answer = self.answer(taxonomy)
        if answer.rule in MEANINGS:
            return MEANINGS[answer.rule]
        words = [
            finding.matched
            for text in self.texts
            for finding in text.findings
            if finding.rule == answer.rule and finding.verdict == ANSWERED
        ]
        return f"found {', '.join(dict.fromkeys(words))}" if words else "no evidence"

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        answers = {
            taxonomy: {**asdict(self.answer(taxonomy)), "reason": self.reason(taxonomy)}
            for taxonomy in TAXONOMIES
        }
        return {
            "answers": answers,
            "credit": self.classes.credit,
            "texts": [asdict(text) for text in self.texts],
        }


def explain(evidence: Evidence, reader: Reader, classes: Classes) -> Explanation:
    """Read the texts again, this time keeping everything."""
    texts = []
    for field, text in evidence.texts:
        tokens, findings = reader.findings(text)
        judged = tuple(_judged(finding, getattr(classes, finding.taxonomy)) for finding in findings)
        texts.append(TextRead(field=field, text=text, tokens=tuple(tokens.words), findings=judged))
    return Explanation(classes=classes, texts=tuple(texts))


def _judged(finding: Finding, answer: Answer) -> Finding:
    if finding.verdict != SPEAKS:
        return finding
    if finding.rule == answer.rule:
        return replace(finding, verdict=ANSWERED)
    return replace(finding, verdict=OVERRULED, by=answer.rule)
