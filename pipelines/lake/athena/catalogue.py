"""What Athena's catalogue says of a table: its columns, its partitions, how its text is cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyathena.common import BaseCursor
from pyathena.error import Error as AthenaError
from pyathena.model import AthenaTableMetadata

from hub.errors import ConfigError
from pipelines.lake.athena import failures

SERDE = "serde.serialization.lib"
TAKES_REST = "serde.param.serialization.last.column.takes.rest"
SPLITS = ("LazySimpleSerDe",)
TEXTS = (*SPLITS, "OpenCSVSerde")
HEADINGS = "skip.header.line.count"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column as it is declared: its name, and its type in lower case."""

    name: str
    type: str


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A declared table. `parameters` hold, among others, the properties of its SerDe."""

    name: str
    columns: tuple[Column, ...]
    partitions: tuple[Column, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def location(self) -> str:
        """Where its files lie, with a slash at the end; '' where the catalogue does not say (a view)."""
        place = self.parameters.get("location", "")
        return place if not place or place.endswith("/") else f"{place}/"

    @property
    def keeps_overflow(self) -> bool:
        """Whether cells beyond the last column stay in it; a SerDe drops them unless it is told to."""
        library = self.parameters.get(SERDE, "")
        return library.endswith(SPLITS) and self.parameters.get(TAKES_REST, "").lower() == "true"

    @property
    def is_text(self) -> bool:
        """Whether its files are lines of cells."""
        return self.parameters.get(SERDE, "").endswith(TEXTS)

    @property
    def has_headings(self) -> bool:
        """Whether the first line of its files is none of their rows."""
        return self.parameters.get(HEADINGS, "0") == "1"

    def partition(self, name: str) -> Column | None:
        return next((column for column in self.partitions if column.name == name.lower()), None)


def shape_of(cursor: BaseCursor, table: str) -> Shape | None:
    """The declared table; None where the database has none of that name."""
    doing = f"asking for the table {table}"
    try:
        found = cursor.get_table_metadata(table, logging_=False)
    except AthenaError as error:
        if failures.code_of(error) != failures.UNKNOWN_NAME:
            raise failures.of_call(error, doing) from None
        _refuse_unknown_database(cursor)
        return None
    return _shape(table, found)


def _shape(table: str, found: AthenaTableMetadata) -> Shape:
    return Shape(
        name=table,
        columns=tuple(Column(name=str(each.name), type=str(each.type).lower()) for each in found.columns),
        partitions=tuple(
            Column(name=str(each.name).lower(), type=str(each.type).lower()) for each in found.partition_keys
        ),
        parameters=dict(found.parameters),
    )


def _refuse_unknown_database(cursor: BaseCursor) -> None:
    """A table that is not there is one thing, a database that is not there another."""
    connection = cursor.connection
    try:
        connection.client.get_database(
            CatalogName=connection.catalog_name, DatabaseName=connection.schema_name
        )
    except connection.client.exceptions.MetadataException:
        raise ConfigError(
            f"the catalogue {connection.catalog_name} has no database {connection.schema_name}",
            hint="the last name in LAKE_URL's path is the database",
        ) from None
    except connection.client.exceptions.ClientError as error:
        raise failures.of_call(error, f"asking for the database {connection.schema_name}") from None
