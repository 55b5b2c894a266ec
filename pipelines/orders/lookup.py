"""Rows of one tenant, looked up in the shapes that documents need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from pipelines.engine.lookup import texts_by
from pipelines.orders.rows import SOURCES, Text

RowT = TypeVar("RowT", bound=NamedTuple)


class Reader:
    """Looks rows of one tenant up; soft-deleted and missing ones are left out unless they are asked for."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant

    def by(
        self, shape: type[RowT], column: str, wanted: Iterable[str | None], *, gone: bool = False
    ) -> Iterator[RowT]:
        """The rows whose column holds one of the values."""
        values = {value for value in wanted if value}
        if not values:
            return iter(())
        source, make = SOURCES[shape], cast("Callable[[Sequence[Text]], RowT]", shape._make)
        return map(make, texts_by(source, column, values, shape._fields, tenant=self.tenant, live=not gone))

    def by_id(self, shape: type[RowT], wanted: Iterable[str | None], *, gone: bool = False) -> Iterator[RowT]:
        """The rows with these ids."""
        keys = [f"{self.tenant}:{value}" for value in wanted if value]
        return self.by(shape, "key", keys, gone=gone)

    def classes(self, shape: type[RowT], ids: Iterable[str | None]) -> Iterator[RowT]:
        """What enrichment found of the rows with these ids."""
        keys = {f"{self.tenant}:{value}" for value in ids if value}
        make = cast("Callable[[Sequence[Text]], RowT]", shape._make)
        return map(make, texts_by(SOURCES[shape], "key", keys, shape._fields))


def is_gone(row: Any) -> bool:
    """Whether a row was deleted upstream, by its flag or by its absence."""
    return bool(row.missing_since) or row.is_deleted == "true"
