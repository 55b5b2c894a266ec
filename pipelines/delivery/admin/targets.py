"""Targets: edited with their history, paused and resumed, their secrets changed, all of it in the trail."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from audit.blocks import Block, Fact, badge, facts, list_link, notice, unbroken
from audit.dialogs import ReasonForm, asks
from audit.filters import also_recorded
from audit.record import Change, Document, record
from audit.revealing import DOTS, Revealing
from audit.versions import VersionedAdmin
from hub import clock, figures
from hub.errors import ConfigError
from pipelines.delivery.addresses import HTTPS_EXAMPLE
from pipelines.delivery.admin.forms import SecretForm
from pipelines.delivery.models import Delivery, Target, TargetSecret
from pipelines.delivery.networks import Reach, reach_of
from pipelines.delivery.pausing import MODEL, abandon, pause, resume
from pipelines.delivery.secrets import keep_secret, opened_secrets
from pipelines.delivery.senders import check_address, may_be_private
from pipelines.delivery.signing import new_secret
from pipelines.delivery.standing import Standing, standing_of

TONES = {"running": "success", "ailing": "warning", "resting": "warning", "paused": "danger"}
FINAL = ("name", "topic", "tenant")  # what deliveries refer to
FIELDS = (
    "name", "tenant", "topic", "kind", "address", "format", "max_batch", "connect_seconds", "answer_seconds",
    "max_attempts", "max_age_hours", "allow_private",
)  # fmt: skip
also_recorded.add(MODEL)


class TargetForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy only, not at run time
    """Refuses an address to which nothing could be sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "tenant" in self.fields:  # brands are the engine's, which is no room below this one
            brands = apps.get_model("engine.tenant")._default_manager.values_list("code", "name")
            self.fields["tenant"] = forms.ChoiceField(
                label="Brand",
                help_text=self.fields["tenant"].help_text,
                choices=[("", "every brand"), *brands],
                required=False,
                widget=UnfoldAdminSelectWidget(),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            given = {name: cleaned[name] for name in ("kind", "address", "allow_private")}
            try:
                check_address(Target(**given))
                check_reach(Target(**given))
            except ConfigError as error:
                raise ValidationError({"address": f"{error.message}; {error.hint}"}) from None
        return cleaned


@admin.register(Target)
class TargetAdmin(VersionedAdmin, Revealing):
    form = TargetForm
    list_display = ("name", "how", "kind", "topic", "whose", "waiting", "dead", "last_good")
    list_display_links = ("name",)
    fieldsets = (
        ("Who receives what", {"fields": ("name", "tenant", "topic")}),
        ("Where and how", {"fields": ("kind", "address", "allow_private", "format", "max_batch")}),
        (
            "Time limits",
            {"fields": ("connect_seconds", "answer_seconds", "max_attempts", "max_age_hours")},
        ),
    )
    actions = None
    actions_detail = ("pause", "resume", "change_secret", "give_up")
    sortable_by = ()
    permission = "delivery.reveal_target"
    empty_hint = "Add a receiver with the button at the top right; it gets what changes from then on"
    change_form_outer_before_template = "audit/record.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Target | None = None) -> tuple[str, ...]:
        if obj and not self.has_change_permission(request, obj):
            return (*FIELDS, "whose")
        return (*FINAL, "whose") if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Target | None = None) -> Any:
        """A brand that is final is told in words: an empty one is every brand."""
        (title, who), *others = self.fieldsets
        return [(title, {"fields": ("name", "whose", "topic")} if obj else who), *others]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        target = context.get("original")
        context |= {"blocks": self.blocks(request, target) if target else []}
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def blocks(self, request: HttpRequest, target: Target) -> list[Block]:
        standing = standing_of(target)
        own = [facts("How it does", *_facts(standing))]
        if target.paused:
            own.insert(0, notice("Paused", f"{target.paused_because}. What changes meanwhile waits."))
        elif standing.state == "ailing":
            told = "It is tried again; five failures in a row give it a rest."
            own.insert(0, notice(f"Ailing: {standing.reason}", told, tone="warning"))
        elif standing.state == "resting":
            rests = f"Nothing is sent before {figures.instant(standing.until)} UTC; then one request tries."
            own.insert(0, notice(f"Resting: {standing.reason}", rests, tone="warning"))
        if target.kind == Target.Kind.HTTPS:
            own.append(self._secrets(request, target))
        return own

    def opened(self, request: HttpRequest, record: Target) -> list[Block]:
        secrets = [Fact(label="Secret", value=secret, wide=True) for secret in opened_secrets(record)]
        return [facts("Signing secrets, the newest first", *secrets)]

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Target, form: Any, change: bool) -> None:
        """Nothing is written where nothing changed; whether it is paused is not the form's to say."""
        found = Target.objects.select_for_update().get(pk=obj.pk) if change else None
        before, after = document(found) if found else None, document(obj)
        if after == before:
            return
        if found:
            obj.paused, obj.paused_because = found.paused, found.paused_because
        super().save_model(request, obj, form, change)
        _record(obj, before, after)
        if obj.kind == Target.Kind.HTTPS and not TargetSecret.objects.filter(target=obj).exists():
            keep_secret(obj, new_secret())
            messages.info(
                request, "A signing secret was made: reveal it on the target's page for the receiver."
            )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was sent to it refers to it: a target is paused, never removed."""
        return False

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("delivery.change_target"))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done with the target as it is."""
        target: Target = self.wanted(request, object_id)
        fits = {"pause": not target.paused, "resume": target.paused, "give_up": target.paused}
        fits["change_secret"] = target.kind == Target.Kind.HTTPS
        return self.buttons(request, object_id, (name for name, fit in fits.items() if fit))

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Pause",
        permissions=["act"],
        dialog=asks("Pause this target", "What changes meanwhile waits for it.", "Pause"),
    )
    def pause(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        target = self.wanted(request, object_id)
        done = pause(target, reason=form.cleaned_data["reason"])
        return self._back(request, target, "The target is paused." if done else "It was paused already.")

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Resume",
        permissions=["act"],
        dialog=asks("Resume this target", "What waited is sent in the next pass.", "Resume"),
    )
    def resume(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        target = self.wanted(request, object_id)
        done = resume(target, reason=form.cleaned_data["reason"])
        return self._back(request, target, "The target runs again." if done else "It was not paused.")

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Give up what waits",
        permissions=["act"],
        dialog=asks(
            "Give up what waits",
            "All that waits for this target and its dead letters are dismissed. This cannot be undone.",
            "Give up",
        ),
    )
    def give_up(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        target = self.wanted(request, object_id)
        number = abandon(target, reason=form.cleaned_data["reason"])
        return self._back(request, target, f"{number:,} deliveries are dismissed.")

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Change the secret",
        permissions=["act"],
        dialog=asks(
            "Change the signing secret",
            "For some time both sign, so that the receiver can change over.",
            "Change",
            form=SecretForm,
        ),
    )
    def change_secret(self, request: HttpRequest, form: SecretForm, object_id: str) -> HttpResponse:
        target = self.wanted(request, object_id)
        overlap = timedelta(hours=form.cleaned_data["overlap"])
        change_secret(target, form.cleaned_data["secret"] or new_secret(), overlap=overlap)
        return self._back(request, target, "The secret is changed. Reveal it here for the receiver.")

    @admin.display(description="state")
    def how(self, target: Target) -> SafeString:
        standing = _standing(target)
        return badge(standing.state, TONES[standing.state], standing.reason)

    @admin.display(description="brand")
    def whose(self, target: Target) -> str:
        return str(target.tenant) or "every brand"

    @admin.display(description="waiting")
    def waiting(self, target: Target) -> SafeString:
        return list_link("delivery.delivery", _standing(target).waiting_told, target=target.pk, state="open")

    @admin.display(description="dead letters")
    def dead(self, target: Target) -> SafeString:
        return list_link("delivery.delivery", _standing(target).dead_told, target=target.pk, state="dead")

    @admin.display(description="last received")
    def last_good(self, target: Target) -> SafeString:
        at = _standing(target).last_good_at
        return unbroken(figures.age(at, clock.now()), f"{figures.instant(at)} UTC")

    def _secrets(self, request: HttpRequest, target: Target) -> Block:
        valid = [
            Fact(label=_made(secret), value=DOTS)
            for secret in TargetSecret.objects.filter(target=target).order_by("-id")
            if secret.valid_until is None or secret.valid_until > clock.now()
        ]
        return self.with_button(request, target, facts("Signing secrets", *valid))

    def _back(self, request: HttpRequest, target: Target, text: str) -> HttpResponse:
        messages.success(request, text)
        return self.back_to(target)


