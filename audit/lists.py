"""The base of every list in the admin: it is filtered and sorted as it declares, and in no other way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from hub.navigation import list_address


class Feed(ChangeList):  # type: ignore[misc]  # unfold ships no types
    """A page of a list. Its heading would offer to "show all" of a table nobody counts."""

    def get_filters(self, request: HttpRequest) -> Any:
        """Refuse what no filter took: by any other lookup a hidden value could be guessed letter by letter."""
        filters = super().get_filters(request)
        if refused := filters[2]:
            raise DisallowedModelAdminLookup(f"Filtering by {', '.join(refused)} not allowed")
        return filters

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """As declared where no column is to be sorted by: `?o=` would sort a table of any size."""
        if not self.sortable_by:
            self.params.pop(ORDER_VAR, None)
        ordering: list[Any] = super().get_ordering(request, queryset)
        return ordering

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count


class ListAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """A list that says what to do when it is empty, of records whose history is the trail."""

    empty_hint: ClassVar[str] = ""

    change_list_template = "audit/change_list.html"
    list_fullwidth = True
    show_facets = admin.ShowFacets.NEVER  # the numbers beside a filter's values count the whole table

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Feed]:
        return Feed

    @admin.display(description="brand", ordering="tenant")
    def brand(self, record: Any) -> str:
        """What pages and flags call a tenant, as a column."""
        return str(record.tenant)

    def address(self, record: Model, page: str = "change") -> str:
        """Where one of a record's pages is."""
        meta = self.model._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[quote(str(record.pk))])

    def wanted(self, request: HttpRequest, object_id: Any) -> Any:
        """The record whose page or button was asked for; raises Http404 where there is none."""
        record = self.get_object(request, unquote(str(object_id)))
        if record is None:
            raise Http404
        return record

    def back_to(self, record: Model) -> HttpResponse:
        """Where a dialog leads: to the record's page."""
        return HttpResponse(headers={"HX-Redirect": self.address(record)})

    def buttons(self, request: HttpRequest, object_id: Any, names: Iterable[str]) -> list[Any]:
        """Those of the named actions that the person may take on a record's page."""
        named = {f"{self.opts.app_label}_{self.opts.model_name}_{name}" for name in names}
        found = super().get_actions_detail(request, object_id)
        return [each for each in found if each.action_name in named]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's own log would say that nothing happened: it knows of no job."""
        key = unquote(object_id)
        return HttpResponseRedirect(
            list_address("audit.mutation", model=self.opts.label_lower, object_key=key)
        )


class ReadOnlyAdmin(ListAdmin):
    """Pages without a way to change anything, of tables that are never counted nor sorted as a whole."""

    actions = None
    list_display_links = ("at_utc",)
    list_filter_submit = True
    list_max_show_all = 0
    list_per_page = 50
    show_full_result_count = False
    sortable_by = ()
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False
