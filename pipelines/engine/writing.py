"""How one source writes the cells of an entity, where that is not the house's way. Pure.

Formats and words are statements about notation, made by the person who wrote the source file. A cell that
none of them covers is read as if there were none, and goes to the quarantine where it does not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pyarrow as pa

from pipelines.engine.formats import FORMATTED, complaint, example_of, tells_little
from pipelines.engine.spec import Column, Kind, RowSpec, Strength
from pipelines.engine.typed import type_column

Texts = tuple[str, ...]
KINDS: Mapping[str, tuple[Kind, ...]] = {
    "ids": (Kind.ID, Kind.REF),
    "amounts": (Kind.DECIMAL,),
    "dates": (Kind.DATE,),
    "times": (Kind.TIMESTAMP,),
}


@dataclass(frozen=True, kw_only=True)
class Writing:
    """`general` holds formats by the name of a group of kinds, `formats` those of single columns, which count more.

    `flags` are words for true and false anywhere, `values` words by column: theirs = ours, '' for nothing.
    """

    general: Mapping[str, Texts] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, Texts] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def rules(self) -> tuple[object, ...]:
        """Everything said, in one order, for fingerprints."""
        words = sorted((name, sorted(given.items())) for name, given in self.values.items())
        return (sorted(self.general.items()), sorted(self.flags.items()), sorted(self.formats.items()), words)

    def spec(self, spec: RowSpec) -> RowSpec:
        """The entity's spec with its columns as this source writes them."""
        columns = tuple(map(self._written, spec.columns))
        return spec if columns == spec.columns else replace(spec, columns=columns)

    def _written(self, column: Column) -> Column:
        general = self.flags if column.kind is Kind.BOOL else {}
        words = {**general, **self.values.get(column.name, {})}
        column = replace(column, words=tuple(words.items())) if words else column
        formats = self.formats.get(column.name) or self._general(column.kind)
        if not formats:
            return column
        if column.kind not in {Kind.ID, Kind.REF}:
            return replace(column, formats=formats)
        strength = Strength.WEAK if any(map(tells_little, formats)) else Strength.MEDIUM
        pattern = "|".join(f"(?:{text})" for text in formats)
        return replace(column, formats=formats, pattern=pattern, strength=strength)

    def _general(self, kind: Kind) -> Texts:
        return next((self.general[name] for name in self.general if kind in KINDS[name]), ())

    def complaints(self, spec: RowSpec) -> Iterator[tuple[str, str]]:
        """What is wrong with this for an entity: message and hint."""
        for key, names in (("formats", self.formats), ("values", self.values)):
            for name in names:
                if name not in spec.by_name:
                    yield f"{key} names a column {name!r} that {spec.entity} does not have", _columns(spec)
        for name, formats in self.formats.items():
            column = spec.by_name.get(name)
            for text in formats if column else ():
                if column and (fault := complaint(column.kind, text)):
                    yield f"formats.{name}: {fault}", _example(column.kind)
        if spec.key in self.values:
            yield f"values.{spec.key} would make one row of several", f"take {spec.key} out of values"
        for name, words in self.values.items():
            if (column := spec.by_name.get(name)) and (odd := _unreadable(column, words)):
                yield (
                    f"values.{name} has {odd!r} on its right side",
                    f"what reads there: {_what_reads(column)}",
                )


def _unreadable(column: Column, words: Mapping[str, str]) -> str | None:
    """The first of our words that is none."""
    ours = [word for word in words.values() if word]
    _, ok = type_column(column, pa.array(ours, pa.string()), "UTC")
    return next((word for word, reads in zip(ours, ok.to_pylist(), strict=True) if not reads), None)


def _what_reads(column: Column) -> str:
    known = ", ".join(column.values) if column.kind is Kind.ENUM else f"any {column.kind}"
    return "true, false" if column.kind is Kind.BOOL else known


def _example(kind: Kind) -> str:
    return f"e.g. {example_of(kind)!r}" if kind in FORMATTED else "see docs/how-to/add-a-source.md"


def _columns(spec: RowSpec) -> str:
    return f"columns: {', '.join(spec.names)}"
