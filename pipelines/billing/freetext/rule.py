"""A freetext rule as data: what a row of the rules table holds and a person edits. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.billing.freetext.evidence import CHARGE_CATEGORY, FUNNEL_STEP, SUBSCRIPTION_CLASS

CREDIT = "credit"
UNCLASSIFIED = "unclassified"

# The values of each taxonomy in the order in which they win when several are found.
PRECEDENCE: dict[str, tuple[str, ...]] = {
    FUNNEL_STEP: (
        "win_back",
        "cart_recovery",
        "downsell",
        "order_bump",
        "upsell_2",
        "upsell_1",
        "cross_sell",
        "renewal",
        "front_end",
    ),
    CHARGE_CATEGORY: ("discount", "shipping", "tax_fee", "trial", "one_time", "recurring"),
    SUBSCRIPTION_CLASS: (
        "complimentary",
        "gift",
        "trial",
        "one_time",
        "legacy",
        "prepaid",
        "standard",
    ),
}

# What a rule may give: the values, `credit` (a discount that is marked as a credit), and `unclassified`, which
# forbids to infer an answer from another taxonomy but yields to every rule that gives one.
RULE_VALUES: dict[str, tuple[str, ...]] = {
    taxonomy: (*values, *((CREDIT,) if taxonomy == CHARGE_CATEGORY else ()), UNCLASSIFIED)
    for taxonomy, values in PRECEDENCE.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """If `pattern` matches (and no `unless` lies over it), the answer of `taxonomy` is `value`.

    All fields are text, as they stand in the table. `name` is stable and unique in its set; `language` says
    which language its words are of ('' for all). The language of patterns: docs/explanation/freetext.md.
    """

    name: str
    taxonomy: str
    value: str
    pattern: str
    unless: str = ""
    language: str = ""
    note: str = ""
