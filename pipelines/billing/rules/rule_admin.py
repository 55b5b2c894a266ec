"""Single rules: edited while their set is a draft, refused where they do not compile, every version kept."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import DropdownFilter
from unfold.widgets import UnfoldAdminSelectWidget

from audit.filters import EqualityFilter, LinkedNumberFilter
from audit.record import record
from audit.versions import VersionedAdmin
from hub.errors import HubError
from pipelines.billing.freetext.rules import PRECEDENCE
from pipelines.billing.rules.admin import status_badge
from pipelines.billing.rules.kinds import KINDS
from pipelines.billing.rules.models import FreetextRule, RuleRow, RuleSet, TestDataRule
from pipelines.billing.rules.sets import refuse_unless_draft, rule_change, rule_document
from pipelines.billing.test_data.verdict import LAYERS
from pipelines.engine.admin.blocks import record_link, start_of
from pipelines.engine.admin.filters import TenantFilter


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy only, not at run time
    """Refuses a rule that does not compile, with what is wrong with it beside its field."""

    kind: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "rule_set" in self.fields:
            drafts = RuleSet.objects.filter(kind=self.kind, status=RuleSet.Status.DRAFT)
            self.fields["rule_set"].queryset = drafts  # type: ignore[attr-defined]  # it chooses a model
            self.fields["rule_set"].help_text = "drafts only: make one on the page of the version in force"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind = KINDS[self.kind]
        given = {name: cleaned.get(name, getattr(self.instance, name)) or "" for name in kind.names}
        if self.errors:
            return cleaned
        try:
            kind.check(kind.rule(**given))
        except HubError as error:
            place = getattr(error, "place", "")
            text = getattr(error, "reason", "") or error.message
            self.add_error(place if place in self.fields else None, f"{text}. {error.hint}".strip())
        return cleaned


class FreetextRuleForm(RuleForm):
    kind = RuleSet.Kind.FREETEXT
    taxonomy = forms.ChoiceField(
        choices=[(name, name.replace("_", " ")) for name in PRECEDENCE], widget=UnfoldAdminSelectWidget
    )


class TestDataRuleForm(RuleForm):
    __test__ = False  # pytest would take it for tests
    kind = RuleSet.Kind.TEST_DATA
    layer = forms.ChoiceField(
        choices=[(name, name.replace("_", " ")) for name in LAYERS],
        widget=UnfoldAdminSelectWidget,
        help_text="what the value is",
    )


class RuleSetFilter(LinkedNumberFilter):
    title = "rule set"
    parameter_name = "rule_set_id"


class StatusOfSetFilter(DropdownFilter):  # type: ignore[misc]  # unfold ships no types
    title = "status of its set"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in RuleSet.Status.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(rule_set__status=self.value()) if self.value() else queryset


class TaxonomyFilter(EqualityFilter):
    title = "taxonomy"
    parameter_name = "taxonomy"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name.replace("_", " ")) for name in PRECEDENCE]


class RuleAdmin(VersionedAdmin):
    actions = None
    list_select_related = ("rule_set",)
    list_per_page = 50
    empty_hint = "Rules come with a brand's first rule set. Type: manage.py enrich_billing"

    def get_readonly_fields(self, request: HttpRequest, obj: RuleRow | None = None) -> tuple[str, ...]:
        """A rule stays in its set; an old version is no ordinary page, which Django would not close."""
        if obj and not self.has_change_permission(request, obj):
            return tuple(self.fields or ())
        return ("rule_set",) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_change_permission(request, obj)) and (obj is None or obj.rule_set.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_delete_permission(request, obj)) and (obj is None or obj.rule_set.is_draft)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing is written where nothing changed: the history would get a version without a difference."""
        refuse_unless_draft(obj.rule_set)
        obj.tenant = obj.rule_set.tenant
        before = rule_document(type(obj).objects.get(pk=obj.pk)) if change else None
        after = rule_document(obj)
        if after == before:
            return
        super().save_model(request, obj, form, change)
        _forget_preview(obj.rule_set)
        record(rule_change(obj, "updated" if change else "created", before=before, after=after))

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        refuse_unless_draft(obj.rule_set)
        record(rule_change(obj, "deleted", before=rule_document(obj)))
        _forget_preview(obj.rule_set)
        super().delete_model(request, obj)

    @admin.display(description="set")
    def of_set(self, rule: Any) -> SafeString:
        told = f"{rule.rule_set.tenant}, version {rule.rule_set.number}"
        link = record_link("billing.ruleset", rule.rule_set_id, told)
        return format_html('<span class="whitespace-nowrap">{}</span>', link)

    @admin.display(description="status")
    def state(self, rule: Any) -> SafeString:
        return status_badge(rule.rule_set)


def _forget_preview(rule_set: RuleSet) -> None:
    """It was of other rules."""
    RuleSet.objects.filter(pk=rule_set.pk).update(preview=None, previewed_at=None)


@admin.register(FreetextRule)
class FreetextRuleAdmin(RuleAdmin):
    form = FreetextRuleForm
    fields = ("rule_set", "name", "taxonomy", "value", "pattern", "unless", "language", "note")
    list_display = ("name", "of_set", "state", "taxonomy", "value", "language", "looked_for")
    list_filter = (TenantFilter, StatusOfSetFilter, TaxonomyFilter, RuleSetFilter)
    search_fields = ("name", "value", "pattern", "note")

    @admin.display(description="pattern")
    def looked_for(self, rule: FreetextRule) -> SafeString:
        return start_of(rule.pattern)


@admin.register(TestDataRule)
class TestDataRuleAdmin(RuleAdmin):
    form = TestDataRuleForm
    fields = ("rule_set", "name", "layer", "value", "note")
    list_display = ("name", "of_set", "state", "layer", "told")
    list_filter = (TenantFilter, StatusOfSetFilter, RuleSetFilter)
    search_fields = ("name", "layer", "value", "note")

    @admin.display(description="value")
    def told(self, rule: TestDataRule) -> SafeString:
        return start_of(rule.value, 60)
