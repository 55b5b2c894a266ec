"""The lake tables of the billing platform, read off the entities' declarations."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.engine.spec import Column


@dataclass(frozen=True, kw_only=True)
class Table:
    """A lake table: its entity and its columns in the lake's order."""

    name: str
    entity: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        return [column.in_lake for column in self.columns]


def billing_tables() -> dict[str, Table]:
    """Every billing table by name; needs Django to be set up."""
    from django.apps import apps

    from pipelines.engine.rows import ImportedRow, spec_of

    tables = {}
    for model in apps.get_app_config("billing").get_models():
        if issubclass(model, ImportedRow):
            name = model.lake_table or model.entity
            columns = spec_of(model).columns
            tables[name] = Table(name=name, entity=model.entity, columns=columns)
    return tables
