"""The stand-in's catalogue: tables from the statement that declares them (Hive's CREATE EXTERNAL TABLE)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp

LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
FORMATS = {"PARQUET": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"}


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A declared table: columns and partitions as (name, type), properties of the SerDe and of the table."""

    database: str
    name: str
    location: str
    columns: tuple[tuple[str, str], ...]
    partitions: tuple[tuple[str, str], ...] = ()
    serde: str = LAZY
    serde_properties: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)

    def metadata(self) -> dict[str, object]:
        """As GetTableMetadata answers: properties of the SerDe carry a prefix among the parameters."""
        parameters = {
            "EXTERNAL": "TRUE",
            "location": self.location,
            "serde.serialization.lib": self.serde,
            **{f"serde.param.{key}": value for key, value in self.serde_properties.items()},
            **self.properties,
        }
        return {
            "Name": self.name,
            "TableType": "EXTERNAL_TABLE",
            "Columns": [{"Name": name, "Type": kind} for name, kind in self.columns],
            "PartitionKeys": [{"Name": name, "Type": kind} for name, kind in self.partitions],
            "Parameters": parameters,
        }


def declared(statement: str) -> Declared:
    """A table from the text that declares it; names become lower case, as Glue keeps them."""
    create = sqlglot.parse_one(statement, read="athena")
    schema = create.this
    found = {type(each).__name__: each for each in create.args["properties"].expressions}
    serde, serde_properties = LAZY, dict[str, str]()
    if row_format := found.get("RowFormatSerdeProperty"):
        serde = row_format.this.name
        if given := row_format.args.get("serde_properties"):
            serde_properties = {each.this.name: _text(each.args["value"]) for each in given.expressions}
    if row_format := found.get("RowFormatDelimitedProperty"):
        serde_properties["field.delim"] = _text(row_format.args["fields"])
    if stored := found.get("FileFormatProperty"):
        serde = FORMATS.get(stored.this.name.upper(), serde)
    partitions = found.get("PartitionedByProperty")
    return Declared(
        database=schema.this.db.lower(),
        name=schema.this.name.lower(),
        location=found["LocationProperty"].this.name,
        columns=tuple(map(_column, schema.expressions)),
        partitions=tuple(map(_column, partitions.this.expressions)) if partitions else (),
        serde=serde,
        serde_properties=serde_properties,
        properties={
            each.this.name: _text(each.args["value"])
            for each in create.args["properties"].expressions
            if type(each) is exp.Property
        },
    )


def _text(value: exp.Expression) -> str:
    """A literal of Hive, in which a code point may be written as \\uXXXX."""
    return re.sub(r"\\?u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), value.name)


def _column(definition: exp.Expression) -> tuple[str, str]:
    kind = definition.args["kind"]
    zoned = kind.is_type("timestamptz")  # of Iceberg tables; Hive has no word for it
    return definition.name.lower(), "timestamp with time zone" if zoned else kind.sql(dialect="hive").lower()
