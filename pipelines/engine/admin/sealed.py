"""Records that hold an encrypted row: dots, until somebody who may reads it, and that is recorded."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from audit.filters import also_recorded
from audit.protect import KeyDestroyed
from audit.record import Change, record
from audit.words import breakable
from pipelines.engine.admin.blocks import Block, imported_models
from pipelines.engine.admin.pages import RecordAdmin
from pipelines.engine.models import QuarantineEntry, Repair
from pipelines.engine.rows import spec_of
from pipelines.engine.spec import RowSpec

INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}
DOTS = "••••••"
PERMISSION = "engine.reveal_quarantine"
Sealed = QuarantineEntry | Repair
also_recorded.update(model._meta.label_lower for model in (QuarantineEntry, Repair))


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One line of a table of cells; a side that is None was empty. `marked` says why the eye should stop here."""

    column: str
    values: tuple[str | None, ...]
    marked: str = ""

    @property
    def name(self) -> SafeString:
        return breakable(self.column)


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Cells by column, under a heading for each of their values; `address` is where to ask for the clear text."""

    headings: tuple[str, ...]
    lines: Sequence[Cell]
    address: str = ""


def cells(title: str, data: Cells) -> Block:
    return Block(template="engine/blocks/cells.html", title=title, data=data)


def spec_for(entity: str) -> RowSpec | None:
    """The spec of an entity; None for one that is no longer imported."""
    model = imported_models().get(entity)
    return spec_of(model) if model else None


def is_one_of(name: str, spec: RowSpec | None, wanted: Iterable[str]) -> bool:
    """Whether a file's column is one of ours by the name the lake has for it."""
    ours = {column.in_lake.lower(): column.name for column in spec.columns} if spec else {}
    return ours.get(name.strip().lower(), f"extra.{name}") in set(wanted)


def unseen(value: str | None) -> str:
    """What the eye misses in a cell: blanks at its ends, characters that show nothing."""
    text = value or ""
    hidden = sorted({f"U+{ord(sign):04X}" for sign in text if unicodedata.category(sign) in INVISIBLE})
    blanks = ["a blank at its end"] if text != text.rstrip() else []
    blanks += ["a blank at its start"] if text != text.lstrip() else []
    return ", ".join(blanks + hidden)


class SealedAdmin(RecordAdmin):
    """The page shows dots; a button opens a second one, which is not cached, with the clear text."""

    def masked(self, request: HttpRequest, record: Any) -> Block:
        """The cells as dots: nothing is decrypted for this."""
        raise NotImplementedError

    def opened(self, record: Any) -> Block:
        """The cells in clear; raises KeyDestroyed once their day has expired."""
        raise NotImplementedError

    def may_reveal(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm(PERMISSION)

    def reveal_address(self, request: HttpRequest, record: Any) -> str:
        return self.address(record, "reveal") if self.may_reveal(request) else ""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_reveal"
        view = self.admin_site.admin_view(require_POST(self.reveal_view))
        return [path("<path:object_id>/reveal/", view, name=name), *super().get_urls()]

    def reveal_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.may_reveal(request):
            raise PermissionDenied
        sealed = get_object_or_404(self.get_queryset(request), pk=object_id)
        try:
            block = reveal(sealed, self)
        except KeyDestroyed:
            messages.error(request, "The key of that day has expired: nobody can read this row any more.")
            return HttpResponseRedirect(self.address(sealed))
        context = {
            **self.admin_site.each_context(request),
            "title": str(sealed),
            "opts": self.opts,
            "original": sealed,
            "blocks": [block],
            "back": self.address(sealed),
        }
        return TemplateResponse(request, "engine/revealed.html", context)


@transaction.atomic
def reveal(sealed: Sealed, by: SealedAdmin) -> Block:
    """The clear text of a record, and the trail of who read it: neither without the other."""
    block = by.opened(sealed)
    record(
        Change(
            tenant=str(sealed.tenant),
            model=sealed._meta.label_lower,
            key=str(sealed.pk),
            action="downloaded",
            reason="revealed in admin",
        )
    )
    return block
