"""Declares the files of a folder lake as tables of Athena, in the words of docs/how-to/run-on-athena.md."""

from __future__ import annotations

from hub.lakes import FileFormat
from tests.athena.server import DATA, StandIn

NAIVE = """ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'
WITH SERDEPROPERTIES (
  'field.delim' = '{delimiter}',
  'serialization.null.format' = '',
  'serialization.last.column.takes.rest' = 'true'
)
STORED AS TEXTFILE"""
QUOTED = r"""ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
WITH SERDEPROPERTIES ('separatorChar' = '{delimiter}', 'quoteChar' = '"', 'escapeChar' = '\u0001')
STORED AS TEXTFILE"""
JSON = """ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
STORED AS TEXTFILE"""
PARQUET = "STORED AS PARQUET"
STRING = "string"


def statement(
    name: str,
    below: str,
    columns: dict[str, str],
    how: str,
    *,
    dated: bool = True,
    header: bool = True,
    database: str = "billing",
) -> str:
    """CREATE EXTERNAL TABLE over the files below a folder of the bucket."""
    listed = ",\n".join(f"  `{column.lower()}` {kind}" for column, kind in columns.items())
    parts = [f"CREATE EXTERNAL TABLE `{database}`.`{name}` (\n{listed}\n)"]
    if dated:
        parts.append("PARTITIONED BY (`load_date` string)")
    parts += [how, f"LOCATION 's3://{DATA}/{below}/'"]
    if header:
        parts.append("TBLPROPERTIES ('skip.header.line.count' = '1')")
    return "\n".join(parts)


def how_written(form: FileFormat) -> str:
    text = NAIVE if form.writing == "naive" else QUOTED
    return text.replace("{delimiter}", form.delimiter)


def declare_keys(
    standin: StandIn, brand: str, table: str, area: str = "billing", *, dated: bool = True
) -> None:
    below = f"{brand}/{area}/_keys/{table}"
    if (standin.lake / below).is_dir():
        how = NAIVE.replace("{delimiter}", ",")
        columns = {"id": STRING}
        standin.declare(statement(f"{brand}_{area}_{table}_keys", below, columns, how, dated=dated))
