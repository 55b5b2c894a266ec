"""The two kinds of rule sets: which table holds the rules, what they become, what the code begins with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from django.db.models import Q

from hub.canonical import fingerprint
from pipelines.billing.freetext.classifier import Classifier
from pipelines.billing.freetext.rules import SEED as FREETEXT_SEED
from pipelines.billing.freetext.rules import Rule as PureFreetextRule
from pipelines.billing.rules.models import FreetextRule, RuleRow, RuleSet, TestDataRule
from pipelines.billing.test_data.verdict import SEED as TEST_DATA_SEED
from pipelines.billing.test_data.verdict import Judge, check_rule
from pipelines.billing.test_data.verdict import Rule as PureTestDataRule

KEPT = 8  # compiled sets: brands that begin with the code's rules share one


@dataclass(frozen=True, kw_only=True)
class RuleKind:
    """One kind. `compiled` and, for a single rule, `check` raise a HubError for what does not hold."""

    row: type[RuleRow]
    rule: type[Any]
    seed: Sequence[Any]
    compiled: Callable[[Sequence[Any]], Any]
    check: Callable[[Any], object]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of a rule."""
        return tuple(field.name for field in fields(self.rule))

    @property
    def seed_fingerprint(self) -> str:
        """Of the code's own rules: it changes when a release brings others."""
        return fingerprint(*(self.as_row(rule) for rule in self.seed)).hex()

    def as_row(self, rule: Any) -> dict[str, str]:
        """A rule by column; also a row of the table."""
        return {name: str(getattr(rule, name)) for name in self.names}

    def as_rule(self, row: Any) -> Any:
        """What is compiled, of a row of the table or of what a form holds."""
        return self.rule(**self.as_row(row))

    def rows_of(self, rule_set: RuleSet) -> list[Any]:
        """The rows of a set, in the order of their names."""
        return list(self.row._default_manager.filter(Q(rule_set=rule_set)).order_by("name"))

    def rules_of(self, rule_set: RuleSet) -> list[Any]:
        return [self.as_rule(row) for row in self.rows_of(rule_set)]


def _by_name(rules: Sequence[Any]) -> tuple[Any, ...]:
    """In one order, which means nothing."""
    return tuple(sorted(rules, key=lambda rule: str(rule.name)))


@lru_cache(KEPT)
def _classifier(rules: tuple[PureFreetextRule, ...]) -> Classifier:
    return Classifier(rules)


@lru_cache(KEPT)
def _judge(rules: tuple[PureTestDataRule, ...]) -> Judge:
    return Judge(rules)


def _check_freetext(rule: PureFreetextRule) -> None:
    Classifier([rule])


KINDS: dict[str, RuleKind] = {
    RuleSet.Kind.FREETEXT: RuleKind(
        row=FreetextRule,
        rule=PureFreetextRule,
        seed=FREETEXT_SEED,
        compiled=lambda rules: _classifier(_by_name(rules)),
        check=_check_freetext,
    ),
    RuleSet.Kind.TEST_DATA: RuleKind(
        row=TestDataRule,
        rule=PureTestDataRule,
        seed=TEST_DATA_SEED,
        compiled=lambda rules: _judge(tuple(rules)),
        check=check_rule,
    ),
}
