"""How many records have which class: kept up with every chunk, counted anew after a whole pass, read in no time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F

from pipelines.billing.enrich import table
from pipelines.billing.enrich.enrichment import Enrichment
from pipelines.billing.enrich.models import ClassCount, TestVerdict
from pipelines.billing.freetext.rules import PRECEDENCE

UNCLASSIFIED = ""


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """One field of one model in one brand: how many records there are, and how many have no class."""

    tenant: str
    model: str
    field: str
    rows: int
    unclassified: int

    @property
    def share(self) -> float:
        """Of the records, those that have a class; 1 where there are none."""
        return 1 - self.unclassified / self.rows if self.rows else 1.0


def count(kind: Enrichment[Any], differences: Mapping[tuple[str, str], int]) -> None:
    """Add to the counts, in the transaction of what is counted."""
    for (field, value), difference in sorted(differences.items()):
        name = _name(kind, field, value)
        if difference and not ClassCount.objects.filter(pk=name).update(rows=F("rows") + difference):
            _row(kind, field, value, difference).save(force_insert=True)


def count_anew(kind: Enrichment[Any]) -> None:
    """Count all records of a brand, in the caller's transaction."""
    ClassCount.objects.filter(tenant=kind.tenant, model=kind.label).delete()
    own = kind.model.unscoped.filter(key__gt=f"{kind.tenant}:", key__lt=f"{kind.tenant};", gone=False)
    for field in kind.counted:
        groups = own.order_by().values_list(field).annotate(rows=Count("key"))
        ClassCount.objects.bulk_create(
            [
                _row(kind, field, UNCLASSIFIED if value is None else table.text_of(value), rows)
                for value, rows in groups
            ]
        )


def coverage() -> list[Coverage]:
    """Every field that is classified, of every brand, in the order of their names."""
    rows: dict[tuple[str, str, str], list[int]] = {}
    for each in ClassCount.objects.filter(field__in=PRECEDENCE):
        found = rows.setdefault((str(each.tenant), each.model, each.field), [0, 0])
        found[0] += each.rows
        found[1] += each.rows if each.value == UNCLASSIFIED else 0
    return [
        Coverage(tenant=tenant, model=model, field=field, rows=all_rows, unclassified=unclassified)
        for (tenant, model, field), (all_rows, unclassified) in sorted(rows.items())
    ]


def verdict_counts(tenant: str) -> dict[str, int]:
    """How many accounts are left out, and how many are looked at askance."""
    own = ClassCount.objects.filter(tenant=tenant, model=TestVerdict._meta.label_lower)
    found = {(each.field, str(each.value)): each.rows for each in own}
    return {
        "left out": found.get(("left_out", table.FLAG[True]), 0),
        "suspect": found.get(("confidence", "suspect"), 0),
    }


def _name(kind: Enrichment[Any], field: str, value: str) -> str:
    return f"{kind.tenant}/{kind.label}/{field}/{value}"


def _row(kind: Enrichment[Any], field: str, value: str, rows: int) -> ClassCount:
    return ClassCount(
        name=_name(kind, field, value),
        tenant=kind.tenant,
        model=kind.label,
        field=field,
        value=value,
        rows=rows,
    )