@transaction.atomic
def change_secret(target: Target, secret: str, *, overlap: timedelta) -> None:
    """Another secret, in the name of whoever acts; the trail has its number, never the secret."""
    before = TargetSecret.objects.filter(target=target).order_by("-id").values_list("pk", flat=True).first()
    entry = keep_secret(target, secret, overlap=overlap)
    _record(target, {"secret": str(before or "")}, {"secret": str(entry.pk)})


def check_reach(target: Target) -> None:
    """Refuse numbers that no delivery may go to; names are judged when they are connected to."""
    host = (urlsplit(target.address).hostname or "") if target.kind == Target.Kind.HTTPS else ""
    try:
        ip_address(host)
    except ValueError:
        return
    reach = reach_of(host)
    if reach is Reach.NEVER:
        raise ConfigError(f"{host} is nothing that can be delivered to", hint=HTTPS_EXAMPLE)
    if reach is Reach.PRIVATE and not may_be_private(target):
        raise ConfigError(
            f"{host} is in a private network", hint="allow it here, and HUB_DELIVERY_ALLOW_PRIVATE=1"
        )


def document(target: Target) -> Document:
    """A target as the trail has it: text by column."""
    values = {name: getattr(target, name) for name in FIELDS}
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in values.items()
    }


def _record(target: Target, before: Document | None, after: Document) -> None:
    record(
        Change(
            tenant=str(target.tenant),
            model=MODEL,
            key=str(target.pk),
            action="created" if before is None else "updated",
            before=before,
            after=after,
        )
    )


