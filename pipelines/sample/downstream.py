"""What follows an import in the demo: classes and verdicts, documents, and their way into a folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from audit.context import Actor, acting
from hub.progress import Meter, stage
from hub.tenancy import every_tenant
from pipelines.billing.enrich.job import Asked as ToEnrich
from pipelines.billing.enrich.job import enrich_billing
from pipelines.billing.rules.active import active_set
from pipelines.billing.rules.models import RuleSet
from pipelines.billing.rules.sets import activate, draft_from, fill, seed
from pipelines.billing.test_data.verdict import Rule
from pipelines.delivery.delivering import Selection, deliver
from pipelines.delivery.models import Target
from pipelines.delivery.report import DeliveryReport
from pipelines.engine.reports import EntityReport, RunReport
from pipelines.orders.jobs import Asked as ToAssemble
from pipelines.orders.jobs import assemble_orders
from pipelines.sample.tester_rules import TESTER_RULES

TARGET = "demo"
NOTE = "what the sample's brands know of their own testers"


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What became of one day behind its import."""

    enriched: RunReport
    orders: RunReport
    delivered: DeliveryReport

    @property
    def failures(self) -> list[EntityReport]:
        return [each for report in (self.enriched, self.orders) for each in report.entities if each.error]


def prepare(by: Actor) -> None:
    """Tell every brand of its testers, and give the documents a folder to go to; once."""
    with every_tenant(), acting(by, source="demo"), transaction.atomic():
        for code in TESTER_RULES:
            _teach(code, by)
        Target.objects.get_or_create(
            name=TARGET, defaults={"topic": "order", "kind": Target.Kind.FOLDER, "address": TARGET}
        )


def _teach(brand: str, by: Actor) -> None:
    seed(brand, by=by.id)
    kind = RuleSet.Kind.TEST_DATA
    if RuleSet.objects.filter(tenant=brand, kind=kind, note=NOTE).exists():
        return
    base = active_set(brand, kind)
    assert base is not None  # it was just seeded
    draft = draft_from(base, by=by.id, note=NOTE)
    known = TESTER_RULES[brand]
    fill(
        draft,
        [Rule(name=f"own.{layer}", layer=layer, value=value, note=note) for layer, value, note in known],
    )
    activate(draft, by=by.id, note=NOTE)


def follow(on: date | None, *, by: Actor, meter: Meter) -> Followed:
    """Enrich, assemble for a day (today where none is given) and deliver what changed."""
    return Followed(
        enriched=enrich_billing(ToEnrich(), by=by, meter=stage(meter, "classifying")),
        orders=assemble_orders(ToAssemble(on=on), by=by, meter=stage(meter, "assembling orders")),
        delivered=deliver(Selection(target=TARGET), by=by, meter=stage(meter, "delivering")),
    )
