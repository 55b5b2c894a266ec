"""Putting a quarantined row aside for good, with a reason."""

from __future__ import annotations

from django.db import transaction
from unfold.forms import BaseDialogForm

from audit.dialogs import words_of_why
from audit.record import Change, record
from hub import clock
from pipelines.engine.models import QuarantineEntry


class DismissForm(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    reason = words_of_why("kept in the audit trail", most=500)


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
