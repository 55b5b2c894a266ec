"""The rules a brand is judged by: those of its active set, or the code's own where it has none."""

from __future__ import annotations

from pipelines.billing.freetext.classifier import Classifier
from pipelines.billing.rules.kinds import KINDS
from pipelines.billing.rules.models import RuleSet
from pipelines.billing.test_data.verdict import AccountEvidence, Judge, Verdict


class ActiveJudge:
    """A judge with the number of the rules it judges by; 0 for the code's own."""

    def __init__(self, judge: Judge, number: int) -> None:
        self._judge, self.number = judge, number

    @property
    def fingerprint(self) -> str:
        return str(self._judge.fingerprint)

    def judge(self, evidence: AccountEvidence) -> Verdict:
        """The verdict on one account."""
        return self._judge.judge(evidence)


def active_set(tenant: str, kind: str) -> RuleSet | None:
    """The set in force."""
    return RuleSet.objects.filter(tenant=tenant, kind=kind, status=RuleSet.Status.ACTIVE).first()


def active_classifier(tenant: str) -> Classifier:
    """The brand's classifier, compiled."""
    kind, found = KINDS[RuleSet.Kind.FREETEXT], active_set(tenant, RuleSet.Kind.FREETEXT)
    classifier: Classifier = kind.compiled(kind.seed if found is None else kind.rules_of(found))
    return classifier


def active_judge(tenant: str) -> ActiveJudge:
    """The brand's judge of accounts, compiled."""
    kind, found = KINDS[RuleSet.Kind.TEST_DATA], active_set(tenant, RuleSet.Kind.TEST_DATA)
    judge = kind.compiled(kind.seed if found is None else kind.rules_of(found))
    return ActiveJudge(judge, 0 if found is None else found.number)
