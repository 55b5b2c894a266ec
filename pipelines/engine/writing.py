"""How one source writes the cells of an entity, where that is not the house's way. Pure.

Formats and words are statements about notation, made by the person who wrote the source file. A cell that
none of them covers is read as if there were none, and goes to the quarantine where it does not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pyarrow as pa

from pipelines.engine.formats import FORMATTED, complaint, example_of, tells_little
from pipelines.engine.spec import MAX_TEXT, Column, Kind, RowSpec, Strength
from pipelines.engine.typed import type_column

Texts = tuple[str, ...]
KINDS: Mapping[str, tuple[Kind, ...]] = {
    "ids": (Kind.ID, Kind.REF),
    "amounts": (Kind.DECIMAL,),
    "dates": (Kind.DATE,),
    "times": (Kind.TIMESTAMP,),
}

_OWN = {
    Kind.BOOL: "true, false",
    Kind.DECIMAL: "numbers like 1234.56",
    Kind.DATE: "days like 2025-01-31",
    Kind.TIMESTAMP: "times like 2025-01-31 08:00:00 or 2025-01-31T08:00:00+01:00",
    Kind.FREETEXT: "any text",
}


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What a source says of its cells.

    `general` holds formats by the name of a group of kinds, `formats` those of single columns, which count
    more; `zones` gives abbreviations of zones their offsets. `flags` are words for true and false anywhere,
    `values` words by column: theirs = ours, '' for nothing.
    """

    general: Mapping[str, Texts] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, Texts] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def rules(self) -> tuple[object, ...]:
        """Everything said, in one order, for fingerprints."""
        words = sorted((name, sorted(given.items())) for name, given in self.values.items())
        tables = (self.general, self.flags, self.zones, self.formats)
        return (*(sorted(table.items()) for table in tables), words)

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
        if column.kind not in {Kind.ID, Kind.REF, Kind.TEXT}:
            return replace(column, formats=formats, zones=tuple(self.zones.items()))
        strength = Strength.WEAK if any(map(tells_little, formats)) else Strength.MEDIUM
        told = replace(column, pattern="|".join(f"(?:{text})" for text in formats), strength=strength)
        return (
            told if column.kind is Kind.TEXT else replace(told, formats=formats)
        )  # a text's is evidence only

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
                    f"{name} takes {expected(column)}",
                )


def expected(column: Column) -> str:
    """What a column takes, as the source writes it, in words."""
    words = ", ".join(theirs for theirs, _ in column.words)
    empty = "" if column.required else "nothing"
    return ", ".join(filter(None, (words, _own(column), empty)))


def _own(column: Column) -> str:
    if column.formats:
        zones = ", ".join([name for name, _ in column.zones] + ["UTC", "GMT"])
        told = " or ".join(column.formats)
        return f"{told} (%Z: {zones})" if "%Z" in told else told
    if column.kind is Kind.INT:
        limits = ((" from ", column.minimum), (" to ", column.maximum))
        return "whole numbers" + "".join(f"{word}{limit}" for word, limit in limits if limit is not None)
    if column.kind is Kind.ENUM:
        return ", ".join(column.values)
    if column.kind in {Kind.ID, Kind.REF, Kind.CURRENCY}:
        return str(column.pattern)
    return _OWN.get(column.kind, f"text of up to {MAX_TEXT} characters")


def _unreadable(column: Column, words: Mapping[str, str]) -> str | None:
    """The first of our words that is none."""
    ours = [word for word in words.values() if word]
    _, ok = type_column(column, pa.array(ours, pa.string()), "UTC")
    return next((word for word, reads in zip(ours, ok.to_pylist(), strict=True) if not reads), None)


def _example(kind: Kind) -> str:
    return f"e.g. {example_of(kind)!r}" if kind in FORMATTED else "see docs/how-to/add-a-source.md"


def _columns(spec: RowSpec) -> str:
    return f"columns: {', '.join(spec.names)}"
