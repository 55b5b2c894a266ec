"""What is known of a thing that is to be classified, and the answers. Pure."""

from __future__ import annotations

from dataclasses import dataclass

FUNNEL_STEP, CHARGE_CATEGORY, SUBSCRIPTION_CLASS = "funnel_step", "charge_category", "subscription_class"
TAXONOMIES = (FUNNEL_STEP, CHARGE_CATEGORY, SUBSCRIPTION_CLASS)

FIELDS = (  # whose texts are classified, or stand around those that are
    "rate_plan.name",
    "product_rate_plan.name",
    "product_rate_plan.promotion_code",
    "product_rate_plan.rate_plan_type",
    "product.name",
    "product.sku",
    "rate_plan_charge.name",
    "rate_plan_charge.description",
    "invoice_item.charge_name",
    "invoice_item.description",
    "invoice_item.sku",
    "subscription.promotion_code",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Texts by field, the thing's own first ("rate_plan.name", "product.sku", ...), and structured fields.

    Hashable, so that equal evidence is judged once. `sign` is that of the price or amount: -1, 0, 1, None
    where there is none.
    """

    texts: tuple[tuple[str, str], ...]
    charge_type: str | None = None
    charge_model: str | None = None
    processing_type: str | None = None
    sign: int | None = None
    term_type: str | None = None
    auto_renew: bool | None = None
    gift: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The class of one taxonomy, None for unclassified, with the name of the rule that gave it ('' for none)."""

    value: str | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """The three answers. `credit` marks goodwill and other credits among the discounts."""

    funnel_step: Answer = Answer()
    charge_category: Answer = Answer()
    subscription_class: Answer = Answer()
    credit: bool = False
