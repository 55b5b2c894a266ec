"""Records with personal values: dots on every page, until somebody who may reads them, and that is recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from audit.blocks import Block
from audit.lists import ListAdmin
from audit.pages import RecordAdmin
from audit.protect import KeyDestroyed
from audit.record import Change, record

DOTS = "••••••"  # stand where a value is not shown; their number says nothing


class Revealing(ListAdmin):
    """The page shows dots; a button opens a second one, which is not cached, with the clear text."""

    permission: str  # whoever has it may reveal

    def opened(self, request: HttpRequest, record: Any) -> list[Block]:
        """The values in clear; raises KeyDestroyed once their key has expired."""
        raise NotImplementedError

    def checksum(self, record: Any) -> bytes | None:
        """What the trail has as the record's checksum; reading changes nothing of it."""
        return None

    def may_reveal(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm(self.permission)

    def with_button(self, request: HttpRequest, record: Any, block: Block) -> Block:
        """The masked block, with the button for those who may press it."""
        return replace(block, reveal=self.address(record, "reveal")) if self.may_reveal(request) else block

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_reveal"
        view = self.admin_site.admin_view(self.reveal_view)
        return [path("<path:object_id>/reveal/", view, name=name), *super().get_urls()]

    def reveal_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Only the button reveals: whoever comes by a link, or back to a closed page, sees the record."""
        if not self.may_reveal(request):
            raise PermissionDenied
        found = self.wanted(request, object_id)
        if request.method != "POST":
            return HttpResponseRedirect(self.address(found))
        try:
            blocks = reveal(request, found, self)
        except KeyDestroyed:
            messages.error(request, "The key of that day has expired: nobody can read this row any more.")
            return HttpResponseRedirect(self.address(found))
        context = {
            **self.admin_site.each_context(request),
            "title": str(found),
            "opts": self.opts,
            "original": found,
            "blocks": blocks,
            "back": self.address(found),
        }
        return TemplateResponse(request, "audit/revealed.html", context)


class RevealAdmin(Revealing, RecordAdmin):
    """A read-only record with personal values."""


@transaction.atomic
def reveal(request: HttpRequest, found: Any, by: Revealing) -> list[Block]:
    """The clear text of a record, and the trail of who read it: neither without the other."""
    blocks = by.opened(request, found)
    checksum = by.checksum(found)
    record(
        Change(
            tenant=str(found.tenant),
            model=found._meta.label_lower,
            key=str(found.pk),
            action="downloaded",
            reason="revealed in admin",
            checksum_before=checksum,
            checksum_after=checksum,
        )
    )
    return blocks
