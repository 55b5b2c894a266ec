"""`enrich_billing`: bring what the hub says of every brand's rows up to date with the rows and the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from audit.context import Actor
from hub.commands import stop_requested
from hub.errors import InterruptedRun, UsageError
from hub.progress import Meter
from hub.tenancy import every_tenant
from pipelines.billing.enrich.charges import Charges
from pipelines.billing.enrich.classifying import RememberingClassifier
from pipelines.billing.enrich.enrichment import Enrichment
from pipelines.billing.enrich.items import Items
from pipelines.billing.enrich.passes import Upkeep
from pipelines.billing.enrich.plans import RatePlans
from pipelines.billing.enrich.subscriptions import Subscriptions
from pipelines.billing.enrich.verdicts import Verdicts
from pipelines.billing.rules.active import active_classifier, active_judge
from pipelines.billing.rules.sets import seed
from pipelines.engine.brands import active_brands
from pipelines.engine.leases import Held
from pipelines.engine.reports import EntityReport, RunReport
from pipelines.engine.runs import Job, guarded, run_job

ENRICH = "enrich_billing"
# In the order in which they follow each other.
CLASSIFIED: tuple[type[Enrichment[RememberingClassifier]], ...] = (RatePlans, Charges, Items)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a run shall do: for these brands (all when empty), everything anew or what changed, so many records each."""

    brands: tuple[str, ...] = ()
    full: bool = False
    limit: int | None = None
    dry_run: bool = False

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise UsageError("--limit must be at least 1")

    def as_dict(self) -> dict[str, Any]:
        """The flags that were given, for the run's row."""
        given = {"brand": list(self.brands), "full": self.full, "limit": self.limit}
        return {name: value for name, value in given.items() if value}


def enrich_billing(asked: Asked, *, by: Actor, meter: Meter) -> RunReport:
    """Enrich brand by brand; one that fails stops no other."""
    with every_tenant():
        brands = [brand.code for brand in active_brands(asked.brands)]
    job = Job(
        name=ENRICH,
        arguments=asked.as_dict(),
        names=map(lease_of, brands),
        max_quarantined=1.0,
        dry_run=asked.dry_run,
    )

    def work(report: RunReport, run_id: int, held: Held | None) -> None:
        for brand in brands:
            _enrich(brand, asked, report, run_id=run_id, held=held, meter=meter, by=by)

    return run_job(job, work, by=by)


def lease_of(tenant: str) -> str:
    """What a run must hold alone to enrich a brand."""
    return f"enrich/{tenant}"


def _enrich(
    tenant: str, asked: Asked, report: RunReport, *, run_id: int, held: Held | None, meter: Meter, by: Actor
) -> None:
    """All kinds of one brand. What one of them could not do the later ones do not build on."""
    rules = EntityReport(tenant=tenant, entity="rules")
    kinds = list[Enrichment[Any]]()

    def prepare() -> EntityReport:
        seed(tenant, by=by.id)
        kinds.extend(kinds_of(tenant))
        return rules

    if guarded(rules, prepare).error:
        report.entities.append(rules)
    for kind in kinds:
        own = EntityReport(tenant=tenant, entity=kind.entity)
        report.entities.append(own)
        upkeep = Upkeep(
            kind=kind,
            lease=lease_of(tenant),
            held=held,
            run_id=run_id,
            report=own,
            meter=meter.beside(),
            full=asked.full,
            limit=asked.limit,
        )
        if guarded(own, partial(_unless_stopped, upkeep)).error:
            return


def kinds_of(tenant: str) -> Iterator[Enrichment[Any]]:
    """Everything that is enriched in a brand, in the order in which it builds on each other."""
    classifier = RememberingClassifier(active_classifier(tenant))
    yield from (kind(tenant, classifier) for kind in CLASSIFIED)
    yield Verdicts(tenant, active_judge(tenant))
    yield Subscriptions(tenant, classifier)


def _unless_stopped(upkeep: Upkeep) -> EntityReport:
    if stop_requested():
        raise InterruptedRun("stopped before it was begun", hint="run the command again to go on")
    return upkeep.run()
