"""Charges as sold: by their own words, their type and model and the sign of their price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from pipelines.billing.enrich.classifying import RememberingClassifier
from pipelines.billing.enrich.enrichment import Enrichment, all_classes, filled, itself
from pipelines.billing.enrich.models import EnrichedCharge
from pipelines.billing.enrich.money import in_minor_units, known_currency
from pipelines.billing.enrich.reading import Ids, Row, ids_with, is_gone, rows_of, rows_with, without_currency
from pipelines.billing.enrich.table import Document
from pipelines.billing.entities import Account, RatePlan, RatePlanCharge, Subscription
from pipelines.billing.freetext.evidence import TAXONOMIES, Evidence

PERCENTAGE = "Discount-Percentage"  # its price is a share, not money


def _of_plans(tenant: str, ids: Ids) -> set[str]:
    """Charges that take their currency from above: others do not depend on their plan."""
    return without_currency(rows_with(RatePlanCharge, tenant, "rate_plan_id", ids, "currency"))


def _of_subscriptions(tenant: str, ids: Ids) -> set[str]:
    return _of_plans(tenant, ids_with(RatePlan, tenant, "subscription_id", ids))


def _of_accounts(tenant: str, ids: Ids) -> set[str]:
    return _of_subscriptions(tenant, ids_with(Subscription, tenant, "account_id", ids))


class Charges(Enrichment[RememberingClassifier]):
    """A charge as sold; where it names no currency, it has its subscription's, else its account's."""

    entity = "enriched_charge"
    model, source = EnrichedCharge, RatePlanCharge
    counted = TAXONOMIES
    reach = {
        "billing.rateplancharge": itself,
        "billing.rateplan": _of_plans,
        "billing.subscription": _of_subscriptions,
        "billing.account": _of_accounts,
    }

    def documents(self, ids: Ids) -> dict[str, Document]:
        columns = ("rate_plan_id", "name", "description", "charge_type", "charge_model", "price", "mrr",
                   "currency", "is_deleted", "missing_since")  # fmt: skip
        rows = rows_of(RatePlanCharge, self.tenant, ids, *columns)
        currencies = self._from_above(row["rate_plan_id"] for row in rows.values() if not row["currency"])
        return {each: self._document(row, currencies) for each, row in rows.items()}

    def _document(self, row: Row, currencies: Mapping[str, str | None]) -> Document:
        currency = known_currency(row["currency"] or currencies.get(row["rate_plan_id"]))
        price = None if row["charge_model"] == PERCENTAGE else row["price"]
        return all_classes(self.rules.classify(evidence_of(row, sign_of(row["price"])))) | filled(
            rate_plan_id=row["rate_plan_id"],
            currency=currency,
            price_minor=in_minor_units(price, currency),
            mrr_minor=in_minor_units(row["mrr"], currency),
            gone=is_gone(row),
        )

    def _from_above(self, plan_ids: Iterable[str]) -> dict[str, str | None]:
        """Currencies by plan."""
        plans = rows_of(RatePlan, self.tenant, plan_ids, "subscription_id")
        wanted = {row["subscription_id"] for row in plans.values()}
        subscriptions = rows_of(Subscription, self.tenant, wanted, "currency", "account_id")
        unsaid = {row["account_id"] for row in subscriptions.values() if not row["currency"]}
        accounts = rows_of(Account, self.tenant, unsaid, "currency")

        def of(subscription: Row | None) -> str | None:
            """Its own, else its account's."""
            holders = (subscription, accounts.get((subscription or {}).get("account_id") or ""))
            return next((holder["currency"] for holder in holders if holder and holder["currency"]), None)

        return {plan: of(subscriptions.get(row["subscription_id"] or "")) for plan, row in plans.items()}


def evidence_of(row: Row, sign: int | None) -> Evidence:
    """Its name before its description."""
    texts = (("rate_plan_charge.name", row["name"]), ("rate_plan_charge.description", row["description"]))
    return Evidence(
        texts=tuple(pair for pair in texts if pair[1]),
        charge_type=row["charge_type"],
        charge_model=row["charge_model"],
        sign=sign,
    )


def sign_of(amount: Decimal | None) -> int | None:
    """-1, 0 or 1; None without an amount."""
    return None if amount is None else (amount > 0) - (amount < 0)
