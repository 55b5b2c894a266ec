"""Verdicts on accounts: all that speaks for or against an account being a test account, put together and judged."""

from __future__ import annotations

from collections.abc import Iterable

from hub.bulk import Values
from pipelines.billing.enrich.catalogue import Catalogue, plans_of_catalogue_plans, plans_of_products
from pipelines.billing.enrich.enrichment import Enrichment, filled, itself
from pipelines.billing.enrich.models import TestVerdict
from pipelines.billing.enrich.reading import (
    Ids,
    Row,
    column_of,
    grouped,
    id_of,
    is_gone,
    rows_of,
    rows_with,
)
from pipelines.billing.enrich.table import FLAG, Document, documents
from pipelines.billing.entities import Account, Contact, Payment, PaymentMethod, RatePlan, Subscription
from pipelines.billing.rules.active import ActiveJudge
from pipelines.billing.test_data.verdict import AccountEvidence, Instrument, Paid, Person, Verdict

LEFT_OUT = frozenset({"certain", "likely"})
SETTLED = frozenset({"Processed"})
NOT_SETTLED = frozenset({"FailedToSettle", "NotSubmitted"})
_STATE = ("is_deleted", "missing_since")
_CONTACT = (
    "first_name",
    "last_name",
    "work_email",
    "personal_email",
    "postal_code",
    "address_1",
    "address_2",
)
_METHOD = ("bank_identification_number", "credit_card_mask_number", "credit_card_holder_name", "iban_mask")
_PAYMENT = ("amount", "currency", "status", "gateway", "gateway_state")


def _of_contacts(tenant: str, ids: Ids) -> set[str]:
    return column_of(Contact, tenant, ids, "account_id")


def _of_methods(tenant: str, ids: Ids) -> set[str]:
    return column_of(PaymentMethod, tenant, ids, "account_id")


def _of_payments(tenant: str, ids: Ids) -> set[str]:
    return column_of(Payment, tenant, ids, "account_id")


def _of_subscriptions(tenant: str, ids: Ids) -> set[str]:
    return column_of(Subscription, tenant, ids, "account_id")


def _of_plans(tenant: str, ids: Iterable[str]) -> set[str]:
    return _of_subscriptions(tenant, column_of(RatePlan, tenant, ids, "subscription_id"))


class Verdicts(Enrichment[ActiveJudge]):
    """Whether an account is a test account: decided here once for all that belongs to it."""

    entity = "test_verdict"
    model, source = TestVerdict, Account
    counted = ("left_out", "confidence")
    reach = {
        "billing.account": itself,
        "billing.contact": _of_contacts,
        "billing.paymentmethod": _of_methods,
        "billing.payment": _of_payments,
        "billing.subscription": _of_subscriptions,
        "billing.rateplan": _of_plans,
        "billing.productrateplan": lambda tenant, ids: _of_plans(
            tenant, plans_of_catalogue_plans(tenant, ids)
        ),
        "billing.product": lambda tenant, ids: _of_plans(tenant, plans_of_products(tenant, ids)),
    }

    former = {
        "billing.contact": {"account_id": itself},
        "billing.paymentmethod": {"account_id": itself},
        "billing.payment": {"account_id": itself},
        "billing.subscription": {"account_id": itself},
        "billing.rateplan": {"subscription_id": _of_subscriptions},
    }

    def documents(self, ids: Ids) -> dict[str, Document]:
        return {
            each: document(self.rules.judge(evidence), gone=gone)
            for each, (evidence, gone) in account_evidence(self.tenant, ids).items()
        }

    def beside(self) -> dict[str, Values]:
        return {"rules_version": self.rules.number, "rules_fingerprint": self.rules.fingerprint}


def verdicts(keys: Iterable[str]) -> dict[str, Verdict]:
    """The verdicts that are stored, by the id of their account."""
    return {
        id_of(key): Verdict(
            is_test=stored["is_test"] == FLAG[True],
            confidence=stored["confidence"],
            reasons=tuple(stored["reasons"]),
        )
        for key, stored in documents(TestVerdict, keys).items()
    }


