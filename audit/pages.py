"""The base of every record's pages: read-only, nothing large is counted, an empty list says what to type."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from audit.blocks import Block
from audit.filters import is_number
from audit.lists import ReadOnlyAdmin
from audit.paging import CappedPaginator


class Pages(CappedPaginator):
    """Counts up to the cap."""

    beyond = "filter, or search for an exact value"


class RecordAdmin(ReadOnlyAdmin):
    """A list that is paged without counting and a page that is made of blocks.

    `exact` names the columns that the search compares for equality; where none is named there is no search.
    """

    exact: ClassVar[tuple[str, ...]] = ()
    paginator = Pages
    change_form_outer_before_template = "audit/record.html"

    def blocks(self, request: HttpRequest, record: Any) -> list[Block]:
        """What the page of a record shows."""
        raise NotImplementedError

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return self.exact

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Equality on one indexed column: a substring, or two columns at once, would read the whole table."""
        term = search_term.strip()
        return (self.found(queryset, term) if term else queryset), False

    def found(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """The records a search term names: by number in the first numeric column, else by the first other one."""
        numeric = is_number(term)
        for name in self.exact:
            if (self.model._meta.get_field(name).get_internal_type() == "BigIntegerField") == numeric:
                return queryset.filter(**{name: term})
        return queryset.none()

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """None: the blocks are the page."""
        return []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"blocks": self.blocks(request, context["original"]), "show_history": False}
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page
