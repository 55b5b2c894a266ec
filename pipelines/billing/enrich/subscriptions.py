"""Versions of subscriptions: by their own terms and the classes of their plans; with the verdict on their account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipelines.billing.enrich.classifying import RememberingClassifier
from pipelines.billing.enrich.countries import country_code
from pipelines.billing.enrich.enrichment import Enrichment, filled, funnel_and_class, itself
from pipelines.billing.enrich.models import EnrichedRatePlan, EnrichedSubscription, TestVerdict
from pipelines.billing.enrich.money import known_currency
from pipelines.billing.enrich.reading import (
    Ids,
    Row,
    column_of,
    grouped,
    ids_with,
    is_gone,
    rows_of,
    rows_with,
)
from pipelines.billing.enrich.table import Document
from pipelines.billing.entities import Account, Contact, Subscription
from pipelines.billing.freetext.evidence import FUNNEL_STEP, SUBSCRIPTION_CLASS, Evidence
from pipelines.billing.freetext.rules import PRECEDENCE

_ANSWERS = (FUNNEL_STEP, SUBSCRIPTION_CLASS)
_PLAN_COLUMNS = tuple(column for name in _ANSWERS for column in (name, f"{name}_rule"))
YES = frozenset({"yes", "y", "true", "1", "ja", "oui", "si", "sí", "x"})
NO = frozenset({"no", "n", "false", "0", "nein", "non", "nee"})
_CONTACTS = ("sold_to_contact_id", "bill_to_contact_id")  # whom it is delivered to counts before who pays
_COLUMNS = ("account_id", "term_type", "auto_renew", "gift_subscription_c", "promotion_code_c", "currency",
            *_CONTACTS, "is_deleted", "missing_since")  # fmt: skip


def _of_accounts(tenant: str, ids: Iterable[str]) -> set[str]:
    return ids_with(Subscription, tenant, "account_id", ids)


def _of_plans(tenant: str, ids: Ids) -> set[str]:
    return column_of(EnrichedRatePlan, tenant, ids, "subscription_id")


def _of_contacts(tenant: str, ids: Ids) -> set[str]:
    """Those that name the contact, and those of the accounts that do."""
    named = {each for column in _CONTACTS for each in ids_with(Subscription, tenant, column, ids)}
    accounts = {each for column in _CONTACTS for each in ids_with(Account, tenant, column, ids)}
    return named | _of_accounts(tenant, accounts)


class Subscriptions(Enrichment[RememberingClassifier]):
    """Follows the records of its plans and the verdict on its account, so these come first."""

    entity = "enriched_subscription"
    model, source = EnrichedSubscription, Subscription
    counted = _ANSWERS
    reach = {
        "billing.subscription": itself,
        "billing.account": _of_accounts,
        "billing.contact": _of_contacts,
        TestVerdict._meta.label_lower: _of_accounts,
        EnrichedRatePlan._meta.label_lower: _of_plans,
    }
    former = {EnrichedRatePlan._meta.label_lower: {"subscription_id": itself}}

    def documents(self, ids: Ids) -> dict[str, Document]:
        rows = rows_of(Subscription, self.tenant, ids, *_COLUMNS)
        owners = {row["account_id"] for row in rows.values()}
        accounts = rows_of(Account, self.tenant, owners, "currency", *_CONTACTS)
        verdicts = rows_of(TestVerdict, self.tenant, owners, "left_out")
        named = {row[name] for row in (*rows.values(), *accounts.values()) for name in _CONTACTS}
        contacts = rows_of(Contact, self.tenant, named, "country")
        sold = rows_with(
            EnrichedRatePlan, self.tenant, "subscription_id", rows, *_PLAN_COLUMNS, "removed", "gone"
        )
        plans = grouped((plan for plan in sold if not (plan["removed"] or plan["gone"])), "subscription_id")
        found: dict[str, Document] = {}
        for each, row in rows.items():
            account, verdict = accounts.get(row["account_id"] or ""), verdicts.get(row["account_id"] or "")
            found[each] = self._classes(row, plans.get(each, [])) | filled(
                account_id=row["account_id"],
                currency=known_currency(row["currency"], account["currency"] if account else None),
                country=_country((row, account), contacts),
                left_out=bool(verdict and verdict["left_out"]),
                gone=is_gone(row),
            )
        return found

    def _classes(self, row: Row, plans: list[Row]) -> Document:
        """The class that wins among its own and those of its plans."""
        own = funnel_and_class(self.rules.classify(evidence_of(row)))
        return {
            name: value
            for taxonomy in _ANSWERS
            for name, value in _strongest(taxonomy, [own, *plans]).items()
        }


def _strongest(taxonomy: str, candidates: Iterable[Mapping[str, str | None]]) -> Document:
    """The answer that stands first in the order of precedence; the first to give it gives its rule."""
    given = [one for one in candidates if one.get(taxonomy)]
    if not given:
        return {}
    order = PRECEDENCE[taxonomy]
    best = min(given, key=lambda one: order.index(str(one[taxonomy])))
    rule = f"{taxonomy}_rule"
    return filled(**{taxonomy: best[taxonomy], rule: best.get(rule)})


def evidence_of(row: Row) -> Evidence:
    """Its terms, and its promotion code as text."""
    code = row["promotion_code_c"]
    return Evidence(
        texts=(("subscription.promotion_code", code),) if code else (),
        term_type=row["term_type"],
        auto_renew=row["auto_renew"],
        gift=is_gift(row["gift_subscription_c"]),
    )


def is_gift(text: str | None) -> bool | None:
    """A flag that the platform keeps as text; None where it says neither yes nor no."""
    word = (text or "").strip().casefold()
    return True if word in YES else False if word in NO else None


def _country(holders: Iterable[Row | None], contacts: Mapping[str, Row]) -> str | None:
    """Of the first contact that has a country: the subscription's before the account's."""
    for holder in holders:
        for name in _CONTACTS if holder else ():
            contact = contacts.get((holder or {})[name] or "")
            if contact and (code := country_code(contact["country"])):
                return code
    return None