def document(verdict: Verdict, *, gone: bool) -> Document:
    """A verdict as it is stored."""
    return filled(
        is_test=verdict.is_test,
        confidence=verdict.confidence,
        left_out=is_left_out(verdict),
        reason=verdict.reasons[0] if verdict.reasons else None,
        gone=gone,
    ) | {"reasons": list(verdict.reasons)}


def is_left_out(verdict: Verdict) -> bool:
    """Whether documents, audiences and figures are to do without the account."""
    return verdict.is_test and verdict.confidence in LEFT_OUT


def account_evidence(tenant: str, ids: Ids) -> dict[str, tuple[AccountEvidence, bool]]:
    """What is known of the accounts that exist, and whether they are gone, by id, in a constant number of queries."""
    accounts = rows_of(Account, tenant, ids, "name", "test_account_c", "batch", *_STATE)
    own = list(accounts)
    contacts = grouped(
        _there(rows_with(Contact, tenant, "account_id", own, *_CONTACT, *_STATE)), "account_id"
    )
    methods = grouped(
        _there(rows_with(PaymentMethod, tenant, "account_id", own, *_METHOD, *_STATE)), "account_id"
    )
    payments = grouped(
        _there(rows_with(Payment, tenant, "account_id", own, *_PAYMENT, *_STATE)), "account_id"
    )
    subscriptions = grouped(
        _there(rows_with(Subscription, tenant, "account_id", own, "promotion_code_c", *_STATE)), "account_id"
    )
    catalogue = _catalogue_texts(tenant, subscriptions)
    return {
        each: (
            AccountEvidence(
                name=row["name"],
                flag=row["test_account_c"],
                batch=row["batch"],
                people=tuple(map(_person, contacts.get(each, ()))),
                instruments=tuple(map(_instrument, methods.get(each, ()))),
                payments=tuple(map(_paid, payments.get(each, ()))),
                promotion_codes=_distinct(one["promotion_code_c"] for one in subscriptions.get(each, ())),
                catalogue=_distinct(catalogue.get(each, ())),
            ),
            is_gone(row),
        )
        for each, row in accounts.items()
    }


def _catalogue_texts(tenant: str, subscriptions: dict[str, list[Row]]) -> dict[str, list[str]]:
    """The names of the plans and products that an account has, by account."""
    owner = {id_of(row["key"]): account for account, rows in subscriptions.items() for row in rows}
    columns = ("name", "product_rate_plan_id", "product_id", *_STATE)
    plans = _there(rows_with(RatePlan, tenant, "subscription_id", owner, *columns))
    catalogue = Catalogue.behind(tenant, plans)
    found: dict[str, list[str]] = {}
    for plan in plans:
        names = [text for field, text in catalogue.texts(plan) if field.endswith(".name")]
        found.setdefault(owner[plan["subscription_id"]], []).extend([plan["name"], *names])
    return found


def _there(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if not is_gone(row)]


def _distinct(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Each once, in one order, so that equal evidence is equal."""
    return tuple(sorted({text for text in texts if text}))


def _person(row: Row) -> Person:
    emails = (row["work_email"], row["personal_email"])
    address = " ".join(filter(None, (row["address_1"], row["address_2"])))
    return Person(
        first_name=row["first_name"],
        last_name=row["last_name"],
        emails=tuple(email for email in emails if email),
        postal_code=row["postal_code"],
        address=address or None,
    )


def _instrument(row: Row) -> Instrument:
    return Instrument(
        bin=row["bank_identification_number"],
        masked_number=row["credit_card_mask_number"],
        holder=row["credit_card_holder_name"],
        iban=row["iban_mask"],
    )


def _paid(row: Row) -> Paid:
    """A payment counts as settled once it was processed and its gateway has not failed to settle it."""
    settled = row["status"] in SETTLED and row["gateway_state"] not in NOT_SETTLED
    return Paid(amount=row["amount"], settled=settled, gateway=row["gateway"], currency=row["currency"])