def _standing(target: Target) -> Standing:
    """Looked up once for all columns of a line."""
    known = vars(target).get("standing") or standing_of(target)
    vars(target)["standing"] = known
    return known


def _made(secret: TargetSecret) -> str:
    made = f"made {figures.instant(secret.created_at)} UTC"
    return f"{made}, signs until {figures.instant(secret.valid_until)} UTC" if secret.valid_until else made


def _facts(standing: Standing) -> list[Fact]:
    target = standing.target
    return [
        Fact(label="State", value=badge(standing.state, TONES[standing.state])),
        Fact(
            label="Failures in a row",
            value=figures.count(standing.failures),
            note="of the target, not of a document",
        ),
        Fact(label="Last received (UTC)", value=figures.instant(standing.last_good_at)),
        Fact(
            label="Waiting",
            value=list_link("delivery.delivery", standing.waiting_told, target=target.pk, state="open"),
        ),
        Fact(
            label="Dead letters",
            value=list_link(
                "delivery.delivery", standing.dead_told, target=target.pk, state=Delivery.State.DEAD.value
            ),
        ),
        Fact(label="Oldest that waits", value=figures.age(standing.oldest, clock.now())),
        Fact(
            label="Audit",
            value=list_link("audit.mutation", "Who changed it", model=MODEL, object_key=target.pk),
        ),
    ]
