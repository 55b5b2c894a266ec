"""Compare what the hub holds after an import with the truth that lies beside a sample lake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.engine import store
from pipelines.engine.models import LakeFile, QuarantineEntry
from pipelines.engine.rows import ImportedRow, spec_of
from pipelines.sample.truth import TrueRow, true_rows


@dataclass
class Account:
    """Every true row of one table, by what became of it; `wrong` lists ids whose stored row is not the true one."""

    wrong: list[str] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)


def account_for(lake: Path, brand: str, model: type[ImportedRow], until: date | None = None) -> Account:
    """Which stored row each id should have, given which lines were quarantined or held, against what is stored."""
    account = Account()
    table = model.lake_table or model.entity
    refused = set(_refused(brand, model))
    held = set(
        LakeFile.objects.filter(tenant=brand, entity=model.entity, status="drifted").values_list(
            "path", flat=True
        )
    )
    winners: dict[str, TrueRow] = {}
    for row in true_rows(lake, brand, table, until):
        if row.expect == "drop":
            continue
        if row.file in held or (row.file, row.line) in refused:
            account.quarantined[f"{row.kind} {row.how}".strip()] += 1
            continue
        account.kept[f"{row.kind} {row.how}".strip()] += 1
        if row.key not in winners or winners[row.key].rank <= row.rank:
            winners[row.key] = row
    stored = dict(_stored(brand, model))
    for key in winners.keys() | stored.keys():
        if key not in winners or stored.get(key) != _document(winners[key], model):
            account.wrong.append(key)
    return account


def _refused(brand: str, model: type[ImportedRow]) -> Iterator[tuple[str, int]]:
    entries = QuarantineEntry.objects.filter(tenant=brand, entity=model.entity)
    yield from entries.values_list("file", "line")


def _stored(brand: str, model: type[ImportedRow]) -> Iterator[tuple[str, dict[str, Any]]]:
    keys = list(model.unscoped.filter(tenant=brand).values_list("key", flat=True))
    for key, document in store.stored_documents(model, keys).items():
        yield key.partition(":")[2], document


def _document(row: TrueRow, model: type[ImportedRow]) -> dict[str, Any]:
    names = {column.in_lake: column.name for column in spec_of(model).columns}
    return {names[lake]: text for lake, text in row.row.items() if text is not None}
