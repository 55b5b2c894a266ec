"""Records that hold an encrypted row, and its cells by column."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

from audit.filters import also_recorded
from audit.words import breakable
from pipelines.engine.admin.blocks import Block, imported_models
from pipelines.engine.admin.revealing import RevealAdmin
from pipelines.engine.mapping import ours_of
from pipelines.engine.models import QuarantineEntry, Repair
from pipelines.engine.rows import spec_of
from pipelines.engine.source import Feed
from pipelines.engine.spec import RowSpec

INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}
also_recorded.update(model._meta.label_lower for model in (QuarantineEntry, Repair))


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One line of a table of cells; a side that is None was not there. `marked` says why the eye should stop here."""

    column: str
    values: tuple[str | None, ...]
    marked: str = ""

    @property
    def name(self) -> SafeString:
        return breakable(self.column)


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Cells by column, under a heading for each of their values."""

    headings: tuple[str, ...]
    lines: Sequence[Cell]


def cells(title: str, data: Cells) -> Block:
    return Block(template="engine/blocks/cells.html", title=title, data=data)


def spec_for(entity: str) -> RowSpec | None:
    """The spec of an entity; None for one that is no longer imported."""
    model = imported_models().get(entity)
    return spec_of(model) if model else None


def is_one_of(name: str, spec: RowSpec | None, wanted: Iterable[str], feed: Feed | None) -> bool:
    """Whether a file's column is one of ours, by the lake's name for it or by the source's map."""
    told = feed or Feed(tenant="", source="", entity="", table="")
    ours = ours_of(spec, told, name) if spec else ()
    return bool(set(wanted) & {*ours, f"extra.{name}"})


def unseen(value: str | None) -> str:
    """What the eye misses in a cell: blanks at its ends, characters that show nothing."""
    text = value or ""
    hidden = sorted({f"U+{ord(sign):04X}" for sign in text if unicodedata.category(sign) in INVISIBLE})
    blanks = ["a blank at its end"] if text != text.rstrip() else []
    blanks += ["a blank at its start"] if text != text.lstrip() else []
    return ", ".join(blanks + hidden)


class SealedAdmin(RevealAdmin):
    """Nothing is decrypted for the masked cells: their columns come from the entity."""

    permission = "engine.reveal_quarantine"

    def masked(self, request: HttpRequest, record: Any) -> Block:
        """The cells as dots."""
        raise NotImplementedError
