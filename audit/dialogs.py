"""Dialogs on the page of a record: what a button asks before it acts."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget


def words_of_why(help_text: str, *, most: int) -> forms.CharField:
    """A field for some sentences, at most that many letters."""
    return forms.CharField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), max_length=most, help_text=help_text
    )


class ReasonForm(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    reason = words_of_why("kept in the audit trail", most=300)


def asks(title: str, text: str, submit: str, *, form: type[forms.Form] = ReasonForm) -> dict[str, Any]:
    """The dialog of an action that wants to know something first: why, where no other form is named."""
    return {"title": title, "description": text, "form_class": form, "form_submit_text": submit}
