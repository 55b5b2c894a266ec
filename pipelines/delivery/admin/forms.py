"""What is asked for a new secret: how long the old one stays."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminPasswordWidget

from hub.errors import ConfigError
from pipelines.delivery.signing import key_of


class SecretForm(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    secret = forms.CharField(
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        required=False,
        max_length=200,
        help_text="whsec_ and base 64, as the receiver has it; leave it empty to have one made",
    )
    overlap = forms.IntegerField(
        widget=UnfoldAdminIntegerFieldWidget(),
        label="Hours for which the old one signs too",
        min_value=0,
        max_value=24 * 30,
        initial=24,
    )

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"].strip()
        try:
            if secret:
                key_of(secret)
        except ConfigError as error:
            raise ValidationError(f"{error.message}; {error.hint}") from None
        return secret
