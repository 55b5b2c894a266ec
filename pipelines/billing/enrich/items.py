"""Lines of invoices: by what is printed on them, how they were processed and the sign of their amount."""

from __future__ import annotations

from pipelines.billing.enrich.charges import sign_of
from pipelines.billing.enrich.classifying import RememberingClassifier
from pipelines.billing.enrich.enrichment import Enrichment, all_classes, filled, itself
from pipelines.billing.enrich.models import EnrichedItem
from pipelines.billing.enrich.money import in_minor_units, known_currency
from pipelines.billing.enrich.reading import Ids, Row, is_gone, rows_of, rows_with, without_currency
from pipelines.billing.enrich.table import Document
from pipelines.billing.entities import Invoice, InvoiceItem
from pipelines.billing.freetext.evidence import TAXONOMIES, Evidence


def _of_invoices(tenant: str, ids: Ids) -> set[str]:
    """Lines that take their currency from their invoice: others do not depend on it."""
    return without_currency(rows_with(InvoiceItem, tenant, "invoice_id", ids, "currency"))


class Items(Enrichment[RememberingClassifier]):
    """A line of an invoice, in its invoice's currency where it names none."""

    entity = "enriched_item"
    model, source = EnrichedItem, InvoiceItem
    counted = TAXONOMIES
    reach = {"billing.invoiceitem": itself, "billing.invoice": _of_invoices}

    def documents(self, ids: Ids) -> dict[str, Document]:
        columns = ("invoice_id", "charge_name", "description", "sku", "processing_type", "charge_amount",
                   "tax_amount", "currency", "is_deleted", "missing_since")  # fmt: skip
        rows = rows_of(InvoiceItem, self.tenant, ids, *columns)
        unsaid = {row["invoice_id"] for row in rows.values() if not row["currency"]}
        invoices = rows_of(Invoice, self.tenant, unsaid, "currency")
        return {
            each: self._document(row, invoices.get(row["invoice_id"] or "")) for each, row in rows.items()
        }

    def _document(self, row: Row, invoice: Row | None) -> Document:
        currency = known_currency(row["currency"] or (invoice["currency"] if invoice else None))
        return all_classes(self.rules.classify(evidence_of(row, sign_of(row["charge_amount"])))) | filled(
            invoice_id=row["invoice_id"],
            currency=currency,
            amount_minor=in_minor_units(row["charge_amount"], currency),
            tax_minor=in_minor_units(row["tax_amount"], currency),
            gone=is_gone(row),
        )


def evidence_of(row: Row, sign: int | None) -> Evidence:
    """The name of its charge first, the SKU last."""
    texts = (
        ("invoice_item.charge_name", row["charge_name"]),
        ("invoice_item.description", row["description"]),
        ("invoice_item.sku", row["sku"]),
    )
    return Evidence(
        texts=tuple(pair for pair in texts if pair[1]), processing_type=row["processing_type"], sign=sign
    )
