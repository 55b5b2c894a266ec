"""What structured fields say, and what one answer lets infer of another. Pure.

Structure outranks text: text decides only what structure leaves open. Each function gives an answer with the name
of its rule, or None where it has nothing to say; `MEANINGS` tells a person what a name stands for.
"""

from __future__ import annotations

from pipelines.billing.freetext.evidence import Answer, Evidence

MEANINGS = {
    "structure.tax_line": "the line is a tax line of its own",
    "structure.discount_model": "the charge model is a discount",
    "structure.discount_line": "the line is a discount line",
    "structure.negative_amount": "the amount is negative",
    "structure.recurring_charge": "the charge type is Recurring, and its own text names no other purpose",
    "structure.one_time_charge": "the charge type is OneTime, and its own text names no other purpose",
    "structure.gift": "the subscription is marked as a gift",
    "structure.free_plan": "the price of the whole plan is 0",
    "structure.no_renewal": "the term ends and is not renewed",
    "structure.renews": "the term is renewed, so it is not prepaid",
    "inferred.single_purchase": "a single purchase is charged once",
    "inferred.trial_charge": "a charge that speaks of a trial and of no period is the price of the trial",
    "inferred.running": "what is charged in every period is a running subscription",
    "inferred.trial_is_front_end": "a trial is a first offer, where no other step is named",
}

TAX_LINES, DISCOUNT_LINES = frozenset({"3", "tax"}), frozenset({"1", "discount"})
PURPOSES = frozenset({"discount", "credit", "shipping", "tax_fee", "trial"})
PLANS = ("rate_plan", "product_rate_plan", "subscription")
CHARGES = ("rate_plan_charge", "product_rate_plan_charge", "invoice_item", "credit_memo_item")
SIDE_CHARGES = frozenset({"discount", "shipping", "tax_fee"})


def given_category(evidence: Evidence) -> Answer | None:
    """The category that structure alone decides."""
    processing = (evidence.processing_type or "").casefold()
    if processing in TAX_LINES:
        return Answer(value="tax_fee", rule="structure.tax_line")
    if (evidence.charge_model or "").casefold().startswith("discount"):
        return Answer(value="discount", rule="structure.discount_model")
    if processing in DISCOUNT_LINES:
        return Answer(value="discount", rule="structure.discount_line")
    if evidence.sign is not None and evidence.sign < 0:
        return Answer(value="discount", rule="structure.negative_amount")
    return None


def default_category(evidence: Evidence) -> Answer | None:
    """The category by the rhythm of charging, where the text names no purpose."""
    if (rhythm := rhythm_of(evidence)) == "recurring":
        return Answer(value="recurring", rule="structure.recurring_charge")
    return Answer(value="one_time", rule="structure.one_time_charge") if rhythm else None


def rhythm_of(evidence: Evidence) -> str:
    """`recurring`, `onetime`, or '' where the charge type says neither."""
    charge_type = (evidence.charge_type or "").casefold().replace("-", "").replace("_", "").replace(" ", "")
    return charge_type if charge_type in ("recurring", "onetime") else ""


def is_open(value: str, evidence: Evidence) -> bool:
    """Whether structure leaves it to the text to say this category."""
    if value in ("discount", "credit") and evidence.sign is not None and evidence.sign > 0:
        return False  # who pays gets no discount by this line
    return not rhythm_of(evidence) or value in PURPOSES


def entity_of(evidence: Evidence) -> str:
    """The entity that the thing itself belongs to: that of its first text."""
    return evidence.texts[0][0].partition(".")[0] if evidence.texts else ""


def decided_class(evidence: Evidence, said: Answer, category: str | None) -> Answer:
    """The class after structure, given what the text said and the category of the charge."""
    if evidence.gift:
        return Answer(value="gift", rule="structure.gift")
    if category in SIDE_CHARGES:
        return said
    if (
        evidence.sign == 0
        and entity_of(evidence) in PLANS
        and said.value in (None, "standard", "prepaid", "legacy")
    ):
        return Answer(value="complimentary", rule="structure.free_plan")
    if said.value in (None, "standard") and _ends(evidence):
        return Answer(value="prepaid", rule="structure.no_renewal")
    if said.value == "prepaid" and _renews(evidence):
        return Answer(value="standard", rule="structure.renews")
    return said


def _ends(evidence: Evidence) -> bool:
    term = _term(evidence)
    return term == "ONETERM" or (term == "TERMED" and evidence.auto_renew is False)


def _renews(evidence: Evidence) -> bool:
    return _term(evidence) == "EVERGREEN" or evidence.auto_renew is True


def _term(evidence: Evidence) -> str:
    return (evidence.term_type or "").upper().replace("_", "").replace(" ", "")
