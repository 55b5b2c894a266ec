"""A small brand whose rows are put into the tables as an import would, with the entries of the change feed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from audit.context import Actor, acting
from audit.locked import audited_writing
from audit.record import Change, record
from hub.canonical import typed_checksum
from hub.ids import new_id
from hub.progress import SilentMeter
from pipelines.billing.enrich.job import Asked, enrich_billing
from pipelines.billing.models import (
    Account,
    Contact,
    EnrichedCharge,
    EnrichedItem,
    EnrichedRatePlan,
    EnrichedSubscription,
    InvoiceItem,
    RatePlan,
    RatePlanCharge,
    RuleSet,
    Subscription,
    TestVerdict,
)
from pipelines.billing.rules import sets
from pipelines.billing.rules.kinds import KINDS
from pipelines.engine.feed import Keys, publish
from pipelines.engine.reports import EntityReport, RunReport
from pipelines.engine.rows import ImportedRow

BRAND = "nordlicht"
OWN = {"lake_id", "batch_id"}  # that name no other row
ADA = "ada"
MOMENT = datetime(2025, 1, 10, 8, tzinfo=UTC)
DEFAULTS: dict[type[ImportedRow], dict[str, Any]] = {
    Account: {
        "account_number": "A00000001",
        "name": "Ada Lovelace",
        "status": "Active",
        "batch": "Batch1",
        "currency": "EUR",
        "balance": Decimal(0),
    },
    Contact: {"account_id": ADA, "first_name": "Ada", "last_name": "Lovelace", "country": "Deutschland"},
    Subscription: {
        "name": "A-S00000001",
        "account_id": ADA,
        "version": 1,
        "status": "Active",
        "term_type": "TERMED",
        "auto_renew": True,
        "currency": "EUR",
    },
    RatePlan: {"subscription_id": "sub", "name": "Daily paper"},
    RatePlanCharge: {
        "rate_plan_id": "plan",
        "charge_number": "C-00000001",
        "name": "Daily paper",
        "charge_type": "Recurring",
        "charge_model": "Flat Fee Pricing",
        "segment": 1,
        "version": 1,
        "effective_start_date": date(2025, 1, 1),
        "price": Decimal("29.90"),
        "currency": "EUR",
    },
    InvoiceItem: {
        "invoice_id": "inv",
        "charge_name": "Daily paper",
        "processing_type": "0",
        "charge_amount": Decimal("29.90"),
        "tax_amount": Decimal("2.09"),
        "currency": "EUR",
    },
}
RECORDS = (EnrichedRatePlan, EnrichedCharge, EnrichedItem, TestVerdict, EnrichedSubscription)
EVERYTHING = {  # Ada's records, by entity
    "enriched_plan": 1,
    "enriched_charge": 1,
    "enriched_item": 1,
    "test_verdict": 1,
    "enriched_subscription": 1,
}


@dataclass
class Brand:
    """Puts rows and rules in place, and enriches."""

    tenant: str = BRAND

    @transaction.atomic
    def put(self, model: type[ImportedRow], source_id: str, **fields: Any) -> None:
        """A row as it now stands, with its trace in the trail, and the entry of the feed that tells of it."""
        key, batch = f"{self.tenant}:{source_id}", new_id()
        old = model.unscoped.filter(pk=key).first()
        values = (
            DEFAULTS.get(model, {})
            | {"is_deleted": False, "created_date": MOMENT, "updated_date": MOMENT}
            | fields
        )
        row = model(
            key=key,
            tenant=self.tenant,
            lake_id=source_id,
            checksum=typed_checksum({}),
            lake_position=0,
            batch_id=batch,
            **values,
        )
        with audited_writing():
            row.save()
        label = model._meta.label_lower
        if old is not None:
            change = Change(
                tenant=self.tenant,
                model=label,
                key=key,
                action="updated",
                before=references(old),
                after=references(row),
            )
            with acting(Actor.command("test"), source="import"):
                record(change)
        keys = Keys(updated=[key]) if old is not None else Keys(created=[key])
        publish(self.tenant, label, batch, keys)

    @transaction.atomic
    def rules(self, kind: str, *rules: dict[str, str]) -> RuleSet:
        """Put a set of just these rules in force."""
        with acting(Actor.command("test"), source="test"):
            draft = sets.draft_from_code(self.tenant, kind, by="ada")
            sets.fill(draft, [KINDS[kind].rule(**rule) for rule in rules])
            return sets.activate(draft, by="ada")

    def run(self, **asked: Any) -> RunReport:
        return enrich_billing(
            Asked(brands=(self.tenant,), **asked), by=Actor.command("test"), meter=SilentMeter()
        )

    def enrich(self, **asked: Any) -> dict[str, EntityReport]:
        """One run that must not fail, by entity."""
        report = self.run(**asked)
        assert [entity.error for entity in report.entities if entity.error] == []
        return {entity.entity: entity for entity in report.entities}

    def changed(self, **asked: Any) -> dict[str, int]:
        """How many records of each entity a run changed, those without a change left out."""
        found = {name: entity.counts.changed for name, entity in self.enrich(**asked).items()}
        return {name: number for name, number in found.items() if number}

    def looked_at(self, **asked: Any) -> dict[str, int]:
        """How many records of each entity a run looked at, those it did not look at left out."""
        found = {name: entity.counts.read for name, entity in self.enrich(**asked).items()}
        return {name: number for name, number in found.items() if number}

    def of(self, model: Any, source_id: str) -> Any:
        """The enriched record of a row."""
        return model.objects.get(pk=f"{self.tenant}:{source_id}")


def references(row: ImportedRow) -> dict[str, str]:
    """What a row names."""
    names = [field.attname for field in row._meta.concrete_fields if field.attname.endswith("_id")]
    return {
        name: str(getattr(row, name)) for name in names if name not in OWN and getattr(row, name) is not None
    }


def state() -> dict[str, bytes]:
    """All records by key and model, with their checksums."""
    return {
        f"{model.__name__} {key}": bytes(checksum)
        for model in RECORDS
        for key, checksum in model.objects.values_list("key", "checksum")
    }


def several(brand: Brand) -> None:
    """Five of everything, so that there are several chunks."""
    for number in range(5):
        brand.put(Account, f"ada{number}")
        brand.put(Subscription, f"sub{number}", account_id=f"ada{number}")
        brand.put(RatePlan, f"plan{number}", subscription_id=f"sub{number}")
        brand.put(RatePlanCharge, f"charge{number}", rate_plan_id=f"plan{number}")


def freetext(name: str, taxonomy: str, value: str, pattern: str) -> dict[str, str]:
    return {"name": name, "taxonomy": taxonomy, "value": value, "pattern": pattern}


GIFT = freetext("gift.en", "subscription_class", "gift", "gift")
TRIAL = freetext("trial.en", "subscription_class", "trial", "trial")
POSTAGE = freetext("postage.en", "charge_category", "shipping", "postage")
WIN_BACK = freetext("win_back.en", "funnel_step", "win_back", "comeback")
RESERVED = {"name": "reserved", "layer": "reserved_domain", "value": "reserved.example"}


@pytest.fixture
def brand(tenants: object, all_tenants: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Brand:
    """Nordlicht with a handful of rules, where the code has none of its own."""
    for kind, its in list(KINDS.items()):
        monkeypatch.setitem(KINDS, kind, replace(its, seed=()))
    brand = Brand()
    brand.rules(RuleSet.Kind.FREETEXT, GIFT, TRIAL, POSTAGE, WIN_BACK)
    brand.rules(RuleSet.Kind.TEST_DATA, RESERVED)
    return brand


@pytest.fixture
def ada(brand: Brand) -> Brand:
    """The same with one customer: account, contact, subscription, plan, charge, invoice item."""
    brand.put(Account, ADA, sold_to_contact_id="home")
    brand.put(Contact, "home")
    brand.put(Subscription, "sub")
    brand.put(RatePlan, "plan")
    brand.put(RatePlanCharge, "charge")
    brand.put(InvoiceItem, "item")
    return brand
