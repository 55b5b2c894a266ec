"""The rules that a new brand begins with. Pure."""

from __future__ import annotations

from pipelines.billing.freetext.rule import PRECEDENCE, RULE_VALUES, Rule
from pipelines.billing.freetext.seeds import ALL

SEED: tuple[Rule, ...] = ALL

__all__ = ["PRECEDENCE", "RULE_VALUES", "SEED", "Rule"]
