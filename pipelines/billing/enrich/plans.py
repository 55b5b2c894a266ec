"""Plans as sold: by their own name and by what the catalogue says of them."""

from __future__ import annotations

from pipelines.billing.enrich.catalogue import Catalogue, plans_of_catalogue_plans, plans_of_products
from pipelines.billing.enrich.classifying import RememberingClassifier
from pipelines.billing.enrich.enrichment import Enrichment, all_classes, filled, itself
from pipelines.billing.enrich.models import EnrichedRatePlan
from pipelines.billing.enrich.reading import Ids, Row, is_gone, rows_of
from pipelines.billing.enrich.table import Document
from pipelines.billing.entities import RatePlan
from pipelines.billing.freetext.evidence import TAXONOMIES, Evidence

REMOVED = "RemoveProduct"
COLUMNS = ("name", "product_rate_plan_id", "product_id")


class RatePlans(Enrichment[RememberingClassifier]):
    """A plan as sold; a name that changes in the catalogue reaches all plans sold of it."""

    entity = "enriched_plan"
    model, source = EnrichedRatePlan, RatePlan
    counted = TAXONOMIES
    reach = {
        "billing.rateplan": itself,
        "billing.productrateplan": plans_of_catalogue_plans,
        "billing.product": plans_of_products,
    }

    def documents(self, ids: Ids) -> dict[str, Document]:
        columns = (*COLUMNS, "subscription_id", "amendment_type", "is_deleted", "missing_since")
        rows = rows_of(RatePlan, self.tenant, ids, *columns)
        catalogue = Catalogue.behind(self.tenant, rows.values())
        return {each: self._document(row, evidence_of(row, catalogue)) for each, row in rows.items()}

    def _document(self, row: Row, evidence: Evidence) -> Document:
        return all_classes(self.rules.classify(evidence)) | filled(
            subscription_id=row["subscription_id"],
            removed=row["amendment_type"] == REMOVED,
            gone=is_gone(row),
        )


def evidence_of(row: Row, catalogue: Catalogue) -> Evidence:
    """The plan's own name first; it has no structured field of its own."""
    own = (("rate_plan.name", row["name"]),) if row["name"] else ()
    return Evidence(texts=(*own, *catalogue.texts(row)))
