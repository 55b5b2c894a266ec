"""From changed rows to the chains whose documents they may change.

Money of one order moves the shares of the other orders of its account, so money leads to the account, and the
account to all its chains. A row that named another subscription or account before leads there too: the trail
knows what it named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import models

from pipelines.billing import entities
from pipelines.engine.former import former_values
from pipelines.engine.lookup import texts_by
from pipelines.orders.lookup import Reader
from pipelines.orders.versions import roots_of

SELF = "lake_id"
ACCOUNT, SUBSCRIPTION, ROOT = "account", "subscription", "root"


@dataclass(frozen=True, kw_only=True)
class Step:
    """From ids of one kind to those that the rows found by them name: `leads` says which column names what."""

    kind: str
    model: type[models.Model]
    by: str = "key"
    leads: Mapping[str, str]


# What a refund was taken from.
REFUNDED = {
    "payment_id": "payment",
    "payment_application_id": "payment_application",
    "invoice_id": "invoice",
    "credit_memo_id": "credit_memo",
}
# Each kind of id stands before those it leads to, so that one pass through the steps is enough.
STEPS = (
    Step(
        kind="changed_subscription",
        model=entities.Subscription,
        leads={
            SELF: SUBSCRIPTION,
            "previous_subscription_id": SUBSCRIPTION,
            "original_id": ROOT,
            "account_id": ACCOUNT,
            "name": "number",
        },
    ),
    Step(kind="number", model=entities.Subscription, by="name", leads={SELF: SUBSCRIPTION}),
    Step(kind="contact", model=entities.Contact, leads={"account_id": ACCOUNT}),
    Step(kind="contact", model=entities.Account, by="bill_to_contact_id", leads={SELF: ACCOUNT}),
    Step(kind="contact", model=entities.Account, by="sold_to_contact_id", leads={SELF: ACCOUNT}),
    Step(kind="contact", model=entities.Subscription, by="bill_to_contact_id", leads={SELF: SUBSCRIPTION}),
    Step(kind="contact", model=entities.Subscription, by="sold_to_contact_id", leads={SELF: SUBSCRIPTION}),
    Step(
        kind="payment_method", model=entities.Account, by="default_payment_method_id", leads={SELF: ACCOUNT}
    ),
    Step(kind="product", model=entities.RatePlan, by="product_id", leads={"subscription_id": SUBSCRIPTION}),
    Step(kind="product", model=entities.ProductRatePlan, by="product_id", leads={SELF: "product_rate_plan"}),
    Step(
        kind="product_rate_plan",
        model=entities.RatePlan,
        by="product_rate_plan_id",
        leads={"subscription_id": SUBSCRIPTION},
    ),
    Step(kind="rate_plan_charge", model=entities.RatePlanCharge, leads={"rate_plan_id": "rate_plan"}),
    Step(kind="rate_plan", model=entities.RatePlan, leads={"subscription_id": SUBSCRIPTION}),
    Step(
        kind="invoice_item",
        model=entities.InvoiceItem,
        leads={"subscription_id": SUBSCRIPTION, "invoice_id": "invoice"},
    ),
    Step(
        kind="refund_application",
        model=entities.RefundApplication,
        leads={
            "refund_id": "refund",
            **REFUNDED,
        },
    ),
    Step(kind="refund", model=entities.RefundApplication, by="refund_id", leads=REFUNDED),
    Step(kind="refund", model=entities.Refund, leads={"account_id": ACCOUNT}),
    Step(
        kind="payment_application",
        model=entities.PaymentApplication,
        leads={"payment_id": "payment", "invoice_id": "invoice"},
    ),
    Step(kind="payment", model=entities.PaymentApplication, by="payment_id", leads={"invoice_id": "invoice"}),
    Step(kind="payment", model=entities.Payment, leads={"account_id": ACCOUNT}),
    Step(
        kind="credit_memo_application",
        model=entities.CreditMemoApplication,
        leads={"credit_memo_id": "credit_memo", "invoice_id": "invoice"},
    ),
    Step(
        kind="credit_memo",
        model=entities.CreditMemoApplication,
        by="credit_memo_id",
        leads={"invoice_id": "invoice"},
    ),
    Step(
        kind="credit_memo", model=entities.CreditMemo, leads={"account_id": ACCOUNT, "invoice_id": "invoice"}
    ),
    Step(
        kind="invoice", model=entities.InvoiceItem, by="invoice_id", leads={"subscription_id": SUBSCRIPTION}
    ),
    Step(kind="invoice", model=entities.Invoice, leads={"account_id": ACCOUNT}),
    Step(kind=ACCOUNT, model=entities.Subscription, by="account_id", leads={SELF: SUBSCRIPTION}),
    Step(kind=ACCOUNT, model=entities.Invoice, by="account_id", leads={SELF: "owned_invoice"}),
    Step(
        kind="owned_invoice",
        model=entities.InvoiceItem,
        by="invoice_id",
        leads={"subscription_id": SUBSCRIPTION},
    ),
)
# What a changed row's own id is an id of: its table's name, but for these.
KINDS = {"subscription": "changed_subscription"}


class Touched:
    """Ids by kind, gathered from changed rows of one tenant."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        self.ids: dict[str, set[str]] = defaultdict(set)

    def add(self, kind: str, keys: Iterable[str]) -> None:
        """Rows of this kind changed; they may be gone or not be there yet."""
        self.ids[KINDS.get(kind, kind)] |= {key.partition(":")[2] for key in keys}

    def add_former(self, kind: str, keys: Iterable[str], *, since: int) -> None:
        """What updated rows named before their mutations behind this id."""
        kind = KINDS.get(kind, kind)
        for step in STEPS:
            if step.kind == kind and step.by == "key":
                for column, value in former_values(step.model, keys, step.leads, since=since):
                    self.ids[step.leads[column]].add(value)

    @property
    def changed_versions(self) -> set[str]:
        return self.ids[KINDS["subscription"]]

    def roots(self) -> set[str]:
        """The chains."""
        for step in STEPS:
            for row in self._found(step):
                for kind, value in zip(step.leads.values(), row, strict=True):
                    if value:
                        self.ids[kind].add(value)
        return roots_of(Reader(self.tenant), self.ids[SUBSCRIPTION]) | self.ids[ROOT]

    def _found(self, step: Step) -> Iterable[Iterable[str | None]]:
        wanted: Iterable[str] = self.ids[step.kind]
        if step.by == "key":
            wanted = [f"{self.tenant}:{value}" for value in wanted]
        return texts_by(step.model, step.by, wanted, list(step.leads), tenant=self.tenant)
