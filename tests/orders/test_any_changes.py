"""Whatever rows change, in whatever order: the documents kept from change to change are those of a rebuild."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import orjson
import pytest

from pipelines.billing import entities as e
from pipelines.orders.document.body import draft_of
from pipelines.orders.lookup import Reader
from pipelines.orders.models import Order
from pipelines.orders.pending import all_roots
from pipelines.orders.reading import read_chunk
from pipelines.orders.reckoning import reckon_chunk
from pipelines.orders.schema import problem_with
from tests.orders.conftest import BRAND, TODAY, Shop

pytestmark = pytest.mark.django_db

ZONE = "Europe/Berlin"
ACCOUNTS = ("ada", "boris", "chen")
CONTACTS = ("c1", "c2", "c3")
VERSIONS = ("s1", "s2", "s3", "s4", "s5", "s6", "s7")
INVOICES = ("i1", "i2", "i3", "i4", "i5")
PAYMENTS = ("p1", "p2", "p3")
APPLIED = ("pa1", "pa2", "pa3", "pa4")
REFUNDS = ("r1", "r2")
MEMOS = ("m1", "m2")
PLANS = ("plan1", "plan2", "plan3")
NUMBERS = ("A-S1", "A-S2", "A-S3")
DAYS = tuple(date(2025, 5, 20) + timedelta(days=9 * step) for step in range(9))
AMOUNTS = tuple(map(Decimal, ("4", "10", "10", "25", "0", "-5")))
Documents = dict[
    str, tuple[str, str]
]  # by key, the text of those that receivers may have, and "live" or "away"
Values = dict[str, tuple[Any, ...]]

ROWS: dict[type[Any], tuple[tuple[str, ...], Values]] = {
    e.Account: (
        ACCOUNTS,
        {
            "bill_to_contact_id": (None, *CONTACTS),
            "sold_to_contact_id": (None, *CONTACTS),
            "default_payment_method_id": (None, "card1", "card2"),
            "status": ("Active", "Canceled"),
        },
    ),
    e.Contact: (CONTACTS, {"account_id": (None, *ACCOUNTS), "city": ("Kiel", "Ulm", None)}),
    e.PaymentMethod: (
        ("card1", "card2"),
        {"account_id": (None, *ACCOUNTS), "credit_card_type": ("Visa", "AmericanExpress")},
    ),
    e.Product: (("paper", "app"), {"name": ("Zeitung", "App")}),
    e.ProductRatePlan: (("offer1", "offer2"), {"product_id": ("paper", "app"), "name": ("Monat", "Jahr")}),
    e.Subscription: (
        VERSIONS,
        {
            "name": NUMBERS,
            "account_id": (None, *ACCOUNTS, *ACCOUNTS),
            "original_id": (None, *VERSIONS[:3], *VERSIONS[:3]),
            "previous_subscription_id": (None, *VERSIONS, "lost"),
            "version": (1, 2, 3),
            "is_latest_version": (True, False, None),
            "status": ("Active", "Cancelled", "Expired", "Draft", "Suspended"),
            "auto_renew": (True, False),
            "cancelled_date": (None, *DAYS),
            "term_start_date": DAYS,
            "term_end_date": DAYS,
            "subscription_start_date": DAYS,
            "contract_effective_date": (None, *DAYS),
            "predecessor_subscription_c": (None, None, *NUMBERS, "s1"),
            "bill_to_contact_id": (None, *CONTACTS),
            "sold_to_contact_id": (None, *CONTACTS),
        },
    ),
    e.RatePlan: (
        PLANS,
        {
            "subscription_id": VERSIONS,
            "product_rate_plan_id": (None, "offer1", "offer2"),
            "product_id": (None, "paper", "app"),
            "amendment_type": (None, "RemoveProduct"),
        },
    ),
    e.RatePlanCharge: (
        ("ch1", "ch2", "ch3"),
        {
            "rate_plan_id": PLANS,
            "effective_start_date": DAYS,
            "effective_end_date": (None, *DAYS),
            "charge_number": ("C-1", "C-2"),
            "charge_type": ("Recurring", "OneTime"),
            "segment": (1, 2),
        },
    ),
    e.Invoice: (
        INVOICES,
        {
            "account_id": ACCOUNTS,
            "amount": AMOUNTS,
            "balance": AMOUNTS,
            "status": ("Posted", "Posted", "Canceled", "Draft"),
            "due_date": (None, *DAYS),
            "currency": ("EUR", "EUR", "EUR", "JPY"),
        },
    ),
    e.InvoiceItem: (
        ("it1", "it2", "it3", "it4", "it5", "it6"),
        {"invoice_id": INVOICES, "subscription_id": (None, *VERSIONS), "charge_amount": AMOUNTS},
    ),
    e.Payment: (
        PAYMENTS,
        {
            "account_id": ACCOUNTS,
            "amount": AMOUNTS,
            "status": ("Processed", "Processed", "Voided", "Processing"),
            "gateway_state": (None, "FailedToSettle"),
            "currency": ("EUR", "EUR", "EUR", "JPY"),
        },
    ),
    e.PaymentApplication: (
        APPLIED,
        {"payment_id": PAYMENTS, "invoice_id": (None, *INVOICES), "apply_amount": AMOUNTS},
    ),
    e.Refund: (
        REFUNDS,
        {
            "account_id": (None, *ACCOUNTS),
            "amount": AMOUNTS,
            "status": ("Processed", "Processed", "Error", "Processing"),
            "source_type": ("Payment", "CreditMemo", "CreditBalance"),
            "reason_code": (None, "Chargeback", "Goodwill"),
            "currency": (None, "EUR"),
        },
    ),
    e.RefundApplication: (
        ("ra1", "ra2", "ra3"),
        {
            "refund_id": REFUNDS,
            "payment_id": (None, *PAYMENTS),
            "payment_application_id": (None, *APPLIED),
            "invoice_id": (None, *INVOICES),
            "credit_memo_id": (None, *MEMOS),
            "apply_amount": AMOUNTS,
        },
    ),
    e.CreditMemo: (
        MEMOS,
        {
            "account_id": ACCOUNTS,
            "invoice_id": (None, *INVOICES),
            "total_amount": AMOUNTS,
            "status": ("Posted", "Posted", "Draft", "Canceled"),
            "reason_code": (None, "Goodwill", "Write-off"),
        },
    ),
    e.CreditMemoApplication: (
        ("ma1", "ma2"),
        {
            "credit_memo_id": MEMOS,
            "invoice_id": (None, *INVOICES),
            "amount": AMOUNTS,
            "effective_date": DAYS,
        },
    ),
}
KINDS = tuple(ROWS)
WEIGHTS = tuple(5 if model is e.Subscription else 2 for model in KINDS)


def something_changes(shop: Shop, luck: Random) -> str:
    """One row appears, changes, is deleted, is lost or comes back; or enrichment thinks better of an account."""
    if luck.random() < 0.05:
        account, left_out = luck.choice(ACCOUNTS), luck.random() < 0.5
        shop.judge(account, left_out=left_out)
        return f"judge {account} {left_out}"
    (model,) = luck.choices(KINDS, WEIGHTS)
    ids, columns = ROWS[model]
    lake_id = luck.choice(ids)
    there = model.unscoped.filter(key=f"{BRAND}:{lake_id}").first()
    values = {name: luck.choice(pool) for name, pool in columns.items()}
    if there is not None:
        names = luck.sample(sorted(columns), k=min(len(columns), luck.choice((1, 1, 2))))
        values = {name: values[name] for name in names}
        if luck.random() < 0.1:
            values["is_deleted"] = not there.is_deleted
        if luck.random() < 0.05:
            shop.loses(model, lake_id)
            return f"lose {lake_id}"
        if there.missing_since is not None:
            values["missing_since"] = None
    shop.put(model, lake_id, **values)
    return f"put {lake_id} {values}"


def rebuilt(on: date, size: int) -> Documents:
    """What every order should be, assembled anew so many chains at a time: its text, or why nobody may have it."""
    reader = Reader(BRAND)
    roots = sorted({root for part in all_roots(reader) for root in part})
    found = {}
    for begin in range(0, len(roots), size):
        chunk = read_chunk(reader, roots[begin : begin + size], on, ZONE)
        reckoned = reckon_chunk(chunk)
        for chain in chunk.chains:
            draft = draft_of(chunk, chain, reckoned)
            assert draft.withheld or problem_with(draft.body) == "", draft.body
            found[draft.key] = ("", "away") if draft.withheld else (draft.text, "live")
    return found


def kept() -> Documents:
    rows = Order.unscoped.filter(tenant=BRAND).values_list("key", "body", "status")
    return {key: (body, "live") if status == "live" else ("", "away") for key, body, status in rows}


def differing(one: Documents, other: Documents) -> Iterator[tuple[str, str, str, list[str]]]:
    """Key, what stands on both sides, and the members that are not the same."""
    for key in sorted(one.keys() | other.keys()):
        mine, theirs = one.get(key, ("", "away")), other.get(key, ("", "away"))
        if mine != theirs:
            left, right = (orjson.loads(text or "{}") for text, _ in (mine, theirs))
            names = sorted(name for name in left | right if left.get(name) != right.get(name))
            yield key, mine[1], theirs[1], names


STEPS = 12


@pytest.mark.parametrize("seed", [11, 103, 204])
def test_documents_kept_from_change_to_change_are_those_of_a_rebuild(shop: Shop, seed: int) -> None:
    luck, on = Random(seed), TODAY
    shop.tenant = BRAND
    for _ in range(25):
        something_changes(shop, luck)
    shop.assembles(on)
    log = []
    for step in range(STEPS):
        log = [something_changes(shop, luck) for _ in range(luck.choice((1, 1, 1, 2, 5)))]
        if luck.random() < 0.3:
            on += timedelta(days=luck.choice((1, 1, 3, 30)))
            log.append(f"day {on}")
        shop.assembles(on)
        whole = rebuilt(on, 500)
        found = list(differing(rebuilt(on, 1), whole))
        assert not found, ("chunk", step, log)
        found = list(differing(kept(), whole))
        assert not found, ("kept", step, log)
