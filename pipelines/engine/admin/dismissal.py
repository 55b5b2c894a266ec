"""Putting a quarantined row aside for good, with a reason."""

from __future__ import annotations

from django import forms
from django.db import transaction
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from audit.record import Change, record
from hub import clock
from pipelines.engine.models import QuarantineEntry


class DismissForm(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    reason = forms.CharField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        max_length=500,
        help_text="kept in the audit trail",
    )


@transaction.atomic
def dismiss(entry: QuarantineEntry, *, reason: str) -> bool:
    """Put an open entry aside for good, in the name of the acting person; False when it is open no more."""
    still_open = QuarantineEntry.objects.filter(pk=entry.pk, status=QuarantineEntry.Status.OPEN)
    if not still_open.update(status=QuarantineEntry.Status.DISMISSED, resolved_at=clock.now()):
        return False
    record(
        Change(
            tenant=str(entry.tenant),
            model="engine.quarantineentry",
            key=str(entry.pk),
            action="updated",
            before={"status": QuarantineEntry.Status.OPEN.value},
            after={"status": QuarantineEntry.Status.DISMISSED.value},
            reason=reason,
        )
    )
    return True
