"""Rule sets and their rules: drafts are edited and previewed, one set of a kind is in force, all stay to be read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.forms import BaseDialogForm

from audit.dialogs import asks, words_of_why
from audit.filters import EqualityFilter, also_recorded
from hub import clock
from hub.errors import HubError
from hub.progress import SilentMeter
from pipelines.billing.rules import sets
from pipelines.billing.rules.models import RuleSet
from pipelines.billing.rules.preview import keep, money_told, preview, stored_changes
from pipelines.engine.admin import words
from pipelines.engine.admin.blocks import (
    Block,
    Fact,
    Table,
    badge,
    facts,
    list_link,
    notice,
    start_of,
    table,
    unbroken,
)
from pipelines.engine.admin.filters import StatusFilter, TenantFilter
from pipelines.engine.admin.pages import RecordAdmin

RULE_MODELS = {RuleSet.Kind.FREETEXT: "billing.freetextrule", RuleSet.Kind.TEST_DATA: "billing.testdatarule"}
TONES = {"draft": "info", "active": "success", "retired": ""}
SHOWN = 100
ACCOUNTS_IN_A_REQUEST = 10_000  # some seconds; the command looks at all
also_recorded.update({"billing.ruleset", *RULE_MODELS.values()})


class KindFilter(EqualityFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in RuleSet.Kind.choices]


class NoteForm(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    note = words_of_why("why; kept with the version", most=500)


@admin.register(RuleSet)
class RuleSetAdmin(RecordAdmin):
    list_display = ("version", "brand", "kind", "state", "rules", "why", "made", "in_force")
    list_display_links = ("version",)
    list_filter = (TenantFilter, KindFilter, StatusFilter)
    actions_detail = ("try_out", "activate", "drop", "copy", "offer")
    empty_hint = "Every brand gets its first rules from the code. Type: manage.py enrich_billing"

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("tenant", "kind", "-number")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = Count("freetext_rules", distinct=True) + Count("test_data_rules", distinct=True)
        found: QuerySet[Any] = super().get_queryset(request).annotate(own=own)
        return found

    def blocks(self, request: HttpRequest, rule_set: RuleSet) -> list[Block]:
        blocks = [facts("Rule set", *self._facts(rule_set))]
        if rule_set.is_draft:
            blocks.insert(
                0,
                notice(
                    "A draft: it judges nothing yet",
                    "Edit its rules, look at the preview, then activate it. The next enrich_billing looks at "
                    "every row of the brand again.",
                    tone="warning",
                ),
            )
            blocks += [*_preview_blocks(rule_set), *_sample_blocks(rule_set)]
        if rule_set.status == RuleSet.Status.ACTIVE and sets.code_has_news(
            str(rule_set.tenant), rule_set.kind
        ):
            text = "Take them over with the button at the top right: that makes a draft, and changes nothing yet."
            blocks.insert(0, notice("The release brought other rules than these", text, tone="warning"))
        return blocks

    def _facts(self, rule_set: RuleSet) -> list[Fact]:
        label, based_on = RULE_MODELS[RuleSet.Kind(rule_set.kind)], rule_set.based_on
        made = f"{rule_set.created_by}, {words.instant(rule_set.created_at)}"
        rules = list_link(label, f"{self.rules(rule_set)} rules", rule_set_id=rule_set.pk)
        return [
            Fact(label="Brand", value=rule_set.tenant),
            Fact(label="Kind", value=rule_set.get_kind_display()),
            Fact(label="Version", value=str(rule_set.number)),
            Fact(label="Status", value=self.state(rule_set)),
            Fact(label="Rules", value=rules, note="as they stand in this version"),
            Fact(label="Why", value=rule_set.note, wide=True),
            Fact(label="Copied from version", value="the code" if based_on is None else str(based_on)),
            Fact(label="Made by, at (UTC)", value=made),
            Fact(label="Put in force by, at (UTC)", value=_by_and_at(rule_set)),
            Fact(label="Fingerprint", value=rule_set.fingerprint, note="of the rules in force"),
            Fact(label="Id", value=str(rule_set.pk), note="for manage.py preview_rules --set"),
            Fact(
                label="Audit",
                value=list_link("audit.mutation", "What happened to it", object_key=rule_set.pk),
            ),
        ]

    def has_draft_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("billing.add_ruleset"))

    def has_activate_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("billing.activate_ruleset"))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """What can be done with a set depends on its status."""
        rule_set = self.get_object(request, unquote(str(object_id)))
        return self.buttons(request, object_id, _possible(rule_set) if rule_set else ())

    @action(description="Preview", permissions=["view"])  # type: ignore[untyped-decorator]  # unfold ships no types
    def try_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        rule_set = self.wanted(request, object_id)
        try:
            keep(preview(rule_set, meter=SilentMeter(), most_accounts=ACCOUNTS_IN_A_REQUEST))
        except HubError as error:
            messages.error(request, error.in_one_line)
        return HttpResponseRedirect(self.address(rule_set))

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Activate",
        permissions=["activate"],
        dialog=asks(
            "Put these rules in force",
            "The version in force is retired. The next enrich_billing looks at every row of the brand.",
            "Activate",
            form=NoteForm,
        ),
    )
    def activate(self, request: HttpRequest, form: NoteForm, object_id: str) -> HttpResponse:
        rule_set, by = self.wanted(request, object_id), request.user.get_username()
        try:
            sets.activate(rule_set, by=by, note=form.cleaned_data["note"])
        except HubError as error:
            messages.error(request, error.in_one_line)
        else:
            messages.success(
                request, f"Version {rule_set.number} is in force. Type: manage.py enrich_billing"
            )
        return self.back_to(rule_set)

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Drop",
        permissions=["draft"],
        dialog=asks(
            "Drop this draft",
            "It stays to be read, but can no longer be activated.",
            "Drop",
            form=NoteForm,
        ),
    )
    def drop(self, request: HttpRequest, form: NoteForm, object_id: str) -> HttpResponse:
        rule_set = self.wanted(request, object_id)
        try:
            sets.drop(rule_set, note=form.cleaned_data["note"])
        except HubError as error:
            messages.error(request, error.in_one_line)
        return self.back_to(rule_set)

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="New draft from this version",
        permissions=["draft"],
        dialog=asks(
            "Copy these rules into a new draft",
            "Nothing changes until the draft is activated.",
            "Make a draft",
            form=NoteForm,
        ),
    )
    def copy(self, request: HttpRequest, form: NoteForm, object_id: str) -> HttpResponse:
        rule_set, by = self.wanted(request, object_id), request.user.get_username()
        return self.back_to(sets.draft_from(rule_set, by=by, note=form.cleaned_data["note"]))

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="New draft from the code's rules",
        permissions=["draft"],
        dialog=asks(
            "Copy the code's own rules into a new draft",
            "Changes of your own are not in it. Nothing changes until the draft is activated.",
            "Make a draft",
            form=NoteForm,
        ),
    )
    def offer(self, request: HttpRequest, form: NoteForm, object_id: str) -> HttpResponse:
        rule_set, by = self.wanted(request, object_id), request.user.get_username()
        tenant, note = str(rule_set.tenant), form.cleaned_data["note"]
        return self.back_to(sets.draft_from_code(tenant, rule_set.kind, by=by, note=note))

    @admin.display(description="version")
    def version(self, rule_set: RuleSet) -> str:
        return f"Version {rule_set.number}"

    @admin.display(description="status")
    def state(self, rule_set: RuleSet) -> SafeString:
        return status_badge(rule_set)

    @admin.display(description="rules")
    def rules(self, rule_set: RuleSet) -> str:
        return words.count(rule_set.own)  # type: ignore[attr-defined]  # annotated

    @admin.display(description="why")
    def why(self, rule_set: RuleSet) -> SafeString:
        return start_of(rule_set.note, 40)

    @admin.display(description="made")
    def made(self, rule_set: RuleSet) -> SafeString:
        told = f"{words.instant(rule_set.created_at)} UTC by {rule_set.created_by}"
        return unbroken(words.age(rule_set.created_at, clock.now()), told)

    @admin.display(description="put in force")
    def in_force(self, rule_set: RuleSet) -> SafeString:
        return unbroken(words.age(rule_set.activated_at, clock.now()), _by_and_at(rule_set))


def status_badge(rule_set: RuleSet) -> SafeString:
    return badge(rule_set.get_status_display(), TONES[rule_set.status])


def _possible(rule_set: RuleSet) -> set[str]:
    if rule_set.is_draft:
        return {"try_out", "activate", "drop"}
    news = sets.code_has_news(str(rule_set.tenant), rule_set.kind)
    return {"copy", "offer"} if rule_set.status == RuleSet.Status.ACTIVE and news else {"copy"}


def _preview_blocks(rule_set: RuleSet) -> list[Block]:
    if rule_set.preview is None:
        return [notice("No preview yet", "Ask for it with the button at the top right.", tone="warning")]
    looked_at, changes = rule_set.preview["looked_at"], list(stored_changes(rule_set))
    title = (
        f"Preview of {words.instant(rule_set.previewed_at)} UTC: {words.count(looked_at['rows'])} rows looked at, "
        f"{words.count(rule_set.preview['changed_rows'])} answers change"
    )
    if not changes:
        return [facts(title, Fact(label="Answers that change", value="none", wide=True))]
    rows = [
        (
            change["what"],
            change["answer"],
            change["before"],
            change["after"],
            start_of(change["rules"], 40),
            words.count(change["rows"]),
            words.count(change["distinct"]),
            money_told({currency: Decimal(amount) for currency, amount in change["money"].items()}),
            "; ".join(change["examples"]),
        )
        for change in changes[:SHOWN]
    ]
    headers = ("What", "Answer", "Before", "After", "By rule", "Rows", "Different", "Money", "For example")
    return [table(title, Table(headers=headers, rows=rows, wrap_last=True))]


def _sample_blocks(rule_set: RuleSet) -> list[Block]:
    """Where the preview is of a sample: how to look at all."""
    looked_at = (rule_set.preview or {}).get("looked_at", {})
    rows, in_all = looked_at.get("rows", 0), looked_at.get("rows_in_all", 0)
    if rows >= in_all:
        return []
    command = f"manage.py preview_rules --brand {rule_set.tenant} --kind {rule_set.kind} --set {rule_set.pk}"
    return [
        notice(
            f"This preview is of a sample: {words.count(rows)} of {words.count(in_all)} accounts",
            f"To look at all of them, type: {command}. What it finds is shown here.",
            tone="warning",
        )
    ]


def _by_and_at(rule_set: RuleSet) -> str:
    if rule_set.activated_at is None:
        return words.NOTHING
    return f"{rule_set.activated_by}, {words.instant(rule_set.activated_at)}"
