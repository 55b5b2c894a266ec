"""A small shop whose rows change one at a time, with their trail and their entry in the change feed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.db import transaction

from audit.context import Actor, acting
from audit.locked import audited_writing
from audit.record import Change, record
from hub import clock
from hub.ids import new_id
from hub.progress import SilentMeter
from pipelines.billing import entities
from pipelines.billing.enrich.models import TestVerdict
from pipelines.engine import feed
from pipelines.engine.counts import Counts
from pipelines.engine.feed import Keys
from pipelines.engine.reports import RunReport
from pipelines.orders.jobs import Asked, assemble_orders
from pipelines.orders.models import Order

BRAND = "nordlicht"
TODAY = date(2025, 6, 1)
NOON = time(12)
LONG_AGO = datetime(2025, 1, 1, 8, tzinfo=UTC)
Document = dict[str, Any]

DEFAULTS: dict[type[Any], dict[str, Any]] = {
    entities.Account: {"name": "Ada", "status": "Active", "currency": "EUR", "account_number": "A00000001"},
    entities.Contact: {"first_name": "Ada", "last_name": "Moss", "country": "Germany"},
    entities.PaymentMethod: {"type": "CreditCard"},
    entities.Product: {"name": "Nordlicht", "sku": "NL-1"},
    entities.ProductRatePlan: {"name": "Monatsabo"},
    entities.Subscription: {
        "version": 1,
        "status": "Active",
        "is_latest_version": True,
        "term_type": "TERMED",
        "auto_renew": True,
        "currency": "EUR",
        "term_start_date": date(2025, 1, 1),
        "term_end_date": date(2026, 1, 1),
        "subscription_start_date": date(2025, 1, 1),
    },
    entities.RatePlan: {"name": "Monatsabo", "subscription_rate_plan_number": "SRP-00000001"},
    entities.RatePlanCharge: {
        "name": "Monatsbeitrag",
        "charge_number": "C-00000001",
        "charge_type": "Recurring",
        "charge_model": "Flat Fee Pricing",
        "segment": 1,
        "version": 1,
        "price": Decimal("10"),
        "currency": "EUR",
        "effective_start_date": date(2025, 1, 1),
    },
    entities.Invoice: {
        "status": "Posted",
        "invoice_date": date(2025, 5, 1),
        "currency": "EUR",
        "invoice_number": "INV00000001",
    },
    entities.InvoiceItem: {"charge_name": "Monatsbeitrag", "processing_type": "0", "tax_amount": Decimal(0)},
    entities.Payment: {
        "status": "Processed",
        "type": "Electronic",
        "currency": "EUR",
        "effective_date": date(2025, 5, 2),
        "payment_number": "P-00000001",
    },
    entities.Refund: {
        "status": "Processed",
        "type": "Electronic",
        "source_type": "Payment",
        "currency": "EUR",
        "refund_date": date(2025, 5, 20),
        "refund_number": "R-00000001",
    },
    entities.CreditMemo: {
        "status": "Posted",
        "memo_date": date(2025, 5, 20),
        "currency": "EUR",
        "memo_number": "CM00000001",
    },
}
ZERO = {
    entities.Invoice: (
        "payment_amount",
        "refund_amount",
        "credit_memo_amount",
        "adjustment_amount",
        "credit_balance_adjustment_amount",
        "tax_amount",
        "balance",
        "amount_without_tax",
    ),
    entities.Payment: ("applied_amount", "unapplied_amount", "refund_amount"),
    entities.CreditMemo: ("applied_amount", "refund_amount", "balance"),
    entities.Account: ("balance", "credit_balance", "total_invoice_balance"),
}


@dataclass
class Shop:
    """One brand; every row that is put or removed is told to whoever reads the change feed."""

    tenant: str = BRAND
    reports: list[RunReport] = field(default_factory=list)

    def put(self, model: type[Any], lake_id: str, **values: Any) -> Any:
        """Write a row, or change the one that has this id."""
        key = f"{self.tenant}:{lake_id}"
        old = model.unscoped.filter(key=key).first()
        row = old or self._new(model, key, lake_id)
        before, was_there = _references(row), not row.is_deleted
        for name, value in values.items():
            setattr(row, name, value)
        with transaction.atomic(), acting(Actor.command("test"), source="import"), audited_writing():
            row.batch_id = new_id()
            row.save(force_insert=old is None)
            self._tell(model, row, before if old else None, deleted=was_there and row.is_deleted)
        return row

    def loses(self, model: type[Any], lake_id: str) -> None:
        """A row is not upstream any more, though nothing said that it was deleted."""
        row = model.unscoped.get(key=f"{self.tenant}:{lake_id}")
        with transaction.atomic(), acting(Actor.command("test"), source="import"), audited_writing():
            row.batch_id, row.missing_since = new_id(), LONG_AGO
            row.save()
            feed.publish(self.tenant, model._meta.label_lower, row.batch_id, Keys(deleted=[row.key]))

    def _new(self, model: type[Any], key: str, lake_id: str) -> Any:
        values = {
            **dict.fromkeys(ZERO.get(model, ()), Decimal(0)),
            **DEFAULTS.get(model, {}),
            "created_date": LONG_AGO,
            "updated_date": LONG_AGO,
            "is_deleted": False,
        }
        return model(
            key=key, tenant=self.tenant, lake_id=lake_id, lake_position=1, checksum=bytes(16), **values
        )

    def _tell(self, model: type[Any], row: Any, before: Document | None, *, deleted: bool) -> None:
        label = model._meta.label_lower
        happened = "deleted" if deleted else "created" if before is None else "updated"
        keys = Keys(**{happened: [row.key]})
        feed.publish(self.tenant, label, row.batch_id, keys)
        record(
            Change(
                tenant=self.tenant,
                model=label,
                key=row.key,
                action="created" if before is None else "updated",
                before=before,
                after=None if before is None else _references(row),
            )
        )

    def judge(self, account: str, *, left_out: bool) -> None:
        """What enrichment says of an account."""
        key = f"{self.tenant}:{account}"
        old = TestVerdict.unscoped.filter(key=key).first()
        row = old or TestVerdict(key=key, tenant=self.tenant, checksum=bytes(16), confidence="certain")
        row.left_out = row.is_test = left_out
        row.batch_id = new_id()
        with transaction.atomic(), audited_writing():
            row.save(force_insert=old is None)
            feed.publish(self.tenant, TestVerdict._meta.label_lower, row.batch_id, Keys(updated=[row.key]))

    def sells(
        self, name: str, *, account: str = "", invoices: int = 1, amount: str = "10", **fields: Any
    ) -> None:
        """A subscription with its account, contact, plan and charge, and invoices that are billed and paid."""
        account = account or f"account-{name}"
        contact = f"contact-{account}"
        self.put(entities.Contact, contact, account_id=account)
        self.put(entities.Account, account, bill_to_contact_id=contact, sold_to_contact_id=contact)
        version = {
            "original_id": name,
            "account_id": account,
            "invoice_owner_id": account,
            "name": f"A-S{name}",
        }
        self.put(entities.Subscription, name, **version | fields)
        self.put(entities.RatePlan, f"plan-{name}", subscription_id=name, product_rate_plan_id="monthly")
        self.put(entities.RatePlanCharge, f"charge-{name}", rate_plan_id=f"plan-{name}")
        for number in range(1, invoices + 1):
            self.bills(name, f"{name}-{number}", account=account, amount=amount, month=number)

    def bills(
        self, subscription: str, name: str, *, account: str, amount: str, month: int = 5, paid: bool = True
    ) -> None:
        """One invoice with one item, and the payment of it."""
        money = Decimal(amount)
        on = date(2025, month, 1)
        balance = Decimal(0) if paid else money
        number = f"INV-{name}"
        self.put(
            entities.Invoice,
            f"invoice-{name}",
            account_id=account,
            amount=money,
            balance=balance,
            invoice_date=on,
            due_date=date(2025, month, 15),
            invoice_number=number,
        )
        self.item(f"item-{name}", f"invoice-{name}", subscription, amount)
        if paid:
            self.pays(name, {f"invoice-{name}": amount}, account=account, on=on)

    def item(self, name: str, invoice: str, subscription: str, amount: str, **fields: Any) -> None:
        self.put(
            entities.InvoiceItem,
            name,
            invoice_id=invoice,
            subscription_id=subscription,
            charge_amount=Decimal(amount),
            **fields,
        )

    def pays(self, name: str, parts: dict[str, str], *, account: str, on: date = TODAY) -> None:
        """One payment over these invoices."""
        total = sum(map(Decimal, parts.values()), Decimal(0))
        self.put(entities.Payment, f"payment-{name}", account_id=account, amount=total, effective_date=on)
        for invoice, amount in parts.items():
            self.put(
                entities.PaymentApplication,
                f"applied-{name}-{invoice}",
                payment_id=f"payment-{name}",
                invoice_id=invoice,
                apply_amount=Decimal(amount),
            )

    def refunds(
        self, name: str, amount: str, *, account: str, payment: str, invoice: str | None = None
    ) -> None:
        self.put(entities.Refund, f"refund-{name}", account_id=account, amount=Decimal(amount))
        self.put(
            entities.RefundApplication,
            f"refunded-{name}",
            refund_id=f"refund-{name}",
            payment_id=payment,
            invoice_id=invoice,
            apply_amount=Decimal(amount),
        )

    def assembles(
        self, on: date = TODAY, *, today: date | None = None, ends: str = "done", **asked: Any
    ) -> Counts:
        """Assemble for a day, on that day or `today`; the run must not fail, or end as said."""
        with clock.fixed(datetime.combine(today or on, NOON, UTC)):
            report = assemble_orders(
                Asked(brands=(self.tenant,), on=on, **asked), by=Actor.command("test"), meter=SilentMeter()
            )
        self.reports.append(report)
        assert report.status == ends, report.as_dict()
        return report.total

    def order(self, root: str) -> Order:
        return Order.unscoped.get(key=f"{self.tenant}:{root}")

    def document(self, root: str) -> Document:
        document: Document = orjson.loads(self.order(root).body)
        return document

    def versions(self) -> dict[str, int]:
        """How often each order's document has changed."""
        rows = Order.unscoped.filter(tenant=self.tenant).values_list("key", "version")
        return {key.partition(":")[2]: version for key, version in rows}


def _references(row: Any) -> Document:
    """What a row names, as the trail records it."""
    names = [field.attname for field in row._meta.concrete_fields if field.attname.endswith(("_id", "name"))]
    return {name: getattr(row, name) for name in names if isinstance(getattr(row, name), str)}


@pytest.fixture
def shop(tenants: Any, all_tenants: None, now: datetime) -> Shop:
    return Shop()


@pytest.fixture
def changed(shop: Shop) -> Callable[[Callable[[], object]], set[str]]:
    """Which orders' documents something changes."""

    def changes(do: Callable[[], object]) -> set[str]:
        before = shop.versions()
        do()
        shop.assembles()
        after = shop.versions()
        return {root for root, version in after.items() if before.get(root) != version}

    return changes
