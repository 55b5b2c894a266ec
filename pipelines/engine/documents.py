"""The documents of many rows by columns: a row becomes a mapping only where somebody asks for it. Pure.

A first import never asks: from the columns come the checksums here and the statements in `store`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import itemgetter
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from audit.protect import holds_address, masked_json
from hub.canonical import ESCAPED, Document, checksum_of
from hub.texts import framed, holds_any
from pipelines.engine.spec import EXTRA

Extra = Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Documents:
    """Rows in canonical text: an array a column, all of one length, null for nothing.

    `extra` holds what a row has in columns nobody declared; it is None where the file has none of them.
    """

    columns: Mapping[str, pa.Array]
    extra: Sequence[Extra] | None = None

    @classmethod
    def of(cls, rows: Sequence[Document], names: Iterable[str]) -> Documents:
        """These documents, whose columns have these names."""
        columns = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
        return cls(columns=columns, extra=[row.get(EXTRA) for row in rows])

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The documents, nulls in them."""
        values = zip(*map(self.texts, self.columns), strict=True)
        rows: list[dict[str, Any]] = [dict(zip(self.columns, row, strict=True)) for row in values]
        for row, extra in zip(rows, self.extra or (), strict=self.extra is not None):
            row[EXTRA] = extra
        return rows

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def column(self, name: str) -> pa.Array:
        """One column; nothing but null where there is none of that name."""
        return self.columns[name] if name in self.columns else pa.nulls(len(self), pa.string())

    def texts(self, name: str) -> list[str | None]:
        """The same as a list."""
        if name not in self._texts:
            self._texts[name] = self.column(name).to_pylist()
        return self._texts[name]

    @cached_property
    def _texts(self) -> dict[str, list[str | None]]:
        return {}

    def checksums(self, personal: Set[str]) -> list[bytes]:
        """What `audit.protect.checksum` says of each document."""
        fragments = {
            name: _fragment(name, column, name in personal)
            for name, column in self.columns.items()
            if column.null_count < len(column)
        }
        if self.extra is not None:
            masked = [None if extra is None else masked_json(extra) for extra in self.extra]
            fragments[EXTRA] = framed(f'"{EXTRA}":', pa.array(masked, pa.string()), "")
        in_order = [fragment for _, fragment in sorted(fragments.items(), key=itemgetter(0))]
        joined = pc.binary_join_element_wise(*in_order, ",", null_handling="skip")
        return [checksum_of(b"{%b}" % text) for text in joined.cast(pa.binary()).to_pylist()]


def gathered(places: Sequence[tuple[Documents, int]]) -> Documents:
    """Documents of several origins as one, in the order they are named; null where an origin lacks a column."""
    origins = list({id(documents): documents for documents, _ in places}.values())
    starts = dict(zip(map(id, origins), accumulate((len(one) for one in origins), initial=0), strict=False))
    order = pa.array([starts[id(documents)] + place for documents, place in places], pa.int64())
    names = dict.fromkeys(name for one in origins for name in one.columns)
    columns = {name: pa.concat_arrays([one.column(name) for one in origins]).take(order) for name in names}
    extra = [documents.extra[place] if documents.extra else None for documents, place in places]
    return Documents(columns=columns, extra=extra)


def _fragment(name: str, column: pa.Array, personal: bool) -> pa.Array:
    """Name and value in JSON, null where there is no value."""
    if personal:
        return _masked(name, column, lambda text: True)
    if holds_any(column, b"@") and any(map(holds_address, column.to_pylist())):
        return _masked(name, column, holds_address)
    if holds_any(column, ESCAPED):
        return _masked(name, column, lambda text: False)
    return framed(f'"{name}":"', column, '"')


def _masked(name: str, column: pa.Array, hidden: Callable[[str], bool]) -> pa.Array:
    """A value at a time: as digests those that are hidden, the others as they are."""
    values = [
        None if text is None else masked_json(text) if hidden(text) else orjson.dumps(text).decode()
        for text in column.to_pylist()
    ]
    return framed(f'"{name}":', pa.array(values, pa.string()), "")
